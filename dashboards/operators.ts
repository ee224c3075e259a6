// The functions on vectors that only dashboards use: they pick, order and word what people read.
import { bindings, call, operation, type Vector } from '../src/promql/expression.ts';
import { quote } from '../src/promql/matchers.ts';
import { withLabel } from '../src/promql/operators.ts';
import type { Selector } from '../src/promql/selector.ts';

/** In a panel only: what is picked changes from one moment to the next. */
export function top<const Label extends string>(
  count: number,
  vector: Vector<Label>,
): Vector<Label> {
  return called('topk', `${count}, ${vector.text}`, vector.labels);
}

/** The greatest of each group; the labels as the series have them. */
export function topBy<const Label extends string>(
  labels: readonly string[],
  vector: Vector<Label>,
): Vector<Label> {
  const text = call(`topk by (${labels.join(', ')}) `, `1, ${vector.text}`);
  return { text, labels: vector.labels, binding: bindings.atom };
}

export function sorted<const Label extends string>(vector: Vector<Label>): Vector<Label> {
  return called('sort_desc', vector.text, vector.labels);
}

export function atLeastZero<const Label extends string>(vector: Vector<Label>): Vector<Label> {
  return called('clamp_min', `${vector.text}, 0`, vector.labels);
}

/** Seconds until the Unix time that the series give; negative when it is over. */
export function untilThen<const Label extends string>(timestamps: Vector<Label>): Vector<Label> {
  const now = { text: 'time()', binding: bindings.atom };
  const text = operation('-', bindings.add, timestamps, now);
  return { text, labels: timestamps.labels, binding: bindings.add };
}

/** Each series at its highest in the time that the dashboard shows, the same at every moment of it. */
export function highestShown<const Label extends string>({
  text,
  labels,
}: Selector<Label>): Vector<Label> {
  return called('max_over_time', `${text}[$__range] @ end()`, labels);
}

/** Every series with this value. */
export function as<const Label extends string>(
  value: number,
  vector: Vector<Label>,
): Vector<Label> {
  const zero = { text: '0', binding: bindings.atom };
  const text = operation('*', bindings.multiply, zero, vector);
  const product = { text, labels: vector.labels, binding: bindings.multiply };
  if (value === 0) return product;
  const number = { text: String(value), binding: bindings.atom };
  return { ...product, text: operation('+', bindings.add, number, product), binding: bindings.add };
}

/** `others` where there is no series of `first` at all. */
export function orElse<const Label extends string>(
  first: Vector<Label>,
  others: Vector,
): Vector<Label> {
  const text = operation('or on ()', bindings.or, first, others);
  return { text, labels: first.labels, binding: bindings.or };
}

/** A label more, made of the values of others: `$1`, `$2` ... in `wording`. */
export function worded<const Label extends string, const New extends string>(
  vector: Vector<Label>,
  name: New,
  labels: readonly string[],
  wording: string,
): Vector<Label | New> {
  if (labels.length === 0) return withLabel(vector, name, { text: wording });
  const joined = call(
    'label_join',
    [vector.text, quote(name), quote(separator), ...labels.map(quote)].join(', '),
  );
  const parts = labels.map(() => '(.*)').join(String.raw`\|`);
  const args = [name, wording, name, parts].map(quote);
  return called('label_replace', [joined, ...args].join(', '), [...vector.labels, name]);
}

/** In none of the names that Kubernetes and registries allow. */
const separator = '|';

function called<Label extends string>(
  fn: string,
  body: string,
  labels: readonly Label[],
): Vector<Label> {
  return { text: call(fn, body), labels, binding: bindings.atom };
}
