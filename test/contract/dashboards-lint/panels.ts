// Checks 22 to 27 and 30: what panels ask, say, link to and colour.
import { thresholds } from '../../../rules/thresholds.ts';
import { causeColours, classColours } from '../../../dashboards/palette.ts';
import { knownTransformations } from '../../../dashboards/preview/frames.ts';
import {
  dataPanels,
  substituted,
  type DashboardJson,
  type PanelJson,
} from '../../../dashboards/preview/queries.ts';
import { findSeries } from '../../../src/promql/series.ts';
import { parsePromql, readingOf, selectorsOf } from '../../support/promql-tree.ts';
import { nameOf, type Problems } from './structure.ts';

const units = new Set(['none', 's', 'ops', 'percentunit', 'bytes']);
const formats: Readonly<Record<string, string>> = { table: 'table', heatmap: 'heatmap' };

interface PanelExtras {
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
}

function ofEachPanel(
  dashboard: DashboardJson,
  check: (panel: PanelJson & PanelExtras) => Problems,
): Problems {
  return dataPanels(dashboard).flatMap((panel) =>
    check(panel).map((problem) => `${nameOf(panel)}: ${problem}`),
  );
}

/** 22: every panel says what it answers, in which unit, and whom it asks. */
export function panelProblems(dashboard: DashboardJson): Problems {
  return ofEachPanel(dashboard, (panel) => {
    const { type, title, description = '', datasource, targets = [], fieldConfig } = panel;
    const unit = fieldConfig?.defaults['unit'];
    const refIds = targets.map(({ refId }) => refId);
    return [
      // The headline speaks for itself.
      ...(title === '' && type !== 'stat' ? ['no title'] : []),
      ...(/^[A-Z].*[.?]$/s.test(description) ? [] : ['no description']),
      ...(type === 'table' || units.has(String(unit)) ? [] : [`unit ${String(unit)}`]),
      ...(datasource?.uid === '${datasource}' ? [] : ['a data source of its own']),
      ...refIds.filter((id, i) => refIds.indexOf(id) !== i).map((id) => `${id} is there twice`),
      ...targets.flatMap((target) => [
        ...(target.datasource?.uid === '${datasource}' ? [] : [`${target.refId}: data source`]),
        ...((target.range === true) === (target.instant === true)
          ? [`${target.refId}: instant or range?`]
          : []),
        ...(target.format === (formats[type] ?? 'time_series')
          ? []
          : [`${target.refId}: format ${target.format}`]),
      ]),
    ];
  });
}

const builtIn = { $__rate_interval: '4m', $__range: '6h', $__interval: '1m' };

/** 23: queries parse, name what is exposed by somebody, and read counters by their growth. */
export function queryProblems(dashboard: DashboardJson, records: readonly string[]): Problems {
  return ofEachPanel(dashboard, ({ targets = [], type }) =>
    targets.flatMap(({ expr, refId }) => {
      const root = parsePromql(substituted(expr, dashboard, {}, builtIn));
      if (root === undefined) return [`${refId} does not parse`];
      const isInstant = !['timeseries', 'heatmap', 'state-timeline', 'status-history'].includes(
        type,
      );
      return selectorsOf(root).flatMap(({ names, matchers, node }) => {
        const reading = readingOf(node);
        return names.flatMap((name) => {
          const series = findSeries(name);
          if (series === undefined && !records.includes(name))
            return [`${name} is exposed by nobody`];
          const isCounter = series?.type === 'counter' || series?.type === 'bucket';
          const isGrowth = ['rate', 'increase'].includes(reading.fn ?? '');
          return [
            ...(series?.origin === 'exporter' && !matchers.some(({ label }) => label === 'job')
              ? [`${name} without a job`]
              : []),
            ...(isCounter && !isGrowth ? [`the counter ${name} without its growth`] : []),
            ...(isGrowth && !isCounter ? [`${reading.fn} of ${name}`] : []),
            ...(isGrowth && !isInstant && reading.rangeSeconds !== 240
              ? [`${name} without $__rate_interval`]
              : []),
            ...matchers
              .filter(
                ({ label }) =>
                  ![...scraped, ...(series?.labels ?? []), ...recordLabels].includes(label),
              )
              .map(({ label }) => `${name} has no label ${label}`),
          ];
        });
      });
    }),
  );
}

const scraped = ['job', 'cluster', 'instance'];
const recordLabels = ['namespace', 'workload', 'registry', 'class', 'node', 'quantile'];

