// Checks 6 to 10: what expressions are made of.
import { causes, classes } from '../../../src/classify/causes.ts';
import type { RuleFile } from '../../../src/generate/rule-file.ts';
import { findSeries } from '../../../src/promql/series.ts';
import { nameRecords, records, type RecordKey } from '../../../rules/records.ts';
import { windowsFor } from '../../../rules/windows.ts';
import {
  ancestorsOf,
  functionsOf,
  groupingsOf,
  nodesOf,
  readingOf,
  selectorsOf,
  type PromqlNode,
} from '../../support/promql-tree.ts';
import { actionsOf, entries, nameOf, ofEachExpression, type Problems } from './rule-entries.ts';

const scrapeSeconds = 30;
const named = nameRecords(windowsFor(scrapeSeconds, 1));
export const recordNames: ReadonlyMap<string, readonly string[]> = new Map(
  (Object.keys(records) as RecordKey[]).map((key) => [named[key].name, named[key].labels]),
);

const scrapeLabels = ['job', 'instance', 'cluster', 'exported_namespace', 'le', 'shard'];

const closedValues: Readonly<Record<string, readonly string[]>> = {
  cause: Object.keys(causes),
  class: Object.keys(classes),
  result: ['success', 'failure'],
  resource: ['pods', 'events'],
  alertstate: ['pending', 'firing'],
  quantile: ['0.95'],
};

/** 6: nothing that nobody exposes, and every selector says whose series it means. */
export function contractProblems(file: RuleFile): Problems {
  return ofEachExpression(file, contractProblemsOf);
}

export function contractProblemsOf(root: PromqlNode): Problems {
  return selectorsOf(root).flatMap(({ names, matchers }) => {
    if (names.length === 0) return ['a selector without a name'];
    const jobs = new Set(matchers.filter(({ label }) => label === 'job').map(({ value }) => value));
    return names.flatMap((name) => {
      const series = findSeries(name);
      const labels = series?.labels ?? recordNames.get(name);
      if (labels === undefined) return [`${name} is exposed by nobody`];
      const job = {
        exporter: 'imagepull-exporter',
        'kube-state-metrics': 'kube-state-metrics',
        prometheus: undefined,
      }[series?.origin ?? 'prometheus'];
      return [
        ...(job === undefined || jobs.has(job) ? [] : [`${name} without job="${job}"`]),
        ...matchers
          .filter(({ label }) => ![...labels, ...scrapeLabels].includes(label))
          .map(({ label }) => `${name} has no label ${label}`),
        ...matchers.flatMap(({ label, operator, value }) =>
          (operator.endsWith('~') ? value.split('|') : [value])
            .filter((one) => one !== '' && closedValues[label]?.includes(one) === false)
            .map((one) => `${label} is never ${one}`),
        ),
      ];
    });
  });
}

/** 7: counters by their growth, over enough scrapes; gauges never so; nothing that picks series. */
export function readingProblems(file: RuleFile): Problems {
  return ofEachExpression(file, (root, entry) => [
    ...selectorsOf(root).flatMap(({ names, node }) => {
      const { fn, call, rangeSeconds } = readingOf(node);
      const isGrowth = ['rate', 'irate', 'increase'].includes(fn ?? '');
      const types = new Set(names.map((name) => findSeries(name)?.type ?? 'gauge'));
      return [
        ...(isGrowth && types.has('gauge') ? [`${fn} of the gauge ${names.join()}`] : []),
        ...(!isGrowth && (types.has('counter') || types.has('bucket')) && !isPresence(call)
          ? [`the counter ${names.join()} without rate or increase`]
          : []),
        ...(rangeSeconds !== undefined && rangeSeconds < 4 * scrapeSeconds
          ? [`${names.join()} over less than four scrapes`]
          : []),
      ];
    }),
    ...functionsOf(root)
      .filter((fn) => ['topk', 'bottomk', 'count_values', 'sort', 'sort_desc'].includes(fn))
      .filter(() => entry.alert !== undefined)
      .map((fn) => `${fn} in an alert`),
  ]);
}

