// One pod on a node -> syncs at the kubelet's times: status out first, then images, then containers.
import type { Process, Timer, VirtualClock } from '../clock.ts';
import type { Pod } from '../objects.ts';
import type { KubeletProcess } from './kubelet-process.ts';
import type { Kubelet } from './kubelet.ts';
import { StartFailures } from './containers.ts';
import type { PodContainers } from './containers.ts';
import type { Outcome } from './container-start.ts';
import { podStatus, startsAgain } from './pod-status.ts';
import { syncPod } from './pod-sync.ts';
import { terminatePod } from './pod-termination.ts';

const backOffPeriodMs = 10_000;
const resyncIntervalMs = 60_000;
/** Every wait of a pod worker is stretched by up to half of it. */
const jitter = 0.5;

export class PodWorker {
  pod: Pod;
  readonly containers: PodContainers;
  readonly startFailures = new StartFailures();
  readonly node: Kubelet;
  readonly process: KubeletProcess;
  ended: { readonly reason: string; readonly message: string } | undefined;
  /** resourceVersion that events name: that of the newest spec. */
  #specVersion: string;
  #syncing: Timer | undefined;
  #start: Timer | undefined;
  #pending = false;
  #stopped = false;
  #lastSyncEnd = 0;
  #terminating = false;
  #published = '';
  /** Nothing of the pod is left to do but to remove it when it is deleted. */
  #ended = false;
  readonly #startedAt: number;

  constructor(node: Kubelet, process: KubeletProcess, pod: Pod, containers: PodContainers) {
    this.node = node;
    this.process = process;
    this.pod = pod;
    this.containers = containers;
    this.#specVersion = pod.metadata.resourceVersion;
    const { startTime } = pod.status;
    this.#startedAt = startTime === undefined ? this.clock.now() : Date.parse(startTime);
    const { activeDeadlineSeconds } = pod.spec;
    if (activeDeadlineSeconds !== undefined) {
      this.clock.at(this.#startedAt + activeDeadlineSeconds * 1000, () => this.trigger());
    }
  }

  get clock(): VirtualClock {
    return this.node.clock;
  }

  /** A new version of the pod from the API: a sync follows where the kubelet has something to do. */
  update(pod: Pod): void {
    const news =
      pod.spec !== this.pod.spec ||
      pod.metadata.deletionTimestamp !== this.pod.metadata.deletionTimestamp;
    this.pod = pod;
    if (!news) return;
    this.#specVersion = pod.metadata.resourceVersion;
    if (this.#ended) {
      this.clock.after(30, () => this.node.finishDeletion(this.pod));
      return;
    }
    // A pod that is deleted is stopped at once, even in the middle of a pull.
    if (pod.metadata.deletionTimestamp !== undefined && !this.#terminating) this.#interrupt();
    this.trigger();
  }

  /** Something happened to the pod: sync as soon as the worker and its view of the runtime allow. */
  trigger(): void {
    if (this.#stopped || this.#ended) return;
    if (this.#syncing !== undefined) {
      this.#pending = true;
      return;
    }
    this.#start?.cancel();
    this.#start = undefined;
    this.process.whenFresh(this.#lastSyncEnd, (at) => {
      this.#start?.cancel();
      this.#start = this.clock.at(at, () => this.#run());
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#interrupt();
  }

  tell(type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    const { metadata } = this.pod;
    const mirrorOf = metadata.annotations?.['kubernetes.io/config.mirror'];
    this.process.recorder.record({
      involvedObject: {
        kind: 'Pod',
        namespace: metadata.namespace,
        name: metadata.name,
        uid: mirrorOf ?? metadata.uid,
        apiVersion: 'v1',
        resourceVersion: mirrorOf === undefined ? this.#specVersion : '',
        ...(fieldPath === undefined ? {} : { fieldPath }),
      },
      type,
      reason,
      message,
    });
  }

  /** Puts out the status as it is now; what would not differ from the last one is not even made. */
  publish(terminated = false): void {
    const { metadata } = this.pod;
    const key = `${this.containers.revision}/${this.startFailures.revision}/${metadata.generation ?? 0}/${metadata.deletionTimestamp ?? ''}/${terminated}/${this.ended?.reason ?? ''}`;
    if (key === this.#published) return;
    this.#published = key;
    this.node.publishStatus(this.pod, (before) =>
      podStatus({
        pod: { ...this.pod, status: before },
        containers: this.containers,
        startFailures: this.startFailures,
        behaviour: this.node.behaviour,
        hostIp: this.node.ip,
        startedAt: this.#startedAt,
        now: this.clock.now() + this.node.clockSkewMs,
        terminated,
        ended: this.ended,
      }),
    );
  }

  #interrupt(): void {
    this.#start?.cancel();
    this.#syncing?.cancel();
    this.#start = undefined;
    this.#syncing = undefined;
    this.#pending = false;
  }

  #run(): void {
    this.#start = undefined;
    this.#pending = false;
    let done = false;
    const finished = (): void => {
      done = true;
      this.#syncing = undefined;
    };
    const running = this.clock.spawn(this.#sync(finished));
    if (!done) this.#syncing = running;
  }

  *#sync(finished: () => void): Process {
    const outcome: Outcome = { failed: false, crashLoopUntil: undefined };
    if (this.#mustEnd()) {
      this.#terminating = true;
      yield* terminatePod(this);
      this.#ended = true;
      finished();
      return;
    }
    this.publish();
    yield* syncPod(this, outcome);
    this.#lastSyncEnd = this.clock.now();
    finished();
    if (this.#stopped) return;
    if (this.#pending) this.trigger();
    else this.#requeue(outcome);
  }

  /** Deleted, past its deadline, or done. */
  #mustEnd(): boolean {
    const { metadata, spec } = this.pod;
    const { activeDeadlineSeconds } = spec;
    if (metadata.deletionTimestamp !== undefined) return true;
    if (
      activeDeadlineSeconds !== undefined &&
      this.clock.now() >= this.#startedAt + activeDeadlineSeconds * 1000
    ) {
      const message = 'Pod was active on the node longer than the specified deadline';
      this.ended = { reason: 'DeadlineExceeded', message };
      this.tell('Normal', 'DeadlineExceeded', message);
      return true;
    }
    return spec.containers.every((container) => {
      const latest = this.containers.latest(container.name);
      return latest?.exit !== undefined && !startsAgain(this.pod, container, latest);
    });
  }

  #requeue(outcome: Outcome): void {
    const { crashLoopUntil } = outcome;
    const now = this.clock.now();
    if (!outcome.failed) {
      if (this.#hasNothingToShow()) return;
      this.#syncAfter(resyncIntervalMs);
    } else if (this.node.behaviour.crashLoopSetsSync && crashLoopUntil !== undefined) {
      this.#syncAfter(Math.min(Math.max(crashLoopUntil - now, 0), resyncIntervalMs));
    } else {
      this.#syncAfter(backOffPeriodMs);
    }
  }

  #syncAfter(delayMs: number): void {
    const due = this.clock.now() + delayMs * this.node.random.between(1, 1 + jitter);
    this.#start = this.clock.at(this.process.tickAfter(due), () => {
      this.#start = undefined;
      this.trigger();
    });
  }

  /** The regular syncs of a pod that is well leave no trace in the API: they are left out. */
  #hasNothingToShow(): boolean {
    const { spec, metadata } = this.pod;
    return (
      this.node.missingSecrets(metadata.namespace, spec).length === 0 &&
      !(spec.volumes ?? []).some((volume) => volume.image !== undefined)
    );
  }
}
