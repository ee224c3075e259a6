// A pod, its containers and the last start failures -> the status that the kubelet publishes.
import { apiTime } from '../objects.ts';
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
  PodStatus,
  Terminated,
} from '../objects.ts';
import type { Behaviour } from './behaviour.ts';
import type { PodContainers, RuntimeContainer, StartFailures } from './containers.ts';

export interface StatusInput {
  readonly pod: Pod;
  readonly containers: PodContainers;
  readonly startFailures: StartFailures;
  readonly behaviour: Behaviour;
  readonly hostIp: string;
  readonly startedAt: number;
  readonly now: number;
  /** All containers were stopped for good; decides Succeeded or Failed. */
  readonly terminated: boolean;
  /** Why the kubelet ended the pod: DeadlineExceeded, Evicted. */
  readonly ended: { readonly reason: string; readonly message: string } | undefined;
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** Will the next sync start this container again? */
export function startsAgain(
  pod: Pod,
  container: Container,
  latest: RuntimeContainer | undefined,
): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  if (latest === undefined) return true;
  if (latest.exit === undefined) return false;
  if (latest.exit.neverRan === true || isSidecar(container)) return true;
  if (pod.spec.restartPolicy === 'Never') return false;
  return pod.spec.restartPolicy === 'Always' || latest.exit.code !== 0;
}

/** Have all ordinary init containers succeeded, and do all sidecars run? */
export function isInitialised(pod: Pod, containers: PodContainers): boolean {
  return (pod.spec.initContainers ?? []).every((container) => {
    const latest = containers.latest(container.name);
    if (latest === undefined) return false;
    return isSidecar(container) ? latest.exit === undefined : latest.exit?.code === 0;
  });
}

