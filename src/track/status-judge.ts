// What the status of a container shows, after what it showed before -> failed tries, recovery, a restart.
import { readBackOffText } from '../observe/back-off-text.ts';
import type { ContainerObservation, PodObservation } from '../observe/observations.ts';
import type { Before, TrackedContainer } from './container.ts';
import { namedImage } from './named-image.ts';
import { firstPossibleFailure, type PastEvidence } from './past.ts';
import type { PodEpisodes } from './pod-episodes.ts';
import type { PodHistory } from './pod-history.ts';
import { hasRecovered } from './proof.ts';
import { type FailureText, hashOf, type PullKey } from './pull-key.ts';
import type { Surroundings } from './surroundings.ts';

/** One container in one observation of its pod. */
export interface Sight {
  readonly container: TrackedContainer;
  readonly seen: ContainerObservation;
  readonly before: Before;
  readonly pod: PodObservation;
  readonly now: number;
}

export class StatusJudge {
  readonly #episodes: PodEpisodes;
  readonly #history: PodHistory;
  readonly #around: Surroundings;

  constructor(episodes: PodEpisodes, history: PodHistory, around: Surroundings) {
    this.#episodes = episodes;
    this.#history = history;
    this.#around = around;
  }

  judge(sight: Sight): void {
    const { container, seen, before, now } = sight;
    const { episode, proof } = container;
    if (episode !== undefined && hasRecovered(proof, seen, episode.containerId)) {
      const isChanged = container.imageChangedAt !== undefined;
      this.#episodes.end(container, isChanged ? 'image_changed' : 'recovered', now);
      return;
    }
    switch (proof) {
      case 'attempt':
        this.#attempt(sight);
        break;
      case 'backOff':
        this.#left(sight);
        this.#backOff(sight);
        break;
      case 'noPull':
        this.#noPull(sight);
        break;
      case 'other':
        this.#left(sight);
        for (const { attempts } of this.#episodes.keys) attempts.heldUp();
        break;
      case 'creating':
      case 'terminated':
        if (before.proof === 'attempt' || before.proof === 'backOff') {
          episode?.key.attempts.restarted(now);
        }
        break;
      case 'pulled':
      case 'running':
      case 'none':
        break;
    }
  }

  #attempt(sight: Sight): void {
    const { container, seen, before, now } = sight;
    const text = textOf(seen);
    const hash = hashOf(text.message);
    const isSame = before.proof === 'attempt' && container.failureHash === hash;
    const failing = container.episode?.key;
    const key = this.#keyNamed(sight, text.message);
    key.showsOtherFailure(hash);
    if (isSame && key === failing) return;
    container.since = now;
    container.failureHash = hash;
    if (this.#begins(sight, key, text, 'attempt')) return;
    const wasCreating = before.proof === 'creating' || before.proof === 'none';
    const isFresh = wasCreating && seen.lastTermination === undefined;
    this.#count(key, key.attempts.shown(now, isFresh));
  }

  #backOff(sight: Sight): void {
    const { message } = textOf(sight.seen);
    // Before Kubernetes 1.32 the text does not tell what has failed.
    const text = readBackOffText(message) ?? { reason: '', message };
    const key = this.#keyNamed(sight, message);
    const isOtherText = text.message !== '' && key.showsOtherFailure(hashOf(text.message));
    if (this.#begins(sight, key, text, 'backOff')) return;
    if (isOtherText || key.attempts.count === 0) {
      this.#count(key, key.attempts.textChanged(sight.now));
    }
  }

  /** The status has stopped to show a failed try. */
  #left({ container: { episode }, before, now }: Sight): void {
    if (episode === undefined || before.proof !== 'attempt') return;
    this.#count(episode.key, episode.key.attempts.left(now, before.since));
  }

  #noPull(sight: Sight): void {
    const { container, seen } = sight;
    const key = container.episode?.key ?? this.#episodes.keyOf(container.image);
    const isLive = this.#around.unseenSince === undefined;
    const possibleAt = isLive ? undefined : this.#possibleAt(sight);
    this.#begins(sight, key, textOf(seen), 'noPull', possibleAt);
    key.attempts.heldUp();
  }

  /** Opens an episode where there is none yet. True where its past is all that is to be told. */
  #begins(
    sight: Sight,
    key: PullKey,
    text: FailureText,
    showing: PastEvidence['showing'],
    possibleAt?: number,
  ): boolean {
    const { container, seen, now } = sight;
    const isUnseen = this.#around.unseenSince !== undefined && !this.#episodes.isFailing(key);
    const { isCertain } = namedImage(container, textOf(seen).message, now);
    this.#episodes.open(container, key, now, { isGuess: !isCertain, possibleAt });
    if (text.message !== '') this.#episodes.read(key, text);
    if (isUnseen) this.#lookBack(sight, key, showing);
    return isUnseen;
  }

  #keyNamed({ container, now }: Sight, message: string): PullKey {
    const { image, isCertain } = namedImage(container, message, now);
    const { episode } = container;
    const isMisnamed = isCertain && episode?.isGuess === true;
    if (isMisnamed && this.#episodes.findKey(image) === undefined) episode.key.rename(image);
    const volume = isCertain || episode !== undefined ? undefined : this.#failedVolume(container);
    return this.#episodes.keyOf(volume ?? image);
  }

  /** A listed event told that its pull has failed. */
  #failedVolume({ imageVolumes }: TrackedContainer): string | undefined {
    return imageVolumes.find((image) => this.#history.hasFailed(image));
  }

  #count(key: PullKey, added: Parameters<PodEpisodes['count']>[1]): void {
    if (added.length > 0) this.#history.settle(key);
    this.#episodes.count(key, added);
  }

  /** Nobody watched when this key began to fail. */
  #lookBack(sight: Sight, key: PullKey, showing: PastEvidence['showing']): void {
    const { seen, now } = sight;
    const { unseenSince = -Infinity } = this.#around;
    const possibleAt = this.#possibleAt(sight);
    // What a container left behind that ran before is of an earlier episode. Times are cut to seconds.
    const ranUntil = seen.lastTermination === undefined ? undefined : possibleAt;
    const notBefore = Math.max(unseenSince, (ranUntil ?? -Infinity) - 1000);
    const isFirstList = unseenSince === -Infinity;
    const evidence = { notBefore, possibleAt, showing, now };
    const recollection = this.#history.lookBack(key, evidence, isFirstList);
    if (recollection === undefined) return;
    this.#episodes.recall(key, recollection);
    // What happened before the start is not counted; what a broken watch hid is.
    if (isFirstList) return;
    for (let n = 1; n <= recollection.past.count; n += 1) this.#episodes.countOne(key, n, n);
  }

  /** Not before the watch broke: until then it did not fail. */
  #possibleAt({ pod, seen, now }: Sight): number | undefined {
    const { clocks, unseenSince = -Infinity } = this.#around;
    const at = firstPossibleFailure(pod, seen);
    return at && Math.max(clocks.when(pod.node, at, now), unseenSince);
  }
}

function textOf({ state }: ContainerObservation): FailureText {
  return state.type === 'waiting' ? state : { reason: '', message: '' };
}
