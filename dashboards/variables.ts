// What can be chosen on top of a dashboard, and where the choices come from.
import {
  VariableHide,
  VariableRefresh,
  VariableSort,
  VariableType,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { SeriesName } from '../src/promql/series.ts';
import { dataSource } from './panel-parts.ts';
import type { Queries } from './queries.ts';
import type { DashboardsSettings } from './settings.ts';

export type VariableName = 'registry' | 'namespace' | 'workload' | 'pod' | 'node' | 'imagefs';

/** What failed within the shown time can be chosen, not only what fails now. */
const choices = {
  registry: ['Registry', 'imagepull_attempts_total', []],
  namespace: ['Namespace', 'imagepull_container_failing', []],
  workload: ['Workload', 'imagepull_container_failing', ['namespace']],
  pod: ['Pod', 'imagepull_container_failing', ['namespace', 'workload']],
  node: ['Node', 'imagepull_container_failing', []],
} as const satisfies Record<
  Exclude<VariableName, 'imagefs'>,
  readonly [label: string, series: SeriesName, chosenBefore: readonly VariableName[]]
>;

export function variablesFor(
  settings: DashboardsSettings,
  queries: Queries,
  own: readonly VariableName[],
): VariableModel[] {
  const { clusterLabel, jobSelector } = settings;
  const instance = 'imagepull_exporter_build_info';
  return [
    {
      type: VariableType.Datasource,
      name: 'datasource',
      label: 'Data source',
      query: 'prometheus',
      regex: settings.dataSourceRegex,
      hide: VariableHide.DontHide,
      multi: false,
      includeAll: false,
      options: [],
      refresh: VariableRefresh.OnDashboardLoad,
    },
    // Exporters are found by what only they expose; every one has a job.
    chosen('job', 'Job', `label_values(${instance}${braces(jobSelector)}, job)`, '.+'),
    ...(clusterLabel === undefined
      ? []
      : [
          chosen(
            'cluster',
            'Cluster',
            `label_values(${instance}${braces('job=~"$job"', jobSelector)}, ${clusterLabel})`,
            '.*',
          ),
        ]),
    ...own.map((name) => (name === 'imagefs' ? imageFileSystem : ownVariable(name, queries))),
  ];
}

function ownVariable(name: keyof typeof choices, { q }: Queries): VariableModel {
  const [label, series, before] = choices[name];
  const { text } = q.select(series);
  const chosenBefore = before.map((variable) => `${variable}=~"$${variable}"`);
  const selector = [text.slice(0, -1), ...chosenBefore].join(', ');
  return chosen(name, label, `label_values(${selector}}, ${name})`, '.*');
}

/** Where containerd, CRI-O and Docker keep images; a node without a mount of its own has them on /. */
const imageFileSystem: VariableModel = {
  type: VariableType.Textbox,
  name: 'imagefs',
  label: 'Image file system',
  query: '/|/var|/var/lib|/var/lib/(containerd|containers|docker)',
  hide: VariableHide.DontHide,
};

function chosen(name: string, label: string, query: string, allValue: string): VariableModel {
  return {
    type: VariableType.Query,
    name,
    label,
    datasource: dataSource,
    query: { query, refId: `variable-${name}` },
    regex: '',
    hide: VariableHide.DontHide,
    refresh: VariableRefresh.OnTimeRangeChanged,
    sort: VariableSort.AlphabeticalAsc,
    multi: true,
    includeAll: true,
    allValue,
    options: [],
  };
}

function braces(...matchers: readonly string[]): string {
  const given = matchers.filter((matcher) => matcher !== '');
  return given.length === 0 ? '' : `{${given.join(', ')}}`;
}
