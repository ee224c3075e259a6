// A cluster in which all is well, as far as any cluster is: no alert says anything.
import { alertNames } from '../pack.ts';
import { availableReplicas, failing, failures, healthy, own, stateMetric } from './exposed.ts';
import type { PackCase } from './pack-cases.ts';
import { always, counting, during, minute } from './series.ts';

const hours = minute(90);

export const health: readonly PackCase[] = [
  {
    name: 'nothing fires while all is well but for a pull that needed two tries',
    series: [
      ...healthy(),
      ...failing({ cause: 'connection_reset' }, during(minute(30), minute(31)), minute(30)),
      failures('registry.corp.example', 'shop', 'connection_reset', (second) =>
        second < minute(30) ? 0 : 2,
      ),
      ...(
        [
          ['300', counting(0.6)],
          ['600', counting(0.6)],
          ['+Inf', counting(0.6)],
        ] as const
      ).map(([le, signal]) =>
        own('imagepull_duration_seconds_bucket', { registry: 'docker.io', le }, signal),
      ),
      own('imagepull_duration_seconds_count', { registry: 'docker.io' }, counting(0.6)),
      own(
        'imagepull_episodes_total',
        {
          namespace: 'shop',
          registry: 'docker.io',
          class: 'registry',
          cause: 'connection_reset',
          outcome: 'recovered',
        },
        counting(0.3),
      ),
      availableReplicas('shop', 'cart', always(3)),
      availableReplicas('shop', 'scaled-to-nothing', always(0)),
      stateMetric('kube_namespace_status_phase', { namespace: 'shop', phase: 'Active' }, always(1)),
      stateMetric(
        'kube_pod_status_phase',
        { namespace: 'shop', pod: 'x', uid: '1', phase: 'Running' },
        always(1),
      ),
      stateMetric(
        'kube_pod_container_status_waiting_reason',
        { namespace: 'shop', pod: 'x', uid: '1', container: 'app', reason: 'CrashLoopBackOff' },
        during(minute(5), hours),
      ),
      stateMetric(
        'kube_pod_container_status_waiting_reason',
        { namespace: 'shop', pod: 'y', uid: '2', container: 'app', reason: 'ContainerCreating' },
        during(minute(30), minute(32)),
      ),
    ],
    // The one exception is what it says: a container failed for a minute, and is remembered.
    silent: { alerts: alertNames.filter((name) => name !== 'ImagePullPodInhibitor'), until: hours },
  },
];
