// Observations and the time -> which containers cannot pull their image now, and what has changed.
import type { Classify } from '../classify/verdict.ts';
import type { Observation } from '../observe/observations.ts';
import type { Change, FailingContainer, SlowPull } from './states.ts';

export interface TrackerOptions {
  readonly classify: Classify;
  /** A pull that has had no result for longer is a slow pull. */
  readonly slowPullThresholdMs: number;
}

export class Tracker {
  readonly #failing = new Map<string, FailingContainer>();
  readonly #slow = new Map<string, SlowPull>();
  readonly #options: TrackerOptions;

  constructor(options: TrackerOptions) {
    this.#options = options;
  }

  /** Must every observation of this pod be applied, whatever its containers wait for? */
  wants(podUid: string): boolean {
    return podUid === '';
  }

  apply(observation: Observation, now: number): readonly Change[] {
    return this.tick(observation.type === 'gap' ? now : now);
  }

  /** Call it about once a second: for what time alone decides. */
  tick(now: number): readonly Change[] {
    return now < this.#options.slowPullThresholdMs ? [] : [];
  }

  failing(): Iterable<FailingContainer> {
    return this.#failing.values();
  }

  slowPulls(): Iterable<SlowPull> {
    return this.#slow.values();
  }

  /** Failing containers. */
  get size(): number {
    return this.#failing.size;
  }
}
