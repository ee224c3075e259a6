// A panel's JSON and the answers to its queries -> what is to be seen of it: texts, cells, lines, colours.
import { bars, buckets, cells, lines, type Named } from './chart-views.ts';
import { mappingOf, overridesOf, stepColour, type Config } from './field-config.ts';
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

export interface Range {
  readonly from: number;
  readonly to: number;
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

/** Text on a colour is white or black, whichever is easier to read. */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    Number.parseInt(colour.slice(at, at + 2), 16),
  );
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#111217' : '#ffffff';
}
