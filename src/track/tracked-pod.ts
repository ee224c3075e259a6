// Everything that is known of one pod: its containers, their pull keys, and what was asked for.
import type { Classify } from '../classify/verdict.ts';
import { readBackOffText } from '../observe/back-off-text.ts';
import type {
  ContainerObservation,
  EventObservation,
  PodObservation,
  Workload,
} from '../observe/observations.ts';
import type { Attempt } from './attempt-list.ts';
import { AskedPulls } from './asked-pulls.ts';
import { explainedBySecret, unknownVerdict } from './cause.ts';
import type { NodeClocks } from './node-clock.ts';
import { firstPossibleFailure, type PastEvidence, reconstruct, type Report } from './past.ts';
import { hasRecovered, type Proof, proofOf } from './proof.ts';
import { PullKey } from './pull-key.ts';
import type { Change, FailingContainer, Outcome, SlowPull } from './states.ts';

export interface Surroundings {
  readonly classify: Classify;
  readonly slowPullThresholdMs: number;
  readonly clocks: NodeClocks;
  readonly emit: (change: Change) => void;
  /**
   * While the pods are being listed: since when nothing was seen, 0 before the first list. What an
   * unknown pod shows then is the end of an unknown past.
   */
  unseenSince: number | undefined;
}

interface TrackedContainer {
  name: string;
  type: ContainerObservation['type'];
  image: string;
  imageVolumes: readonly string[];
  proof: Proof;
  startedAt: number | undefined;
  containerId: string;
  /** Since when the status shows what it shows. */
  since: number;
  /** When the spec's image changed while the old one is still shown to fail. */
  imageChangedAt: number | undefined;
  /** When events first told of a failure without a pull. */
  noPullAt: number | undefined;
  episode: Episode | undefined;
}

interface Episode {
  readonly key: PullKey;
  readonly containerId: string;
  readonly beganAt: number;
  shown: FailingContainer | undefined;
}

/** The kubelet acts on a change of the spec at once; a failure shown within this time is the old one. */
const oldImageShownMs = 5000;
/** Without any sign of the new image the old one's episode ends. */
const imageChangeSettlesMs = 35_000;
const eventsKeptMs = 300_000;
const eventsKept = 8;
const reportsKept = 32;
const longestKeptText = 4096;

export class TrackedPod {
  readonly uid: string;
  readonly eventUid: string;
  readonly #around: Surroundings;
  #namespace = '';
  #name = '';
  #node = '';
  #workload: Workload = { kind: 'Pod', name: '' };
  #containers: TrackedContainer[] = [];
  #keys: PullKey[] = [];
  readonly #pulls = new AskedPulls();
  #slow: SlowPull[] = [];
  #secretMissing = false;
  /** Events about what no status has shown yet. */
  #waiting: { readonly event: EventObservation; readonly until: number }[] = [];
  #reports: (Report & { readonly image: string; readonly uid: string })[] = [];
  /** Keys whose past may be told better by events still to be listed. */
  readonly #pasts = new Map<PullKey, Omit<PastEvidence, 'reports'>>();

  constructor(pod: PodObservation, around: Surroundings) {
    this.uid = pod.uid;
    this.eventUid = pod.eventUid;
    this.#around = around;
  }

  /** Nothing here is worth remembering. */
  get isIdle(): boolean {
    return (
      this.#keys.length === 0 &&
      this.#waiting.length === 0 &&
      !this.#containers.some(({ proof, episode }) => proof === 'creating' || episode !== undefined)
    );
  }

