// The shipped rules pass every check, and every check finds what it is for.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { causes } from '../../src/classify/causes.ts';
import { configuredPack } from '../../src/generate/configured-pack.ts';
import type { RuleFile, RuleFileEntry } from '../../src/generate/rule-file.ts';
import { generateRules } from '../../src/generate/rules.ts';
import { defaultRulesSettings, isAlert } from '../../src/generate/rules-settings.ts';
import { dashboardUids } from '../../rules/alert.ts';
import { mutes } from '../../rules/mutes.ts';
import { alertNames, type AlertRule } from '../../rules/pack.ts';
import {
  annotationProblems,
  identityProblems,
  namingProblems,
  timingProblems,
} from './rules-lint/alerts.ts';
import {
  causeProblems,
  coverageProblems,
  inhibitProblems,
  recordProblems,
} from './rules-lint/coverage.ts';
import {
  clusterProblems,
  conditionProblems,
  contractProblems,
  functionProblems,
  readingProblems,
  recordNames,
} from './rules-lint/expressions.ts';
import { findSeries } from '../../src/promql/series.ts';
import { parsePromql, selectorsOf } from '../support/promql-tree.ts';
import { groupProblems, objectProblems, yamlProblems } from './rules-lint/structure.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const shippedYaml = read('rules/generated/prometheus-rules.yaml');
const shipped = parse(shippedYaml) as RuleFile;
const optIn = parse(read('rules/generated/mute-upstream.yaml')) as RuleFile;
const both: RuleFile = { groups: [...shipped.groups, ...optIn.groups] };
const rules = configuredPack({ ...defaultRulesSettings, muteUpstream: true }).flatMap((group) =>
  group.rules.filter(isAlert),
);
const runbookOf = (alert: string): string => read(`docs/runbooks/${alert}.md`);
const testFolder = 'rules/tests/generated';
const testFiles = readdirSync(join(root, testFolder))
  .filter((name) => name !== 'upstream-rules.yaml')
  .map((name) => parse(read(`${testFolder}/${name}`)) as Parameters<typeof coverageProblems>[1][0]);
const links = {
  runbookUrl: defaultRulesSettings.runbookUrl,
  runbookOf,
  dashboards: dashboardUids,
};

/** A file of one rule. */
function fileOf(entry: Partial<RuleFileEntry>): RuleFile {
  return { groups: [{ name: 'g', rules: [{ alert: 'ImagePullX', expr: 'up > 0', ...entry }] }] };
}

function withExpr(expr: string): RuleFile {
  return fileOf({ expr });
}

function anAlert(own: Partial<AlertRule>): AlertRule {
  const rule = rules.find(({ alert }) => alert === 'ImagePullFailing') as AlertRule;
  return { ...rule, ...own };
}

test('the checks see all rules', () => {
  expect(both.groups.flatMap((group) => group.rules)).toHaveLength(8 + 19 + 4);
});

describe('3: groups', () => {
  test('are as 2.42 takes them', () => {
    expect(groupProblems([shipped, optIn])).toEqual([]);
  });
  test.each([
    [{ name: 'g', labels: {}, rules: [] }, 'g: labels is not for 2.42'],
    [{ name: 'g', query_offset: '1m', rules: [] }, 'g: query_offset is not for 2.42'],
    [{ name: 'g', limit: 5, rules: [] }, 'g: limit is not for 2.42'],
    [{ name: 'g', interval: '10m', rules: [] }, 'g: an interval of 10m leaves gaps'],
  ])('catches %j', (group, problem) => {
    expect(groupProblems([{ groups: [group] }])).toEqual([problem]);
  });
  test('catches a name that is taken', () => {
    expect(groupProblems([shipped, { groups: [{ name: 'imagepull.node', rules: [] }] }])).toEqual([
      'imagepull.node: a second group of this name',
    ]);
  });
});

