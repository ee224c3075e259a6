// One run of a kubelet: its clocks, its memory, and a worker for each pod. All of it ends with a restart.
import type { VirtualClock } from '../clock.ts';
import type { Pod } from '../objects.ts';
import type { Random } from '../random.ts';
import { BackOff } from './back-off.ts';
import type { PodContainers } from './containers.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { ImageManager } from './image-manager.ts';
import type { ImagePuller } from './image-puller.ts';
import type { Kubelet } from './kubelet.ts';
import { PodWorker } from './pod-worker.ts';

/** Pods that wait are looked at, and the runtime is listed, once a second. */
const periodMs = 1000;

export class KubeletProcess {
  readonly recorder: EventRecorder;
  readonly images: ImageManager;
  readonly puller: ImagePuller;
  /** Crash-loop back-off. */
  readonly restarts = new BackOff();
  readonly #kubelet: Kubelet;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #tickPhase: number;
  readonly #relistPhase: number;
  readonly #workers = new Map<string, PodWorker>();
  /** The list of the runtime that will show a change of the pod. */
  readonly #noticed = new WeakMap<PodWorker, number>();
  /** Waiting for a list of the runtime, which is down. */
  readonly #blocked: (() => void)[] = [];

  constructor(
    kubelet: Kubelet,
    parts: {
      readonly recorder: EventRecorder;
      readonly images: ImageManager;
      readonly puller: ImagePuller;
      readonly random: Random;
    },
  ) {
    this.#kubelet = kubelet;
    this.#clock = kubelet.clock;
    this.#random = parts.random;
    this.recorder = parts.recorder;
    this.images = parts.images;
    this.puller = parts.puller;
    this.#tickPhase = parts.random.integer(0, periodMs - 1);
    this.#relistPhase = parts.random.integer(0, periodMs - 1);
  }

  /** A pod that this kubelet has to run, or a new version of one. */
  podSeen(pod: Pod, containers: () => PodContainers): void {
    const known = this.#workers.get(pod.metadata.uid);
    if (known !== undefined) {
      known.update(pod);
      return;
    }
    const worker = new PodWorker(this.#kubelet, this, pod, containers());
    this.#workers.set(pod.metadata.uid, worker);
    worker.trigger();
  }

  forget(uid: string): void {
    this.#workers.delete(uid);
    this.restarts.collectGarbage(this.#clock.now());
  }

  stop(): void {
    for (const worker of this.#workers.values()) worker.stop();
    this.recorder.stop();
  }

  /** When a pod whose wait ends at `due` is taken up. */
  tickAfter(due: number): number {
    return nextOf(this.#tickPhase, due) + this.#random.integer(1, 40);
  }

  /**
   * Calls back with the time at which a sync may start: not before the runtime was listed once after
   * the end of the last sync. While the runtime is down that does not happen.
   */
  whenFresh(lastSyncEnd: number, go: (at: number) => void): void {
    const now = this.#clock.now();
    if (lastSyncEnd === 0) {
      go(now);
      return;
    }
    const { runtimeDownSince } = this.#kubelet;
    const relist = this.#relistAfter(lastSyncEnd);
    if (runtimeDownSince !== undefined && relist >= runtimeDownSince) {
      this.#blocked.push(() => this.whenFresh(lastSyncEnd, go));
      return;
    }
    go(Math.max(now, relist + this.#random.integer(5, 30)));
  }

  /** A container or sandbox of the pod changed: the next list of the runtime shows it, once. */
  noticeChange(worker: PodWorker): void {
    const relist = this.#relistAfter(this.#clock.now());
    if (this.#noticed.get(worker) === relist) return;
    this.#noticed.set(worker, relist);
    this.#clock.at(relist + this.#random.integer(10, 50), () => worker.trigger());
  }

  noticeChangeOf(uid: string): void {
    const worker = this.#workers.get(uid);
    if (worker !== undefined) this.noticeChange(worker);
  }

  runtimeReturned(): void {
    for (const go of this.#blocked.splice(0)) go();
  }

  #relistAfter(time: number): number {
    return Math.max(nextOf(this.#relistPhase, time + 1), this.#kubelet.relistsFrom(time));
  }
}

/** The first moment at or after `time` that is `phase` past a whole period. */
function nextOf(phase: number, time: number): number {
  return Math.ceil((time - phase) / periodMs) * periodMs + phase;
}