  observe(pod: PodObservation, now: number): void {
    this.#namespace = pod.namespace;
    this.#name = pod.name;
    this.#node = pod.node;
    this.#workload = pod.workload;
    if (pod.deleting || pod.phase === 'Failed' || pod.phase === 'Succeeded') {
      this.end('deleted', now);
      return;
    }
    const names = new Set(pod.containers.map(({ name }) => name));
    for (const container of this.#containers) {
      if (!names.has(container.name)) this.#endEpisode(container, 'deleted', now);
    }
    const known = new Map(this.#containers.map((container) => [container.name, container]));
    this.#containers = pod.containers.map((seen) => known.get(seen.name) ?? unseen(seen));
    // What the events tell comes before what the status shows: it is one sync older.
    this.#replay(pod, now);
    pod.containers.forEach((seen, i) => {
      const container = this.#containers[i];
      if (container !== undefined) this.#observeContainer(container, seen, pod, now);
    });
    this.#settle(now);
  }

  hear(event: EventObservation, now: number): void {
    this.#hear(event, now);
    this.#settle(now);
  }

  /** Statuses may have changed between these times without being seen. */
  missed(from: number, to: number): void {
    for (const { attempts } of this.#keys) attempts.broken(from, to);
    if (this.#containers.some(({ episode }) => episode !== undefined)) this.#pulls.clear();
  }

  /** The lists are complete: the past will not become any clearer. */
  closePast(): void {
    this.#pasts.clear();
    this.#reports = [];
  }

  tick(now: number): void {
    for (const key of this.#keys) {
      const holder = this.#containers.find(({ episode }) => episode?.key === key);
      const keepsTime = holder?.proof === 'backOff' || holder?.proof === 'attempt';
      if (keepsTime) this.#count(key, key.attempts.overdue(now));
    }
    for (const container of this.#containers) {
      const changedAt = container.imageChangedAt ?? Infinity;
      if (now - changedAt > imageChangeSettlesMs) this.#endEpisode(container, 'image_changed', now);
    }
    this.#waiting = this.#waiting.filter(({ until }) => until > now);
    this.#settle(now);
  }

  /** The pod is gone, or will not be tried again. */
  end(outcome: Outcome, now: number): void {
    for (const container of this.#containers) this.#endEpisode(container, outcome, now);
    this.#containers = [];
    this.#waiting = [];
    this.#pulls.clear();
    this.#keys = [];
    this.#showSlow(now);
  }

  #observeContainer(
    container: TrackedContainer,
    seen: ContainerObservation,
    pod: PodObservation,
    now: number,
  ): void {
    const before = { proof: container.proof, since: container.since };
    const proof = proofOf(seen);
    const hasNewId = seen.containerId !== container.containerId;
    this.#noteImage(container, seen, now);
    if (proof !== before.proof || hasNewId) {
      this.#pulls.sawChange(now);
      if (!['creating', 'none', 'backOff', 'other'].includes(proof)) {
        if (before.proof === 'creating' || !['attempt', 'noPull', 'terminated'].includes(proof))
          this.#pulls.ended(container.name);
      }
      container.since = now;
    }
    container.proof = proof;
    container.containerId = seen.containerId;
    container.startedAt = seen.state.type === 'running' ? seen.state.startedAt : undefined;
    const { episode } = container;
    if (episode !== undefined && hasRecovered(proof, seen, episode.containerId)) {
      const changed = container.imageChangedAt !== undefined;
      this.#endEpisode(container, changed ? 'image_changed' : 'recovered', now);
      return;
    }
    if (episode !== undefined && before.proof === 'attempt' && proof !== 'attempt') {
      if (proof === 'backOff' || proof === 'other') {
        this.#count(episode.key, episode.key.attempts.left(now, before.since));
      }
    }
    switch (proof) {
      case 'attempt':
        this.#showsAttempt(container, seen, pod, before.proof, now);
        break;
      case 'backOff':
        this.#showsBackOff(container, seen, pod, now);
        break;
      case 'noPull':
        this.#showsNoPull(container, seen, now);
        break;
      case 'creating':
      case 'terminated':
        if (before.proof === 'attempt' || before.proof === 'backOff') {
          episode?.key.attempts.restarted(now);
        }
        break;
      case 'other':
        episode?.key.attempts.heldUp();
        break;
      case 'pulled':
      case 'running':
      case 'none':
        break;
    }
  }

  #noteImage(container: TrackedContainer, seen: ContainerObservation, now: number): void {
    container.imageVolumes = seen.imageVolumes;
    if (container.image === seen.image) return;
    container.image = seen.image;
    const { episode } = container;
    if (episode === undefined) return;
    const stillInSpec = episode.key.image === seen.image;
    container.imageChangedAt = stillInSpec ? undefined : now;
  }

  #showsAttempt(
    container: TrackedContainer,
    seen: ContainerObservation,
    pod: PodObservation,
    before: Proof,
    now: number,
  ): void {
    if (seen.state.type !== 'waiting') return;
    const { reason, message } = seen.state;
    const key = this.#keyNamed(container, message, now);
    const isOther = key !== container.episode?.key;
    const isNewText = key.showsNewFailure({ reason, message });
    if (before === 'attempt' && !isNewText && !isOther) return;
    container.since = now;
    const beginsUnseen = this.#beginsUnseen(key);
    const fresh = (before === 'creating' || before === 'none') && seen.lastTermination === undefined;
    this.#open(container, key, now);
    key.read(message, reason, this.#around.classify);
    if (beginsUnseen) this.#lookBack(key, container, seen, pod, 'attempt', now);
    else this.#count(key, key.attempts.shown(now, fresh));
  }

  #showsBackOff(
    container: TrackedContainer,
    seen: ContainerObservation,
    pod: PodObservation,
    now: number,
  ): void {
    if (seen.state.type !== 'waiting') return;
    const { reason, message } = seen.state;
    const text = readBackOffText(message);
    const key = this.#keyNamed(container, message, now);
    const beginsUnseen = this.#beginsUnseen(key);
    this.#open(container, key, now);
    const isNewFailure = text !== undefined && key.showsNewFailure(text);
    key.read(message, reason, this.#around.classify);
    if (beginsUnseen) this.#lookBack(key, container, seen, pod, 'backOff', now);
    else if (key.attempts.count === 0 || isNewFailure) {
      this.#count(key, key.attempts.textChanged(now));
    }
  }

  #showsNoPull(container: TrackedContainer, seen: ContainerObservation, now: number): void {
    if (seen.state.type !== 'waiting') return;
    const { reason, message } = seen.state;
    const key = container.episode?.key ?? this.#keyOf(container.image);
    this.#open(container, key, container.noPullAt ?? now);
    key.attempts.heldUp();
    key.read(message, reason, this.#around.classify);
  }

  /** Nothing was watched when this key began to fail. */
  #beginsUnseen(key: PullKey): boolean {
    const failing = this.#containers.some(({ episode }) => episode?.key === key);
    return this.#around.unseenSince !== undefined && !failing && key.attempts.count === 0;
  }

  #lookBack(
    key: PullKey,
    container: TrackedContainer,
    seen: ContainerObservation,
    pod: PodObservation,
    showing: 'attempt' | 'backOff',
    now: number,
  ): void {
    const unseenSince = this.#around.unseenSince ?? 0;
    const possibleAt = firstPossibleFailure(pod, seen);
    const began = possibleAt && Math.max(this.#around.clocks.when(pod.node, possibleAt, now), unseenSince);
    const notBefore =
      seen.lastTermination === undefined ? unseenSince : Math.max(unseenSince, (began ?? 0) - 2000);
    const past = { notBefore, possibleAt: began, showing, now };
    if (unseenSince === 0) this.#pasts.set(key, past);
    key.attempts.begin(reconstruct({ ...past, reports: this.#reportsOf(key) }));
    container.since = now;
    if (unseenSince > 0) {
      for (let count = 1; count <= key.attempts.count; count += 1) {
        this.#countOne(key, { step: count, attempts: count });
      }
    }
  }

  #reportsOf(key: PullKey): readonly Report[] {
    return this.#reports.filter(({ image }) => image === key.image);
  }

  /** The image that the text of the status is about. */
  #keyNamed(container: TrackedContainer, message: string, now: number): PullKey {
    const quoted = readBackOffText(message)?.image;
    const failing = container.episode?.key.image;
    const candidates = [container.image, ...container.imageVolumes];
    if (failing !== undefined && !candidates.includes(failing)) candidates.push(failing);
    if (candidates.length === 1) return this.#keyOf(container.image);
    const named = candidates
      .filter((image) => (quoted === undefined ? message.includes(image) : image === quoted))
      .toSorted((a, b) => b.length - a.length)[0];
    if (named !== undefined) return this.#keyOf(named);
    const isOld = now - (container.imageChangedAt ?? now) < oldImageShownMs;
    return this.#keyOf(isOld ? (failing ?? this.#volumeAsked(container)) : container.image);
  }

  #volumeAsked(container: TrackedContainer): string {
    return (
      this.#keys.find(
        ({ image, attempts }) => container.imageVolumes.includes(image) && attempts.count > 0,
      )?.image ?? container.image
    );
  }

