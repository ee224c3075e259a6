// A child process -> the CPU that it has used and the most memory that it has had (Linux: /proc).
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = join(import.meta.dirname, '..');

/** The kernel counts in these. */
const ticksPerSecond = 100;

export function cpuSeconds(child: ChildProcess): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'latin1');
  // The name in parentheses may hold anything; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export function peakMb(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Resident now: all, and without the pages of files, which are mostly those of the node binary. */
export function memoryMb(child: ChildProcess): { readonly all: number; readonly own: number } {
  const status = readFileSync(`/proc/${child.pid}/status`, 'latin1');
  const kb = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
  return { all: kb('VmRSS') / 1024, own: kb('RssAnon') / 1024 };
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What users run: the bundle. */
export async function buildBundle(): Promise<void> {
  const build = spawn(process.execPath, ['build/bundle.ts'], { cwd: root, stdio: 'inherit' });
  const [code] = (await once(build, 'exit')) as [number];
  if (code !== 0) throw new Error('npm run bundle failed');
}

export interface Exporter {
  readonly child: ChildProcess;
  readonly metrics: () => Promise<string>;
  /** Failing containers that /metrics shows. */
  readonly failing: () => Promise<number>;
}

/** Starts it on a free port; resolves when it is ready. */
export async function startExporter(kubeconfig: string, events: boolean): Promise<Exporter> {
  const child = spawn(
    process.execPath,
    [
      // As in the image.
      '--max-semi-space-size=2',
      join(root, 'dist', 'main.js'),
      'serve',
      '--kubeconfig',
      kubeconfig,
      '--web.listen-address=127.0.0.1:0',
      `--events=${events ? 'on' : 'off'}`,
      '--log.format=json',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const url = await waitFor('the exporter serves', () => /"url":"([^"]+)"/.exec(said)?.[1]);
  await waitFor('the exporter is ready', async () => {
    const answer = await fetch(`${url}/-/ready`);
    return answer.status === 200 ? true : undefined;
  });
  const metrics = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();
  return {
    child,
    metrics,
    failing: async () => (await metrics()).match(/^imagepull_container_failing\{/gm)?.length ?? 0,
  };
}

export interface PeerOutcome {
  readonly child: ChildProcess;
  readonly synced: boolean;
}

/** The informer of @kubernetes/client-node with gauges of prom-client; it may never get there. */
export async function startPeer(kubeconfig: string, patienceMs: number): Promise<PeerOutcome> {
  const child = fork(join(root, 'bench', 'peer.ts'), [kubeconfig], { stdio: 'ignore' });
  child.on('error', () => undefined);
  const synced = await Promise.race([
    once(child, 'message').then(() => true),
    once(child, 'exit').then(() => false),
    sleep(patienceMs).then(() => false),
  ]);
  return { child, synced };
}

export interface Load {
  readonly server: ChildProcess;
  readonly kubeconfig: string;
  readonly remove: () => void;
}

/** Our own load server; resolves when it serves. */
export async function startLoad(pods: number, failing: number, events: number): Promise<Load> {
  const folder = mkdtempSync(join(tmpdir(), 'imagepull-bench-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const args = [pods, failing, events].map(String);
  const server = fork(join(root, 'bench', 'load-server.ts'), [...args, kubeconfig]);
  await once(server, 'message');
  return { server, kubeconfig, remove: () => rmSync(folder, { recursive: true }) };
}

export async function waitFor<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  patienceMs = 120_000,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    // Being asked costs the one that is measured.
    await sleep(50);
  }
}

export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '))
    .join('\n');
}
