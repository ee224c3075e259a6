// Statuses that the pod workers want published -> writes to the API: one at a time, the newest only.
import type { ApiClient } from '../api-client.ts';
import type { VirtualClock } from '../clock.ts';
import type { Pod, PodStatus } from '../objects.ts';
import type { Random } from '../random.ts';

interface Wanted {
  pod: Pod;
  status: PodStatus;
  text: string;
  dirty: boolean;
}

/** The kubelet's status manager: what does not change is not written, what changes twice is written once. */
export class StatusWriter {
  readonly #clock: VirtualClock;
  readonly #api: ApiClient;
  readonly #random: Random;
  readonly #wanted = new Map<string, Wanted>();
  #freeAt = 0;

  constructor(clock: VirtualClock, api: ApiClient, random: Random) {
    this.#clock = clock;
    this.#api = api;
    this.#random = random;
    api.onReturn(() => {
      for (const [uid, wanted] of this.#wanted) if (wanted.dirty) this.#writeLater(uid);
    });
  }

  /** @param make from the status that was published last: conditions keep their transition times */
  publish(pod: Pod, make: (before: PodStatus) => PodStatus): void {
    const { uid } = pod.metadata;
    const known = this.#wanted.get(uid);
    const status = make(known?.status ?? pod.status);
    const text = JSON.stringify(status);
    if (known === undefined) {
      const dirty = text !== JSON.stringify(pod.status);
      this.#wanted.set(uid, { pod, status, text, dirty });
      if (!dirty) return;
    } else {
      known.pod = pod;
      if (known.text === text) return;
      known.status = status;
      known.text = text;
      if (known.dirty) return;
      known.dirty = true;
    }
    this.#writeLater(uid);
  }

  forget(uid: string): void {
    this.#wanted.delete(uid);
  }

  forgetAll(): void {
    this.#wanted.clear();
  }

  #writeLater(uid: string): void {
    this.#freeAt = Math.max(this.#freeAt, this.#clock.now()) + this.#random.integer(2, 9);
    this.#clock.at(this.#freeAt, () => this.#write(uid));
  }

  #write(uid: string): void {
    const wanted = this.#wanted.get(uid);
    if (wanted === undefined || !wanted.dirty || !this.#api.reachable()) return;
    wanted.dirty = false;
    const { namespace, name } = wanted.pod.metadata;
    this.#api.writeStatus(namespace, name, uid, wanted.status);
  }
}
