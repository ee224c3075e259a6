// Pulling events and the signs that a pull has ended -> the pulls of one pod that have no result yet.

/** A pull that the kubelet asked for. */
export interface AskedPull {
  /** '' for an image volume. */
  readonly container: string;
  readonly image: string;
  /** By the exporter's clock. */
  readonly since: number;
  /** By the node's clock, as the event says it. */
  readonly eventAt: number;
}

/**
 * A sync shows the result of the one before, then pulls: a status that changes within this time after
 * a pull was asked for may tell of an earlier one.
 */
const shownLateMs = 8500;

/** Event times are cut to the second. */
const resolutionMs = 1500;

/** Of a pod with many containers or images. */
const signsKept = 32;

interface Sign {
  readonly container: string;
  readonly image: string;
  readonly eventAt: number;
}

export class AskedPulls {
  #pulls: readonly AskedPull[] = [];
  /** The newest event of each container that a pull does not precede; a relist may tell it first. */
  #signs: readonly Sign[] = [];

  get isEmpty(): boolean {
    return this.#pulls.length === 0;
  }

  asked(pull: AskedPull): void {
    const known = this.#pulls.find((other) => isSame(other, pull));
    if (known !== undefined && known.eventAt >= pull.eventAt) return;
    if (this.#signs.some((sign) => ends(sign, pull))) return;
    this.#pulls = [...this.#pulls.filter((other) => other !== known), pull];
  }

  /** The kubelet did something else for this pod: it syncs one step at a time. */
  sawEvent(sign: Sign): void {
    const others = this.#signs.filter(
      (other) => !isSame(other, sign) || other.eventAt > sign.eventAt,
    );
    this.#signs = [...others, sign].slice(-signsKept);
    this.#keep((pull) => !ends(sign, pull));
  }

  /** The status of a container changed. */
  sawChange(container: string, isEnd: boolean, now: number): void {
    for (const pull of this.#pulls) {
      const isOwnEnd = isEnd && pull.container === container;
      if (isOwnEnd || now - pull.since >= shownLateMs) this.sawEvent(pull);
    }
  }

  clear(): void {
    this.#pulls = [];
  }

  /** Nothing was watched since then: only a pull that was slow before is still taken to run. */
  missedSince(from: number, thresholdMs: number): void {
    this.#keep(({ since }) => from - since > thresholdMs);
  }

  isRunning(image: string): boolean {
    return this.#pulls.some((pull) => pull.image === image);
  }

  /** How long the pull took whose end an event tells; undefined where none told of its begin. */
  durationMs(end: Sign): number | undefined {
    const pull = this.#pulls.find((other) => isSame(other, end));
    return pull === undefined || pull.eventAt > end.eventAt
      ? undefined
      : end.eventAt - pull.eventAt;
  }

  /** When the next one becomes slow. */
  dueAt(thresholdMs: number, now: number): number {
    let dueAt = Infinity;
    for (const { since } of this.#pulls) {
      if (since + thresholdMs > now) dueAt = Math.min(dueAt, since + thresholdMs);
    }
    return dueAt;
  }

  slowerThan(thresholdMs: number, now: number): readonly AskedPull[] {
    if (this.#pulls.length === 0) return this.#pulls;
    return this.#pulls.filter(({ since }) => now - since >= thresholdMs);
  }

  #keep(isRunning: (pull: AskedPull) => boolean): void {
    if (this.#pulls.length > 0) this.#pulls = this.#pulls.filter(isRunning);
  }
}

function isSame(
  a: { readonly container: string; readonly image: string },
  b: { readonly container: string; readonly image: string },
): boolean {
  return a.container === b.container && a.image === b.image;
}

function ends(sign: Sign, pull: AskedPull): boolean {
  const isOwn = isSame(sign, pull) || (sign.container !== '' && sign.container === pull.container);
  return sign.eventAt >= pull.eventAt + (isOwn ? 0 : resolutionMs);
}
