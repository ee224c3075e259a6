// Label conditions, typed by what the catalogues allow -> the text between the braces of a selector.
import type { Cause, CauseClass, CauseRecord } from '../classify/causes.ts';

/** The closed label values; every other label takes any text. */
export interface LabelValues {
  cause: Cause;
  class: CauseClass;
  heals: CauseRecord['heals'];
  result: 'success' | 'failure';
  outcome: 'recovered' | 'deleted' | 'image_changed';
  container_type: 'container' | 'init' | 'sidecar' | 'ephemeral';
  backoff_attempt: '1' | '2' | '3' | '4' | '5' | '6+' | 'none' | '';
  resource: 'pods' | 'events';
  alertstate: 'pending' | 'firing';
  quantile: '0.95';
}

export type LabelValue<Label extends string> = Label extends keyof LabelValues
  ? LabelValues[Label]
  : string;

export interface Condition<Value extends string> {
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly values: readonly Value[];
  /** A regular expression as it stands, instead of values. */
  readonly pattern?: string;
}

/** A plain value stands for equality. */
export type Matchers<Label extends string> = {
  readonly [L in Label]?: LabelValue<L> | Condition<LabelValue<L>>;
};

export function not<const Value extends string>(value: Value): Condition<Value> {
  return { operator: '!=', values: [value] };
}

export function oneOf<const Value extends string>(values: readonly Value[]): Condition<Value> {
  return { operator: values.length === 1 ? '=' : '=~', values };
}

export function noneOf<const Value extends string>(values: readonly Value[]): Condition<Value> {
  return { operator: values.length === 1 ? '!=' : '!~', values };
}

/** What is chosen in a dashboard: Grafana puts a regular expression in its place. */
export function variable(name: string): Condition<never> {
  return pattern(`$${name}`);
}

export function pattern(regexp: string): Condition<never> {
  return { operator: '=~', values: [], pattern: regexp };
}

export function formatMatcher(label: string, match: string | Condition<string>): string {
  const {
    operator,
    values,
    pattern: given,
  }: Condition<string> = typeof match === 'string'
    ? { operator: '=' as const, values: [match] }
    : match;
  if (given !== undefined) return `${label}${operator}${quote(given)}`;
  const isRegexp = operator === '=~' || operator === '!~';
  const text = isRegexp ? values.map(escapeRegexp).join('|') : values.join('');
  return `${label}${operator}${quote(text)}`;
}

export function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function escapeRegexp(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
