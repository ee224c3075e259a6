// Series with their names -> the bars, cells and lines that are to be drawn of them.
import { mappingOf, overridesOf, paletteColour, stepColour, type Config } from './field-config.ts';
import { formatValue } from './format.ts';
import type { PanelJson, Series } from './queries.ts';
import type { Range, View } from './view.ts';

export interface Named {
  readonly name: string;
  readonly series: Series;
}

export function bars(panel: PanelJson, config: Config, named: readonly Named[]): View {
  const shown = named.map(({ name, series }) => ({ name, value: series.values.at(-1)?.[1] ?? 0 }));
  const most = Math.max(1, ...shown.map(({ value }) => value));
  return {
    kind: 'bars',
    bars: shown.map(({ name, value }) => ({
      name,
      text: formatValue(value, config.unit ?? 'none', config.decimals),
      share: value / most,
      colour: overridesOf(panel, name).color?.fixedColor ?? stepColour(config, value),
    })),
  };
}

export function cells(
  panel: PanelJson,
  config: Config,
  named: readonly Named[],
  { from, to }: Range,
): View {
  const isJoined = panel.type === 'state-timeline';
  const stepSeconds = stepOf(named);
  return {
    kind: 'cells',
    from,
    to,
    joined: isJoined,
    rows: named.map(({ name, series }) => {
      const all: { from: number; to: number; colour: string; text: string }[] = [];
      for (const [time, value] of series.values) {
        const mapped = mappingOf(config, value);
        const colour =
          mapped?.color ?? overridesOf(panel, name).color?.fixedColor ?? stepColour(config, value);
        const text = mapped?.text ?? formatValue(value, config.unit ?? 'none', config.decimals);
        const last = all.at(-1);
        const end = Math.min(time + stepSeconds, to);
        if (isJoined && last !== undefined && last.to >= time && last.text === text) last.to = end;
        else all.push({ from: Math.max(time, from), to: end, colour, text });
      }
      return { name, cells: all };
    }),
  };
}

const blues = [
  '#DEEBF7',
  '#C6DBEF',
  '#9ECAE1',
  '#6BAED6',
  '#4292C6',
  '#2171B5',
  '#08519C',
  '#08306B',
];

/** Grafana takes the differences between the cumulative buckets, in the order of their bounds. */
export function buckets(config: Config, named: readonly Named[], { from, to }: Range): View {
  const sorted = named.toSorted((a, b) => boundOf(a) - boundOf(b));
  const stepSeconds = stepOf(named);
  const counts = sorted.map(({ series }, i) => {
    const below = new Map(sorted[i - 1]?.series.values);
    return series.values.map(([time, value]) => [time, value - (below.get(time) ?? 0)] as const);
  });
  const most = Math.max(1, ...counts.flat().map(([, count]) => count));
  return {
    kind: 'cells',
    from,
    to,
    joined: false,
    rows: sorted
      .map(({ name }, i) => ({
        name: name === '+Inf' ? 'more' : formatValue(Number(name), config.unit ?? 'none'),
        cells: (counts[i] ?? [])
          .filter(([, count]) => count > 0.01)
          .map(([time, count]) => ({
            from: time,
            to: Math.min(time + stepSeconds, to),
            colour: blues[Math.min(7, Math.floor(Math.sqrt(count / most) * 8))] ?? '',
            text: formatValue(count, 'none'),
          })),
      }))
      .reverse(),
  };
}

function boundOf({ name }: Named): number {
  return name === '+Inf' ? Number.POSITIVE_INFINITY : Number(name);
}

export function lines(
  panel: PanelJson,
  config: Config,
  named: readonly Named[],
  { from, to }: Range,
): View {
  const { custom } = config;
  const times = [
    ...new Set(named.flatMap(({ series }) => series.values.map(([time]) => time))),
  ].sort((a, b) => a - b);
  const draw =
    custom?.drawStyle === 'bars'
      ? 'bars'
      : custom?.lineInterpolation === 'stepAfter'
        ? 'steps'
        : 'line';
  const limit =
    custom?.thresholdsStyle?.mode === 'dashed' ? config.thresholds?.steps.at(-1)?.value : undefined;
  return {
    kind: 'lines',
    from,
    to,
    times,
    stacked: custom?.stacking?.mode === 'normal',
    draw,
    unit: config.unit ?? 'none',
    ...(config.max === undefined ? {} : { max: config.max }),
    ...(limit === undefined || limit === null ? {} : { limit }),
    lines: named.map(({ name, series }) => {
      const at = new Map(series.values);
      return {
        name,
        colour: overridesOf(panel, name).color?.fixedColor ?? paletteColour(name),
        values: times.map((time) => at.get(time) ?? null),
      };
    }),
  };
}

function stepOf(named: readonly Named[]): number {
  const times = named.flatMap(({ series }) => series.values.map(([time]) => time));
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((time, i) => time - (sorted[i] ?? time));
  return gaps.length === 0 ? 60 : Math.min(...gaps);
}
