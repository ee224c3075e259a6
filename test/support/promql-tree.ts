// A PromQL text -> its syntax tree, and what checks of rules and dashboards ask of it.
import { parser } from '@prometheus-io/lezer-promql';

export interface PromqlNode {
  readonly type: string;
  readonly text: string;
  readonly parent: PromqlNode | undefined;
  readonly children: readonly PromqlNode[];
}

export interface SelectorMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

export interface PromqlSelector {
  /** Several where the name is a regular expression; none where it is not given at all. */
  readonly names: readonly string[];
  readonly matchers: readonly SelectorMatcher[];
  readonly node: PromqlNode;
}

/** Undefined when the text does not parse. */
export function parsePromql(text: string): PromqlNode | undefined {
  let failed = false;
  const root: { type: string; text: string; parent: undefined; children: PromqlNode[] } = {
    type: 'Top',
    text,
    parent: undefined,
    children: [],
  };
  const open: { children: PromqlNode[] }[] = [root];
  parser.parse(text).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) failed = true;
      const parent = open.at(-1) as typeof root;
      const node = { type: type.name, text: text.slice(from, to), parent, children: [] };
      parent.children.push(node);
      open.push(node);
    },
    leave: () => void open.pop(),
  });
  return failed ? undefined : root.children[0];
}

export function* nodesOf(node: PromqlNode, type?: string): Generator<PromqlNode> {
  if (type === undefined || node.type === type) yield node;
  for (const child of node.children) yield* nodesOf(child, type);
}

export function* ancestorsOf(node: PromqlNode): Generator<PromqlNode> {
  for (let next = node.parent; next !== undefined; next = next.parent) yield next;
}

export function selectorsOf(root: PromqlNode): readonly PromqlSelector[] {
  return [...nodesOf(root, 'VectorSelector')].map((node) => {
    const all = [...nodesOf(node, 'UnquotedLabelMatcher')].map(matcherOf);
    const byName = all.filter(({ label }) => label === '__name__');
    return {
      names: [
        ...node.children.filter(({ type }) => type === 'Identifier').map(({ text }) => text),
        ...byName.flatMap(({ value }) => value.split('|')),
      ],
      matchers: all.filter(({ label }) => label !== '__name__'),
      node,
    };
  });
}

function matcherOf(node: PromqlNode): SelectorMatcher {
  const part = (type: string): string => node.children.find((one) => one.type === type)?.text ?? '';
  return {
    label: part('LabelName'),
    operator: part('MatchOp'),
    value: JSON.parse(part('StringLiteral')) as string,
  };
}

export function functionsOf(root: PromqlNode): readonly string[] {
  return [...nodesOf(root, 'FunctionIdentifier'), ...nodesOf(root, 'AggregateOp')].map(
    ({ text }) => text,
  );
}

/** Of `sum by (a) (...)`: by, [a]; of `and on (a)`: on, [a]; of an aggregation without: '', []. */
export function groupingsOf(
  root: PromqlNode,
): readonly { readonly kind: string; readonly labels: readonly string[] }[] {
  const modifiers = [
    ...nodesOf(root, 'AggregateModifier'),
    ...nodesOf(root, 'MatchingModifierClause'),
  ].map((node) => {
    const [kind, labels] = node.children;
    return {
      kind: kind?.text ?? '',
      labels: labels === undefined ? [] : [...nodesOf(labels, 'LabelName')].map(({ text }) => text),
    };
  });
  const bare = [...nodesOf(root, 'AggregateExpr')].filter(
    ({ children }) => !children.some(({ type }) => type === 'AggregateModifier'),
  );
  return [...modifiers, ...bare.map(() => ({ kind: '', labels: [] }))];
}

/** The function that a selector is read by, `rate` for instance, and the range in seconds. */
export function readingOf(selector: PromqlNode): {
  readonly fn: string | undefined;
  readonly call: PromqlNode | undefined;
  readonly rangeSeconds: number | undefined;
} {
  const range = [...ancestorsOf(selector)].find(({ type }) => type === 'MatrixSelector');
  if (range === undefined) return { fn: undefined, call: undefined, rangeSeconds: undefined };
  const call = [...ancestorsOf(range)].find(({ type }) => type === 'FunctionCall');
  const duration = range.children.find(({ type }) => type === 'DurationExpr')?.text ?? '';
  const fn = call?.children.find(({ type }) => type === 'FunctionIdentifier')?.text;
  return { fn, call, rangeSeconds: secondsOf(duration) };
}

function secondsOf(duration: string): number {
  const weights: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
  return [...duration.matchAll(/(\d+)(ms|s|m|h|d)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (weights[unit ?? ''] ?? Number.NaN),
    0,
  );
}