/** Whether only that the series are there matters, and not their value. */
function isPresence(call: PromqlNode | undefined): boolean {
  if (call === undefined) return false;
  let below: PromqlNode = call;
  for (const node of ancestorsOf(call)) {
    if (node.type === 'AggregateExpr') return node.text.startsWith('count');
    if (node.type === 'BinaryExpr') {
      const isSet = node.children.some(({ type }) => type === 'And' || type === 'Unless');
      return isSet && node.children.at(-1) === below;
    }
    below = node;
  }
  return false;
}

/** 8: clusters are never mixed, and never named by a rule. */
export function clusterProblems(file: RuleFile): Problems {
  return ofEachExpression(file, (root, { labels = {} }) => [
    ...groupingsOf(root)
      .filter(
        ({ kind, labels: grouped }) =>
          !(['by', 'on'].includes(kind) && grouped.includes('cluster')),
      )
      .map(
        ({ kind, labels: grouped }) =>
          `${kind || 'no grouping'} (${grouped.join(', ')}) mixes clusters`,
      ),
    ...(Object.hasOwn(labels, 'cluster') ? ['sets the label cluster'] : []),
  ]);
}

/** 9: an alert is a condition; no NaN; regular expressions only where they are some. */
export function conditionProblems(file: RuleFile): Problems {
  return ofEachExpression(file, (root, { alert }) => [
    ...(alert !== undefined && !isCondition(root) ? ['no condition'] : []),
    ...[...nodesOf(root, 'BinaryExpr')]
      .filter(({ children }) => children.some(({ type }) => type === 'Div'))
      .filter(({ children }) => !/> 0\s*\)?$/.test(children.at(-1)?.text ?? ''))
      .map(() => 'divides by what may be 0'),
    ...selectorsOf(root).flatMap(({ matchers }) =>
      matchers.flatMap(({ label, operator, value }) => [
        ...(operator.endsWith('~') && !/[|.*+?[(]/.test(value)
          ? [`${label}${operator}"${value}" needs no regular expression`]
          : []),
        ...(/^\^|\$$/.test(value) ? [`${label}: "${value}" is anchored anyhow`] : []),
        ...(label === 'le' ? ['le as a number is written differently by 3.x'] : []),
      ]),
    ),
  ]);
}

function isCondition(node: PromqlNode): boolean {
  const operator = node.children.find(({ type }) =>
    ['And', 'Or', 'Unless', 'Gtr', 'Gte', 'Lss', 'Lte', 'Eql', 'EqlC', 'Neq'].includes(type),
  )?.type;
  const operands = node.children.filter(({ type }) =>
    ['BinaryExpr', 'AggregateExpr', 'FunctionCall', 'ParenExpr', 'VectorSelector'].includes(type),
  );
  switch (node.type) {
    case 'BinaryExpr':
      if (operator === 'Or') return operands.every(isCondition);
      if (operator === 'And') return operands.some(isCondition);
      if (operator === 'Unless') return operands.slice(0, 1).every(isCondition);
      return operator !== undefined;
    case 'FunctionCall':
      return node.text.startsWith('absent');
    case 'PromQL':
    case 'AggregateExpr':
    case 'ParenExpr':
    case 'FunctionCallBody':
      return node.children.some(isCondition);
    default:
      return false;
  }
}

const functionsOf242 = new Set([
  'sum',
  'min',
  'max',
  'count',
  'rate',
  'increase',
  'max_over_time',
  'last_over_time',
  'absent',
  'time',
  'label_replace',
  'histogram_quantile',
  'topk',
]);
const templateWords = new Set([
  'with',
  'range',
  'if',
  'else',
  'end',
  'printf',
  'query',
  'humanize',
  'humanizeDuration',
  'humanizePercentage',
]);

/** 10: only functions that 2.42 has, in expressions and in templates. */
export function functionProblems(file: RuleFile): Problems {
  return [
    ...ofEachExpression(file, (root) =>
      functionsOf(root)
        .filter((fn) => !functionsOf242.has(fn))
        .map((fn) => `${fn} is not on the list`),
    ),
    ...entries(file).flatMap((entry) =>
      Object.values(entry.annotations ?? {})
        .flatMap(actionsOf)
        .flatMap((action) => [
          ...action.replaceAll(/`[^`]*`|"[^"]*"/g, '').matchAll(/(?<![\w.$])[a-zA-Z_]\w*/g),
        ])
        .filter(([word]) => !templateWords.has(word))
        .map(([word]) => `${nameOf(entry)}: template function ${word} is not on the list`),
    ),
  ];
}
