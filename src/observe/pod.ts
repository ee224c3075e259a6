// Pod -> PodObservation: per container the image of the spec, beside what the kubelet says of it.
import type { Container, ContainerState, ContainerStatus, Pod } from '../wire/objects.ts';
import type { ContainerObservation, ObservedState, PodObservation } from './observations.ts';
import { workloadOf } from './workload.ts';

export function observePod(pod: Pod): PodObservation {
  const statuses = new Map(pod.statuses.map((status) => [status.name, status]));
  const references = new Map(pod.imageVolumes.map(({ name, reference }) => [name, reference]));
  return {
    type: 'pod',
    uid: pod.uid,
    namespace: pod.namespace,
    name: pod.name,
    node: pod.nodeName,
    phase: pod.phase,
    deleting: pod.deleting,
    createdAt: pod.createdAt,
    startTime: pod.startTime,
    conditions: pod.conditions,
    workload: workloadOf(pod),
    // The kubelet reports a static pod under the uid of its manifest (kubelet-semantics 4.2).
    eventUid: pod.annotations['kubernetes.io/config.mirror'] ?? pod.uid,
    containers: pod.containers.map((container) =>
      observeContainer(container, statuses.get(container.name), references),
    ),
  };
}

function observeContainer(
  container: Container,
  status: ContainerStatus | undefined,
  references: ReadonlyMap<string, string>,
): ContainerObservation {
  return {
    name: container.name,
    type: container.type,
    image: container.image,
    pullPolicy: container.imagePullPolicy,
    imageVolumes: container.volumeMounts.flatMap((mount) => references.get(mount) ?? []),
    state: status === undefined ? { type: 'none' } : observedState(status.state),
    lastTermination: lastTermination(status),
    containerId: status?.containerId ?? '',
  };
}

function observedState(state: ContainerState): ObservedState {
  switch (state.type) {
    case 'waiting':
      return { type: 'waiting', reason: state.reason, message: state.message };
    case 'running':
      return { type: 'running', startedAt: state.startedAt };
    case 'terminated':
      return {
        type: 'terminated',
        containerId: state.containerId,
        finishedAt: state.finishedAt,
      };
    case 'none':
      return state;
  }
}

function lastTermination(
  status: ContainerStatus | undefined,
): ContainerObservation['lastTermination'] {
  const ended = [status?.state, status?.lastState].find((state) => state?.type === 'terminated');
  if (ended?.type !== 'terminated') return undefined;
  return { startedAt: ended.startedAt, finishedAt: ended.finishedAt };
}
