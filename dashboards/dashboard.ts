// Rows of panels -> a dashboard as Grafana's JSON model has it (classic, the one every version takes).
import * as sdk from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard, Panel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardUid } from '../rules/alert.ts';
import { dataSource, type BuiltPanel } from './panel-parts.ts';
import { queriesFor, type Queries } from './queries.ts';
import { uidOf, type DashboardsSettings } from './settings.ts';
import { variablesFor, type VariableName } from './variables.ts';

export interface Row {
  readonly title: string;
  readonly panels: readonly BuiltPanel[];
  readonly collapsed?: boolean;
}

export interface DashboardDefinition {
  readonly uid: DashboardUid;
  readonly title: string;
  /** The question that the dashboard answers. */
  readonly question: string;
  /** Beside those that every dashboard has. */
  readonly variables: readonly VariableName[];
  readonly rows: (queries: Queries, settings: DashboardsSettings) => readonly Row[];
}

/** Grafana 10.4's; newer ones migrate it when they load it. */
const schemaVersion = 39;
const pluginVersion = '10.4.0';

export function buildDashboard(
  definition: DashboardDefinition,
  settings: DashboardsSettings,
): Dashboard {
  const { uid, title, question, variables, rows } = definition;
  const queries = queriesFor(settings);
  const dashboard = new sdk.DashboardBuilder(`Image pulls / ${title}`)
    .uid(uidOf(settings, uid))
    .description(question)
    .tags([...settings.tags])
    .readonly()
    .timezone('browser')
    .tooltip(sdk.DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .build();
  return {
    ...dashboard,
    schemaVersion,
    panels: laidOut(uid, rows(queries, settings)),
    templating: { list: variablesFor(settings, queries, variables).map(withoutLeftovers) },
    annotations: { list: [alertAnnotation(queries)] },
    links: [packLink(settings)],
  };
}

/** From left to right, as far as 24 columns go; panels of one line are of one height. */
function laidOut(uid: string, rows: readonly Row[]): (Panel | sdk.RowPanel)[] {
  let y = 0;
  return rows.flatMap((row): (Panel | sdk.RowPanel)[] => {
    const header: sdk.RowPanel = {
      type: 'row',
      id: idOf(uid, `row ${row.title}`),
      title: row.title,
      collapsed: row.collapsed ?? false,
      gridPos: { x: 0, y: y++, w: 24, h: 1 },
      panels: [],
    };
    let x = 0;
    let height = 0;
    const panels = row.panels.map(({ slug, size: [w, h], panel }) => {
      if (x + w > 24) {
        y += height;
        [x, height] = [0, 0];
      }
      const placed = { ...panel, pluginVersion, id: idOf(uid, slug), gridPos: { x, y, w, h } };
      x += w;
      height = Math.max(height, h);
      return placed;
    });
    y += height;
    return row.collapsed === true ? [{ ...header, panels }] : [header, ...panels];
  });
}

/** From the name alone, so that links to a panel outlive panels that come before it (FNV-1a). */
function idOf(uid: string, slug: string): number {
  let hash = 0x811c9dc5;
  for (const letter of `${uid}/${slug}`) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return 1 + (hash % 1_000_000);
}

/** The SDK gives every kind of variable the fields of intervals. */
function withoutLeftovers(variable: VariableModel): VariableModel {
  const { auto: _, auto_min: _min, auto_count: _count, ...own } = variable;
  return own;
}

function alertAnnotation({ firing }: Queries): sdk.AnnotationQuery {
  return {
    name: 'ImagePull alerts',
    datasource: dataSource,
    enable: true,
    iconColor: '#D7263D',
    expr: firing.text,
    step: '1m',
    titleFormat: '{{alertname}}',
    textFormat: '{{namespace}} {{workload}} {{registry}} {{node}}',
    useValueForTime: false,
  };
}

function packLink({ tags }: DashboardsSettings): sdk.DashboardLink {
  return {
    type: sdk.DashboardLinkType.Dashboards,
    title: 'Image pulls',
    tags: [...tags],
    asDropdown: true,
    includeVars: true,
    keepTime: true,
    targetBlank: false,
    icon: 'external link',
    tooltip: '',
    url: '',
  };
}
