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
    const wasVisible = next.latest + sync.longestMs < this.from;
    const willBeVisible = next.earliest + sync.shortestMs > this.to + settleMs;
    if (wasVisible || willBeVisible) return undefined;
    return Math.max(this.to + settleMs, next.latest + sync.longestMs);
  }

  /** The tries between `last` and the one that is seen at `time`, in their order. */
  *hiddenBetween(last: Attempt, time: Estimate, duration: Duration): Iterable<Estimate> {
    let { step } = last;
    let before: Estimate & { readonly step: number } = last;
    for (;;) {
      const next = nextFailure(before, duration);
      step += 1;
      const afterNext = nextFailure({ ...next, step }, duration);
      if (Math.abs(afterNext.at - time.at) > Math.abs(next.at - time.at)) return;
      yield next;
      before = { ...next, step };
    }
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
}
