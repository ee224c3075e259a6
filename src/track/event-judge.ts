// The kubelet's events about one pod -> failed tries, their causes, pulls that run, and the past.
import type { EventObservation } from '../observe/observations.ts';
import type { AskedPulls } from './asked-pulls.ts';
import type { Attempt } from './attempt-list.ts';
import { type Estimate, reliablyReported } from './back-off.ts';
import { isIndefinite, type Told } from './cause.ts';
import type { TrackedContainer } from './container.ts';
import type { Report } from './lives.ts';
import type { PodEpisodes } from './pod-episodes.ts';
import type { PodHistory } from './pod-history.ts';
import { type PullKey, readText } from './pull-key.ts';
import type { Surroundings } from './surroundings.ts';

/** `early`: only a status to come can tell what the event is about. */
export type Hearing = 'heard' | 'early';

export class EventJudge {
  readonly #episodes: PodEpisodes;
  readonly #history: PodHistory;
  readonly #pulls: AskedPulls;
  readonly #around: Surroundings;

  constructor(episodes: PodEpisodes, history: PodHistory, pulls: AskedPulls, around: Surroundings) {
    this.#episodes = episodes;
    this.#history = history;
    this.#pulls = pulls;
    this.#around = around;
  }

  hear(event: EventObservation, now: number): Hearing {
    const { fact, container, image, lastAt: eventAt } = event;
    if (eventAt === undefined) return 'heard';
    const time = this.#around.clocks.whenReported(event.node, eventAt, now, event.listed);
    const sign = { container, image, eventAt };
    switch (fact.type) {
      case 'pulling':
        this.#remember(event, 'pulling', now);
        this.#lifeBegan(event, now);
        this.#pulling(event, time);
        return 'heard';
      case 'pullFailed': {
        this.#remember(event, 'pullFailed', now);
        const durationMs = this.#pulls.durationMs(sign);
        this.#pulls.sawEvent(sign);
        return this.#pullFailed(event, fact.message, time, durationMs);
      }
      case 'backOff':
        this.#remember(event, 'backOff', now);
        this.#pulls.sawEvent(sign);
        return 'heard';
      case 'inspectFailed':
      case 'neverPull':
        this.#pulls.sawEvent(sign);
        this.#noPull(event, now);
        return 'heard';
      case 'secretMissing':
        this.#episodes.missSecret();
        return 'heard';
      case 'pulled':
        this.#pulls.sawEvent(sign);
        this.#episodes.findKey(image)?.attempts.succeeded();
        return 'heard';
      case 'alreadyPresent':
      case 'created':
      case 'syncFailed':
        this.#pulls.sawEvent(sign);
        return 'heard';
    }
  }

  #pulling(event: EventObservation, time: Estimate): void {
    const { container, image, lastAt: eventAt = 0, count, listed } = event;
    // Above this count it is no sign of a running pull: the end's event may have been held back.
    if (listed && count > reliablyReported) return;
    if (this.#concernedBy(event).some(({ startedAt = -Infinity }) => startedAt >= eventAt)) return;
    this.#pulls.asked({ container, image, since: time.at, eventAt });
  }

