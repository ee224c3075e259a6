// The programs that tests need beside npm's: found on PATH, else unpacked from Debian's packages into
// a cache folder, without root and without installing anything.
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where each program lives in its Debian package; `libraries` says that it needs its dependencies too. */
const tools = {
  prometheus: { package: 'prometheus', path: 'usr/bin/prometheus', libraries: false },
  promtool: { package: 'prometheus', path: 'usr/bin/promtool', libraries: false },
  alertmanager: {
    package: 'prometheus-alertmanager',
    path: 'usr/bin/prometheus-alertmanager',
    libraries: false,
  },
  amtool: { package: 'prometheus-alertmanager', path: 'usr/bin/amtool', libraries: false },
  jsonnet: { package: 'jsonnet', path: 'usr/bin/jsonnet', libraries: true },
  chromium: { package: 'chromium', path: 'usr/lib/chromium/chromium', libraries: true },
} as const;

export type ToolName = keyof typeof tools;

export interface Tool {
  readonly path: string;
  /** Environment to start it with. */
  readonly env: NodeJS.ProcessEnv;
}

const cacheFolder = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'imagepull-exporter',
  'tools',
);

/** Undefined when it is neither on PATH nor to be had from apt. */
export async function findTool(name: ToolName): Promise<Tool | undefined> {
  const names = name === 'alertmanager' ? [name, 'prometheus-alertmanager'] : [name];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const candidate of names) {
      const path = join(folder, candidate);
      if (await isExecutable(path)) return { path, env: process.env };
    }
  }
  const { package: packageName, path, libraries } = tools[name];
  const root = await unpacked(packageName, libraries);
  if (root === undefined) return undefined;
  const libraryFolders = libraries ? await findLibraryFolders(root) : [];
  return {
    path: join(root, path),
    env: libraries
      ? { ...process.env, LD_LIBRARY_PATH: libraryFolders.join(delimiter) }
      : process.env,
  };
}

/**
 * For tests: the tool, or a reason to skip. With IMAGEPULL_TEST_NO_SKIP=1, as in .ci/run, a missing
 * tool is an error.
 */
export async function toolOrReason(name: ToolName): Promise<Tool | string> {
  const tool = await findTool(name);
  if (tool !== undefined) return tool;
  const reason = `${name} is not on PATH and could not be fetched: install Debian's package ${tools[name].package}`;
  if (process.env['IMAGEPULL_TEST_NO_SKIP'] === '1') throw new Error(reason);
  return reason;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

const unpacking = new Map<string, Promise<string | undefined>>();

function unpacked(packageName: string, dependencies: boolean): Promise<string | undefined> {
  let result = unpacking.get(packageName);
  if (result === undefined) {
    result = unpack(packageName, dependencies).catch((error: unknown) => {
      process.stderr.write(`cannot fetch Debian's package ${packageName}: ${String(error)}\n`);
      return undefined;
    });
    unpacking.set(packageName, result);
  }
  return result;
}

async function unpack(packageName: string, dependencies: boolean): Promise<string | undefined> {
  const root = join(cacheFolder, packageName);
  if (await isExecutable(root)) return root;
  if (!(await run('apt-get', ['--version']).then(Boolean, () => false))) return undefined;
  process.stderr.write(`fetching Debian's package ${packageName} into ${cacheFolder} ...\n`);
  const work = `${root}.${process.pid}`;
  try {
    await rename(await fetched(packageName, dependencies, work), root);
  } catch (error) {
    // Another test run may have been faster.
    if (!(await isExecutable(root))) throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return root;
}

/** The folder in `work` that has the package's files. */
async function fetched(packageName: string, dependencies: boolean, work: string): Promise<string> {
  // Package lists and archives of our own: root is not needed and the system stays as it is.
  const lists = join(work, 'lists', 'partial');
  const archives = join(work, 'cache', 'archives', 'partial');
  await mkdir(lists, { recursive: true });
  await mkdir(archives, { recursive: true });
  const apt = async (...command: string[]): Promise<void> => {
    await run(
      'apt-get',
      [
        '-qq',
        '-o',
        `Dir::State::lists=${join(work, 'lists')}`,
        '-o',
        `Dir::Cache=${join(work, 'cache')}`,
        '-o',
        'Debug::NoLocking=1',
        '-o',
        'APT::Sandbox::User=',
        ...command,
      ],
      { cwd: join(archives, '..'), maxBuffer: 64 << 20 },
    );
  };
  await apt('update');
  if (dependencies) {
    await apt('install', '--download-only', '--no-install-recommends', '-y', packageName);
  } else {
    await apt('download', packageName);
  }
  const content = join(work, 'root');
  await mkdir(content);
  for (const file of await readdir(join(archives, '..'))) {
    if (file.endsWith('.deb')) await run('dpkg-deb', ['-x', join(archives, '..', file), content]);
  }
  return content;
}

async function findLibraryFolders(root: string): Promise<string[]> {
  const folders = new Set<string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (/\.so(\.|$)/.test(entry.name)) folders.add(entry.parentPath);
  }
  return [...folders];
}
