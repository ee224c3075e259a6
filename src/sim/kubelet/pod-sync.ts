// One sync of a pod -> its sandbox, its images and its containers, in the kubelet's order.
import type { Wait } from '../clock.ts';
import type { Container, Pod, Volume } from '../objects.ts';
import { startContainer } from './container-start.ts';
import type { Outcome } from './container-start.ts';
import type { StartFailure } from './containers.ts';
import { isInitialised, isSidecar, startsAgain } from './pod-status.ts';
import type { PodWorker } from './pod-worker.ts';

/** kuberuntime SyncPod. */
export function* syncPod(worker: PodWorker, outcome: Outcome): Generator<Wait, void, void> {
  const { pod } = worker;
  const { spec, metadata } = pod;
  const missing = worker.node.missingSecrets(metadata.namespace, spec);
  if (missing.length > 0) {
    worker.tell(
      'Warning',
      'FailedToRetrieveImagePullSecret',
      `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`,
    );
  }
  if (!(yield* prepareSandbox(worker, outcome))) return;
  const imageVolumes = yield* pullImageVolumes(worker, outcome);
  yield* stopChanged(worker);
  for (const container of spec.ephemeralContainers ?? []) {
    if (worker.containers.latest(container.name) === undefined) {
      yield* startContainer(worker, 'ephemeralContainers', container, imageVolumes, outcome);
    }
  }
  if (!(yield* startInitContainers(worker, imageVolumes, outcome))) return;
  for (const container of spec.containers) {
    if (startsAgain(pod, container, worker.containers.latest(container.name))) {
      yield* startContainer(worker, 'containers', container, imageVolumes, outcome);
    }
  }
}

function* prepareSandbox(worker: PodWorker, outcome: Outcome): Generator<Wait, boolean, void> {
  if (worker.containers.sandboxReady) return true;
  const { random } = worker.node;
  const behaviour = worker.node.podBehaviour(worker.pod);
  if (behaviour.mountError !== undefined) {
    yield random.integer(200, 900);
    worker.tell('Warning', 'FailedMount', behaviour.mountError);
    // The kubelet goes on trying to mount for two minutes before the sync ends.
    yield 123_000;
    outcome.failed = true;
    return false;
  }
  yield random.integer(60, 250);
  const error = worker.node.runtimeError() ?? worker.node.sandboxError(worker.pod);
  if (error !== undefined) {
    worker.tell('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error}`);
    outcome.failed = true;
    return false;
  }
  worker.containers.openSandbox(worker.node.newPodIp());
  worker.process.noticeChange(worker);
  if (worker.node.behaviour.publishesStarts) worker.publish();
  return true;
}

/** @returns by volume name, the failure of its image */
function* pullImageVolumes(
  worker: PodWorker,
  outcome: Outcome,
): Generator<Wait, ReadonlyMap<string, StartFailure>, void> {
  const failed = new Map<string, StartFailure>();
  for (const volume of worker.pod.spec.volumes ?? []) {
    const { image } = volume;
    if (image === undefined) continue;
    const failure = yield* worker.process.images.ensure({
      pod: worker.pod,
      subject: {
        container: volume.name,
        containerType: 'image-volume',
        image: image.reference,
        statusOn: mountedBy(worker.pod, volume),
      },
      pullPolicy: image.pullPolicy,
      ...worker.node.credentials(worker.pod),
      tell: (type, reason, message) => worker.tell(type, reason, message),
    });
    if (failure !== undefined) {
      failed.set(volume.name, failure);
      outcome.failed = true;
    }
  }
  return failed;
}

/** Containers whose image was changed in place are killed before the new one is pulled. */
function* stopChanged(worker: PodWorker): Generator<Wait, void, void> {
  for (const container of worker.pod.spec.containers) {
    const latest = worker.containers.latest(container.name);
    if (latest === undefined || latest.exit !== undefined) continue;
    if (latest.specImage === container.image) continue;
    worker.tell(
      'Normal',
      'Killing',
      `Container ${container.name} definition changed, will be restarted`,
      `spec.containers{${container.name}}`,
    );
    yield worker.node.random.integer(80, 1200);
    const exit = { at: worker.clock.now(), code: 143, reason: 'Error' };
    worker.containers.end(container.name, latest.id, exit);
  }
}

/** @returns whether the main containers may start */
function* startInitContainers(
  worker: PodWorker,
  imageVolumes: ReadonlyMap<string, StartFailure>,
  outcome: Outcome,
): Generator<Wait, boolean, void> {
  for (const container of worker.pod.spec.initContainers ?? []) {
    const latest = worker.containers.latest(container.name);
    const sidecar = isSidecar(container);
    const running = latest !== undefined && latest.exit === undefined;
    if (!sidecar && latest?.exit?.code === 0) continue;
    if (running && sidecar) continue;
    if (running) return false;
    if (!startsAgain(worker.pod, container, latest)) return false;
    const started = yield* startContainer(
      worker,
      'initContainers',
      container,
      imageVolumes,
      outcome,
    );
    // A sidecar lets the next one follow; an ordinary init container has to end first.
    if (!sidecar || !started) return false;
  }
  return isInitialised(worker.pod, worker.containers);
}

function mountedBy(pod: Pod, volume: Volume): readonly string[] {
  const mounts = (container: Container): boolean =>
    container.volumeMounts?.some((mount) => mount.name === volume.name) ?? false;
  return pod.spec.containers.filter(mounts).map((container) => container.name);
}
