// A real Alertmanager on a free port, with a configuration of ours.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort } from '../../src/cli/prometheus.ts';
import type { Tool } from './tools.ts';
import { until } from './until.ts';

export interface RunningAlertmanager {
  readonly url: string;
  /** What it has notified it still knows afterwards; alerts it has to be sent again. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface AlertStatus {
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: 'active' | 'suppressed' | 'unprocessed' };
}

/** `folder` holds alertmanager.yaml and takes what it writes. */
export async function startAlertmanager(tool: Tool, folder: string): Promise<RunningAlertmanager> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { path, root } = await findingItsTemplates(tool, folder);
  const isReady = async (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  const start = async (): Promise<() => Promise<void>> => {
    const child = spawn(
      path,
      [
        `--config.file=${join(folder, 'alertmanager.yaml')}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ],
      { stdio: 'ignore', env: tool.env, cwd: root },
    );
    const exited = once(child, 'exit');
    const stop = async (): Promise<void> => {
      child.kill('SIGTERM');
      await exited;
    };
    try {
      await until('Alertmanager is ready', isReady, Boolean);
    } catch (error) {
      await stop();
      throw error;
    }
    return stop;
  };
  let stop = await start();
  return {
    url,
    restart: async () => {
      await stop();
      stop = await start();
    },
    close: () => stop(),
  };
}

export async function postAlerts(
  url: string,
  alerts: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map((labels) => ({ labels, annotations: {} }))),
  });
  if (!response.ok) throw new Error(`Alertmanager refused alerts: ${await response.text()}`);
}

export async function alertsOf(url: string): Promise<readonly AlertStatus[]> {
  const response = await fetch(`${url}/api/v2/alerts`);
  return (await response.json()) as readonly AlertStatus[];
}

/**
 * Debian's Alertmanager looks for its templates below /usr/share, where they are only once it is
 * installed. A copy of the program that was merely unpacked looks below its working directory.
 */
async function findingItsTemplates(
  tool: Tool,
  folder: string,
): Promise<{ readonly path: string; readonly root: string }> {
  const templates = '/usr/share/prometheus/alertmanager';
  const root = join(dirname(tool.path), '../..');
  const isUnpacked = root !== '/' && (await exists(join(root, templates)));
  if (!isUnpacked) return { path: tool.path, root: folder };
  const program = await readFile(tool.path);
  const relative = `${templates.slice(1)}/`;
  for (let at = program.indexOf(templates); at >= 0; at = program.indexOf(templates, at + 1)) {
    program.write(relative, at);
  }
  const path = join(folder, 'alertmanager-program');
  await writeFile(path, program, { mode: 0o755 });
  return { path, root };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