  #keyOf(image: string): PullKey {
    const known = this.#keys.find((key) => key.image === image);
    if (known !== undefined) return known;
    const key = new PullKey(image);
    this.#keys.push(key);
    return key;
  }

  #open(container: TrackedContainer, key: PullKey, now: number): void {
    if (container.episode?.key === key) return;
    const inSpec =
      container.episode !== undefined &&
      container.imageVolumes.includes(container.episode.key.image);
    this.#endEpisode(container, inSpec ? 'recovered' : 'image_changed', now);
    container.imageChangedAt = undefined;
    container.episode = {
      key,
      containerId: container.containerId,
      beganAt: now,
      shown: undefined,
    };
  }

  #endEpisode(container: TrackedContainer, outcome: Outcome, now: number): void {
    const { episode } = container;
    if (episode === undefined) return;
    container.episode = undefined;
    container.imageChangedAt = undefined;
    const { emit } = this.#around;
    const last = episode.shown;
    if (!this.#containers.some((other) => other.episode?.key === episode.key)) {
      episode.key.endEpisode(now);
      this.#pasts.delete(episode.key);
    }
    if (last === undefined) return;
    emit({ type: 'stateChanged', before: last, after: undefined });
    emit({ type: 'episodeEnded', outcome, container: last, at: now });
  }

  #hear(event: EventObservation, now: number): void {
    if (event.lastAt === undefined) return;
    const { fact, image } = event;
    const time = this.#around.clocks.whenReported(event.node, event.lastAt, now, event.listed);
    switch (fact.type) {
      case 'pulling':
        this.#remember(event, 'pulling', now);
        if (event.count === 1 && !event.listed) {
          this.#keys.find((key) => key.image === image)?.attempts.lifeBegan(time);
        }
        if (event.listed && event.count > 4) return;
        this.#pulls.asked({
          image,
          container: event.container,
          since: time.at,
          eventAt: event.lastAt,
        });
        return;
      case 'pullFailed':
        this.#remember(event, 'pullFailed', now);
        this.#hearFailed(event, this.#pulls.durationMs(event.lastAt, event.container, image), now);
        this.#pulls.sawEvent(event.lastAt, event.container, image);
        return;
      case 'backOff':
        this.#remember(event, 'backOff', now);
        this.#pulls.sawEvent(event.lastAt, event.container, image);
        return;
      case 'inspectFailed':
      case 'neverPull': {
        this.#pulls.sawEvent(event.lastAt, event.container, image);
        const container = this.#containers.find(({ name }) => name === event.container);
        if (container === undefined || event.firstAt === undefined) return;
        const at = this.#around.clocks.when(event.node, event.firstAt, now);
        container.noPullAt = Math.min(container.noPullAt ?? at, at);
        return;
      }
      case 'secretMissing':
        this.#secretMissing = true;
        return;
      case 'pulled':
      case 'alreadyPresent':
      case 'created':
      case 'syncFailed':
        this.#pulls.sawEvent(event.lastAt, event.container, image);
        return;
    }
  }

  #hearFailed(event: EventObservation, durationMs: number | undefined, now: number): void {
    if (event.lastAt === undefined || event.fact.type !== 'pullFailed') return;
    const { unseenSince, clocks, classify } = this.#around;
    const time = clocks.whenReported(event.node, event.lastAt, now, event.listed);
    const concerned = this.#containers.filter(
      ({ name, image, imageVolumes }) =>
        (event.container === '' || name === event.container) &&
        (image === event.image || imageVolumes.includes(event.image)),
    );
    const key = this.#keys.find(({ image }) => image === event.image);
    const isFailing = this.#containers.some(
      ({ episode }) => episode !== undefined && episode.key === key,
    );
    if (event.listed && (unseenSince === 0 || !isFailing)) {
      if (key !== undefined && isFailing && key.verdict === undefined) {
        key.read(event.fact.message, 'Failed', classify);
      }
      return;
    }
    if (!isFailing && !this.#mayOpen(concerned, event, time.at, now)) return;
    const failing = key ?? this.#keyOf(event.image);
    if (!isFailing) for (const container of concerned) this.#open(container, failing, now);
    const newest = failing.attempts.last?.at ?? 0;
    if (time.latest >= newest) failing.read(event.fact.message, 'Failed', classify);
    this.#count(failing, failing.attempts.reported(time));
    if (durationMs !== undefined) failing.attempts.took(durationMs);
  }

  /** Is this failure current? If that cannot be said yet, the event waits for the next status. */
  #mayOpen(
    concerned: readonly TrackedContainer[],
    event: EventObservation,
    at: number,
    now: number,
  ): boolean {
    const running = concerned.find(({ proof }) => proof === 'running' || proof === 'pulled');
    if (concerned.length > 0 && running === undefined) return true;
    const startedAt = this.#around.clocks.when(event.node, running?.startedAt ?? 0, now);
    if (startedAt < at) this.await(event, now);
    return false;
  }

  /** Keeps an event until a status tells what it is about. */
  await(event: EventObservation, now: number): void {
    if (this.#waiting.length >= eventsKept) return;
    this.#waiting.push({ event: bounded(event), until: now + eventsKeptMs });
  }

  #replay(pod: PodObservation, now: number): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const stopped = new Set(
      pod.containers
        .filter((seen) => !['running', 'pulled'].includes(proofOf(seen)))
        .map(({ name }) => name),
    );
    for (const { event, until } of waiting) {
      const container = this.#containers.find(({ name }) => name === event.container);
      if (container !== undefined && stopped.has(container.name)) container.proof = 'terminated';
      if (until > now) this.#hear(event, now);
    }
  }

  #remember(event: EventObservation, type: Report['type'], now: number): void {
    if (!event.listed || event.firstAt === undefined || event.lastAt === undefined) return;
    const { clocks } = this.#around;
    const report = {
      uid: event.uid,
      image: event.image,
      type,
      count: event.count,
      firstAt: clocks.when(event.node, event.firstAt, now),
      lastAt: clocks.when(event.node, event.lastAt, now),
    };
    this.#reports = [...this.#reports.filter(({ uid }) => uid !== event.uid), report].slice(
      -reportsKept,
    );
    const key = this.#keys.find(({ image }) => image === event.image);
    const past = key && this.#pasts.get(key);
    if (key === undefined || past === undefined) return;
    key.attempts.begin(reconstruct({ ...past, reports: this.#reportsOf(key) }));
  }

  #count(key: PullKey, attempts: readonly Attempt[]): void {
    if (attempts.length > 0) this.#pasts.delete(key);
    attempts.forEach(({ step }, i) =>
      this.#countOne(key, { step, attempts: key.attempts.count - attempts.length + 1 + i }),
    );
  }

  #countOne(key: PullKey, after: { readonly step: number; readonly attempts: number }): void {
    const container = this.#containers.find(({ episode }) => episode?.key === key);
    if (container?.episode === undefined) return;
    const state = { ...this.#stateOf(container, container.episode, 0), ...after };
    this.#around.emit({
      type: 'attemptFailed',
      container: state,
      verdict: key.lastVerdict ?? state.verdict,
    });
  }

  #settle(now: number): void {
    for (const container of this.#containers) {
      const { episode } = container;
      if (episode === undefined) continue;
      const after = this.#stateOf(container, episode, now);
      const before = episode.shown;
      if (before !== undefined && isEqual(before, after)) continue;
      episode.shown = after;
      this.#around.emit({ type: 'stateChanged', before, after });
    }
    this.#keys = this.#keys.filter(
      (key) =>
        this.#containers.some(({ episode }) => episode?.key === key) ||
        !key.attempts.isForgotten(now),
    );
    this.#showSlow(now);
  }

  #stateOf(container: TrackedContainer, { key, beganAt }: Episode, now: number): FailingContainer {
    const { attempts } = key;
    const tried = attempts.count > 0;
    return {
      namespace: this.#namespace,
      pod: this.#name,
      uid: this.uid,
      container: container.name,
      containerType: container.type,
      node: this.#node,
      workload: this.#workload,
      image: key.image,
      registry: key.registry,
      verdict: explainedBySecret(key.verdict ?? unknownVerdict, this.#secretMissing),
      message: key.message,
      step: tried ? (attempts.last?.step ?? 0) : 0,
      attempts: attempts.count,
      exact: attempts.exact,
      firstFailureAt: tried ? attempts.firstAt : beganAt,
      lastAttemptAt: tried ? attempts.last?.at : undefined,
      nextRetryAt: tried ? attempts.nextRetryAt(now) : undefined,
    };
  }

  #showSlow(now: number): void {
    const asked = this.#pulls.slow(now, this.#around.slowPullThresholdMs);
    if (asked.length === 0 && this.#slow.length === 0) return;
    const after = asked.flatMap((pull) => this.#slowOf(pull));
    for (const before of this.#slow) {
      const same = after.find(({ container, image }) => container === before.container && image === before.image);
      if (same?.since === before.since) continue;
      this.#around.emit({ type: 'slowPullChanged', before, after: same });
    }
    for (const slow of after) {
      const known = this.#slow.some(({ container, image }) => container === slow.container && image === slow.image);
      if (!known) this.#around.emit({ type: 'slowPullChanged', before: undefined, after: slow });
    }
    this.#slow = after;
  }

  #slowOf(pull: { container: string; image: string; since: number }): readonly SlowPull[] {
    return this.#containers
      .filter(({ name, imageVolumes }) =>
        pull.container === '' ? imageVolumes.includes(pull.image) : name === pull.container,
      )
      .map(({ name }) => ({
        namespace: this.#namespace,
        pod: this.#name,
        uid: this.uid,
        container: name,
        node: this.#node,
        workload: this.#workload,
        image: pull.image,
        registry: new PullKey(pull.image).registry,
        since: pull.since,
      }));
  }
}

function unseen(seen: ContainerObservation): TrackedContainer {
  return {
    name: seen.name,
    type: seen.type,
    image: seen.image,
    imageVolumes: seen.imageVolumes,
    proof: 'none',
    startedAt: undefined,
    containerId: seen.containerId,
    since: 0,
    imageChangedAt: undefined,
    noPullAt: undefined,
    episode: undefined,
  };
}

function bounded(event: EventObservation): EventObservation {
  const { fact } = event;
  if (fact.type !== 'pullFailed' || fact.message.length <= longestKeptText) return event;
  return { ...event, fact: { ...fact, message: fact.message.slice(0, longestKeptText) } };
}

function isEqual(a: FailingContainer, b: FailingContainer): boolean {
  return (Object.keys(a) as (keyof FailingContainer)[]).every((field) => a[field] === b[field]);
}
