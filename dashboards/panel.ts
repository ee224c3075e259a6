// One function for each kind of panel: the plugin's own options, and what panel-parts.ts adds.
import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import * as common from '@grafana/grafana-foundation-sdk/common';
import { FieldColorModeId, type FieldConfig } from '@grafana/grafana-foundation-sdk/dashboard';
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as StatusHistoryBuilder } from '@grafana/grafana-foundation-sdk/statushistory';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { bad } from './palette.ts';
import {
  finished,
  valueConfig,
  type BuiltPanel,
  type Colours,
  type PanelSpec,
  type Query,
  type Step,
  type Unit,
  type Values,
} from './panel-parts.ts';

/** For what is neither well nor bad. */
const neutral = '#5794F2';

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

function limitSteps(limit: number): readonly Step[] {
  return [
    { from: Number.NEGATIVE_INFINITY, colour: 'transparent' },
    { from: limit, colour: bad },
  ];
}
