// What every tracked pod shares.
import type { Classify } from '../classify/verdict.ts';
import type { NodeClocks } from './node-clock.ts';
import type { Change } from './states.ts';

export interface Surroundings {
  readonly classify: Classify;
  readonly slowPullThresholdMs: number;
  readonly clocks: NodeClocks;
  readonly emit: (change: Change) => void;
  /**
   * Defined while pods are being listed: since when nobody has watched, -Infinity before the first
   * list. What an unknown pod shows then is the end of a past that nobody saw.
   */
  unseenSince: number | undefined;
  /** False until the events have been listed, and while they are listed again. */
  eventsAreListed: boolean;
}