  /** A kubelet counts from 1; what a list tells of it is news if the watch has missed it. */
  #lifeBegan({ node, image, count, firstAt, listed }: EventObservation, now: number): void {
    const key = this.#episodes.findKey(image);
    if (key === undefined || firstAt === undefined) return;
    const time = this.#around.clocks.whenReported(node, firstAt, now, listed);
    const isNews = listed
      ? this.#around.clocks.knows(node) &&
        !this.#history.isOpen(key) &&
        key.attempts.hasMissed(time)
      : count === 1;
    if (isNews) key.attempts.lifeBegan(time);
  }

  #pullFailed(
    event: EventObservation,
    message: string,
    time: Estimate,
    durationMs: number | undefined,
  ): Hearing {
    this.#nameVolume(event);
    const known = this.#episodes.findKey(event.image);
    const isFailing = known !== undefined && this.#episodes.isFailing(known);
    // A list is evidence of what a broken watch hid; by a clock that is not known it would mislead.
    const isNews = !event.listed || (isFailing && this.#around.clocks.knows(event.node));
    const text = { reason: 'Failed', message };
    if (event.listed && isFailing && this.#history.isOpen(known)) return 'heard';
    if (!isNews) {
      if (isFailing && isIndefinite(known.verdict)) this.#episodes.read(known, text);
      return 'heard';
    }
    const concerned = this.#concernedBy(event);
    if (!isFailing) {
      const opening = this.#mayOpen(concerned, event, time);
      if (opening !== 'open') return opening;
    }
    const key = known ?? this.#episodes.keyOf(event.image);
    if (!isFailing) for (const container of concerned) this.#episodes.open(container, key, time.at);
    const isNewest = time.latest >= (key.attempts.last?.at ?? 0);
    if (isNewest || isIndefinite(key.verdict)) this.#episodes.read(key, text);
    const added = [
      ...this.#firstReported(event, key, time.latest),
      ...key.attempts.reported(time, durationMs),
    ];
    if (added.length > 0) this.#history.settle(key);
    this.#episodes.count(key, added);
    return 'heard';
  }

  /** The first of the tries that a listed event counts, where the watch has missed it. */
  #firstReported(event: EventObservation, key: PullKey, now: number): readonly Attempt[] {
    const { node, count, firstAt, listed } = event;
    if (!listed || count === 1 || firstAt === undefined) return [];
    const time = this.#around.clocks.whenReported(node, firstAt, now, true);
    return key.attempts.hasMissed(time) ? key.attempts.reported(time) : [];
  }

  /** Is this a failure of now? A container that still runs may be about to show it, or long healed. */
  #mayOpen(
    concerned: readonly TrackedContainer[],
    event: EventObservation,
    time: Estimate,
  ): Hearing | 'open' {
    if (concerned.length === 0) return 'early';
    const healthy = concerned.find(({ proof }) => proof === 'running' || proof === 'pulled');
    if (healthy === undefined) return 'open';
    const startedAt = this.#around.clocks.when(event.node, healthy.startedAt ?? 0, time.latest);
    return startedAt > time.at ? 'heard' : 'early';
  }

  /** An image volume is pulled before the container's own image, and named by no container. */
  #nameVolume({ container, image }: EventObservation): void {
    if (container !== '' || this.#episodes.findKey(image) !== undefined) return;
    for (const { episode, imageVolumes } of this.#episodes.containers) {
      if (episode?.isGuess === true && imageVolumes.includes(image)) episode.key.rename(image);
    }
  }

  #concernedBy(event: EventObservation): readonly TrackedContainer[] {
    return this.#episodes.containers.filter(({ name, image, imageVolumes }) =>
      event.container === ''
        ? imageVolumes.includes(event.image)
        : name === event.container && image === event.image,
    );
  }

  #noPull({ container, node, firstAt }: EventObservation, now: number): void {
    const concerned = this.#episodes.containers.find(({ name }) => name === container);
    if (concerned === undefined || firstAt === undefined) return;
    const at = this.#around.clocks.when(node, firstAt, now);
    concerned.noPullAt = Math.min(concerned.noPullAt ?? at, at);
  }

  #remember(event: EventObservation, type: Report['type'], now: number): void {
    const { node, count, firstAt, lastAt, listed } = event;
    if (!listed || firstAt === undefined || lastAt === undefined) return;
    const { clocks } = this.#around;
    const report = {
      type,
      count,
      firstAt: clocks.whenReported(node, firstAt, now, true).at,
      lastAt: clocks.whenReported(node, lastAt, now, true).at,
    };
    this.#history.remember(event, report, this.#tells(event));
    this.#nameVolume(event);
    // What is told of one image may bound the past of another.
    for (const key of this.#episodes.keys) {
      const recollection = this.#history.lookAgain(key);
      if (recollection !== undefined) this.#episodes.recall(key, recollection);
    }
  }

  /** Of a past that is not settled; else a relist would read again what is known. */
  #tells({ fact, image }: EventObservation): Told | undefined {
    if (fact.type !== 'pullFailed') return undefined;
    const key = this.#episodes.findKey(image);
    const isSettled =
      key !== undefined && this.#episodes.isFailing(key) && !this.#history.isOpen(key);
    if (isSettled) return undefined;
    return readText({ reason: 'Failed', message: fact.message }, image, this.#around.classify);
  }
}
