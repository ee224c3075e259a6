// The generated rules under Prometheus' own test runner, and the runner under rules that are wrong.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, type TestContext } from 'vitest';
import { parse, stringify } from 'yaml';
import { runTool } from '../support/run-tool.ts';
import { toolOrReason, type Tool } from '../support/tools.ts';

const tool = await toolOrReason('promtool');
const generated = join(import.meta.dirname, '../../rules/generated');
const tests = join(import.meta.dirname, '../../rules/tests/generated');
const testFiles = (await readdir(tests)).filter((name) => name !== 'upstream-rules.yaml');

function skipWithoutTool({ skip }: TestContext): void {
  if (typeof tool === 'string') skip(tool);
}

/** A day of evaluations. */
const longMs = 300_000;

describe('the generated rules', () => {
  beforeEach(skipWithoutTool);

  test.each(['prometheus-rules.yaml', 'mute-upstream.yaml'])('%s loads', async (name) => {
    const args = ['check', 'rules', '--lint=all', '--lint-fatal', name];
    expect(await runTool(tool as Tool, args, generated)).toMatchObject({ ok: true });
  });

  test.each(testFiles)(
    'pass %s',
    async (name) => {
      const outcome = await runTool(tool as Tool, ['test', 'rules', name], tests);
      expect(outcome).toMatchObject({ ok: true });
    },
    longMs,
  );
});

interface Mistake {
  readonly mistake: string;
  /** The test that would tell: its file, and words of its name. */
  readonly in: readonly [file: string, test: string];
  readonly change: (rules: string) => string;
}