describe('4: the PrometheusRule', () => {
  const yaml = read('rules/generated/prometheusrule.yaml');
  const object = parse(yaml) as { metadata: object };
  test('is what the CRD describes, with the rules of the plain file', () => {
    expect(objectProblems(object, yaml, shipped)).toEqual([]);
  });
  test('catches unknown fields, wrong durations, texts that are none, and other rules', () => {
    const entry = { for: '5 minutes', labels: { severity: 1 }, keepFiring: '1m' };
    const spec = fileOf(entry as object);
    expect(objectProblems({ ...object, spec, status: {} }, 'x'.repeat(600_000), shipped)).toEqual([
      'unknown field status',
      'over 512 KiB',
      'other rules than the plain file',
      'ImagePullX: unknown field keepFiring',
      'ImagePullX: 5 minutes is no duration',
      'ImagePullX: 1 is no text',
    ]);
  });
  test('catches an object of another kind, without a name for it, and a rule that is both', () => {
    const spec = fileOf({ record: 'a:b:c' });
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'A_b' }, spec };
    expect(objectProblems(other, '', spec)).toEqual([
      'not a PrometheusRule',
      'metadata.name',
      'ImagePullX: either record or alert',
    ]);
  });
});

describe('5: YAML', () => {
  const reads = (text: string, version: '1.1' | '1.2'): unknown => parse(text, { version });
  test('is read alike by all parsers', () => {
    for (const name of ['prometheus-rules', 'prometheusrule', 'mute-upstream']) {
      expect(yamlProblems(read(`rules/generated/${name}.yaml`), reads)).toEqual([]);
    }
    expect(yamlProblems(read('rules/generated/alertmanager.yaml'), reads)).toEqual([]);
  });
  test.each([
    ['on: yes', 'YAML 1.1 and 1.2 read it differently'],
    ['a: "\t"', 'tabs'],
    ['a: &x 1\nb: *x', 'anchors'],
    [`expr: ${'a + '.repeat(40)}b`, 'a long expression on one line: '],
    ['        labels: {}\n        expr: x', 'expr is out of order'],
  ])('catches %j', (text, problem) => {
    expect(yamlProblems(text, reads)[0]).toContain(problem);
  });
});

describe('6: the contract', () => {
  test('has every metric, label and value that a rule uses', () => {
    expect(contractProblems(both)).toEqual([]);
  });
  test.each([
    ['imagepull_nothing{job="imagepull-exporter"} > 0', 'imagepull_nothing is exposed by nobody'],
    [
      'imagepull_duration_seconds{job="imagepull-exporter"} > 0',
      'imagepull_duration_seconds is exposed by nobody',
    ],
    [
      'imagepull_container_failing > 0',
      'imagepull_container_failing without job="imagepull-exporter"',
    ],
    [
      'kube_pod_status_phase{job="x"} > 0',
      'kube_pod_status_phase without job="kube-state-metrics"',
    ],
    ['up{job="imagepull-exporter", cause="dns_failure"} > 0', 'up has no label cause'],
    [
      'registry:imagepull_attempts:rate5m{namespace="a"} > 0',
      'registry:imagepull_attempts:rate5m has no label namespace',
    ],
    [
      'imagepull_container_failing{job="imagepull-exporter", cause=~"dns_failure|dns"} > 0',
      'cause is never dns',
    ],
    ['imagepull_attempts_total{job="imagepull-exporter", result!="ok"} > 0', 'result is never ok'],
    ['{job="imagepull-exporter"} > 0', 'a selector without a name'],
    ['sum(', 'does not parse'],
  ])('catches %s', (expr, problem) => {
    expect(contractProblems(withExpr(expr))).toEqual([`ImagePullX: ${problem}`]);
  });
});

describe('7: counters and gauges', () => {
  test('are read as such', () => {
    expect(readingProblems(both)).toEqual([]);
  });
  test.each([
    ['rate(imagepull_container_failing[5m]) > 0', 'rate of the gauge imagepull_container_failing'],
    [
      'imagepull_attempts_total > 5',
      'the counter imagepull_attempts_total without rate or increase',
    ],
    [
      'last_over_time(imagepull_attempts_total[5m]) > 5',
      'the counter imagepull_attempts_total without rate or increase',
    ],
    [
      'last_over_time(imagepull_attempts_total[5m]) and on (cluster) up',
      'the counter imagepull_attempts_total without rate or increase',
    ],
    [
      'increase(imagepull_attempts_total[1m]) > 5',
      'imagepull_attempts_total over less than four scrapes',
    ],
    ['topk(3, up) > 0', 'topk in an alert'],
  ])('catches %s', (expr, problem) => {
    expect(readingProblems(withExpr(expr))).toEqual([`ImagePullX: ${problem}`]);
  });
  test('lets a counter say that it is there', () => {
    expect(
      readingProblems(withExpr('up and on (cluster) last_over_time(imagepull_attempts_total[5m])')),
    ).toEqual([]);
  });
});

