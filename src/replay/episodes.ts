// The tracker's changes -> one record per episode, with the time of every attempt.
import { delayAfter } from '../track/back-off.ts';
import type { Change, FailingContainer, Outcome } from '../track/states.ts';

export interface Episode {
  /** The last state that was shown. */
  state: FailingContainer;
  /** Unix milliseconds, one for each attempt. */
  attemptTimes: number[];
  outcome: Outcome | undefined;
  endedAt: number | undefined;
  /** Each next retry that was shown, and since when. */
  retries: { readonly since: number; readonly retryAt: number | undefined }[];
  causes: { readonly since: number; readonly cause: string }[];
}

export class EpisodeLog {
  readonly #open = new Map<string, Episode>();
  readonly #all: Episode[] = [];

  get episodes(): readonly Episode[] {
    return this.#all;
  }

  record(change: Change, now: number): void {
    if (change.type === 'stateChanged' && change.after !== undefined) {
      this.#update(change.before, change.after, now);
    } else if (change.type === 'episodeEnded') {
      const episode = this.#open.get(keyOf(change.container));
      if (episode === undefined) return;
      episode.outcome = change.outcome;
      episode.endedAt = change.at;
      this.#open.delete(keyOf(change.container));
    }
  }

  #update(before: FailingContainer | undefined, after: FailingContainer, now: number): void {
    const known = before && this.#open.get(keyOf(before));
    const episode = known ?? {
      state: after,
      attemptTimes: [],
      outcome: undefined,
      endedAt: undefined,
      retries: [],
      causes: [],
    };
    if (known === undefined) {
      this.#all.push(episode);
      this.#open.set(keyOf(after), episode);
    }
    episode.state = after;
    episode.attemptTimes = timesOf(after, episode.attemptTimes);
    if (before?.nextRetryAt !== after.nextRetryAt || known === undefined) {
      episode.retries.push({ since: now, retryAt: after.nextRetryAt });
    }
    if (before?.verdict.cause !== after.verdict.cause) {
      episode.causes.push({ since: now, cause: after.verdict.cause });
    }
  }
}

function keyOf({ uid, container }: FailingContainer): string {
  return `${uid}/${container}`;
}

/** Attempts that were inferred together have their times from the back-off, up to the last one. */
function timesOf(state: FailingContainer, before: readonly number[]): number[] {
  const { attempts, firstFailureAt, lastAttemptAt, step } = state;
  if (attempts === 0 || lastAttemptAt === undefined) return [];
  const times = before.slice(0, attempts - 1);
  if (attempts === before.length) times.length = attempts - 1;
  if (times.length === 0 && attempts > 1) times.push(firstFailureAt);
  else if (times.length > 0) times[0] = firstFailureAt;
  const missing = attempts - 1 - times.length;
  let at = lastAttemptAt;
  const filled: number[] = [];
  for (let i = 1; i <= missing; i += 1) {
    at -= delayAfter(Math.max(1, step - i)) + 6500;
    filled.unshift(Math.max(at, times.at(-1) ?? firstFailureAt));
  }
  return [...times, ...filled, lastAttemptAt];
}
