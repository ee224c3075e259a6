// Group imagepull.workload: what the owner of a workload must mend.
import type { Vector } from '../src/promql/expression.ts';
import { not } from '../src/promql/matchers.ts';
import { above, age, equal, maxOver, or, withLabel } from '../src/promql/operators.ts';
import type { Selector } from '../src/promql/selector.ts';
import { alert, minutes, unlessTooMany, type Pack } from './alert.ts';
import { workloadIdentity } from './recording.ts';

const identity = [...workloadIdentity, 'registry'] as const;

export const workloadAlerts = {
  ImagePullFailing: alert({
    // A node's trouble is the platform's: ImagePullNodeFailing.
    expr: ({ q }) => above(q.sum(identity, q.record('failing', { class: not('node') })), 0),
    for: minutes(15),
    keepFiringFor: minutes(10),
    severity: 'warning',
    audience: 'namespace',
    summary: 'A workload has containers whose image cannot be pulled.',
    description: ({ label, causes }) =>
      `${label('workload_kind')} ${label('namespace')}/${label('workload')} cannot pull from ` +
      `${label('registry')}. Containers by cause: ` +
      `${causes('container', ['namespace', 'workload_kind', 'workload', 'registry'])}.`,
    dashboard: 'imagepull-workload',
    variables: ['cluster', 'namespace', 'workload'],
  }),

  ImagePullReferenceInvalid: alert({
    expr: ({ q }) => above(q.record('failing', { class: 'reference' }), 0),
    // A deployment may be a little ahead of the push of its image.
    for: minutes(5),
    keepFiringFor: minutes(10),
    severity: 'warning',
    audience: 'namespace',
    summary: 'A workload names an image that cannot be had.',
    description: ({ label, causes }) =>
      `${label('workload_kind')} ${label('namespace')}/${label('workload')} names an image of ` +
      `${label('registry')} that does not exist or does not fit. Containers by cause: ` +
      `${causes('container', ['namespace', 'workload_kind', 'workload', 'registry'])}. ` +
      'It will not heal: correct the image, push it, or roll back.',
    dashboard: 'imagepull-workload',
    variables: ['cluster', 'namespace', 'workload'],
  }),

  ImagePullCredentialsRejected: alert({
    expr: ({ q }) => above(q.record('failing', { class: 'credentials' }), 0),
    // Controllers that copy secrets lag behind new namespaces.
    for: minutes(5),
    keepFiringFor: minutes(10),
    severity: 'warning',
    audience: 'namespace',
    summary: "A registry does not accept a workload's credentials.",
    description: ({ label, causes }) =>
      `${label('registry')} does not let ${label('workload_kind')} ` +
      `${label('namespace')}/${label('workload')} pull. Containers by cause: ` +
      `${causes('container', ['namespace', 'workload_kind', 'workload', 'registry'])}. ` +
      'Check the pull secrets of its pods and service account, and that the repository exists.',
    dashboard: 'imagepull-workload',
    variables: ['cluster', 'namespace', 'workload'],
  }),

  ImagePullPolicyRejected: alert({
    expr: ({ q }) => above(q.record('failing', { class: 'policy' }), 0),
    for: minutes(2),
    keepFiringFor: minutes(10),
    severity: 'warning',
    // And the owner of the namespace, whom its label names.
    audience: 'security',
    summary: 'A policy rejects the image of a workload.',
    description: ({ label, causes }) =>
      `${label('workload_kind')} ${label('namespace')}/${label('workload')} wants an image of ` +
      `${label('registry')} that policy rejects. Containers by cause: ` +
      `${causes('container', ['namespace', 'workload_kind', 'workload', 'registry'])}. ` +
      'Find out who built the image before anybody signs it.',
    dashboard: 'imagepull-workload',
    variables: ['cluster', 'namespace', 'workload'],
  }),

  ImagePullWorkloadDown: alert({
    expr: workloadDown,
    for: minutes(5),
    keepFiringFor: minutes(5),
    severity: 'critical',
    audience: 'namespace',
    summary: 'A workload that was available has no replica left, and its image cannot be pulled.',
    description: ({ label, causes }) =>
      `${label('workload_kind')} ${label('namespace')}/${label('workload')} has no available ` +
      'replica, and its image cannot be pulled. Containers by cause: ' +
      `${causes('container', ['namespace', 'workload_kind', 'workload'])}. ` +
      `Roll back first: kubectl -n ${label('namespace')} rollout undo ` +
      `${label('workload_kind')}/${label('workload')}.`,
    dashboard: 'imagepull-workload',
    variables: ['cluster', 'namespace', 'workload'],
  }),

  ImagePullForgotten: alert({
    expr: (pack) => {
      const { q, limits } = pack;
      const began = q.bridge(q.select('imagepull_container_first_failure_timestamp_seconds'));
      const oldest = q.min(['cluster', 'namespace', 'pod', 'container'], began);
      return unlessTooMany(pack, above(age(oldest), limits.forgotten));
    },
    for: minutes(5),
    keepFiringFor: 0,
    severity: 'info',
    audience: 'namespace',
    summary: 'An image has not been pulled for so long that nobody seems to need it.',
    description: ({ label, value, causes }) =>
      `Container ${label('container')} of pod ${label('namespace')}/${label('pod')} has failed to ` +
      `pull for ${value('humanizeDuration')}: ${causes('container', ['namespace', 'pod'])}. ` +
      'Mend it or delete its workload: it asks the registry every five minutes.',
    dashboard: 'imagepull-workload',
    variables: ['cluster', 'namespace', 'pod'],
  }),
};

/**
 * "Was available" keeps a workload that never ran from paging; that it was ends by itself after an
 * hour, and from then on the firing alert holds it up.
 */
export function workloadDown(pack: Pack): Vector<WorkloadLabel> {
  const { q, limits, windows } = pack;
  const down = equal(availableReplicas(pack, q.latest), 0);
  const wasUp = above(
    availableReplicas(pack, (replicas) => maxOver(replicas, limits.availableWithin)),
    0,
  );
  const failing = q.sum(workloadIdentity, q.record('failing'));
  const trouble = q.and(workloadIdentity, failing, down);
  return q.hold('ImagePullWorkloadDown', trouble, wasUp, windows.memory);
}

type WorkloadLabel = (typeof workloadIdentity)[number];

/** As kube-state-metrics counts them, by the labels of workloads here; its own pods are gone. */
function availableReplicas(
  { q }: Pack,
  over: (replicas: Selector<string, 'gauge'>) => Vector,
): Vector<WorkloadLabel> {
  const kinds = [
    ['Deployment', 'deployment', q.select('kube_deployment_status_replicas_available')],
    ['StatefulSet', 'statefulset', q.select('kube_statefulset_status_replicas_available')],
    ['DaemonSet', 'daemonset', q.select('kube_daemonset_status_number_available')],
  ] as const;
  const [first, ...others] = kinds.map(([kind, label, replicas]) =>
    withLabel(withLabel(over(replicas), 'workload', { copyOf: label }), 'workload_kind', {
      text: kind,
    }),
  );
  return q.max(workloadIdentity, or(first as Vector, ...others) as Vector<WorkloadLabel>);
}