describe('8: clusters', () => {
  test('are in every grouping and in no label', () => {
    expect(clusterProblems(both)).toEqual([]);
  });
  test.each([
    ['sum by (registry) (up) > 0', 'by (registry) mixes clusters'],
    ['sum(up) > 0', 'no grouping () mixes clusters'],
    ['sum without (cluster) (up) > 0', 'without (cluster) mixes clusters'],
    ['up and on (registry) up', 'on (registry) mixes clusters'],
    ['up and ignoring (cluster) up', 'ignoring (cluster) mixes clusters'],
  ])('catches %s', (expr, problem) => {
    expect(clusterProblems(withExpr(expr))).toEqual([`ImagePullX: ${problem}`]);
  });
  test('catches a rule that sets the label', () => {
    expect(clusterProblems(fileOf({ labels: { cluster: 'eu1' } }))).toEqual([
      'ImagePullX: sets the label cluster',
    ]);
  });
});

describe('9: conditions', () => {
  test('are what alerts are', () => {
    expect(conditionProblems(both)).toEqual([]);
  });
  test.each([
    ['max by (cluster) (up)', 'no condition'],
    ['up > 0 or up', 'no condition'],
    ['up unless up > 0', 'no condition'],
    ['up / up > 0', 'divides by what may be 0'],
    ['up{job=~"a"} > 0', 'job=~"a" needs no regular expression'],
    ['up{job=~"^a|b"} > 0', 'job: "^a|b" is anchored anyhow'],
    ['x_bucket{le="1"} > 0', 'le as a number is written differently by 3.x'],
  ])('catches %s', (expr, problem) => {
    expect(conditionProblems(withExpr(expr))).toEqual([`ImagePullX: ${problem}`]);
  });
});

describe('10: functions', () => {
  test('are in 2.42', () => {
    expect(functionProblems(both)).toEqual([]);
  });
  test('catches a newer function and a newer template function', () => {
    const annotations = { description: '{{ $labels.x | toDuration }} {{ now }}' };
    expect(functionProblems(fileOf({ expr: 'sort_by_label(up, "a") > 0', annotations }))).toEqual([
      'ImagePullX: sort_by_label is not on the list',
      'ImagePullX: template function toDuration is not on the list',
      'ImagePullX: template function now is not on the list',
    ]);
  });
});

describe('11: identity', () => {
  test('is stable', () => {
    expect(identityProblems(rules, both)).toEqual([]);
  });
  test('catches labels that change, and templates in labels', () => {
    const rule = anAlert({ identity: ['cluster', 'pod', 'cause'] });
    expect(identityProblems([rule], fileOf({ labels: { severity: '{{ $value }}' } }))).toEqual([
      'ImagePullFailing: pod changes while the trouble lasts',
      'ImagePullFailing: cause changes while the trouble lasts',
      'ImagePullX: label severity is a template',
    ]);
  });
});

describe('12: names and severities', () => {
  test('are of the pack, and every page has a reason', () => {
    expect(namingProblems(rules, runbookOf)).toEqual([]);
  });
  test.each([
    [{ alert: 'Imagepull_x' as never }, 'Imagepull_x: not a name of this pack'],
    [{ severity: 'page' as never }, 'ImagePullFailing: severity page'],
    [
      { severity: 'none' as const },
      'ImagePullFailing: severity none is for inhibitors, and nothing else is',
    ],
    [{ severity: 'critical' as const, for: 60 }, 'ImagePullFailing: a page after 60 s'],
  ])('catches %j', (own, problem) => {
    expect(namingProblems([anAlert(own)], () => '**Why it pages:**')).toEqual([problem]);
  });
  test('catches a page without a reason', () => {
    expect(namingProblems([anAlert({ severity: 'critical' })], () => '')).toEqual([
      'ImagePullFailing: its runbook does not say why it pages',
    ]);
  });
});

