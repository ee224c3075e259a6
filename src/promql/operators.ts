// The functions on vectors that need to know nothing of selectors and of the label of clusters.
import { bindings, call, operation, type Vector } from './expression.ts';
import { quote } from './matchers.ts';
import { overTime, type Selector } from './selector.ts';

/** Where both sides have a series with the same labels, the left one stands. */
export function or<const Label extends string>(
  first: Vector<Label>,
  ...others: Vector<Label>[]
): Vector<Label> {
  return others.reduce(
    (left, right) => ({
      text: operation('or', bindings.or, left, right),
      labels: left.labels,
      binding: bindings.or,
    }),
    first,
  );
}

export function maxOver<const Label extends string>(
  gauge: Selector<Label, 'gauge'>,
  seconds: number,
): Vector<Label> {
  return overTime('max_over_time', gauge, seconds);
}

/** Nothing where the whole is 0, so that no NaN comes out. */
export function ratio<const Label extends string>(
  part: Vector<Label>,
  whole: Vector<Label>,
): Vector<Label> {
  const text = operation('/', bindings.multiply, part, above(whole, 0));
  return { text, labels: part.labels, binding: bindings.multiply };
}

export function quantile<const Label extends string>(
  rank: number,
  buckets: Vector<Label | 'le'>,
): Vector<Exclude<Label, 'le'>> {
  return {
    text: call('histogram_quantile', `${rank}, ${buckets.text}`),
    labels: buckets.labels.filter((label) => label !== 'le') as Exclude<Label, 'le'>[],
    binding: bindings.atom,
  };
}

/** A label more: a copy of another label, or a fixed text. */
export function withLabel<const Label extends string, const New extends string>(
  vector: Vector<Label>,
  name: New,
  value: { readonly copyOf: Label } | { readonly text: string },
): Vector<Label | New> {
  const args = 'copyOf' in value ? [name, '$1', value.copyOf, '(.*)'] : [name, value.text, '', ''];
  return {
    text: call('label_replace', [vector.text, ...args.map(quote)].join(', ')),
    labels: [...vector.labels, name],
    binding: bindings.atom,
  };
}

export function absent(gauge: Selector): Vector<never> {
  return { text: call('absent', gauge.text), labels: [], binding: bindings.atom };
}

/** Seconds since the Unix time that the series give. */
export function age<const Label extends string>(timestamps: Vector<Label>): Vector<Label> {
  const now = { text: 'time()', binding: bindings.atom };
  const text = operation('-', bindings.add, now, timestamps);
  return { text, labels: timestamps.labels, binding: bindings.add };
}

export function above<const Label extends string>(
  vector: Vector<Label>,
  limit: number,
): Vector<Label> {
  return compared('>', vector, limit);
}

export function atLeast<const Label extends string>(
  vector: Vector<Label>,
  limit: number,
): Vector<Label> {
  return compared('>=', vector, limit);
}

export function equal<const Label extends string>(
  vector: Vector<Label>,
  value: number,
): Vector<Label> {
  return compared('==', vector, value);
}

function compared<Label extends string>(
  operator: string,
  vector: Vector<Label>,
  value: number,
): Vector<Label> {
  const right = { text: String(value), binding: bindings.atom };
  const text = operation(operator, bindings.compare, vector, right);
  return { text, labels: vector.labels, binding: bindings.compare };
}
