// The real program as a process of its own, started as a user would.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const launcher = join(import.meta.dirname, '../../bin/imagepull-exporter');

export interface RunningProcess {
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

export function startProcess(
  argv: readonly string[],
  options: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {},
): RunningProcess {
  const child = spawn(launcher, argv, {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    ended: once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string),
    kill: (signal) => child.kill(signal),
  };
}

export async function runProcess(
  argv: readonly string[],
  options?: Parameters<typeof startProcess>[1],
): Promise<{ readonly code: number | string; readonly stdout: string; readonly stderr: string }> {
  const running = startProcess(argv, options);
  const code = await running.ended;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}
