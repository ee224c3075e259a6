// The intervals between tries -> does the time model hold for this key, and if not, why?
import {
  delayAfter,
  type Duration,
  type Estimate,
  isTooEarly,
  nextFailure,
  overshoot,
} from './back-off.ts';

/**
 * - `expected`: nothing to explain.
 * - `later step`: the last try was at `step`, of a process whose start nothing showed.
 * - `missed`: there was one more try between, whose status the API server has lost.
 */
export type Explanation =
  | { readonly type: 'expected' }
  | { readonly type: 'later step'; readonly step: number }
  | { readonly type: 'missed'; readonly between: Estimate };

/** The model is believed rather than a slow try once it was right so many times in a row. */
const trustedAfter = 2;

/** A missed try is told from a slow one only where the back-off before it is longer than this step's. */
const leastStepOfMissed = 3;

export class Rhythm {
  #onTime = 0;
  #heldUp = false;
  #duration: Duration = { usualMs: 0, longestMs: 0 };

  /** How long one try of this episode takes, so far as it is known. */
  get duration(): Duration {
    return this.#duration;
  }

  took(durationMs: number): void {
    const usualMs = Math.max(0, durationMs);
    this.#duration = { usualMs, longestMs: Math.max(usualMs, this.#duration.longestMs) };
  }

  /** Something else than the back-off may hold up the next try: the runtime, a crash loop. */
  heldUp(): void {
    this.#heldUp = true;
  }

  get isHeldUp(): boolean {
    return this.#heldUp;
  }

  /** A try ended at `time`. */
  explain(last: Estimate & { readonly step: number }, time: Estimate): Explanation {
    const expected: Explanation = { type: 'expected' };
    const wasHeldUp = this.#heldUp;
    this.#heldUp = false;
    if (wasHeldUp || time.at <= last.at || isTooEarly(last, time)) return expected;
    const interval = time.at - last.at;
    const slackMs = (time.latest - time.earliest + last.latest - last.earliest) / 2;
    const longestMs = overshoot.longestMs + this.#duration.longestMs + slackMs;
    const lateMs = (step: number) => interval - delayAfter(step);
    const isExpected = (step: number) => lateMs(step) > -slackMs && lateMs(step) < longestMs;
    if (lateMs(last.step) < longestMs) {
      this.#onTime += 1;
      this.took(Math.min(this.#duration.usualMs, lateMs(last.step)));
      return expected;
    }
    if (this.#onTime >= trustedAfter) {
      const step = [last.step + 1, last.step + 2, last.step + 3].find(isExpected);
      if (step !== undefined) return { type: 'later step', step };
      const between = nextFailure(last, this.#duration);
      const after = nextFailure({ ...between, step: last.step + 1 }, this.#duration);
      const fits = Math.abs(after.at - time.at) < overshoot.longestMs;
      if (fits && last.step >= leastStepOfMissed) return { type: 'missed', between };
    }
    this.#onTime = 0;
    this.took(lateMs(last.step) - overshoot.meanMs);
    return expected;
  }
}