describe('13: timings', () => {
  const changed = (alert: string, own: Partial<AlertRule>): readonly AlertRule[] =>
    rules.map((rule) => (rule.alert === alert ? { ...rule, ...own } : rule));
  test('let every source fire before its targets and outlast them', () => {
    expect(timingProblems(rules)).toEqual([]);
  });
  test('catches an alert out of its limits', () => {
    expect(timingProblems(changed('ImagePullSlow', { for: 60, keepFiringFor: 7200 }), [])).toEqual([
      'ImagePullSlow: for of 60 s for severity info',
      'ImagePullSlow: keepFiringFor of 7200 s for severity info',
    ]);
  });
  test('catches an inhibitor that comes too late', () => {
    expect(timingProblems(changed('ImagePullRegistryDegraded', { for: 90 }))).toContain(
      'ImagePullRegistryInhibitor and ImagePullRegistryDegraded: the source fires less than a minute before its target',
    );
  });
  test('catches an inhibitor that ends too soon', () => {
    expect(
      timingProblems(changed('ImagePullRegistryInhibitor', { keepFiringFor: 1320 - 1 })),
    ).toEqual([
      'ImagePullRegistryInhibitor and ImagePullFailing: the target outlasts its source',
      'ImagePullRegistryInhibitor and ImagePullRegistryDegraded: the target outlasts its source',
      'ImagePullRegistryInhibitor and ImagePullSlow: the target outlasts its source',
    ]);
  });
  test('catches a label that one of the two lacks, and an alert that mutes its like', () => {
    const wrong = {
      source: 'ImagePullFailing',
      targets: ['ImagePullFailing', 'ImagePullWorkloadDown'],
      equal: ['cluster', 'registry'],
      timing: 'any',
    } as const;
    expect(timingProblems(rules, [wrong])).toEqual([
      'ImagePullFailing and ImagePullFailing: an alert that mutes its like mutes nothing',
      'ImagePullFailing and ImagePullWorkloadDown: not both have the label registry',
    ]);
    expect(mutes.length).toBeGreaterThan(5);
  });
});