/** What somebody might do to the rules in good faith. */
const mistakes: readonly Mistake[] = [
  {
    mistake: 'a lost scrape is not bridged',
    in: ['alerts-workload', 'ImagePullFailing: two containers'],
    change: (rules) =>
      rules.replaceAll(
        'max_over_time(imagepull_container_failing{job="imagepull-exporter"}[2m])',
        'imagepull_container_failing{job="imagepull-exporter"}',
      ),
  },
  {
    mistake: 'what an alert says is changed',
    in: ['alerts-registry', 'ImagePullRegistryUnavailable: '],
    change: (rules) => rules.replace('No pull from', 'No pulls from'),
  },
  {
    mistake: 'an alert fires a minute sooner',
    in: ['alerts-registry', 'ImagePullRegistryUnavailable: '],
    change: (rules) => rules.replace('for: 3m', 'for: 2m'),
  },
  {
    mistake: 'the class tells alerts of a workload apart',
    in: ['continuity', 'flips every five minutes'],
    change: (rules) =>
      rules.replace(
        'sum by (cluster, namespace, workload_kind, workload, registry) (',
        'sum by (cluster, namespace, workload_kind, workload, registry, class) (',
      ),
  },
  {
    mistake: 'the pod tells alerts of a workload apart',
    in: ['continuity', 'pods that are replaced'],
    change: (rules) =>
      rules
        .replace('registry, class) (\n', 'registry, class, pod) (\n')
        .replace(
          'sum by (cluster, namespace, workload_kind, workload, registry) (',
          'sum by (cluster, namespace, workload_kind, workload, registry, pod) (',
        ),
  },
  {
    mistake: 'replicas add up',
    in: ['replicas-and-shards', 'two replicas'],
    change: (rules) =>
      rules.replaceAll(
        'max by (cluster, namespace, registry, result, class, cause, backoff_attempt, shard) (',
        'sum by (cluster, namespace, registry, result, class, cause, backoff_attempt, shard) (',
      ),
  },
  {
    mistake: 'shards hide each other',
    in: ['replicas-and-shards', 'three shards'],
    change: (rules) => rules.replaceAll('backoff_attempt, shard) (', 'backoff_attempt) ('),
  },
  {
    mistake: 'clusters are mixed',
    in: ['replicas-and-shards', 'two clusters'],
    change: (rules) => rules.replaceAll('by (cluster, ', 'by ('),
  },
  {
    mistake: 'a workload that is down is forgotten after an hour',
    in: ['workloads', 'is down until it is up again'],
    change: (rules) =>
      rules.replaceAll('ALERTS{alertname="ImagePullWorkloadDown"', 'ALERTS{alertname="x"'),
  },
  {
    mistake: 'a workload that never ran pages',
    in: ['workloads', 'never was available'],
    change: (rules) => rules.replaceAll(/(\[1h\][^]*?\n {16}\)) > 0/g, '$1 >= 0'),
  },
  {
    mistake: 'a share of failures is taken where no success is watched',
    in: ['continuity', 'without events'],
    change: (rules) =>
      rules.replaceAll(
        /and on \(cluster, registry\)\n\s+last_over_time\(imagepull_attempts_total\{[^}]*\}\[2m\]\)/g,
        '',
      ),
  },
  {
    mistake: 'no known success is taken for no success',
    in: ['continuity', 'without events'],
    change: (rules) =>
      rules.replaceAll(
        /(imagepull_outage_workloads:count >= 3\n\s+)and( on \(cluster, registry\)[^]*?)== 0/g,
        '$1unless$2> 0',
      ),
  },
  {
    mistake: 'the inhibitor ends with the outage',
    in: ['registries-and-nodes', 'outlasts it'],
    change: (rules) => rules.replaceAll('keep_firing_for: 30m', 'keep_firing_for: 5m'),
  },
  {
    mistake: 'a rejected account is forgotten when it is no news any more',
    in: ['registries-and-nodes', 'for as long as it is rejected'],
    change: (rules) =>
      rules.replaceAll('ALERTS{alertname="ImagePullCredentials', 'ALERTS{alertname="x'),
  },
  {
    mistake: 'old rejections are an incident',
    in: ['registries-and-nodes', 'long before anybody looked'],
    change: (rules) => rules.replaceAll('> 7200', '> 720000'),
  },
  {
    mistake: 'typing errors on Docker Hub are a rejected account',
    in: ['registries-and-nodes', 'mistyped on Docker Hub'],
    change: (rules) => rules.replaceAll('unauthorized|forbidden|', 'access_denied_or_missing|'),
  },
  {
    mistake: 'trouble of many nodes is trouble of each',
    in: ['registries-and-nodes', 'many nodes'],
    change: (rules) => rules.replace(/(>= 3\s*\)) > 2/, '$1 > 20'),
  },
  {
    mistake: 'pods that are going count as seen by one only',
    in: ['disagreement', 'do not disagree'],
    change: (rules) => rules.replace('kube_pod_deletion_timestamp', 'kube_pod_deletion_timestamp_'),
  },
  {
    mistake: 'ephemeral containers count as seen by one only',
    in: ['disagreement', 'do not disagree'],
    change: (rules) =>
      rules.replace('container_type="ephemeral"', 'container_type="ephemeral", pod="x"'),
  },
  {
    mistake: 'what differs for a scrape is a disagreement',
    in: ['disagreement', 'do not disagree'],
    change: (rules) =>
      rules
        .replaceAll(' offset 10m', '')
        .replaceAll('[12m]', '[30s]')
        .replaceAll(/(first_failure[^]*?\)\s*\)) > 600/g, '$1 > 0'),
  },
];

/** The file with those of its tests alone, over other rules. */
function onlyTests(yaml: string, words: string, ruleFiles: readonly string[]): string {
  const file = parse(yaml) as { tests: { name: string }[] };
  const tests = file.tests.filter(({ name }) => name.includes(words));
  expect(tests.length).toBeGreaterThan(0);
  return stringify({ ...file, rule_files: ruleFiles, tests }, { aliasDuplicateObjects: false });
}

describe('the tests of the rules fail when', () => {
  beforeEach(skipWithoutTool);

  test.each(mistakes)(
    '$mistake',
    async ({ in: [name, words], change }) => {
      const rules = await readFile(join(generated, 'prometheus-rules.yaml'), 'utf8');
      const changed = change(rules);
      expect(changed).not.toBe(rules);
      const folder = await mkdtemp(join(tmpdir(), 'imagepull-rules-'));
      try {
        await writeFile(join(folder, 'rules.yaml'), changed);
        const yaml = await readFile(join(tests, `${name}.yaml`), 'utf8');
        await writeFile(join(folder, 'test.yaml'), onlyTests(yaml, words, ['rules.yaml']));
        const check = await runTool(tool as Tool, ['check', 'rules', 'rules.yaml'], folder);
        expect(check).toMatchObject({ ok: true });
        const args = ['test', 'rules', 'test.yaml'];
        const outcome = await runTool(tool as Tool, args, folder);
        expect(outcome).toMatchObject({ ok: false, output: expect.stringContaining('FAILED') });
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    longMs,
  );
});
