// The columns that tables of several dashboards share.
import type { AlertName } from '../rules/pack.ts';
import type { CauseClass } from '../src/classify/causes.ts';
import type { Vector } from '../src/promql/expression.ts';
import { above, age, equal, or } from '../src/promql/operators.ts';
import { causeMappings, noAlert, nothingFails, severityMappings } from './colours.ts';
import { toDashboard, toRunbook } from './links.ts';
import { good } from './palette.ts';
import { atLeastZero, untilThen, worded } from './operators.ts';
import type { BuiltPanel, PanelSpec } from './panel-parts.ts';
import { workload, type FailingLabel, type FailingMatchers, type Queries } from './queries.ts';
import type { DashboardsSettings } from './settings.ts';
import { table, type Column } from './table.ts';

/** The alert whose page explains the causes of a class. */
const runbookOfClass: Readonly<Record<CauseClass, AlertName>> = {
  reference: 'ImagePullReferenceInvalid',
  credentials: 'ImagePullCredentialsRejected',
  registry: 'ImagePullFailing',
  node: 'ImagePullNodeFailing',
  policy: 'ImagePullPolicyRejected',
  unknown: 'ImagePullUnclassified',
};

export const noExporter = 'no exporter answers';

/** By the user's name for it; none where there is one cluster only. */
export function clusterColumn({ labelNames }: Queries): readonly Column[] {
  return labelNames(['cluster']).map((label) => ({ title: 'Cluster', of: { label }, width: 90 }));
}

export const workloadKey = [...workload, 'registry', 'class', 'cause'] as const;

/** What fails, a row for each workload, registry and cause, the oldest first. */
export function workloadTable(
  spec: PanelSpec,
  queries: Queries,
  settings: DashboardsSettings,
  where: FailingMatchers,
): BuiltPanel {
  const { q, failing, fact } = queries;
  const began = q.min(
    workloadKey,
    fact('imagepull_container_first_failure_timestamp_seconds', where),
  );
  const attempts = q.max(workloadKey, fact('imagepull_container_attempts', where));
  const retry = q.min(workloadKey, fact('imagepull_container_next_retry_timestamp_seconds', where));
  const containers = q.count(
    workloadKey,
    failing([...workloadKey, 'pod', 'container', 'uid'], where),
  );
  return table({
    ...spec,
    nothing: noExporter,
    sortBy: { column: 'Failing for' },
    columns: [
      ...clusterColumn(queries),
      { title: 'Namespace', of: { label: 'namespace' }, width: 95 },
      { title: 'Kind', of: { label: 'workload_kind' }, width: 100 },
      {
        title: 'Workload',
        of: { label: 'workload' },
        width: 145,
        links: [
          toDashboard(settings, 'imagepull-workload', 'This workload', {
            namespace: 'Namespace',
            workload: 'Workload',
          }),
        ],
      },
      {
        title: 'Cause',
        of: { label: 'cause' },
        width: 180,
        values: causeMappings,
        links: [toRunbook(settings, 'What it means, what to do', 'Runbook')],
      },
      { title: 'Class', of: { label: 'class' }, width: 95 },
      {
        title: 'Registry',
        of: { label: 'registry' },
        links: [
          toDashboard(settings, 'imagepull-registry', 'This registry', { registry: 'Registry' }),
        ],
      },
      {
        title: 'Node',
        of: { label: 'node' },
        width: 90,
        links: [toDashboard(settings, 'imagepull-nodes', 'All nodes', {})],
      },
      { title: 'Containers', of: { query: containers }, unit: 'none', width: 90 },
      { title: 'Attempt', of: { query: attempts }, unit: 'none', width: 75 },
      { title: 'Failing for', of: { query: age(began) }, unit: 's', decimals: 1, width: 95 },
      {
        title: 'Next retry in',
        of: { query: atLeastZero(untilThen(retry)) },
        unit: 's',
        decimals: 1,
        width: 105,
      },
      { title: 'Runbook', of: { label: 'runbook' }, hidden: true },
      // Only there for its labels: the node, and the page that explains the class.
      {
        title: 'There',
        of: {
          query: withRunbook(
            queries.orNamedZero(nodeOrCount(queries, where), 'cause', nothingFails),
          ),
        },
        hidden: true,
      },
    ],
  });
}

/** Its one node by name, or how many it fails on. */
function nodeOrCount(
  { q, failing }: Queries,
  where: FailingMatchers,
): Vector<(typeof workloadKey)[number] | 'node'> {
  const each = failing([...workloadKey, 'node'], where);
  const nodes = q.count(workloadKey, each);
  const one = q.and(workloadKey, each, equal(nodes, 1));
  const names = q.labelName('cluster') === undefined ? workloadKey.slice(1) : workloadKey;
  const by = names.map((label) => q.labelName(label)).join(', ');
  const several = above(nodes, 1);
  const counted = {
    ...nodes,
    text: `count_values by (${by}) ("nodes", ${several.text})`,
    labels: [...workloadKey, 'nodes'] as const,
  };
  const counts = q.max([...workloadKey, 'node'], worded(counted, 'node', ['nodes'], '$1 nodes'));
  return or(one, counts);
}

function withRunbook<const Label extends FailingLabel>(
  vector: Vector<Label>,
): Vector<Label | 'runbook'> {
  const entries = Object.entries(runbookOfClass) as readonly (readonly [CauseClass, AlertName])[];
  return entries.reduce<Vector<Label | 'runbook'>>(
    (all, [name, alert]) => {
      const args = ['runbook', alert, 'class', name].map((part) => JSON.stringify(part));
      return {
        ...all,
        text: `label_replace(${all.text}, ${args.join(', ')})`,
        labels: [...all.labels, 'runbook'],
      };
    },
    vector as Vector<Label | 'runbook'>,
  );
}

/** What the pager has, with the same names. */
export function firingAlerts(
  spec: PanelSpec,
  queries: Queries,
  settings: DashboardsSettings,
): BuiltPanel {
  const { q, firing } = queries;
  const labels = ['alertname', 'severity', 'namespace', 'workload', 'registry', 'node'] as const;
  return table({
    ...spec,
    nothing: noExporter,
    sortBy: { column: 'Severity', ascending: true },
    columns: [
      ...clusterColumn(queries),
      { title: 'Severity', of: { label: 'severity' }, width: 100, values: severityMappings },
      {
        title: 'Alert',
        of: { label: 'alertname' },
        width: 310,
        values: { [noAlert]: { colour: good } },
        links: [toRunbook(settings, 'Runbook of this alert', 'Alert')],
      },
      { title: 'Namespace', of: { label: 'namespace' } },
      {
        title: 'Workload',
        of: { label: 'workload' },
        links: [
          toDashboard(settings, 'imagepull-workload', 'This workload', {
            namespace: 'Namespace',
            workload: 'Workload',
          }),
        ],
      },
      {
        title: 'Registry',
        of: { label: 'registry' },
        links: [
          toDashboard(settings, 'imagepull-registry', 'This registry', { registry: 'Registry' }),
        ],
      },
      {
        title: 'Node',
        of: { label: 'node' },
        links: [toDashboard(settings, 'imagepull-nodes', 'This node', { node: 'Node' })],
      },
      {
        title: 'Firing',
        of: {
          query: queries.orNamedZero(q.max(['cluster', ...labels], firing), 'alertname', noAlert),
        },
        hidden: true,
      },
    ],
  });
}
