// The functions that expressions are written with: each takes names and labels that the catalogues
// have, and nothing else compiles.
import { bindings, call, operation, type Vector } from './expression.ts';
import { formatMatcher, quote, type Condition, type Matchers } from './matchers.ts';
import { or } from './operators.ts';
import { overTime, type Range, type Selector } from './selector.ts';
import {
  findSeries,
  type Origin,
  type SeriesLabel,
  type SeriesName,
  type SeriesType,
  type TypeOf,
} from './series.ts';

export interface Scope {
  /** Matchers such as `job="x"` that every selector gets, by whom its series come from. */
  readonly selectors: Readonly<Record<Origin | 'record', string>>;
  /** Undefined: one cluster, and no label for it. */
  readonly clusterLabel: string | undefined;
  /** What a lost scrape is bridged with, in seconds. */
  readonly bridgeSeconds: number;
}

/** Recording rules: their names as they are generated, and the labels that they keep. */
export type RecordNames = Readonly<
  Record<string, { readonly name: string; readonly labels: readonly string[] }>
>;

export type PromQl<Records extends RecordNames> = ReturnType<typeof promql<Records>>;

type LabelOfRecord<
  Records extends RecordNames,
  Key extends keyof Records,
> = Records[Key]['labels'][number];

/** The labels that all the series have. */
type SharedLabel<Name extends SeriesName> = string &
  keyof (Name extends unknown ? Record<SeriesLabel<Name>, unknown> : never);

