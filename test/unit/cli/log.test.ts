import { expect, test } from 'vitest';
import { createLog } from '../../../src/cli/log.ts';

function logged(format: 'logfmt' | 'json', level: 'info' | 'warn' = 'info') {
  const lines: string[] = [];
  const log = createLog({ level, format, now: () => 0, write: (line) => lines.push(line) });
  return { log, lines };
}

test('a value from the cluster cannot forge a line or a field', () => {
  const { log, lines } = logged('logfmt');
  log('info', 'watching pods', {
    server: 'https://10.0.0.1:6443',
    node: 'a\nlevel=error msg=x',
    n: 3,
  });
  expect(lines).toEqual([
    String.raw`time=1970-01-01T00:00:00.000Z level=info msg="watching pods" server=https://10.0.0.1:6443 node="a\nlevel=error msg=x" n=3`,
  ]);
});

test('messages below the level are left out, and JSON is one object a line', () => {
  const { log, lines } = logged('json', 'warn');
  log('info', 'not shown');
  log('error', 'cannot list pods', { resource: 'pods' });
  expect(lines).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","level":"error","msg":"cannot list pods","resource":"pods"}',
  ]);
});
