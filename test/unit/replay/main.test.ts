import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { recorded } from './recorded.ts';

const main = fileURLToPath(new URL('../../../src/replay/main.ts', import.meta.url));

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout: stdout.trimEnd().split('\n'), stderr: stderr.trimEnd() };
}

test('--json prints one line for each episode', () => {
  const { status, stdout } = run(recorded('crio'), '--json');
  const episodes = stdout.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(status).toBe(0);
  expect(episodes.map(({ pod, attempts, outcome }) => [pod, attempts, outcome])).toEqual([
    ['manifest-unknown', 9, null],
    ['token-503', 9, null],
    ['tls-selfsigned', 9, null],
    ['conn-refused', 9, null],
    ['dns-servfail', 9, null],
  ]);
});

test('without it, a table of errors and the totals of the parts before and after the watch broke', () => {
  const { status, stdout } = run(recorded('main'), '--no-events', '--start', '2100');
  expect(status).toBe(0);
  expect(stdout[0]).toMatch(/^scenario +container +attempts +true /);
  expect(stdout.slice(-2).map((line) => line.split(/ {2,}/)[0])).toEqual([
    'main, until the watch broke',
    'main',
  ]);
});

describe('what cannot be done is said in one line', () => {
  test.each([
    [[], 'one folder expected'],
    [['a', 'b'], 'one folder expected'],
    [['/nowhere'], "ENOENT: no such file or directory, open '/nowhere/meta.json'"],
    [
      [recorded('old'), '--start', 'soon'],
      "seconds after the start of the recording expected, not 'soon'",
    ],
    [[recorded('old'), '--start', '2000'], 'the recording ends after 1372 s'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j', (args, message) => {
    const { status, stderr } = run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(1);
  });
});
