// A broken watch -> the tries that it can have hidden.
import type { Attempt } from './attempt-list.ts';
import { type Duration, type Estimate, narrow, nextFailure, sync } from './back-off.ts';

/** After a broken watch the kubelet and the API server need this long until they show the truth. */
const settleMs = 16_000;

/** Unix milliseconds. `from` is -Infinity before the first list: everything was hidden. */
export class Gap {
  readonly from: number;
  readonly to: number;

  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }

  /**
   * When the try after `last` has become certain though nothing shows it: its time has come and gone.
   * Undefined where the watch has shown it, or will.
   */
  overdueAt(last: Attempt, duration: Duration): number | undefined {
    const next = nextFailure(last, duration);
    if (!this.#hides(next)) return undefined;
    return Math.max(this.to + settleMs, next.latest + sync.longestMs);
  }

  /** The tries between `last` and the one that began at `beganAt`, in their order. */
  *hiddenBetween(last: Attempt, beganAt: number, duration: Duration): Iterable<Estimate> {
    const usualEnd = beganAt + duration.usualMs;
    let { step } = last;
    let before: Estimate & { readonly step: number } = last;
    for (;;) {
      const next = nextFailure(before, duration);
      step += 1;
      const afterNext = nextFailure({ ...next, step }, duration);
      const isNearer = Math.abs(afterNext.at - usualEnd) <= Math.abs(next.at - usualEnd);
      if (!isNearer || next.earliest > beganAt || !this.#hides(next)) return;
      yield next;
      before = { ...next, step };
    }
  }

  /** The tries after `last` of a process that ended at `endedAt`. */
  *hiddenUntil(last: Attempt, endedAt: number, duration: Duration): Iterable<Estimate> {
    let before: Estimate & { readonly step: number } = last;
    for (;;) {
      const next = nextFailure(before, duration);
      if (next.at > endedAt || !this.#hides(next)) return;
      yield { ...next, latest: Math.min(next.latest, endedAt) };
      before = { ...next, step: before.step + 1 };
    }
  }

  /** The first try after `last`, which is known to have been until `time`; undefined if that is it. */
  firstHidden(last: Attempt | undefined, time: Estimate, duration: Duration): Estimate | undefined {
    if (last === undefined) return undefined;
    const next = nextFailure(last, duration);
    if (next.latest >= time.earliest || !this.#hides(next)) return undefined;
    return next;
  }

  /** What a status shows right after the gap may be old: the model says when it happened. */
  timeOfShown(
    time: Estimate,
    now: number,
    last: Attempt | undefined,
    duration: Duration,
  ): Estimate {
    if (last === undefined || now >= this.to + settleMs) return time;
    const earliest = Math.min(time.earliest, this.from);
    return narrow({ ...time, earliest }, nextFailure(last, duration));
  }

  /** Neither shown before the gap nor after it. */
  #hides(next: Estimate): boolean {
    const wasVisible = next.latest + sync.longestMs < this.from;
    const willBeVisible = next.earliest + sync.shortestMs > this.to + settleMs;
    return !wasVisible && !willBeVisible;
  }
}
