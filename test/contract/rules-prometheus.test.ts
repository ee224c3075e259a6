// The rules, as committed and as users generate them, in a real Prometheus: it starts with them and
// evaluates each without an error.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { startPrometheus } from '../../src/cli/prometheus.ts';
import { readCommandLine } from '../../src/config/command-line.ts';
import { rulesOptions, settingsFromOptions } from '../../src/generate/rules-options.ts';
import { generateRules } from '../../src/generate/rules.ts';
import { toolOrReason } from '../support/tools.ts';
import { until } from '../support/until.ts';

interface Rule {
  readonly name: string;
  readonly health: 'ok' | 'unknown' | 'err';
  readonly lastError?: string;
  /** Seconds, of an alert's `for`. */
  readonly duration?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

const program = await toolOrReason('prometheus');

beforeEach(({ skip }) => {
  if (typeof program === 'string') skip(program);
});

async function evaluated(rules: string): Promise<readonly Rule[]> {
  if (typeof program === 'string') throw new Error(program);
  const folder = await mkdtemp(join(tmpdir(), 'imagepull-prometheus-'));
  const prometheus = await startPrometheus({
    program: program.path,
    folder,
    targets: [],
    rules,
    intervalSeconds: 1,
  });
  try {
    return await until(
      'all rules are evaluated',
      async (): Promise<readonly Rule[]> => {
        const response = await fetch(`${prometheus.url}/api/v1/rules`);
        const { data } = (await response.json()) as {
          data: { groups: readonly { rules: readonly Rule[] }[] };
        };
        return data.groups.flatMap((group) => group.rules);
      },
      (found) => found.length > 0 && found.every(({ health }) => health !== 'unknown'),
    );
  } finally {
    await prometheus.close();
    await rm(folder, { recursive: true });
  }
}

const longMs = 120_000;

test(
  'Prometheus starts with the rules and evaluates each of them',
  async () => {
    const generated = join(import.meta.dirname, '../../rules/generated/prometheus-rules.yaml');
    const rules = await evaluated(await readFile(generated, 'utf8'));
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules).toHaveLength(8 + 19 + 3);
  },
  longMs,
);

test.each<[string, readonly string[], number, Partial<Rule>]>([
  [
    'a scrape a minute, a job and a cluster label of its own',
    [
      '--scrape-interval=1m',
      '--job-selector=job="monitoring/imagepull"',
      '--cluster-label=k8s_cluster',
      '--for=ImagePullFailing=30m',
      '--disable=ImagePullForgotten',
      '--runbook-url=https://wiki.corp.example/runbooks/',
    ],
    29,
    { name: 'ImagePullFailing', duration: 1800 },
  ],
  [
    'owners of namespaces, one cluster, nobody paged for a workload',
    [
      '--namespace-owner-label=owner',
      '--cluster-label=none',
      '--severity=ImagePullWorkloadDown=warning',
      '--annotation=chat=#{{ $labels.namespace }}',
      '--label=tenant=infra',
    ],
    30,
    { name: 'ImagePullWorkloadDown', labels: { severity: 'warning', tenant: 'infra' } },
  ],
  [
    'thresholds, and the alerts of others muted',
    ['--threshold=outage-workloads=10', '--threshold=stalled-pull=45m', '--mute-upstream'],
    31,
    { name: 'ImagePullPodInhibitor', labels: { severity: 'none' } },
  ],
])(
  'and with %s',
  async (_, argv, count, changed) => {
    const { values } = readCommandLine('generate rules', rulesOptions, argv, {});
    const [file] = generateRules(settingsFromOptions(values), ['rules']).files;
    const rules = await evaluated(file?.content ?? '');
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules).toHaveLength(count);
    expect(rules.find(({ name }) => name === changed.name)).toMatchObject(changed);
  },
  longMs,
);
