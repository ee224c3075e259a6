import { Counter, Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import {
  familyHeader,
  libraryFamilies,
  snapshotFamily,
  snapshotSlices,
} from '../../../src/metrics/text-format.ts';

test('a family whose collect() throws is left out, and the others are there', async () => {
  const registry = new Registry();
  const broken = new Gauge({
    name: 'broken',
    help: 'Throws.',
    registers: [],
    collect() {
      throw new Error('no such file');
    },
  });
  registry.registerMetric(broken);
  registry.registerMetric(new Counter({ name: 'whole_total', help: 'Works.', registers: [] }));
  const families = await libraryFamilies(registry);
  expect(families.map(({ name }) => name)).toEqual(['whole_total']);
});

test('a family is sliced between lines, and its header comes once', async () => {
  const registry = new Registry();
  const counter = new Counter({
    name: 'seen_total',
    help: 'Things "seen", with \\ and\nmore.',
    labelNames: ['kind'],
    registers: [registry],
  });
  counter.inc({ kind: 'a' });
  counter.inc({ kind: 'b"c' }, 2);
  const [family] = await libraryFamilies(registry);
  if (family === undefined) throw new Error('no family');
  const open = [...snapshotSlices(snapshotFamily(family), 'openmetrics', 'shard="1/2"', 1)];
  expect(open.join('')).toBe(
    String.raw`# HELP seen Things \"seen\", with \\ and\nmore.
# TYPE seen counter
seen_total{kind="a",shard="1/2"} 1
seen_total{kind="b\"c",shard="1/2"} 2
`,
  );
  expect(open.slice(0, 2)).toEqual([
    String.raw`# HELP seen Things \"seen\", with \\ and\nmore.
# TYPE seen counter
seen_total{kind="a",shard="1/2"} 1
`,
    String.raw`seen_total{kind="b\"c",shard="1/2"} 2
`,
  ]);
});

test('the text format escapes no quotes in HELP', () => {
  expect(familyHeader('text', 'x_total', 'counter', 'A "b".')).toBe(
    '# HELP x_total A "b".\n# TYPE x_total counter\n',
  );
});
