// One run of a tool: promtool, amtool, jsonnet.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Tool } from './tools.ts';

const run = promisify(execFile);

export interface Outcome {
  readonly ok: boolean;
  /** What it printed, both streams. */
  readonly output: string;
}

export async function runTool(
  { path, env }: Tool,
  args: readonly string[],
  folder?: string,
): Promise<Outcome> {
  const place = folder === undefined ? {} : { cwd: folder };
  try {
    const { stdout, stderr } = await run(path, [...args], { env, maxBuffer: 64 << 20, ...place });
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ok: false, output: stdout + stderr || String(error) };
  }
}