describe('14: annotations', () => {
  test('say something, and lead somewhere', () => {
    expect(annotationProblems(both, rules, links)).toEqual([]);
  });
  const failing = shipped.groups
    .flatMap((group) => group.rules)
    .find(({ alert }) => alert === 'ImagePullFailing');
  test.each([
    [
      { summary: 'Something {{ $value }}.' },
      'summary is no plain sentence: Something {{ $value }}.',
    ],
    [{ summary: 'no capital' }, 'summary is no plain sentence: no capital'],
    [{ description: '' }, 'no description'],
    [{ description: 'Pod {{ $labels.pod }} has no image to run, alas.' }, 'has no label pod'],
    [
      { description: 'There are {{ $value }} containers without an image.' },
      'a raw number: {{ $value }}',
    ],
    [
      { description: 'Look at `imagepull_nothing` now, it is very helpful.' },
      'imagepull_nothing is exposed by nobody',
    ],
    [{ runbook_url: 'https://elsewhere' }, 'runbook_url https://elsewhere'],
    [{ dashboard_url: '/d/other' }, 'dashboard_url /d/other'],
  ])('catches %j', (own, problem) => {
    const annotations = { ...failing?.annotations, ...own } as Record<string, string>;
    const file = fileOf({ ...failing, annotations });
    expect(annotationProblems(file, rules, links)).toEqual([`ImagePullFailing: ${problem}`]);
  });
  test('catches a runbook without a section', () => {
    const without = (alert: string): string =>
      runbookOf(alert).replace(/^## Impact\n[^]*?(?=^## )/m, '## Impact\n\n');
    expect(
      annotationProblems(fileOf({ ...failing }), rules, { ...links, runbookOf: without }),
    ).toEqual(['ImagePullFailing: its runbook has no Impact']);
  });
});

test.each(alertNames)('the queries in the runbook of %s can be pasted', (alert) => {
  const queries = [...runbookOf(alert).matchAll(/^```promql\n([^]*?)^```$/gm)].map(
    ([, query]) => query ?? '',
  );
  const unknown = queries.flatMap((query) => {
    const tree = parsePromql(query);
    if (tree === undefined) return [`does not parse: ${query}`];
    return selectorsOf(tree)
      .flatMap(({ names }) => names)
      .filter((name) => name !== 'imagepull_.+')
      .filter((name) => findSeries(name) === undefined && !recordNames.has(name));
  });
  expect(unknown).toEqual([]);
  expect(queries.length).toBeGreaterThan(0);
});

describe('15: records', () => {
  test('say what is left, and are read', () => {
    expect(recordProblems(shipped)).toEqual([]);
  });
  const file = (record: string, expr: string, reader: string): RuleFile => ({
    groups: [
      { name: 'a', rules: [{ record, expr }] },
      { name: 'b', rules: [{ record: 'registry:imagepull_attempts:rate5m', expr: reader }] },
    ],
  });
  test('catches a name that does not say what is left, and one that is not listed', () => {
    expect(
      recordProblems(file('namespace:imagepull_x:sum', 'sum by (cluster, registry) (up)', 'up')),
    ).toEqual([
      'namespace:imagepull_x:sum: level namespace, but it keeps registry',
      'namespace:imagepull_x:sum: not in the list of records',
      'namespace:imagepull_x:sum: nobody reads it',
      'registry:imagepull_attempts:rate5m: level registry, but it keeps ',
      'registry:imagepull_attempts:rate5m: nobody reads it',
    ]);
  });
  test('catches a chain across groups', () => {
    const name = 'registry:imagepull_outage_workloads:count';
    expect(
      recordProblems(file(name, 'sum by (registry) (up)', `sum by (registry) (${name})`))[0],
    ).toBe(`${name}: read by the record registry:imagepull_attempts:rate5m of another group`);
  });
});

describe('16: tests', () => {
  test('exist for every alert and for the pack', () => {
    expect(coverageProblems(alertNames, testFiles)).toEqual([]);
  });
  test('catches an alert that is not tested', () => {
    expect(coverageProblems(['ImagePullNew'], testFiles)).toEqual([
      'ImagePullNew: never seen firing',
      'ImagePullNew: not seen with a lost scrape',
      'ImagePullNew: not seen silent when all is well',
    ]);
  });
  test('catches a pack that is not tested', () => {
    expect(coverageProblems([], [])).toContain('no test: two replicas');
  });
});

describe('17: causes', () => {
  test('have a class, an alert and a place in a runbook', () => {
    expect(causeProblems(causes, alertNames, runbookOf)).toEqual([]);
  });
  test('catches a cause that nobody explains, and a class that nobody knows', () => {
    const more = { new_cause: { class: 'node' }, lost: { class: 'moon' } };
    expect(causeProblems(more, alertNames, runbookOf)).toEqual([
      'new_cause: not in ImagePullNodeFailing.md',
      'lost: no class moon',
    ]);
    expect(causeProblems({ new_cause: { class: 'node' } }, [], () => '`new_cause`\n')).toEqual([
      'node: no alert',
    ]);
  });
});

describe('18: inhibit rules', () => {
  type Config = Parameters<typeof inhibitProblems>[0];
  test('are as 0.25 takes them', () => {
    const [, snippet] = generateRules({}, ['alertmanager']).files;
    expect(snippet?.name).toBe('imagepull.tmpl');
    expect(inhibitProblems(parse(read('rules/generated/alertmanager.yaml')) as Config)).toEqual([]);
  });
  test('catches a name, and a rule across clusters', () => {
    const rule = {
      source_matchers: ['a="b"'],
      target_matchers: [],
      equal: ['registry'],
      name: ['x'],
    };
    expect(inhibitProblems({ inhibit_rules: [rule] })).toEqual([
      'a="b": name is not for 0.25',
      'a="b": mutes other clusters',
    ]);
  });
});
