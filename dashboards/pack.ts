// Settings -> all dashboards, in the order of their questions.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { buildDashboard, type DashboardDefinition } from './dashboard.ts';
import { exporter } from './exporter.ts';
import { nodes } from './nodes.ts';
import { overview } from './overview.ts';
import { registryDashboard } from './registry.ts';
import type { DashboardsSettings } from './settings.ts';
import { workloadDashboard } from './workload.ts';

export const dashboardDefinitions: readonly DashboardDefinition[] = [
  overview,
  registryDashboard,
  workloadDashboard,
  nodes,
  exporter,
];

export function defineDashboards(settings: DashboardsSettings): readonly Dashboard[] {
  return dashboardDefinitions.map((definition) => buildDashboard(definition, settings));
}
