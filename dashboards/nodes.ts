// Nodes: is it the node: its disk, proxy, certificates, or the kubelet's own limit of pulls.
import { variable } from '../src/promql/matchers.ts';
import { age, ratio } from '../src/promql/operators.ts';
import { classColours, good } from './palette.ts';
import { everyPullEnds, limits, nothingFails, zeroIsGood } from './colours.ts';
import { clusterColumn, noExporter } from './columns.ts';
import type { DashboardDefinition } from './dashboard.ts';
import { toDashboard } from './links.ts';
import { stat, timeseries } from './panel.ts';
import { workload } from './queries.ts';
import { matrix, table } from './table.ts';

const node = variable('node');
const here = { node };

export const nodes: DashboardDefinition = {
  uid: 'imagepull-nodes',
  title: 'Nodes',
  question: 'Is it the node: its disk, its way to the registries, its runtime?',
  variables: ['node', 'imagefs'],
  rows: (queries, settings) => {
    const { q, failing, orZero, orNamedZero, limits: thresholds } = queries;
    const since = q.select('imagepull_container_pulling_since_timestamp_seconds', here);
    const stalledKey = [
      'cluster',
      'node',
      'namespace',
      'workload_kind',
      'workload',
      'pod',
      'container',
      'image',
      'registry',
    ] as const;
    const errors = q.select('kubelet_runtime_operations_errors_total', {
      operation_type: 'pull_image',
      node,
    });
    const free = q.min(
      ['cluster', 'instance'],
      ratio(
        q.max(
          ['cluster', 'instance', 'mountpoint'],
          q.select('node_filesystem_avail_bytes', { mountpoint: variable('imagefs') }),
        ),
        q.max(
          ['cluster', 'instance', 'mountpoint'],
          q.select('node_filesystem_size_bytes', { mountpoint: variable('imagefs') }),
        ),
      ),
    );
    return [
      {
        title: 'Now',
        panels: [
          stat({
            slug: 'failing',
            title: 'Nodes with failures',
            question: 'How many nodes fail to pull?',
            size: [5, 4],
            query: { expr: orZero(q.count([], failing(['cluster', 'node'], here))) },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'own-trouble',
            title: 'Nodes with trouble of their own',
            question: 'How many have a cause that is the node itself: disk, runtime, limits?',
            size: [5, 4],
            query: {
              expr: orZero(q.count([], failing(['cluster', 'node'], { ...here, class: 'node' }))),
            },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'stalled',
            title: 'Pulls without a result',
            question: 'How many pulls neither work nor fail?',
            size: [5, 4],
            query: {
              expr: orZero(q.count([], q.max(['cluster', 'namespace', 'pod', 'container'], since))),
            },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'longest-stalled',
            title: 'Longest pull without a result',
            question:
              'Does a layer stall? With pulls one at a time it holds up every other pull of its node.',
            size: [5, 4],
            query: { expr: age(q.min([], since)) },
            unit: 's',
            decimals: 0,
            steps: limits(thresholds.stalledPull / 2, thresholds.stalledPull),
            noValue: 'none',
          }),
          stat({
            slug: 'qps',
            title: 'Pulls over the kubelet limit',
            question:
              'Does the kubelet itself refuse? registryPullQPS and registryBurst of its configuration; over the last hour.',
            size: [4, 4],
            query: {
              expr: orZero(
                q.increase(
                  [],
                  q.select('imagepull_attempts_total', { cause: 'node_pull_qps_exceeded' }),
                  queries.windows.long,
                ),
              ),
            },
            unit: 'none',
            noValue: 'no exporter',
          }),
        ],
      },
      {
        title: 'Which node, and whose problem',
        panels: [
          matrix({
            slug: 'matrix',
            title: 'Failing workloads by node and class',
            question: 'One row with every class: that node. One class in every row: not the nodes.',
            size: [10, 9],
            query: q.count(['node', 'class'], failing([...workload, 'node', 'class'], here)),
            rows: 'node',
            columns: 'class',
            colours: classColours,
            rowLinks: [
              toDashboard(settings, 'imagepull-nodes', 'Only this node', { node: 'node' }),
            ],
            nothing: 'Nothing fails on any node',
          }),
          table({
            slug: 'stalled-pulls',
            title: 'Pulls without a result, the longest first',
            question: `Which pull holds up the node? An alert fires after ${thresholds.stalledPull / 60} minutes; restarting the runtime of the node ends it.`,
            size: [14, 9],
            nothing: noExporter,
            sortBy: { column: 'For' },
            columns: [
              ...clusterColumn(queries),
              { title: 'Node', of: { label: 'node' }, width: 100 },
              { title: 'Namespace', of: { label: 'namespace' }, width: 100 },
              {
                title: 'Workload',
                of: { label: 'workload' },
                width: 150,
                links: [
                  toDashboard(settings, 'imagepull-workload', 'This workload', {
                    namespace: 'Namespace',
                    workload: 'Workload',
                  }),
                ],
              },
              {
                title: 'Image',
                of: { label: 'image' },
                values: { [everyPullEnds]: { colour: good } },
              },
              {
                title: 'For',
                of: { query: orNamedZero(age(q.min(stalledKey, since)), 'image', everyPullEnds) },
                unit: 's',
                decimals: 0,
                width: 90,
              },
            ],
          }),
        ],
      },
      {
        title: 'History',
        panels: [
          timeseries({
            slug: 'by-node',
            title: 'Failing workloads by node',
            question: 'Which node began it?',
            size: [12, 8],
            queries: [
              {
                expr: orNamedZero(
                  q.sum(['node'], q.record('nodeWorkloads', here)),
                  'node',
                  nothingFails,
                ),
                legend: '{{node}}',
              },
            ],
            unit: 'none',
            draw: 'steps',
            colours: { [nothingFails]: good },
            limit: thresholds.nodeWorkloads,
          }),
          timeseries({
            slug: 'stalled-over-time',
            title: 'Longest pull without a result, by node',
            question: 'Since when does it stall? The line is where the alert begins.',
            size: [12, 8],
            queries: [
              {
                expr: orNamedZero(age(q.min(['node'], since)), 'node', everyPullEnds),
                legend: '{{node}}',
              },
            ],
            unit: 's',
            colours: { [everyPullEnds]: good },
            limit: thresholds.stalledPull,
          }),
        ],
      },
      {
        title: 'From other exporters (kubelet, node-exporter)',
        panels: [
          timeseries({
            slug: 'kubelet-errors',
            title: 'Errors of pulls as the kubelet counts them',
            question:
              'Does a second, independent source say the same? Needs the metrics of the kubelet.',
            size: [12, 8],
            queries: [{ expr: q.rate(['node'], errors, '$__rate_interval'), legend: '{{node}}' }],
            unit: 'ops',
          }),
          timeseries({
            slug: 'image-fs',
            title: 'Free space where images are kept',
            question:
              'Is the disk full? The fullest of the mount points named above, by node; the kubelet begins to delete images at 15 % free. Needs node-exporter.',
            size: [12, 8],
            queries: [{ expr: free, legend: '{{instance}}' }],
            unit: 'percentunit',
            max: 1,
          }),
        ],
      },
    ];
  },
};
