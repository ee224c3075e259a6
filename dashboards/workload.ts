// Workload: one workload or pod: the exact cause, the attempt, the next retry, and what to do.
import { variable } from '../src/promql/matchers.ts';
import { age, or, withLabel } from '../src/promql/operators.ts';
import { good } from './palette.ts';
import { causeMappings, causeSeries, limits, nothingFails } from './colours.ts';
import { clusterColumn, noExporter } from './columns.ts';
import type { DashboardDefinition } from './dashboard.ts';
import { toDashboard } from './links.ts';
import { atLeastZero, top, untilThen } from './operators.ts';
import { stat, stateTimeline, text, timeseries } from './panel.ts';
import { table } from './table.ts';

const here = {
  namespace: variable('namespace'),
  workload: variable('workload'),
  pod: variable('pod'),
};

/** What a container is told from others by, on this dashboard. */
const container = ['pod', 'container'] as const;

export const workloadDashboard: DashboardDefinition = {
  uid: 'imagepull-workload',
  title: 'Workload',
  question: 'Why does this workload not get its image, when is the next try, and what to do?',
  variables: ['namespace', 'workload', 'pod'],
  rows: (queries, settings) => {
    const { q, failing, fact, orZero, orNamedZero, limits: thresholds } = queries;
    const key = [
      'cluster',
      'namespace',
      'pod',
      'container',
      'container_type',
      'node',
      'registry',
      'image',
      'class',
      'cause',
    ] as const;
    const available = or<'workload'>(
      q.sum(
        ['workload'],
        withLabel(
          q.select('kube_deployment_status_replicas_available', {
            namespace: here.namespace,
            deployment: here.workload,
          }),
          'workload',
          { copyOf: 'deployment' },
        ),
      ),
      q.sum(
        ['workload'],
        withLabel(
          q.select('kube_statefulset_status_replicas_available', {
            namespace: here.namespace,
            statefulset: here.workload,
          }),
          'workload',
          { copyOf: 'statefulset' },
        ),
      ),
    );
    return [
      {
        title: 'Now',
        panels: [
          stat({
            slug: 'cause',
            title: 'Cause',
            question: 'Why? The cause that most of its containers have.',
            size: [9, 4],
            query: {
              expr: top(
                1,
                orNamedZero(
                  q.count(['cause'], failing(['cluster', 'pod', 'container', 'cause'], here)),
                  'cause',
                  nothingFails,
                ),
              ),
              legend: '{{cause}}',
            },
            show: 'name',
            unit: 'none',
            steps: [
              { from: Number.NEGATIVE_INFINITY, colour: good },
              { from: 1, colour: '#D55E00' },
            ],
            noValue: 'no exporter',
          }),
          stat({
            slug: 'attempt',
            title: 'Failed attempts',
            question:
              'How far is the back-off? From attempt 6 on the kubelet waits its maximum of 5 minutes.',
            size: [5, 4],
            query: { expr: orZero(q.max([], fact('imagepull_container_attempts', here))) },
            unit: 'none',
            noValue: 'no exporter',
          }),
          stat({
            slug: 'failing-for',
            title: 'Failing for',
            question: 'Since when?',
            size: [5, 4],
            query: {
              expr: age(
                q.min([], fact('imagepull_container_first_failure_timestamp_seconds', here)),
              ),
            },
            unit: 's',
            decimals: 1,
            steps: limits(0.1, thresholds.forgotten),
            noValue: 'nothing fails',
          }),
          stat({
            slug: 'next-retry',
            title: 'Next retry in',
            question:
              'I mended it, why is it still red? The kubelet tries again in this time, and up to 16 seconds later; deleting the pod makes it try at once.',
            size: [5, 4],
            query: {
              expr: atLeastZero(
                untilThen(
                  q.min([], fact('imagepull_container_next_retry_timestamp_seconds', here)),
                ),
              ),
            },
            unit: 's',
            decimals: 1,
            noValue: 'no retry',
          }),
        ],
      },
      {
        title: 'Details',
        panels: [
          table({
            slug: 'containers',
            title: 'Containers that fail',
            question: 'Everything for the ticket, a row for each container.',
            size: [24, 8],
            nothing: noExporter,
            sortBy: { column: 'Failing for' },
            columns: [
              ...clusterColumn(queries),
              { title: 'Namespace', of: { label: 'namespace' }, width: 90 },
              { title: 'Pod', of: { label: 'pod' } },
              { title: 'Container', of: { label: 'container' }, width: 110 },
              { title: 'Type', of: { label: 'container_type' }, width: 85 },
              {
                title: 'Node',
                of: { label: 'node' },
                width: 95,
                links: [toDashboard(settings, 'imagepull-nodes', 'This node', { node: 'Node' })],
              },
              {
                title: 'Registry',
                of: { label: 'registry' },
                width: 180,
                links: [
                  toDashboard(settings, 'imagepull-registry', 'This registry', {
                    registry: 'Registry',
                  }),
                ],
              },
              { title: 'Image', of: { label: 'image' } },
              { title: 'Cause', of: { label: 'cause' }, width: 170, values: causeMappings },
              {
                title: 'Attempt',
                of: {
                  query: orNamedZero(
                    q.max(key, fact('imagepull_container_attempts', here)),
                    'cause',
                    nothingFails,
                  ),
                },
                unit: 'none',
                width: 80,
              },
              {
                title: 'Failing for',
                of: {
                  query: age(
                    q.min(key, fact('imagepull_container_first_failure_timestamp_seconds', here)),
                  ),
                },
                unit: 's',
                decimals: 1,
                width: 100,
              },
              {
                title: 'Next retry in',
                of: {
                  query: atLeastZero(
                    untilThen(
                      q.min(key, fact('imagepull_container_next_retry_timestamp_seconds', here)),
                    ),
                  ),
                },
                unit: 's',
                decimals: 1,
                width: 105,
              },
            ],
          }),
          text({
            slug: 'commands',
            title: 'Commands',
            question: 'What to type, with the names that are chosen above.',
            size: [24, 8],
            markdown: commands,
          }),
        ],
      },
      {
        title: 'History',
        panels: [
          stateTimeline({
            slug: 'causes',
            title: 'Cause over time, for each container',
            question:
              'Did it flip between causes, did it heal in between? A row for each container and cause; choose one workload, or there are many.',
            size: [24, 8],
            queries: [
              {
                expr: orNamedZero(
                  q.max([...container, 'cause'], failing(['cluster', ...container, 'cause'], here)),
                  'cause',
                  nothingFails,
                ),
                legend: '{{cause}} {{pod}} {{container}}',
              },
            ],
            unit: 'none',
            values: { 0: { text: 'OK' }, 1: { text: 'failing' } },
            coloursByStart: causeSeries,
          }),
          timeseries({
            slug: 'attempts',
            title: 'Failed attempts so far',
            question:
              'How does the back-off go? It falls with a recovery, a new pod or a new image.',
            size: [8, 8],
            queries: [
              {
                expr: q.max(container, fact('imagepull_container_attempts', here)),
                legend: '{{pod}} {{container}}',
              },
            ],
            unit: 'none',
            draw: 'steps',
          }),
          timeseries({
            slug: 'failures-by-attempt',
            title: 'Failed attempts of the namespace, by attempt',
            question:
              'Noise of first attempts, or something that persists? The counter knows namespaces, not workloads.',
            size: [8, 8],
            queries: [
              {
                expr: q.increase(
                  ['backoff_attempt'],
                  q.select('imagepull_attempts_total', {
                    namespace: here.namespace,
                    result: 'failure',
                  }),
                  '$__rate_interval',
                ),
                legend: 'attempt {{backoff_attempt}}',
              },
            ],
            unit: 'none',
            draw: 'bars',
            stacked: true,
          }),
          timeseries({
            slug: 'available',
            title: 'Replicas that are available',
            question: 'Is the user hurt? Needs kube-state-metrics.',
            size: [8, 8],
            queries: [{ expr: available, legend: '{{workload}}' }],
            unit: 'none',
            draw: 'steps',
          }),
        ],
      },
    ];
  },
};

const commands = `With one namespace and one pod chosen above. What the kubelet says, and what it has tried:

\`\`\`sh
kubectl -n \${namespace:raw} describe pod \${pod:raw}
kubectl -n \${namespace:raw} get events --field-selector involvedObject.name=\${pod:raw} --sort-by=.lastTimestamp
kubectl -n \${namespace:raw} get pod \${pod:raw} -o jsonpath='{.spec.imagePullSecrets} {.spec.serviceAccountName}{"\\n"}'
\`\`\`

A pull secret, made anew; then a pod that tries at once instead of in five minutes:

\`\`\`sh
kubectl -n \${namespace:raw} create secret docker-registry <name> --docker-server=<registry> --docker-username=<user> --docker-password=<token> --dry-run=client -o yaml | kubectl apply -f -
kubectl -n \${namespace:raw} delete pod \${pod:raw}
\`\`\`
`;
