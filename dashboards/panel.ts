// A question, its queries and a unit -> a panel as Grafana has it, without its place on the dashboard.
import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
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
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as StatusHistoryBuilder } from '@grafana/grafana-foundation-sdk/statushistory';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Vector } from '../src/promql/expression.ts';

/** Ids of Grafana's units. */
export type Unit = 'none' | 's' | 'ops' | 'percentunit' | 'bytes' | 'dateTimeFromNow';

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

type Mappings = Readonly<Record<string, Mapping>>;
type Colours = Readonly<Record<string, string>>;

export const dataSource: common.DataSourceRef = {
  type: 'prometheus',
  // What the variable of this name stands for.
  uid: '${datasource}',
};

interface Values {
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

/** One number, or in `name` mode the name of the one series. */
export function stat(
  spec: PanelSpec &
    Values & {
      readonly query: Query;
      readonly show?: 'value' | 'name';
      /** The whole panel in the colour of the value, for what is to be seen from afar. */
      readonly filled?: boolean;
      readonly textSize?: number;
    },
): BuiltPanel {
  const isName = spec.show === 'name';
  const builder = new StatBuilder()
    .graphMode(common.BigValueGraphMode.None)
    .justifyMode(isName ? common.BigValueJustifyMode.Center : common.BigValueJustifyMode.Auto)
    .colorMode(
      spec.filled === true
        ? common.BigValueColorMode.BackgroundSolid
        : common.BigValueColorMode.Value,
    )
    .textMode(isName ? common.BigValueTextMode.Name : common.BigValueTextMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
  if (spec.textSize !== undefined) {
    builder.text(new common.VizTextDisplayOptionsBuilder().titleSize(spec.textSize));
  }
  return finished(spec, builder.build(), {
    queries: [spec.query],
    time: 'instant',
    config: valueConfig(spec),
  });
}

export function timeseries(
  spec: PanelSpec &
    Values & {
      readonly queries: readonly Query[];
      readonly draw?: 'lines' | 'steps' | 'bars';
      readonly stacked?: boolean;
      readonly colours?: Colours;
      readonly max?: number;
      /** Drawn as a line: what the alert compares with. */
      readonly limit?: number;
    },
): BuiltPanel {
  const { draw = 'lines', stacked = false, limit } = spec;
  const builder = new TimeseriesBuilder()
    .drawStyle(draw === 'bars' ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
    .lineInterpolation(
      draw === 'steps' ? common.LineInterpolation.StepAfter : common.LineInterpolation.Linear,
    )
    .lineWidth(stacked || draw === 'bars' ? 1 : 2)
    .fillOpacity(stacked || draw === 'bars' ? 70 : 8)
    .showPoints(common.VisibilityMode.Never)
    .axisSoftMin(0)
    .stacking(
      new common.StackingConfigBuilder().mode(
        stacked ? common.StackingMode.Normal : common.StackingMode.None,
      ),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (limit !== undefined) {
    builder.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  }
  const config: FieldConfig = {
    ...valueConfig(limit === undefined ? spec : { ...spec, steps: limitSteps(limit) }),
    color: { mode: FieldColorModeId.PaletteClassicByName },
    min: 0,
    ...(spec.max === undefined ? {} : { max: spec.max }),
  };
  return finished(spec, builder.build(), {
    queries: spec.queries,
    time: 'range',
    config,
    colours: spec.colours ?? {},
  });
}

/** One bar for each series, the longest on top where the query sorts them. */
export function bars(
  spec: PanelSpec & Values & { readonly query: Query; readonly colours?: Colours },
): BuiltPanel {
  const builder = new BarGaugeBuilder()
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Text)
    .namePlacement(common.BarGaugeNamePlacement.Left)
    .orientation(common.VizOrientation.Horizontal)
    .showUnfilled(false)
    .minVizHeight(16)
    .maxVizHeight(28)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
  return finished(spec, builder.build(), {
    queries: [spec.query],
    time: 'instant',
    config: {
      ...valueConfig({ steps: [{ from: Number.NEGATIVE_INFINITY, colour: neutral }], ...spec }),
      min: 0,
    },
    colours: spec.colours ?? {},
  });
}

/** A row for each series, in the colour of what it was when. */
export function stateTimeline(
  spec: PanelSpec &
    Values & {
      readonly queries: readonly Query[];
      /** By the beginning of the name of the series; else by value. */
      readonly coloursByStart?: Colours;
    },
): BuiltPanel {
  const builder = new StateTimelineBuilder()
    .mergeValues(true)
    .showValue(common.VisibilityMode.Auto)
    .rowHeight(0.8)
    .fillOpacity(85)
    .lineWidth(0)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false).calcs([]))
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Single));
  return finished(spec, builder.build(), {
    queries: spec.queries,
    time: 'range',
    config: valueConfig(spec),
    coloursByStart: spec.coloursByStart ?? {},
  });
}

/** A row for each series, a cell for each time, the darker the more: which of many, and since when. */
export function heat(spec: PanelSpec & Values & { readonly query: Query }): BuiltPanel {
  const builder = new StatusHistoryBuilder()
    .rowHeight(0.9)
    .colWidth(0.95)
    .showValue(common.VisibilityMode.Never)
    .fillOpacity(90)
    .lineWidth(0)
    .legend(new common.VizLegendOptionsBuilder().showLegend(false).calcs([]))
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Single));
  return finished(
    spec,
    { ...builder.build(), maxDataPoints: heatCells },
    { queries: [spec.query], time: 'range', config: valueConfig(spec) },
  );
}

/** More cells are refused by the plugin where there are many rows. */
const heatCells = 72;

/** Of a classic histogram: how many observations fell into which bucket when. */
export function histogram(spec: PanelSpec & { readonly query: Query; readonly unit: Unit }) {
  const builder = new HeatmapBuilder()
    .calculate(false)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Blues')
        .steps(32)
        .exponent(0.5),
    )
    .cellGap(1)
    .hideLegend();
  const panel = builder.build();
  return finished(
    spec,
    {
      ...panel,
      options: { ...(panel.options as object), yAxis: { unit: spec.unit, axisPlacement: 'left' } },
    },
    {
      queries: [spec.query],
      time: 'range',
      format: PromQueryFormat.Heatmap,
      config: { unit: spec.unit },
    },
  );
}

export function text(spec: PanelSpec & { readonly markdown: string }): BuiltPanel {
  const builder = new TextBuilder().mode(TextMode.Markdown).content(spec.markdown);
  const { slug, title, question, size } = spec;
  return {
    slug,
    title,
    question,
    size,
    panel: { ...builder.build(), title, description: question },
  };
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

/** For what is neither well nor bad. */
const neutral = '#5794F2';

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

function limitSteps(limit: number): readonly Step[] {
  return [
    { from: Number.NEGATIVE_INFINITY, colour: 'transparent' },
    { from: limit, colour: '#D7263D' },
  ];
}
