// Pulling events and the signs that a pull has ended -> the pulls of one pod that have no result yet.

/** A pull that the kubelet asked for. */
export interface AskedPull {
  readonly image: string;
  /** '' for an image volume. */
  readonly container: string;
  /** By the exporter's clock, and by that of the node as the event says it. */
  readonly since: number;
  readonly eventAt: number;
}

/**
 * A sync shows the result of the one before, then pulls: a status that changes within this time after
 * a pull was asked for may tell of an earlier one.
 */
const shownLateMs = 8500;

export class AskedPulls {
  #pulls: AskedPull[] = [];

  get isEmpty(): boolean {
    return this.#pulls.length === 0;
  }

  asked(pull: AskedPull): void {
    const others = this.#pulls.filter((other) => !isSame(other, pull.container, pull.image));
    const newer = this.#pulls.find(
      (other) => isSame(other, pull.container, pull.image) && other.eventAt > pull.eventAt,
    );
    this.#pulls = [...others, newer ?? pull];
  }

  /** How long the pull took that an event says has failed; undefined where nobody saw it begin. */
  durationMs(failedAt: number, container: string, image: string): number | undefined {
    const pull = this.#pulls.find((asked) => isSame(asked, container, image));
    return pull === undefined || pull.eventAt > failedAt ? undefined : failedAt - pull.eventAt;
  }

  /** The kubelet was busy with something else of this pod at this time: it syncs one step at a time. */
  sawEvent(eventAt: number, container: string, image: string): void {
    this.#keep((pull) =>
      isSame(pull, container, image) || (container !== '' && pull.container === container)
        ? pull.eventAt > eventAt
        : pull.eventAt + 1500 > eventAt,
    );
  }

  /** The state of a container of the pod has changed. */
  sawChange(now: number): void {
    this.#keep(({ since }) => now - since < shownLateMs);
  }

  /** The pull of this container has ended, whenever it began. */
  ended(container: string): void {
    this.#keep((pull) => pull.container !== container);
  }

  clear(): void {
    this.#pulls = [];
  }

  slow(now: number, thresholdMs: number): readonly AskedPull[] {
    if (this.#pulls.length === 0) return this.#pulls;
    return this.#pulls.filter(({ since }) => now - since > thresholdMs);
  }

  #keep(isRunning: (pull: AskedPull) => boolean): void {
    if (this.#pulls.length > 0) this.#pulls = this.#pulls.filter(isRunning);
  }
}

function isSame(pull: AskedPull, container: string, image: string): boolean {
  return pull.container === container && pull.image === image;
}