/** `$1` belongs to label_replace. */
const own = /\$\{?(?!__)([a-z]\w*)/g;

/** 23, 24: variables that are declared, used, typed and never chosen in advance. */
export function variableProblems(dashboard: DashboardJson): Problems {
  const variables = dashboard.templating.list;
  const names = variables.map(({ name }) => name);
  const texts = [
    ...dataPanels(dashboard).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...dashboard.panels.flatMap(({ options }) => options?.content ?? []),
    ...variables.map(({ query }) => (typeof query === 'object' ? query.query : '')),
    '${datasource}',
  ];
  const used = new Set(texts.flatMap((text) => [...text.matchAll(own)].map(([, name]) => name)));
  const exact = texts.flatMap((text) => [...text.matchAll(/(\w+)="\$(\w+)"/g)]);
  return [
    ...[...used]
      .filter((name) => !names.includes(name ?? ''))
      .map((name) => `${name} is not declared`),
    ...names.filter((name) => !used.has(name)).map((name) => `${name} is not used`),
    ...exact.map(([text]) => `${text} takes one value only`),
    ...variables
      .filter((one) => Object.hasOwn(one, 'current'))
      .map(({ name }) => `${name}: chosen`),
    ...variables.flatMap(({ name, type, allValue, label, multi }) => {
      if (name === 'datasource') return label === 'Data source' ? [] : ['label of the data source'];
      if (type !== 'query') return [];
      const wanted = name === 'job' ? '.+' : '.*';
      return allValue === wanted && multi === true ? [] : [`${name}: All is ${allValue}`];
    }),
  ];
}

/** 25: Grafana passes over a transformation that it does not know. */
export function transformationProblems(dashboard: DashboardJson): Problems {
  return ofEachPanel(dashboard, ({ transformations = [] }) =>
    transformations
      .filter(({ id }) => !knownTransformations.includes(id))
      .map(({ id }) => `no transformation ${id}`),
  );
}

interface Link {
  readonly title: string;
  readonly url: string;
}

/** 26: links that lead somewhere, and take time, data source and what they need along. */
export function linkProblems(dashboard: DashboardJson, all: readonly DashboardJson[]): Problems {
  return ofEachPanel(dashboard, (panel) => {
    const links = (panel.fieldConfig?.overrides ?? []).flatMap(({ properties }) =>
      properties.flatMap(({ id, value }) => (id === 'links' ? (value as readonly Link[]) : [])),
    );
    const shown = new Set(
      (panel.transformations ?? []).flatMap(({ id, options }) =>
        id === 'organize'
          ? Object.values(options['renameByName'] as Readonly<Record<string, string>>)
          : id === 'groupingToMatrix'
            ? [String(options['rowField'])]
            : [],
      ),
    );
    return links.flatMap(({ title, url }) => {
      const fields = [...url.matchAll(/__data\.fields\["([^"]+)"\]/g)].map(
        ([, field]) => field ?? '',
      );
      const missing = fields.filter((field) => !shown.has(field));
      const problems = missing.map((field) => `no column ${field}`);
      const [, uid] = /^\/d\/([^?]+)/.exec(url) ?? [];
      if (uid === undefined) {
        const isRunbook = /^https:\/\/[^?]+\.md$/.test(url);
        return [...problems, ...(isRunbook ? [] : ['leads nowhere'])].map(
          (one) => `${title}: ${one}`,
        );
      }
      const target = all.find((one) => one.uid === uid);
      const variables = [...url.matchAll(/var-(\w+)=/g)].map(([, name]) => name ?? '');
      return [
        ...problems,
        ...(target === undefined ? [`no dashboard ${uid}`] : []),
        ...variables
          .filter((name) => target?.templating.list.every((one) => one.name !== name))
          .map((name) => `${uid} has no variable ${name}`),
        ...['${datasource:queryparam}', '${__url_time_range}']
          .filter((part) => !url.includes(part))
          .map((part) => `${part} is lost`),
      ].map((one) => `${title}: ${one}`);
    });
  });
}

/** 26: what the SDK adds and Grafana 12 hides links by. */
export function placementProblems(text: string): Problems {
  return text.includes('inControlsMenu') ? ['placement'] : [];
}

const fixed: Readonly<Record<string, string>> = { ...classColours, ...causeColours };

/** 27: a class or cause has one colour everywhere. */
export function colourProblems(dashboard: DashboardJson): Problems {
  return ofEachPanel(dashboard, ({ fieldConfig }) =>
    (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) =>
      properties.flatMap(({ id, value }) => {
        if (id === 'color') {
          const name = matcher.options.replaceAll(/^\/\^| \/$/g, '');
          const { fixedColor } = value as { readonly fixedColor: string };
          const wanted = fixed[name];
          return wanted === undefined || wanted === fixedColor ? [] : [`${name} is ${fixedColor}`];
        }
        if (id !== 'mappings') return [];
        const [mapping] = value as readonly {
          options: Readonly<Record<string, { color?: string }>>;
        }[];
        return Object.entries(mapping?.options ?? {})
          .filter(([name, { color }]) => fixed[name] !== undefined && fixed[name] !== color)
          .map(([name, { color }]) => `${name} is ${color}`);
      }),
    ),
  );
}

interface Limited {
  readonly custom?: { readonly thresholdsStyle?: { readonly mode: string } };
  readonly thresholds?: { readonly steps: readonly { readonly value: number | null }[] };
}

/** 30: the lines that panels draw are the numbers that alerts compare with. */
export function thresholdProblems(dashboard: DashboardJson): Problems {
  const known = new Set<number>(Object.values(thresholds).map(({ value }) => value));
  return ofEachPanel(dashboard, ({ fieldConfig }) => {
    const { custom, thresholds: drawn } = (fieldConfig?.defaults ?? {}) as Limited;
    if (custom?.thresholdsStyle?.mode !== 'dashed') return [];
    return (drawn?.steps ?? [])
      .filter(({ value }) => value !== null && !known.has(value))
      .map(({ value }) => `${value} is no threshold of an alert`);
  });
}
