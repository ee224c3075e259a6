// A kubelet process that gave way to another -> the first try of the new one, the lost try of the old.
import type { Attempt } from './attempt-list.ts';
import {
  type Duration,
  type Estimate,
  nextFailure,
  reliablyReported,
  restartTakesMs,
  sync,
} from './back-off.ts';

/** A new process tries at once. */
const triesWithinMs = 60_000;

export class Restart {
  #at: number | undefined;

  /** The first try of the new process has not been seen yet. */
  get isPending(): boolean {
    return this.#at !== undefined;
  }

  /** When the old process made its last sync; undefined where no new one is pending. */
  get endedAt(): number | undefined {
    return this.#at === undefined ? undefined : this.#at - restartTakesMs;
  }

  /** Until then the new process may still be about to try. */
  get settlesAt(): number {
    return (this.#at ?? -Infinity) + triesWithinMs;
  }

  noticed(at: number): void {
    this.#at = at;
  }

  /** Is the try at `time` the first of the new process? It is pending no longer. */
  takeFirstTry(time: Estimate): boolean {
    const at = this.#at;
    if (at === undefined || time.latest < at - 2000) return false;
    this.#at = undefined;
    // Much later, it was not a restart but a node that forgot what to show.
    return time.at < at + triesWithinMs;
  }

  /** A process that ended right after a try never showed it; undefined where there was none. */
  lostTry(last: Attempt, duration: Duration): Estimate | undefined {
    if (this.#at === undefined) return undefined;
    const next = nextFailure(last, duration);
    const endedAt = this.#at - restartTakesMs;
    const isReported = last.reported && last.step < reliablyReported;
    const wasShown = next.latest + sync.longestMs < endedAt;
    if (isReported || wasShown || next.at > endedAt) return undefined;
    return { ...next, latest: Math.min(next.latest, endedAt) };
  }
}
