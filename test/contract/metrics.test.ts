import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Cause, causes } from '../../src/classify/causes.ts';
import { metricsPage } from '../../src/generate/metrics-page.ts';
import { families, type Family } from '../../src/metrics/catalog.ts';
import type { Exposition } from '../../src/metrics/exposition.ts';
import { toolOrReason } from '../support/tools.ts';
import { aFailingContainer, aSlowPull, failed } from '../unit/metrics/failing-container.ts';
import { anExposition, scrape, testTime } from '../unit/metrics/scrape.ts';

/** Names that break a renderer which escapes too little, or a key which is joined without care. */
const hostileNames = [
  'quote " and backslash \\ and line\nbreak',
  String.raw`looks escaped \n \" \\`,
  'x",pod="forged"} 1\nimagepull_container_failing{namespace="forged',
  '} 1 # EOF',
  'a|b',
  'a',
  'emoji \u{1f4a9}, \u202e turned, \u2028 separated',
  'half \ud83d of a pair',
  '',
  'long '.repeat(300),
];

/** Everything that can be exposed, and hostile names wherever a name comes from a cluster. */
function fullExposition(shard: string | undefined): Exposition {
  const exposition = anExposition({ shard });
  for (const cause of Object.keys(causes) as Cause[]) {
    const container = aFailingContainer({ uid: cause, verdict: { cause } });
    exposition.apply(
      [
        ...failed(container),
        { type: 'episodeEnded', outcome: 'recovered', container, at: testTime },
      ],
      testTime,
    );
  }
  for (const name of hostileNames) {
    const container = aFailingContainer({
      namespace: name,
      pod: name,
      container: name,
      node: name,
      workload: { kind: name, name },
      image: name,
      registry: name,
      verdict: { endpoint: name },
    });
    const slow = aSlowPull({ namespace: name, pod: name, image: name, node: name, registry: name });
    exposition.apply(
      [
        ...failed(container),
        { type: 'pullStarted', namespace: name, registry: name },
        {
          type: 'pullSucceeded',
          namespace: name,
          registry: name,
          at: testTime,
          durationMs: 1000,
        },
        { type: 'slowPullChanged', before: undefined, after: slow },
      ],
      testTime,
    );
  }
  const { health } = exposition;
  for (const resource of ['pods', 'events'] as const) {
    health.synced(resource);
    health.contact(resource, testTime);
    health.listed(resource, 10);
    health.restarted(resource, 'expired');
    health.watchEvent(resource, 'ADDED');
    health.received(resource, 100);
    health.skipped(resource, 'malformed');
  }
  health.classified('unknown', '');
  health.timeToMetric(1);
  return exposition;
}

interface Line {
  readonly family: string;
  readonly series: string;
}

/** Sample lines with the family whose TYPE stands before them. */
function sampleLines(text: string): readonly Line[] {
  let family = '';
  return text.split('\n').flatMap((line) => {
    const type = /^# TYPE (\S+) /.exec(line);
    if (type !== null) family = type[1] ?? '';
    if (line === '' || line.startsWith('#')) return [];
    return [{ family, series: line.slice(0, line.lastIndexOf(' ')) }];
  });
}

