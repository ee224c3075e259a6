// The containers and pull keys of one pod: opens and ends episodes, counts tries, and emits what changed.
import type { PodObservation } from '../observe/observations.ts';
import type { Attempt } from './attempt-list.ts';
import type { AskedPull } from './asked-pulls.ts';
import type { TrackedContainer } from './container.ts';
import { type PodIdentity, isSame, slowPullOf, stateOf } from './failing.ts';
import type { PodHistory, Recollection } from './pod-history.ts';
import { type FailureText, PullKey } from './pull-key.ts';
import type { Outcome, SlowPull } from './states.ts';
import type { Surroundings } from './surroundings.ts';

/** Without any sign of the new image, the episode of the old one ends. */
const imageChangeSettlesMs = 35_000;

export class PodEpisodes {
  containers: readonly TrackedContainer[] = [];
  readonly #history: PodHistory;
  readonly #around: Surroundings;
  #identity: PodIdentity;
  #keys: readonly PullKey[] = [];
  #slow: readonly SlowPull[] = [];
  #secretMissing = false;

  constructor(pod: PodObservation, history: PodHistory, around: Surroundings) {
    this.#history = history;
    this.#around = around;
    this.#identity = identityOf(pod);
  }

  get keys(): readonly PullKey[] {
    return this.#keys;
  }

  identify(pod: PodObservation): void {
    const { workload } = this.#identity;
    const identity = identityOf(pod);
    // States are compared by their fields.
    const isSameWorkload = isSame(workload, identity.workload);
    this.#identity = isSameWorkload ? { ...identity, workload } : identity;
  }

  /** Undefined where the pod has no such container or image. */
  findKey(image: string): PullKey | undefined {
    return this.#keys.find((key) => key.image === image);
  }

  keyOf(image: string): PullKey {
    const known = this.findKey(image);
    if (known !== undefined) return known;
    const key = new PullKey(image);
    this.#keys = [...this.#keys, key];
    return key;
  }

  isFailing(key: PullKey): boolean {
    return this.containers.some(({ episode }) => episode?.key === key);
  }

  /**
   * `isGuess`: nothing says for sure that this is the image that fails. `possibleAt`: when it may have
   * begun to fail, unseen.
   */
  open(
    container: TrackedContainer,
    key: PullKey,
    now: number,
    { isGuess = false, possibleAt }: { isGuess?: boolean; possibleAt?: number | undefined } = {},
  ): void {
    const { episode, imageVolumes } = container;
    if (episode?.key === key) {
      episode.isGuess &&= isGuess;
      return;
    }
    // The volumes come first: its image has been pulled where another one of the spec fails now.
    const isPulled = episode !== undefined && imageVolumes.includes(episode.key.image);
    this.end(container, isPulled ? 'recovered' : 'image_changed', now);
    if (this.#around.unseenSince === undefined && !this.isFailing(key)) {
      this.#recallRestarted(container, key, now);
    }
    container.imageChangedAt = undefined;
    container.episode = {
      key,
      containerId: container.containerId,
      beganAt: now,
      possibleAt,
      isGuess,
      shown: undefined,
    };
  }

  end(container: TrackedContainer, outcome: Outcome, now: number): void {
    const { episode } = container;
    container.episode = undefined;
    container.imageChangedAt = undefined;
    container.noPullAt = undefined;
    if (episode === undefined) return;
    if (!this.isFailing(episode.key)) episode.key.endEpisode(now);
    const last = episode.shown;
    if (last === undefined) return;
    this.#around.emit({ type: 'stateChanged', before: last, after: undefined });
    this.#around.emit({ type: 'episodeEnded', outcome, container: last, at: now });
  }

