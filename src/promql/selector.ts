// What a selector gives, and the values that it had over a time.
import { formatDuration } from './duration.ts';
import { bindings, call, type Vector } from './expression.ts';
import type { SeriesType } from './series.ts';

/** A plain selector: the only thing that a range or an offset can be taken of. */
export interface Selector<
  Label extends string = string,
  Type extends SeriesType = SeriesType,
> extends Vector<Label> {
  readonly type: Type;
  /** Labels of the metric itself, `shard` included, those of the scrape not. */
  readonly metricLabels: readonly Label[];
}

/** Seconds, or what Grafana puts in: enough for a rate at any zoom, or all that the dashboard shows. */
export type Range = number | '$__rate_interval' | '$__range';

/** `fn(selector[range])`, optionally as it would have been some time ago. */
export function overTime<Label extends string>(
  fn: string,
  { text, labels }: Selector<Label>,
  range: Range,
  agoSeconds = 0,
): Vector<Label> {
  const offset = agoSeconds === 0 ? '' : ` offset ${formatDuration(agoSeconds)}`;
  const duration = typeof range === 'number' ? formatDuration(range) : range;
  return { text: call(fn, `${text}[${duration}]${offset}`), labels, binding: bindings.atom };
}
