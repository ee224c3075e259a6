// Series of a test over time: what each scrape saw, in promtool's notation.
import { quote } from '../../src/promql/matchers.ts';
import type { SeriesName } from '../../src/promql/series.ts';

/** The value that a scrape at this second would give; undefined: the series is not there. */
export type Signal = (second: number) => number | undefined;

export interface Series {
  readonly name: SeriesName;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: Signal;
}

export function minute(count: number): number {
  return 60 * count;
}

export function series(
  name: SeriesName,
  labels: Readonly<Record<string, string>>,
  signal: Signal,
): Series {
  return { name, labels, signal };
}

/** From the first second on, before the last. */
export function during(from: number, to: number, value = 1): Signal {
  return (second) => (second >= from && second < to ? value : undefined);
}

export function always(value: number): Signal {
  return () => value;
}

/** A counter that grows by so much a minute, from 0 at second `from` on, where it is born. */
export function counting(perMinute: number, from = 0): Signal {
  return (second) => (second >= from ? ((second - from) / 60) * perMinute : undefined);
}

/** One signal until a second, then another. */
export function changing(before: Signal, at: number, after: Signal): Signal {
  return (second) => (second < at ? before(second) : after(second));
}

/** The current Unix time, as a clock of the exporter shows it; promtool's time begins at 0. */
export const now: Signal = (second) => second;

/** One scrape lost: Prometheus marks every series of the targets as ended, and notes that up is 0. */
export function withLostScrape(all: readonly Series[], at: number): readonly Series[] {
  return all.map(({ name, labels, signal }) => ({
    name,
    labels,
    signal: (second) => {
      const value = signal(second);
      if (second !== at || value === undefined) return value;
      return name === 'up' ? 0 : undefined;
    },
  }));
}

export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

export function inputSeries(one: Series, end: number, interval: number): InputSeries {
  return {
    series: seriesText(one.name, one.labels),
    values: notation(one.signal, end, interval),
  };
}

export function seriesText(name: string, labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => `${label}=${quote(value)}`);
  return `${name}{${matchers.join(', ')}}`;
}

/** `1x3` stands for four samples, `0+30x3` for four that grow by 30, `_x3` for three without one. */
function notation(signal: Signal, end: number, interval: number): string {
  const parts: string[] = [];
  const last = Math.floor(end / interval);
  let step = 0;
  let wasThere = false;
  while (step <= last) {
    const value = signal(step * interval);
    if (value === undefined) {
      let length = 1;
      while (step + length <= last && signal((step + length) * interval) === undefined) length++;
      // A scrape without the series ends it at once; without the mark it would linger for 5 minutes.
      const missing = wasThere ? length - 1 : length;
      parts.push(...(wasThere ? ['stale'] : []), ...(missing > 0 ? [`_x${missing}`] : []));
      wasThere = false;
      step += length;
      continue;
    }
    const next = step < last ? signal((step + 1) * interval) : undefined;
    const slope = next === undefined ? 0 : round(next - value);
    let length = 1;
    while (
      step + length <= last &&
      isClose(signal((step + length) * interval), value + slope * length)
    ) {
      length++;
    }
    const growth = slope === 0 ? '' : `${slope < 0 ? '-' : '+'}${Math.abs(slope)}`;
    parts.push(length === 1 ? String(round(value)) : `${round(value)}${growth}x${length - 1}`);
    wasThere = true;
    step += length;
  }
  return parts.join(' ');
}

function isClose(value: number | undefined, expected: number): boolean {
  return value !== undefined && Math.abs(value - expected) < 1e-6;
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