  read(key: PullKey, text: FailureText): void {
    key.read(text, this.#around.classify);
    if (this.#secretMissing) key.missSecret();
  }

  /** The episode began before anybody watched. */
  recall(key: PullKey, { past, told }: Recollection): void {
    key.attempts.begin(past);
    key.recall(told);
    if (this.#secretMissing) key.missSecret();
  }

  missSecret(): void {
    this.#secretMissing = true;
    for (const key of this.#keys) key.missSecret();
  }

  /** Tries that were just added to the key, in the order of time. */
  count(key: PullKey, added: readonly Attempt[]): void {
    const before = key.attempts.count - added.length;
    added.forEach(({ step }, i) => this.countOne(key, step, before + i + 1));
  }

  countOne(key: PullKey, step: number, attempts: number): void {
    const container = this.containers.find(({ episode }) => episode?.key === key);
    if (container?.episode === undefined) return;
    const state = stateOf(this.#identity, container, container.episode, 0);
    const verdict = key.lastVerdict.cause === 'unknown' ? key.verdict : key.lastVerdict;
    this.#around.emit({
      type: 'attemptFailed',
      container: { ...state, step, attempts },
      verdict,
    });
  }

  /** What time alone decides. `isPulling`: the kubelet is busy with a try of this image. */
  tick(isPulling: (image: string) => boolean, now: number): void {
    for (const container of this.containers) {
      const { proof, episode, imageChangedAt = Infinity } = container;
      if (episode === undefined) continue;
      const keepsTime = proof === 'backOff' || proof === 'attempt';
      if (keepsTime && !isPulling(episode.key.image))
        this.count(episode.key, episode.key.attempts.overdue(now));
      if (now - imageChangedAt >= imageChangeSettlesMs) this.#settleImage(container, now);
    }
  }

  /** No text has named the new image. What still fails now is that one all the same. */
  #settleImage(container: TrackedContainer, now: number): void {
    const { proof, image } = container;
    // The text of the back-off quotes the old image: the kubelet has not acted on the change.
    if (proof === 'backOff') return;
    if (proof !== 'attempt') {
      this.end(container, 'image_changed', now);
      return;
    }
    const key = this.keyOf(image);
    this.open(container, key, now);
    if (key.attempts.count === 0) this.count(key, key.attempts.textChanged(now));
  }

  /** Emits what is different now, and drops the keys that the kubelet has forgotten. */
  show(slow: readonly AskedPull[], now: number): void {
    for (const container of this.containers) {
      const { episode } = container;
      if (episode === undefined) continue;
      const before = episode.shown;
      const after = stateOf(this.#identity, container, episode, now);
      if (before !== undefined && isSame(before, after)) continue;
      episode.shown = after;
      this.#around.emit({ type: 'stateChanged', before, after });
    }
    if (this.#keys.some((key) => this.#isDone(key, now))) {
      this.#keys = this.#keys.filter((key) => !this.#isDone(key, now));
    }
    if (slow.length > 0 || this.#slow.length > 0) this.#showSlow(slow);
  }

  /** The pod is gone, and the kubelet's back-off with it. */
  dropKeys(): void {
    this.#keys = [];
  }

  /** When time alone may change something here; in the past where that could not be done yet. */
  dueAt(now: number): number {
    let dueAt = Infinity;
    for (const { imageChangedAt = Infinity } of this.containers) {
      dueAt = Math.min(dueAt, imageChangedAt + imageChangeSettlesMs);
    }
    for (const key of this.#keys) {
      const { attempts } = key;
      const isOver = !this.isFailing(key);
      dueAt = Math.min(dueAt, isOver ? attempts.forgottenAt : attempts.dueAt(now));
    }
    return dueAt;
  }

  #isDone(key: PullKey, now: number): boolean {
    return !this.isFailing(key) && now >= key.attempts.forgottenAt;
  }

  /** A kubelet that has just restarted shows nothing of what failed before; events may. */
  #recallRestarted({ ranUntil }: TrackedContainer, key: PullKey, now: number): void {
    const { node } = this.#identity;
    const notBefore = ranUntil && this.#around.clocks.when(node, ranUntil, now) - 1000;
    const recollection = this.#history.recall(key, notBefore ?? -Infinity, now);
    if (recollection === undefined) return;
    this.recall(key, recollection);
    key.attempts.restarted(now);
  }

  #showSlow(pulls: readonly AskedPull[]): void {
    const after = pulls.flatMap((pull) =>
      this.containers
        .filter(({ name, imageVolumes }) =>
          pull.container === '' ? imageVolumes.includes(pull.image) : name === pull.container,
        )
        .map(({ name }) => slowPullOf(this.#identity, name, pull)),
    );
    const shown = after.map((slow) => {
      const before = this.#slow.find((other) => isSamePull(other, slow));
      if (before?.since === slow.since) return before;
      this.#around.emit({ type: 'slowPullChanged', before, after: slow });
      return slow;
    });
    for (const before of this.#slow) {
      if (shown.some((slow) => isSamePull(slow, before))) continue;
      this.#around.emit({ type: 'slowPullChanged', before, after: undefined });
    }
    this.#slow = shown;
  }
}

/** A container has one slow pull at a time: its volumes come before its own image. */
function isSamePull(a: SlowPull, b: SlowPull): boolean {
  return a.container === b.container;
}

function identityOf({ namespace, name, uid, node, workload }: PodObservation): PodIdentity {
  return { namespace, pod: name, uid, node, workload };
}
