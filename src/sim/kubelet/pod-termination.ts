// A pod that was deleted, is done or is past its deadline -> its last states, and its removal.
import type { Wait } from '../clock.ts';
import type { PodWorker } from './pod-worker.ts';

/** kubelet SyncTerminatingPod and SyncTerminatedPod. */
export function* terminatePod(worker: PodWorker): Generator<Wait, void, void> {
  const { node, clock, containers } = worker;
  worker.publish();
  const running = containers.running();
  for (const name of running) {
    worker.tell('Normal', 'Killing', `Stopping container ${name}`, `spec.containers{${name}}`);
  }
  const graceMs = (worker.pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000;
  yield running.length > 0 ? Math.min(graceMs, node.random.integer(150, 2500)) : 90;
  for (const name of running) {
    const id = containers.latest(name)?.id ?? '';
    containers.end(name, id, { at: clock.now(), code: 143, reason: 'Error' });
  }
  const ranOnce = worker.ended === undefined && containers.ranOnce;
  containers.closeSandbox();
  worker.publish();
  yield ranOnce && worker.pod.metadata.deletionTimestamp === undefined ? 1000 : 35;
  worker.startFailures.clear();
  worker.publish(true);
  yield 30;
  const { metadata } = worker.pod;
  if (metadata.deletionTimestamp === undefined) return;
  node.finishDeletion(worker.pod);
}