export function podStatus(input: StatusInput): PodStatus {
  const { pod, containers, behaviour, hostIp } = input;
  const { spec } = pod;
  const initialised = isInitialised(pod, containers);
  const initStatuses = (spec.initContainers ?? []).map((container) =>
    containerStatus(input, container, 'init'),
  );
  const statuses = spec.containers.map((container) => containerStatus(input, container, 'main'));
  const ephemeral = (spec.ephemeralContainers ?? []).map((container) =>
    containerStatus(input, container, 'ephemeral'),
  );
  const phase = podPhase(input, initialised, initStatuses, statuses);
  const { podIp } = containers;
  return {
    ...(behaviour.observedGeneration ? { observedGeneration: pod.metadata.generation ?? 1 } : {}),
    phase,
    conditions: conditions(input, initialised, statuses, phase),
    ...(input.ended === undefined ? {} : input.ended),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp === undefined ? {} : { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime: apiTime(input.startedAt),
    ...(initStatuses.length > 0 ? { initContainerStatuses: initStatuses } : {}),
    containerStatuses: statuses,
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
    qosClass: pod.status.qosClass,
  };
}

function containerStatus(
  input: StatusInput,
  container: Container,
  kind: 'init' | 'main' | 'ephemeral',
): ContainerStatus {
  const { pod, containers } = input;
  const latest = containers.latest(container.name);
  const previous = containers.previous(container.name);
  const succeededInit = kind === 'init' && !isSidecar(container) && latest?.exit?.code === 0;
  let state = runtimeState(input, latest);
  let lastState: ContainerState =
    previous?.exit === undefined ? {} : { terminated: terminated(previous, previous.exit) };
  const failure = input.startFailures.get(container.name);
  if (failure !== undefined && !succeededInit && startsAgain(pod, container, latest)) {
    if (state.terminated !== undefined) lastState = { terminated: state.terminated };
    state = { waiting: waiting(failure.reason, failure.message) };
  }
  const ready =
    kind === 'init' ? succeededInit || isRunningSidecar(container, state) : isRunning(state);
  return {
    name: container.name,
    state,
    lastState,
    ready,
    restartCount: latest?.restartCount ?? 0,
    image: latest?.image ?? container.image,
    imageID: latest?.imageId ?? '',
    ...(latest === undefined ? {} : { containerID: latest.id }),
    started: isRunning(state),
    ...(latest === undefined || input.behaviour.minor < 33 ? {} : { resources: {} }),
    ...(latest === undefined || latest.exit !== undefined || input.behaviour.minor < 33
      ? {}
      : { user: { linux: { uid: 0, gid: 0, supplementalGroups: [0] } } }),
  };
}

function runtimeState(input: StatusInput, latest: RuntimeContainer | undefined): ContainerState {
  if (latest === undefined) {
    if (input.terminated) {
      return {
        terminated: {
          exitCode: 137,
          reason: 'ContainerStatusUnknown',
          message: 'The container could not be located when the pod was terminated',
          startedAt: null,
          finishedAt: null,
        },
      };
    }
    const initialising = (input.pod.spec.initContainers ?? []).length > 0;
    return { waiting: waiting(initialising ? 'PodInitializing' : 'ContainerCreating', '') };
  }
  if (latest.exit !== undefined) return { terminated: terminated(latest, latest.exit) };
  return { running: { startedAt: apiTime(latest.startedAt) } };
}

function waiting(reason: string, message: string): { reason: string; message?: string } {
  return message === '' ? { reason } : { reason, message };
}

function terminated(
  container: RuntimeContainer,
  exit: NonNullable<RuntimeContainer['exit']>,
): Terminated {
  return {
    exitCode: exit.code,
    reason: exit.reason,
    ...(exit.message === undefined ? {} : { message: exit.message }),
    startedAt: apiTime(exit.neverRan === true ? 0 : container.startedAt),
    finishedAt: apiTime(exit.at),
    containerID: container.id,
  };
}

function isRunning(state: ContainerState): boolean {
  return state.running !== undefined;
}

function isRunningSidecar(container: Container, state: ContainerState): boolean {
  return isSidecar(container) && isRunning(state);
}

/** kubelet getPhase: a waiting container that ran before counts as stopped, any other keeps it Pending. */
function podPhase(
  input: StatusInput,
  initialised: boolean,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
): string {
  if (input.ended !== undefined) return 'Failed';
  const neverRan = (status: ContainerStatus): boolean =>
    status.state.waiting !== undefined && status.lastState.terminated === undefined;
  if (input.terminated) {
    const exits = statuses.map((status) => status.state.terminated?.exitCode);
    return exits.every((code) => code === 0) ? 'Succeeded' : 'Failed';
  }
  if (!initialised && initStatuses.some((status) => !status.ready) && statuses.every(neverRan)) {
    return 'Pending';
  }
  return statuses.some(neverRan) ? 'Pending' : 'Running';
}

function conditions(
  input: StatusInput,
  initialised: boolean,
  statuses: readonly ContainerStatus[],
  phase: string,
): readonly PodCondition[] {
  const { pod, containers, behaviour } = input;
  const before = new Map(pod.status.conditions?.map((condition) => [condition.type, condition]));
  const make = (type: string, holds: boolean, reason?: string, message?: string): PodCondition => {
    const status = holds ? 'True' : 'False';
    const last = before.get(type);
    const lastTransitionTime =
      last?.status === status ? last.lastTransitionTime : apiTime(input.now);
    return {
      type,
      ...(behaviour.observedGeneration ? { observedGeneration: pod.metadata.generation ?? 1 } : {}),
      status,
      lastProbeTime: null,
      lastTransitionTime,
      ...(holds || reason === undefined ? {} : { reason }),
      ...(holds || message === undefined ? {} : { message }),
    };
  };
  const unready = statuses.filter((status) => !status.ready).map((status) => status.name);
  const over = endReason(input, statuses, phase);
  const notReady =
    over === undefined
      ? (['ContainersNotReady', `containers with unready status: [${unready.join(' ')}]`] as const)
      : ([over, undefined] as const);
  const incomplete = (pod.spec.initContainers ?? [])
    .filter((container) => {
      const latest = containers.latest(container.name);
      return isSidecar(container) ? latest === undefined : latest?.exit?.code !== 0;
    })
    .map((container) => container.name);
  return [
    ...(behaviour.readyToStartCondition
      ? [make('PodReadyToStartContainers', containers.sandboxReady)]
      : []),
    make(
      'Initialized',
      initialised,
      'ContainersNotInitialized',
      `containers with incomplete status: [${incomplete.join(' ')}]`,
    ),
    make('Ready', unready.length === 0 && over === undefined, ...notReady),
    make('ContainersReady', unready.length === 0 && over === undefined, ...notReady),
    make('PodScheduled', true),
  ];
}

/** The reason of Ready=False once no container will run again. */
function endReason(
  input: StatusInput,
  statuses: readonly ContainerStatus[],
  phase: string,
): string | undefined {
  if (input.ended !== undefined || phase === 'Failed') return 'PodFailed';
  if (phase === 'Succeeded') return 'PodCompleted';
  const done = input.pod.spec.containers.every(
    (container) => !startsAgain(input.pod, container, input.containers.latest(container.name)),
  );
  if (!done || statuses.some((status) => isRunning(status.state))) return undefined;
  return statuses.every((status) => status.state.terminated?.exitCode === 0)
    ? 'PodCompleted'
    : 'PodFailed';
}
