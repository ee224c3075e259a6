// Generated texts <-> files of the repository: written, or compared.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface WrittenFile {
  /** From the root of the repository. */
  readonly path: string;
  /** `current` is what the file holds now, for files that are generated in part only. */
  readonly content: (current: string | undefined) => string;
}

export interface Difference {
  readonly path: string;
  readonly problem: 'missing' | 'stale' | 'not generated any more';
}

export async function writeFiles(root: string, files: readonly WrittenFile[]): Promise<void> {
  for (const { path, content } of files) {
    const file = join(root, path);
    const current = await read(file);
    const text = content(current);
    if (text === current) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** `folders` hold generated files and nothing else. */
export async function compareFiles(
  root: string,
  files: readonly WrittenFile[],
  folders: readonly string[],
): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const { path, content } of files) {
    const current = await read(join(root, path));
    if (current === undefined) differences.push({ path, problem: 'missing' });
    else if (content(current) !== current) differences.push({ path, problem: 'stale' });
  }
  const expected = new Set(files.map((file) => file.path));
  for (const folder of folders) {
    for (const name of await list(join(root, folder))) {
      const path = `${folder}/${name}`;
      if (!expected.has(path)) differences.push({ path, problem: 'not generated any more' });
    }
  }
  return differences;
}

async function read(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(absentIsUndefined);
}

async function list(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(absentIsUndefined)) ?? [];
}

function absentIsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
