// Checks 15 to 18: records that are read, alerts that are tested, causes that are explained, mutes that work.
import { classes, type CauseClass } from '../../../src/classify/causes.ts';
import type { RuleFile } from '../../../src/generate/rule-file.ts';
import { groupingsOf, parsePromql, selectorsOf } from '../../support/promql-tree.ts';
import { recordNames } from './expressions.ts';
import { entries, nameOf, type Problems } from './rule-entries.ts';

/** 15: names that say what is left; no record that nobody reads; no chain across groups. */
export function recordProblems(file: RuleFile): Problems {
  const groupOf = new Map(
    file.groups.flatMap(({ name, rules }) => rules.map((rule) => [nameOf(rule), name])),
  );
  const used = new Map<string, Set<string>>();
  for (const entry of entries(file)) {
    const root = parsePromql(entry.expr);
    for (const { names } of root === undefined ? [] : selectorsOf(root)) {
      for (const name of names) used.set(name, (used.get(name) ?? new Set()).add(nameOf(entry)));
    }
  }
  return entries(file).flatMap(({ record, expr, labels = {} }) => {
    if (record === undefined) return [];
    const [level = '', metric = '', operation = ''] = record.split(':');
    const root = parsePromql(expr);
    const grouped = root === undefined ? [] : (groupingsOf(root)[0]?.labels ?? []);
    // A record of records keeps their labels.
    const kept = [
      ...grouped.filter((label) => !['cluster', 'workload_kind', 'le'].includes(label)),
      ...Object.keys(labels),
    ];
    const readers = [...(used.get(record) ?? [])];
    return [
      ...(/^[a-z_]+:imagepull_[a-z_]+:[a-z0-9_]+$/.test(record) && metric !== '' && operation !== ''
        ? []
        : ['not level:metric:operations']),
      ...(level === kept.join('_') ? [] : [`level ${level}, but it keeps ${kept.join(', ')}`]),
      ...(recordNames.has(record) ? [] : ['not in the list of records']),
      ...(readers.length > 0 ? [] : ['nobody reads it']),
      ...readers
        .filter((reader) => reader.includes(':') && groupOf.get(reader) !== groupOf.get(record))
        .map((reader) => `read by the record ${reader} of another group`),
    ].map((problem) => `${record}: ${problem}`);
  });
}

interface TestFile {
  readonly tests: readonly {
    readonly name: string;
    readonly input_series: readonly { readonly values: string }[];
    readonly alert_rule_test?: readonly {
      readonly eval_time: string;
      readonly alertname: string;
      readonly exp_alerts: readonly {
        readonly exp_labels: object;
        readonly exp_annotations: object;
      }[];
    }[];
    readonly promql_expr_test?: readonly { readonly expr: string }[];
  }[];
}

/** What the pack as a whole is tested for, by the words of the tests' names. */
const packTests = [
  'two clusters',
  'two replicas',
  'three shards',
  'pods that are replaced',
  'exporter that is replaced',
  'another image',
  'counters that begin again at 0',
  'without events',
  'flips every five minutes',
  'a day of typos in 50 namespaces',
  'KubeContainerWaiting never fires',
];

/** 16: each alert is seen firing, silent just before, silent when all is well, and with a lost scrape. */
export function coverageProblems(names: readonly string[], files: readonly TestFile[]): Problems {
  const tests = files.flatMap((file) => file.tests);
  const healthy = tests.find(({ name }) => name.startsWith('nothing fires while all is well'));
  const silence = healthy?.promql_expr_test?.[0]?.expr ?? '';
  return [
    ...names.flatMap((alert) => {
      const of = tests.filter(({ name }) => name.startsWith(`${alert}: `));
      const firesAndWasSilent = of.filter(({ alert_rule_test: checks = [] }) => {
        const [before, after] = checks.filter(({ alertname }) => alertname === alert);
        const [firing] = after?.exp_alerts ?? [];
        return (
          before?.exp_alerts.length === 0 &&
          firing !== undefined &&
          Object.keys(firing.exp_labels).length > 0 &&
          Object.keys(firing.exp_annotations).length >= 4
        );
      });
      const lost = firesAndWasSilent.filter(
        ({ name, input_series }) =>
          name.includes('a scrape is lost') &&
          input_series.some(({ values }) => values.includes('stale')),
      );
      return [
        ...(firesAndWasSilent.length > lost.length ? [] : [`${alert}: never seen firing`]),
        ...(lost.length > 0 ? [] : [`${alert}: not seen with a lost scrape`]),
        ...(silence.includes(alert) || alert === 'ImagePullPodInhibitor'
          ? []
          : [`${alert}: not seen silent when all is well`]),
      ];
    }),
    ...packTests
      .filter((words) => !tests.some(({ name }) => name.includes(words)))
      .map((words) => `no test: ${words}`),
  ];
}

/** The alert, and with it the runbook, that stands for a class. */
const alertOfClass: Readonly<Record<CauseClass, string>> = {
  reference: 'ImagePullReferenceInvalid',
  credentials: 'ImagePullCredentialsRejected',
  registry: 'ImagePullFailing',
  node: 'ImagePullNodeFailing',
  policy: 'ImagePullPolicyRejected',
  unknown: 'ImagePullUnclassified',
};

/** 17: every cause has its class, its alert, its owner and its place in a runbook. */
export function causeProblems(
  catalogue: Readonly<Record<string, { readonly class: string }>>,
  names: readonly string[],
  runbookOf: (alert: string) => string,
): Problems {
  return Object.entries(catalogue).flatMap(([cause, { class: causeClass }]) => {
    if (!Object.hasOwn(classes, causeClass)) return [`${cause}: no class ${causeClass}`];
    const alert = alertOfClass[causeClass as CauseClass];
    return [
      ...(names.includes(alert) ? [] : [`${causeClass}: no alert`]),
      ...(runbookOf(alert).includes(`\`${cause}\`\n`) ? [] : [`${cause}: not in ${alert}.md`]),
    ];
  });
}

/** 18: what Alertmanager 0.25 refuses or would not do. */
export function inhibitProblems(config: {
  readonly inhibit_rules: readonly Readonly<Record<string, readonly string[]>>[];
}): Problems {
  return config.inhibit_rules.flatMap((rule) => {
    const known = new Set(['source_matchers', 'target_matchers', 'equal']);
    const source = rule['source_matchers']?.join() ?? '';
    return [
      ...Object.keys(rule)
        .filter((key) => !known.has(key))
        .map((key) => `${source}: ${key} is not for 0.25`),
      ...(rule['equal']?.includes('cluster') === true ? [] : [`${source}: mutes other clusters`]),
    ];
  });
}
