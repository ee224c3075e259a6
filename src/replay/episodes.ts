// The tracker's changes -> one record per episode.
import type { Change, FailingContainer, Outcome } from '../track/states.ts';
import { attemptTimes } from './attempt-times.ts';

export interface Episode {
  /** The last state that was shown. */
  state: FailingContainer;
  /** Unix milliseconds, as all times here. */
  readonly shownAt: number;
  /** One for each attempt. */
  attemptTimes: readonly number[];
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
      shownAt: now,
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
    // While the lists come in, one estimate replaces the other: nothing of it was seen.
    const isFirstEstimate = now === episode.shownAt;
    episode.attemptTimes = attemptTimes(after, isFirstEstimate ? [] : episode.attemptTimes);
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
