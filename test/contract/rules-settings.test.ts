// Rules with the user's own values: they load, and do what the default rules do.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, type TestContext } from 'vitest';
import { parse, stringify } from 'yaml';
import type { RuleFile } from '../../src/generate/rule-file.ts';
import { generateRules } from '../../src/generate/rules.ts';
import type { RulesSettings } from '../../src/generate/rules-settings.ts';
import { parsePromql } from '../support/promql-tree.ts';
import { runTool, type Outcome } from '../support/run-tool.ts';
import { toolOrReason, type Tool } from '../support/tools.ts';

const promtool = await toolOrReason('promtool');
const jsonnet = await toolOrReason('jsonnet');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagepull-settings-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function needs(tool: Tool | string): (context: TestContext) => void {
  return ({ skip }) => {
    if (typeof tool === 'string') skip(tool);
  };
}

function ruleText(settings: Partial<RulesSettings>): string {
  return generateRules(settings, ['rules']).files[0]?.content ?? '';
}

const variants: Readonly<Record<string, Partial<RulesSettings>>> = {
  'one cluster without a label': { clusterLabel: undefined },
  'another label of clusters': { clusterLabel: 'k8s_cluster' },
  'a scrape every 15 s': { scrapeIntervalSeconds: 15 },
  'a scrape a minute': { scrapeIntervalSeconds: 60 },
  'a scrape every five minutes': { scrapeIntervalSeconds: 300 },
  'owners of namespaces': { namespaceOwnerLabel: 'example.com/ownerTeam' },
  'owners of namespaces, one cluster': { namespaceOwnerLabel: 'team', clusterLabel: undefined },
  'selectors with quotes and percents': {
    jobSelector: String.raw`job=~"a|b\\d", env="50%\"x"`,
    kubeStateMetricsSelector: 'job="ksm",prometheus!=""',
  },
  'time sixty times as fast': { speed: 60, scrapeIntervalSeconds: 1 },
  'labels and annotations that YAML could misread': {
    labels: { a: 'yes', b: '010', c: '1e3', d: '~', e: '12:30', f: '# x' },
    annotations: { chat: '#x: {{ $labels.namespace }}', note: '- "a"\n  b' },
    muteUpstream: true,
  },
};

describe('rules', () => {
  beforeEach(needs(promtool));

  test.each(Object.entries(variants))('with %s load', async (_, settings) => {
    const rules = ruleText(settings);
    await writeFile(join(folder, 'rules.yaml'), rules);
    const args = ['check', 'rules', '--lint=all', '--lint-fatal', 'rules.yaml'];
    expect(await runTool(promtool as Tool, args, folder)).toMatchObject({ ok: true });
    const entries = (parse(rules, { version: '1.1' }) as RuleFile).groups.flatMap(
      (group) => group.rules,
    );
    expect(entries.filter(({ expr }) => parsePromql(expr) === undefined)).toEqual([]);
    expect(entries.at(-1)?.labels).toMatchObject(settings.labels ?? {});
  });
});

describe('the label of owners', () => {
  beforeEach(needs(promtool));
  const failing =
    'imagepull_container_failing{job="imagepull-exporter", namespace="NS", pod="p", container="c", workload_kind="Deployment", workload="cart", registry="r", class="reference", cause="manifest_not_found"}';
  const labelsOf = (namespace: string, team: string): string =>
    `ALERTS{alertname="ImagePullReferenceInvalid", alertstate="firing", severity="warning", class="reference", namespace="${namespace}", workload_kind="Deployment", workload="cart", registry="r"${team}}`;

  async function run(owners: string): Promise<Outcome> {
    await writeFile(join(folder, 'owned.yaml'), ruleText({ namespaceOwnerLabel: 'ownerTeam' }));
    const check = (at: string, expected: readonly string[]): object => ({
      expr: 'ALERTS{alertname="ImagePullReferenceInvalid", alertstate="firing"}',
      eval_time: at,
      exp_samples: expected.map((labels) => ({ labels, value: 1 })),
    });
    const file = {
      rule_files: ['owned.yaml'],
      evaluation_interval: '30s',
      group_eval_order: ['imagepull.rules', 'imagepull.workload'],
      tests: [
        {
          interval: '30s',
          input_series: [
            { series: failing.replace('NS', 'shop'), values: '1x60' },
            { series: failing.replace('NS', 'orphan'), values: '1x60' },
            {
              series:
                'kube_namespace_labels{job="kube-state-metrics", namespace="shop", label_owner_team="checkout"}',
              values: owners,
            },
            {
              series: 'kube_namespace_labels{job="kube-state-metrics", namespace="orphan"}',
              values: '1x60',
            },
          ],
          promql_expr_test: [
            check('4m30s', []),
            check('5m', [labelsOf('shop', ', team="checkout"'), labelsOf('orphan', '')]),
            check('8m', [labelsOf('shop', ', team="checkout"'), labelsOf('orphan', '')]),
          ],
        },
      ],
    };
    await writeFile(join(folder, 'owned-test.yaml'), stringify(file, { lineWidth: 0 }));
    return runTool(promtool as Tool, ['test', 'rules', 'owned-test.yaml'], folder);
  }

  test('is on the alerts of namespaces that have it, and others fire without', async () => {
    expect(await run('1x60')).toMatchObject({ ok: true });
  });

  test('survives a lost scrape of kube-state-metrics', async () => {
    expect(await run('1x5 stale 1x60')).toMatchObject({ ok: true });
  });

  test('is missed where it never was', async () => {
    const outcome = await run('_x60');
    expect(outcome).toMatchObject({ ok: false, output: expect.stringContaining('FAILED') });
  });
});

describe('the mixin', () => {
  beforeEach(needs(jsonnet), 300_000);

  async function evaluated(config: Readonly<Record<string, string>>): Promise<unknown> {
    for (const { name, content } of generateRules({}, ['mixin']).files) {
      await writeFile(join(folder, name), content);
    }
    const program = `local mixin = (import 'mixin.libsonnet') + { _config+:: ${JSON.stringify(config)} };
      { groups: mixin.prometheusRules.groups + mixin.prometheusAlerts.groups }`;
    await writeFile(join(folder, 'main.jsonnet'), program);
    const { ok, output } = await runTool(jsonnet as Tool, ['main.jsonnet'], folder);
    expect({ ok, output }).toMatchObject({ ok: true });
    return JSON.parse(output);
  }

  test('has the rules of the rule file', async () => {
    expect(await evaluated({})).toEqual(parse(ruleText({})));
  });

  test('with values of its own has the rules that are generated with them', async () => {
    const config = {
      imagepullExporterSelector: 'job=~"pulls.*", env="50%"',
      kubeStateMetricsSelector: 'job="ksm"',
      clusterLabel: 'k8s_cluster',
      imagepullRunbookURL: 'https://wiki/pulls',
      grafanaURL: 'https://grafana',
    };
    const generated = parse(
      ruleText({
        jobSelector: config.imagepullExporterSelector,
        kubeStateMetricsSelector: config.kubeStateMetricsSelector,
        clusterLabel: config.clusterLabel,
        runbookUrl: config.imagepullRunbookURL,
        dashboardUrl: config.grafanaURL,
      }),
    ) as RuleFile;
    expect(withoutLayout(await evaluated(config))).toEqual(withoutLayout(generated));
  });
});

/** Lines of expressions break where they get too long, which depends on the names in them. */
function withoutLayout(file: unknown): unknown {
  return JSON.parse(
    JSON.stringify(file, (key, value: unknown) =>
      key === 'expr' && typeof value === 'string' ? value.replaceAll(/\s+/g, '') : value,
    ),
  );
}
