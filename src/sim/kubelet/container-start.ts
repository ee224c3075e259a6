// A container that should run -> its image, the container, and the events of each step.
import type { Wait } from '../clock.ts';
import { parseImageReference } from '../image-reference.ts';
import type { Container, ContainerList } from '../objects.ts';
import { stableDigest } from '../random.ts';
import type { RuntimeContainer, StartFailure } from './containers.ts';
import { isSidecar } from './pod-status.ts';
import type { PodWorker } from './pod-worker.ts';

/** What a sync came to; decides when the next one is due. */
export interface Outcome {
  failed: boolean;
  /** The nearest end of a crash-loop back-off. */
  crashLoopUntil: number | undefined;
}

/** @returns whether it runs now; if not, the reason is in the worker's start failures */
export function* startContainer(
  worker: PodWorker,
  list: ContainerList,
  container: Container,
  imageVolumes: ReadonlyMap<string, StartFailure>,
  outcome: Outcome,
): Generator<Wait, boolean, void> {
  const failure =
    crashLoop(worker, list, container, outcome) ??
    (yield* pullAndCreate(worker, list, container, imageVolumes));
  if (failure === undefined) {
    worker.startFailures.delete(container.name);
    return true;
  }
  worker.startFailures.set(container.name, failure);
  outcome.failed = true;
  return false;
}

/** kuberuntime doBackOff: asked before the image, for containers that ran before. */
function crashLoop(
  worker: PodWorker,
  list: ContainerList,
  container: Container,
  outcome: Outcome,
): StartFailure | undefined {
  const { pod, clock, process } = worker;
  const { name, namespace, uid } = pod.metadata;
  const exit = worker.containers.latest(container.name)?.exit;
  if (exit === undefined) return undefined;
  const key = `${uid}/${container.name}/${container.image}`;
  const now = clock.now();
  if (!process.restarts.isOpenSince(key, exit.at, now)) {
    process.restarts.fail(key, exit.at, now);
    return undefined;
  }
  const delayMs = process.restarts.delayMs(key) ?? 0;
  const until = exit.at + delayMs;
  outcome.crashLoopUntil = Math.min(outcome.crashLoopUntil ?? until, until);
  worker.tell(
    'Warning',
    'BackOff',
    `Back-off restarting failed container ${container.name} in pod ${name}_${namespace}(${uid})`,
    fieldPath(list, container),
  );
  return {
    reason: 'CrashLoopBackOff',
    message: `back-off ${wholeSeconds(delayMs)} restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`,
  };
}

function* pullAndCreate(
  worker: PodWorker,
  list: ContainerList,
  container: Container,
  imageVolumes: ReadonlyMap<string, StartFailure>,
): Generator<Wait, StartFailure | undefined, void> {
  const { node, clock, process, pod, containers } = worker;
  const path = fieldPath(list, container);
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    worker.tell(type, reason, message, path);
  const mount = container.volumeMounts?.findLast(({ name }) => imageVolumes.has(name));
  const imageFailure =
    (mount === undefined ? undefined : imageVolumes.get(mount.name)) ??
    (yield* process.images.ensure({
      pod,
      subject: {
        container: container.name,
        containerType: typeOf(list, container),
        image: container.image,
      },
      pullPolicy: container.imagePullPolicy,
      ...node.credentials(pod),
      tell,
    }));
  if (imageFailure !== undefined) {
    tell('Warning', 'Failed', `Error: ${imageFailure.reason}`);
    return imageFailure;
  }
  const behaviour = node.podBehaviour(pod).containers?.[container.name] ?? {};
  if (behaviour.createError !== undefined) {
    tell('Warning', 'Failed', `Error: ${behaviour.createError.message}`);
    return behaviour.createError;
  }
  yield node.random.integer(15, 60);
  tell('Normal', 'Created', node.behaviour.createdMessage(container.name));
  yield node.random.integer(20, 90);
  const created = replace(worker, container);
  if (behaviour.startError !== undefined) {
    const message = behaviour.startError;
    const exit = { at: clock.now(), code: 128, reason: 'StartError', message, neverRan: true };
    worker.containers.end(container.name, created.id, exit);
    tell('Warning', 'Failed', `Error: ${message}`);
    process.noticeChange(worker);
    return { reason: 'RunContainerError', message };
  }
  tell('Normal', 'Started', node.behaviour.startedMessage(container.name));
  process.noticeChange(worker);
  if (node.behaviour.publishesStarts) worker.publish();
  if (behaviour.exitsAfterMs !== undefined) {
    const code = behaviour.exitCode ?? 0;
    clock.after(behaviour.exitsAfterMs, () => {
      const exit = { at: clock.now(), code, reason: code === 0 ? 'Completed' : 'Error' };
      if (containers.end(container.name, created.id, exit)) node.noticeChange(pod.metadata.uid);
    });
  }
  return undefined;
}

function replace(worker: PodWorker, container: Container): RuntimeContainer {
  const before = worker.containers.latest(container.name);
  const reference = parseImageReference(container.image);
  const normalised = 'error' in reference ? container.image : reference.normalised;
  const repository =
    'error' in reference ? container.image : `${reference.host}/${reference.repository}`;
  const created: RuntimeContainer = {
    id: worker.node.newContainerId(),
    specImage: container.image,
    image: normalised,
    imageId: `${repository}@${stableDigest(normalised)}`,
    restartCount: before === undefined ? 0 : before.restartCount + 1,
    startedAt: worker.clock.now(),
    exit: undefined,
  };
  worker.containers.start(container.name, created);
  return created;
}

function fieldPath(list: ContainerList, container: Container): string {
  return `spec.${list}{${container.name}}`;
}

function typeOf(list: ContainerList, container: Container): string {
  switch (list) {
    case 'ephemeralContainers':
      return 'ephemeral';
    case 'initContainers':
      return isSidecar(container) ? 'sidecar' : 'init';
    case 'containers':
      return 'container';
  }
}

/** Go prints 80 s as 1m20s. */
function wholeSeconds(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
