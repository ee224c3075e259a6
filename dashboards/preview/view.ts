// A panel's JSON and the answers to its queries -> what is to be seen of it: texts, cells, lines, colours.
import { formatValue } from './format.ts';
import { nameOf, transformed, type Value } from './frames.ts';
import type { Answer, PanelJson, Series } from './queries.ts';

export interface Cell {
  readonly text: string;
  readonly colour?: string;
  readonly filled?: boolean;
  readonly isLink?: boolean;
  readonly isNumber?: boolean;
}

export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

export type View =
  | { readonly kind: 'nothing'; readonly text: string }
  | {
      readonly kind: 'stat';
      readonly text: string;
      readonly colour: string;
      readonly filled: boolean;
      readonly textSize: number | undefined;
    }
  | {
      readonly kind: 'table';
      readonly columns: readonly {
        readonly title: string;
        readonly width?: number;
        readonly isNumber: boolean;
      }[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | {
      readonly kind: 'bars';
      readonly bars: readonly {
        readonly name: string;
        readonly text: string;
        readonly share: number;
        readonly colour: string;
      }[];
    }
  | {
      readonly kind: 'cells';
      readonly from: number;
      readonly to: number;
      readonly rows: readonly {
        readonly name: string;
        readonly cells: readonly {
          readonly from: number;
          readonly to: number;
          readonly colour: string;
          readonly text: string;
        }[];
      }[];
      /** State timelines join equal neighbours and name them; heat does neither. */
      readonly joined: boolean;
    }
  | {
      readonly kind: 'lines';
      readonly from: number;
      readonly to: number;
      readonly times: readonly number[];
      readonly lines: readonly Line[];
      readonly stacked: boolean;
      readonly draw: 'line' | 'steps' | 'bars';
      readonly unit: string;
      readonly max?: number;
      readonly limit?: number;
    }
  | { readonly kind: 'markdown'; readonly text: string };

interface Range {
  readonly from: number;
  readonly to: number;
}

interface Config {
  readonly unit?: string;
  readonly decimals?: number;
  readonly noValue?: string;
  readonly max?: number;
  readonly mappings?: readonly {
    readonly options: Readonly<Record<string, { readonly text?: string; readonly color?: string }>>;
  }[];
  readonly thresholds?: {
    readonly steps: readonly { readonly value: number | null; readonly color: string }[];
  };
  readonly links?: readonly unknown[];
  readonly custom?: {
    readonly width?: number;
    readonly hidden?: boolean;
    readonly drawStyle?: string;
    readonly lineInterpolation?: string;
    readonly stacking?: { readonly mode: string };
    readonly thresholdsStyle?: { readonly mode: string };
    readonly cellOptions?: { readonly type: string };
  };
  readonly color?: { readonly fixedColor?: string };
}

export function viewOf(panel: PanelJson, answers: readonly Answer[], range: Range): View {
  const config = (panel.fieldConfig?.defaults ?? {}) as Config;
  const nothing: View = { kind: 'nothing', text: config.noValue ?? 'No data' };
  if (panel.type === 'text') return { kind: 'markdown', text: panel.options?.content ?? '' };
  if (panel.type === 'table') return table(panel, answers) ?? nothing;
  const named = answers.flatMap(({ target, series }) =>
    series.map((one) => ({ name: legendOf(one, target.legendFormat), series: one })),
  );
  if (named.length === 0) return panel.type === 'stat' ? stat(panel, config, undefined) : nothing;
  switch (panel.type) {
    case 'stat':
      return stat(panel, config, named[0]);
    case 'bargauge':
      return bars(panel, config, named);
    case 'state-timeline':
    case 'status-history':
      return cells(panel, config, named, range);
    case 'heatmap':
      return buckets(config, named, range);
    default:
      return lines(panel, config, named, range);
  }
}

interface Named {
  readonly name: string;
  readonly series: Series;
}

/** `{{label}}` filled in; without a legend the labels themselves. */
export function legendOf({ metric }: Series, legend: string | undefined): string {
  if (legend !== undefined) {
    return legend.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
  }
  const text = Object.entries(metric).map(([label, value]) => `${label}="${value}"`);
  return text.length === 0 ? 'Value' : `{${text.join(', ')}}`;
}

function stat(panel: PanelJson, config: Config, shown: Named | undefined): View {
  const options = (panel.options ?? {}) as {
    readonly colorMode?: string;
    readonly textMode?: string;
    readonly text?: { readonly titleSize?: number };
  };
  const value = shown?.series.values.at(-1)?.[1] ?? null;
  const mapped = value === null ? undefined : mappingOf(config, value);
  const text =
    shown === undefined
      ? (config.noValue ?? 'No data')
      : options.textMode === 'name'
        ? shown.name
        : (mapped?.text ?? formatValue(value, config.unit ?? 'none', config.decimals));
  return {
    kind: 'stat',
    text,
    colour: mapped?.color ?? (value === null ? 'text' : stepColour(config, value)),
    filled: options.colorMode?.startsWith('background') ?? false,
    textSize: options.text?.titleSize,
  };
}

function table(panel: PanelJson, answers: readonly Answer[]): View | undefined {
  const defaults = (panel.fieldConfig?.defaults ?? {}) as Config;
  const [frame] = transformed(panel, answers);
  if (frame === undefined || (frame.fields[0]?.values.length ?? 0) === 0) return undefined;
  const columns = frame.fields
    .map((field) => ({ field, config: { ...defaults, ...overridesOf(panel, nameOf(field)) } }))
    .filter(({ config }) => config.custom?.hidden !== true);
  return {
    kind: 'table',
    columns: columns.map(({ field, config }) => ({
      title: config.displayName ?? nameOf(field),
      isNumber: field.values.some((value) => typeof value === 'number'),
      ...(config.custom?.width === undefined ? {} : { width: config.custom.width }),
    })),
    rows: (frame.fields[0]?.values ?? []).map((_, i) =>
      columns.map(({ field, config }) => cell(config, field.values[i] ?? null)),
    ),
  };
}

function cell(config: Config, value: Value): Cell {
  if (value === null) return { text: '' };
  const mapped = mappingOf(config, value);
  const text =
    mapped?.text ??
    (typeof value === 'number'
      ? formatValue(value, config.unit ?? 'none', config.decimals)
      : value);
  const isFilled = config.custom?.cellOptions?.type === 'color-background';
  const colour = mapped?.color ?? (isFilled ? config.color?.fixedColor : undefined);
  return {
    text,
    ...(colour === undefined ? {} : { colour }),
    filled: isFilled,
    isLink: (config.links?.length ?? 0) > 0 && text !== '',
    isNumber: typeof value === 'number',
  };
}

/** `custom.width: 5` of an override is `{ custom: { width: 5 } }` of a config. */
function overridesOf(panel: PanelJson, name: string): Config & { readonly displayName?: string } {
  const custom: Record<string, unknown> = {};
  const own: Record<string, unknown> = { custom };
  for (const { matcher, properties } of panel.fieldConfig?.overrides ?? []) {
    const isMeant =
      matcher.id === 'byRegexp'
        ? new RegExp(matcher.options.slice(1, -1)).test(name)
        : matcher.options === name;
    if (!isMeant) continue;
    for (const { id, value } of properties) {
      if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
      else own[id] = value;
    }
  }
  return own;
}

function bars(panel: PanelJson, config: Config, named: readonly Named[]): View {
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

function cells(
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
function buckets(config: Config, named: readonly Named[], { from, to }: Range): View {
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

function lines(
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

/** Text on a colour is white or black, whichever is easier to read. */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(colour.slice(at, at + 2), 16),
  );
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#111217' : '#ffffff';
}

function mappingOf(config: Config, value: Value) {
  return config.mappings?.map(({ options }) => options[String(value)]).find(Boolean);
}

function stepColour({ thresholds }: Config, value: number): string {
  const reached = thresholds?.steps.filter((step) => step.value === null || step.value <= value);
  return reached?.at(-1)?.color ?? 'text';
}

/** Grafana's own, by name. */
const palette = [
  '#7EB26D',
  '#EAB839',
  '#6ED0E0',
  '#EF843C',
  '#E24D42',
  '#1F78C1',
  '#BA43A9',
  '#705DA0',
  '#508642',
  '#CCA300',
  '#447EBC',
  '#C15C17',
  '#5794F2',
  '#B877D9',
  '#FF9830',
  '#8AB8FF',
];

function paletteColour(name: string): string {
  let hash = 0;
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return palette[hash % palette.length] ?? '#7EB26D';
}