describe.each([
  { format: 'text', shard: undefined },
  { format: 'text', shard: 'node "1"\\' },
  { format: 'openmetrics', shard: undefined },
  { format: 'openmetrics', shard: '2/3' },
] as const)('/metrics as $format, shard $shard', ({ format, shard }) => {
  let text = '';
  beforeAll(async () => {
    text = await scrape(fullExposition(shard), format);
  });

  test('every series has one line', () => {
    const series = sampleLines(text).map((line) => line.series);
    expect(series.filter((one, index) => series.indexOf(one) !== index)).toEqual([]);
    expect(series.length).toBeGreaterThan(800);
  });

  test('every family has one HELP, then one TYPE, then all its samples', () => {
    const order = text
      .split('\n')
      .filter((line) => line !== '' && line !== '# EOF')
      .map((line) => /^# (HELP|TYPE) (\S+)/.exec(line)?.slice(1).join(' ') ?? 'sample');
    const heads = order.filter((entry) => entry !== 'sample');
    expect(new Set(heads).size).toBe(heads.length);
    for (const [index, entry] of order.entries()) {
      if (entry.startsWith('HELP ')) expect(order[index + 1]).toBe(entry.replace('HELP', 'TYPE'));
    }
    const stray = sampleLines(text).filter(
      ({ family, series }) =>
        !new RegExp(`^${family}(_bucket|_sum|_count|_total)?(\\{|$)`).test(series),
    );
    expect(stray).toEqual([]);
  });

  test('only the last byte of the body is behind the last line', () => {
    expect(text.endsWith(format === 'openmetrics' ? '\n# EOF\n' : '\n')).toBe(true);
    expect(text).not.toMatch(/\n\n|\r/);
    expect(text.isWellFormed()).toBe(true);
  });
});

describe('/metrics read back by a parser that is not ours', () => {
  let parsed: ReturnType<typeof parsePrometheusTextFormat> = [];
  beforeAll(async () => {
    parsed = parsePrometheusTextFormat(await scrape(fullExposition(undefined)));
  });

  function labelValues(family: string, label: string): ReadonlySet<string> {
    const metrics = parsed.find(({ name }) => name === family)?.metrics ?? [];
    return new Set(metrics.map(({ labels }) => labels?.[label] ?? 'absent'));
  }

  test('it finds the families of the catalogue, with their types and exactly their labels', () => {
    const found = new Map(parsed.map((family) => [family.name, family]));
    const names = Object.keys(families).sort();
    expect([...found.keys()].filter((name) => name.startsWith('imagepull_')).sort()).toEqual(names);
    for (const [name, family] of Object.entries<Family>(families)) {
      expect({ name, type: found.get(name)?.type }).toEqual({
        name,
        type: family.type.toUpperCase(),
      });
      // The parser puts all series of a histogram into one.
      if (family.type === 'histogram') continue;
      const labels = found
        .get(name)
        ?.metrics.map((metric) => Object.keys(metric.labels ?? {}).sort());
      expect(labels?.length).toBeGreaterThan(0);
      for (const present of labels ?? []) expect(present).toEqual([...family.labels].sort());
    }
  });

  test('the series of histograms have exactly the labels of the catalogue, and le', async () => {
    const text = await scrape(fullExposition(undefined));
    for (const [name, family] of Object.entries<Family>(families)) {
      if (family.type !== 'histogram') continue;
      const bucket = new RegExp(`^${name}_bucket\\{(.*)\\} `, 'm').exec(text)?.[1] ?? '';
      const labels = [...bucket.matchAll(/(\w+)="/g)].map((match) => match[1]);
      expect(labels).toEqual([...family.labels, 'le']);
    }
  });

  test.each(['namespace', 'pod', 'container', 'node', 'workload_kind', 'workload', 'image'])(
    'hostile values of %s come out as they went in',
    (label) => {
      const values = labelValues('imagepull_container_failing', label);
      for (const name of hostileNames) {
        const expected = name.length > 512 ? `${name.slice(0, 509)}...` : name.toWellFormed();
        expect([...values]).toContain(expected);
      }
    },
  );

  test('hosts that are none do not become labels', () => {
    expect([...labelValues('imagepull_container_failing', 'registry')].sort()).toEqual([
      '',
      'a',
      'invalid',
      'registry.example.com',
    ]);
    expect([...labelValues('imagepull_container_failing', 'endpoint')].sort()).toEqual([
      '',
      'a',
      'invalid',
    ]);
  });

  test('nothing was forged', () => {
    expect(labelValues('imagepull_container_failing', 'pod').has('forged')).toBe(false);
    expect(labelValues('imagepull_container_failing', 'namespace').has('forged')).toBe(false);
  });
});

test('promtool has nothing to say against /metrics', async (context) => {
  const promtool = await toolOrReason('promtool');
  if (typeof promtool === 'string') return context.skip(promtool);
  const text = await scrape(fullExposition('2/3'));
  const output = await new Promise<string>((resolve) => {
    const child = execFile(
      promtool.path,
      ['check', 'metrics'],
      { env: promtool.env },
      (error, stdout, stderr) => resolve(`${error?.message ?? ''}${stdout}${stderr}`),
    );
    child.stdin?.end(text);
  });
  expect(output).toBe('');
  // The first time, the tool may have to be fetched.
}, 120_000);

test('docs/metrics.md is generated from the catalogue as it is', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
  expect(page).toBe(metricsPage());
});