export function promql<const Records extends RecordNames>(scope: Scope, records: Records) {
  const max = aggregation('max');
  const min = aggregation('min');
  const sum = aggregation('sum');
  const count = aggregation('count');

  function select<const Name extends SeriesName>(
    name: Name,
    matchers: Matchers<Exclude<SeriesLabel<Name>, 'cluster'>> = {},
  ): Selector<SeriesLabel<Name>, TypeOf<Name>> {
    const series = findSeries(name);
    if (series === undefined) throw new Error(`no series ${name} in the catalogues`);
    const text = name + braces(selectorParts(series.origin, matchers));
    return selector(text, series.labels, series.type) as never;
  }

  /** Several series at once, by a condition on their name. */
  function selectAny<const Name extends SeriesName>(
    names: readonly [Name, ...Name[]],
    matchers: Matchers<Exclude<SharedLabel<Name>, 'cluster'>> = {},
  ): Selector<SharedLabel<Name>, TypeOf<Name>> {
    const [first, ...others] = names.map((name) => select(name));
    const shared = first?.metricLabels.filter((label) =>
      others.every((other) => (other.metricLabels as readonly string[]).includes(label)),
    );
    const name = `__name__=~${quote(names.join('|'))}`;
    const parts = selectorParts(findSeries(names[0])?.origin ?? 'exporter', matchers);
    return selector(braces([name, ...parts]), shared ?? [], first?.type ?? 'gauge') as never;
  }

  function record<const Key extends keyof Records & string>(
    key: Key,
    matchers: Matchers<Exclude<LabelOfRecord<Records, Key>, 'cluster'>> = {},
  ): Selector<LabelOfRecord<Records, Key>, 'gauge'> {
    const { name, labels } = records[key] as RecordNames[string];
    const text = name + braces(selectorParts('record', matchers));
    return { text, labels, metricLabels: labels, type: 'gauge', binding: bindings.atom };
  }

  function aggregation(operator: string) {
    return <const Label extends string, const By extends Label>(
      by: readonly By[],
      vector: Vector<Label>,
    ): Vector<By> => ({
      text: call(`${operator} by (${labelList(by)}) `, vector.text),
      labels: by,
      binding: bindings.atom,
    });
  }

  /** The highest value of the last scrapes, now or some time ago, so that one lost scrape ends nothing. */
  function bridge<const Label extends string>(
    gauge: Selector<Label, 'gauge'>,
    agoSeconds = 0,
  ): Vector<Label> {
    return overTime('max_over_time', gauge, scope.bridgeSeconds, agoSeconds);
  }

  /** The newest value of the last scrapes: where a fall must be seen at once, or presence is all. */
  function latest<const Label extends string>(series: Selector<Label>): Vector<Label> {
    return overTime('last_over_time', series, scope.bridgeSeconds);
  }

  /**
   * The rate of a counter, summed; replicas count what they all see, so of each series (shard
   * included) the highest rate is taken first.
   */
  function rate<const Label extends string, const By extends Label | 'cluster'>(
    by: readonly By[],
    counter: Selector<Label, 'counter' | 'bucket'>,
    range: Range,
  ): Vector<By> {
    return total(by, counter, overTime('rate', counter, range));
  }

  /** As `rate`, but by how much it grew. */
  function increase<const Label extends string, const By extends Label | 'cluster'>(
    by: readonly By[],
    counter: Selector<Label, 'counter' | 'bucket'>,
    range: Range,
  ): Vector<By> {
    return total(by, counter, overTime('increase', counter, range));
  }

  function total<By extends string>(
    by: readonly By[],
    counter: Selector,
    growth: Vector,
  ): Vector<By> {
    return sum<string, By>(by, max(['cluster', ...counter.metricLabels], growth));
  }

  function and<const A extends string, const B extends string>(
    on: readonly NoInfer<A & B>[],
    left: Vector<A>,
    right: Vector<B>,
  ): Vector<A> {
    return matched('and', on, left, right);
  }

  function unless<const A extends string, const B extends string>(
    on: readonly NoInfer<A & B>[],
    left: Vector<A>,
    right: Vector<B>,
  ): Vector<A> {
    return matched('unless', on, left, right);
  }

  function matched<A extends string>(
    operator: 'and' | 'unless',
    on: readonly string[],
    left: Vector<A>,
    right: Vector,
  ): Vector<A> {
    const binding = bindings[operator];
    const text = operation(`${operator} on (${labelList(on)})`, binding, left, right);
    return { text, labels: left.labels, binding };
  }

  /**
   * The trouble from when it was raised until it is over: what raised it may end meanwhile, then the
   * firing alert itself keeps it up.
   */
  function hold<const Label extends SeriesLabel<'ALERTS'>>(
    alertName: string,
    trouble: Vector<Label>,
    raised: Vector<Label>,
    memorySeconds: number,
  ): Vector<Label> {
    const alerts = select('ALERTS', { alertname: alertName, alertstate: 'firing' });
    const firing = max(trouble.labels, overTime('last_over_time', alerts, memorySeconds));
    return matched('and', trouble.labels, trouble, or(raised, firing));
  }

  /** Each series with one label more, that of the series of `more` (of value 1) on its side, if there is one. */
  function enriched<const Label extends string, const New extends string>(
    vector: Vector<Label>,
    on: readonly Label[],
    name: New,
    more: Vector<Label | New>,
  ): Vector<Label | New> {
    const times = `* on (${labelList(on)}) group_left (${name})`;
    const product = operation(times, bindings.multiply, vector, more);
    const rest = `or on (${labelList(vector.labels)})`;
    const left = { text: product, binding: bindings.multiply };
    const text = operation(rest, bindings.or, left, vector);
    return { text, labels: [...vector.labels, name], binding: bindings.or };
  }

  /** What the user's series call the label; undefined for `cluster` where there is no such label. */
  function labelName(label: string): string | undefined {
    return label === 'cluster' ? scope.clusterLabel : label;
  }

  function labelList(labels: readonly string[]): string {
    return labels.flatMap((label) => labelName(label) ?? []).join(', ');
  }

  function selectorParts(origin: Origin | 'record', matchers: Matchers<string>): string[] {
    const parts = Object.entries(matchers).map(([label, match]) =>
      formatMatcher(label, match as string | Condition<string>),
    );
    const own = scope.selectors[origin];
    return own === '' ? parts : [own, ...parts];
  }

  return {
    select,
    selectAny,
    record,
    max,
    min,
    sum,
    count,
    bridge,
    latest,
    rate,
    increase,
    and,
    unless,
    hold,
    enriched,
    labelName,
  };
}

function selector(text: string, metricLabels: readonly string[], type: SeriesType): Selector {
  const labels = ['cluster', 'job', 'instance', ...metricLabels];
  return { text, labels, metricLabels, type, binding: bindings.atom };
}

function braces(parts: readonly string[]): string {
  return parts.length === 0 ? '' : `{${parts.join(', ')}}`;
}
