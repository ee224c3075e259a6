// What all panels have in common: a question, queries, units, colours, and how Grafana's JSON says them.
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorModeId,
  MappingType,
  ThresholdsMode,
  type DashboardLink,
  type DynamicConfigValue,
  type FieldConfig,
  type Panel,
  type Threshold,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Vector } from '../src/promql/expression.ts';

/** Ids of Grafana's units. */
export type Unit = 'none' | 's' | 'ops' | 'percentunit' | 'bytes';

export interface Query {
  readonly expr: Vector;
  /** Name of each series, by its labels: `{{node}}`. */
  readonly legend?: string;
}

/** What every panel says of itself. */
export interface PanelSpec {
  /** Its name within the dashboard; links to the panel hang on it, so it never changes. */
  readonly slug: string;
  readonly title: string;
  /** What it answers, and how to read it: shown when one points at the title. */
  readonly question: string;
  /** In columns of 24, and in rows of 30 pixels. */
  readonly size: readonly [width: number, height: number];
  /** The least time between two points, where rates over a few minutes would only be noise. */
  readonly every?: '5m' | '10m';
}

export interface BuiltPanel extends PanelSpec {
  readonly panel: Panel;
}

export interface Step {
  readonly from: number;
  readonly colour: string;
}

export interface Mapping {
  readonly text?: string;
  readonly colour?: string;
}

export type Mappings = Readonly<Record<string, Mapping>>;
export type Colours = Readonly<Record<string, string>>;

export const dataSource: DataSourceRef = {
  type: 'prometheus',
  // What the variable of this name stands for.
  uid: '${datasource}',
};

export interface Values {
  readonly unit: Unit;
  readonly decimals?: number;
  /** A value has the colour of the last step that it reaches. */
  readonly steps?: readonly Step[];
  /** Values with a name or a colour of their own. */
  readonly values?: Mappings;
  /** Where there is no series at all. */
  readonly noValue?: string;
  readonly links?: readonly DashboardLink[];
}

export interface Parts {
  readonly queries: readonly Query[];
  readonly time: 'instant' | 'range';
  readonly format?: PromQueryFormat;
  readonly config: FieldConfig;
  /** By the name of the series. */
  readonly colours?: Colours;
  readonly coloursByStart?: Colours;
}

/** The plugin's own part, with what all panels have. */
export function finished(spec: PanelSpec, plugin: Panel, parts: Parts): BuiltPanel {
  const { slug, title, question, size } = spec;
  const own = plugin.fieldConfig;
  return {
    slug,
    title,
    question,
    size,
    panel: {
      ...plugin,
      title,
      description: question,
      datasource: dataSource,
      interval: spec.every ?? '1m',
      targets: parts.queries.map((query, i) => target(query, i, parts)),
      fieldConfig: {
        defaults: {
          ...parts.config,
          ...(own === undefined ? {} : { custom: own.defaults.custom }),
        },
        overrides: [
          ...(own?.overrides ?? []),
          ...Object.entries(parts.colours ?? {}).map(([name, colour]) =>
            override(name, [fixedColour(colour)]),
          ),
          ...Object.entries(parts.coloursByStart ?? {}).map(([start, colour]) => ({
            matcher: { id: 'byRegexp', options: `/^${start} /` },
            properties: [fixedColour(colour)],
          })),
        ],
      },
    },
  };
}

function target({ expr, legend }: Query, index: number, { time, format }: Parts) {
  const builder = new DataqueryBuilder()
    .datasource(dataSource)
    .expr(expr.text)
    .refId(String.fromCharCode('A'.charCodeAt(0) + index))
    .format(format ?? PromQueryFormat.TimeSeries);
  if (legend !== undefined) builder.legendFormat(legend);
  return (time === 'range' ? builder.range() : builder.instant()).build();
}

function fixedColour(colour: string): DynamicConfigValue {
  return { id: 'color', value: { mode: 'fixed', fixedColor: colour } };
}

export function override(name: string, properties: DynamicConfigValue[]) {
  return { matcher: { id: 'byName', options: name }, properties };
}

export function valueConfig({
  unit,
  decimals,
  steps,
  values,
  noValue,
  links,
}: Values): FieldConfig {
  return {
    unit,
    ...(decimals === undefined ? (unit === 'none' ? { decimals: 0 } : {}) : { decimals }),
    ...(noValue === undefined ? {} : { noValue }),
    ...(values === undefined ? {} : { mappings: mappings(values) }),
    ...(links === undefined ? {} : { links: [...links] }),
    color: { mode: FieldColorModeId.Thresholds },
    thresholds: {
      mode: ThresholdsMode.Absolute,
      steps: (steps ?? [{ from: Number.NEGATIVE_INFINITY, colour: 'text' }]).map(threshold),
    },
  };
}

export function mappings(values: Mappings): ValueMapping[] {
  const options = Object.entries(values).map(([value, { text: shown, colour }], index) => [
    value,
    {
      index,
      ...(colour === undefined ? {} : { color: colour }),
      ...(shown === undefined ? {} : { text: shown }),
    },
  ]);
  return [
    {
      type: MappingType.ValueToText,
      options: Object.fromEntries(options) as Record<string, object>,
    },
  ];
}

/** The first step has no lower end, which JSON writes as null. */
function threshold({ from, colour }: Step): Threshold {
  return { value: Number.isFinite(from) ? from : null, color: colour };
}
