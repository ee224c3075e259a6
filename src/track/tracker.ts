// Observations and the time -> which containers cannot pull their image now, and what has changed.
import type { Classify } from '../classify/verdict.ts';
import { parseImageReference } from '../observe/image-reference.ts';
import type {
  EventObservation,
  Observation,
  PodObservation,
  StreamObservation,
} from '../observe/observations.ts';
import { EarlyEvents } from './early-events.ts';
import { NodeClocks } from './node-clock.ts';
import { proofOf } from './proof.ts';
import { PulledCounter } from './pulled-counter.ts';
import type { Change, FailingContainer, SlowPull } from './states.ts';
import type { Surroundings } from './surroundings.ts';
import { TrackedPod } from './tracked-pod.ts';

export interface TrackerOptions {
  readonly classify: Classify;
  /** A pull that has had no result for longer is a slow pull. */
  readonly slowPullThresholdMs: number;
}

/** After a broken watch all failing pods may be due together; the rest waits for the next tick. */
const tickedAtOnce = 2000;

/**
 * The only way in are `apply` and `tick`; each answers with what it changed, in order. Times are Unix
 * milliseconds of the exporter's clock and must not go backwards by much: nothing breaks, but what
 * waits for a time waits longer.
 */
export class Tracker {
  readonly #around: Surroundings;
  readonly #pods = new Map<string, TrackedPod>();
  readonly #uidOfEvents = new Map<string, string>();
  readonly #early = new EarlyEvents();
  readonly #pulled = new PulledCounter();
  readonly #failing = new Map<string, FailingContainer>();
  readonly #slow = new Map<string, SlowPull>();
  #changes: Change[] = [];

  constructor({ classify, slowPullThresholdMs }: TrackerOptions) {
    this.#around = {
      classify,
      slowPullThresholdMs,
      clocks: new NodeClocks(),
      emit: (change) => this.#emit(change),
      unseenSince: -Infinity,
      eventsAreListed: false,
    };
  }

  /** Must every observation of this pod be applied, whatever its containers wait for? */
  wants(podUid: string): boolean {
    return this.#pods.has(podUid) || this.#early.has(podUid);
  }

  apply(observation: Observation, now: number): readonly Change[] {
    switch (observation.type) {
      case 'pod':
        this.#observe(observation, now);
        break;
      case 'event':
        this.#hear(observation, now);
        break;
      case 'podDeleted':
      case 'listed':
      case 'gap':
        this.#follow(observation, now);
        break;
    }
    return this.#take();
  }

  /** For what time alone decides; call it about once a second. */
  tick(now: number): readonly Change[] {
    let left = tickedAtOnce;
    for (const pod of this.#pods.values()) {
      if (!pod.isDue(now)) continue;
      pod.tick(now);
      this.#forgetIdle(pod);
      left -= 1;
      if (left === 0) break;
    }
    this.#early.expire(now);
    return this.#take();
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

  #observe(observation: PodObservation, now: number): void {
    const known = this.#pods.get(observation.uid);
    const early = this.#early.take(observation.eventUid);
    if (known === undefined && early.length === 0 && !mayFail(observation)) return;
    const pod = known ?? new TrackedPod(observation, this.#around);
    this.#pods.set(pod.uid, pod);
    this.#uidOfEvents.set(pod.eventUid, pod.uid);
    for (const event of pod.observe(observation, early, now)) this.#early.keep(event, now);
    this.#forgetIdle(pod);
  }

  #hear(event: EventObservation, now: number): void {
    const { fact, namespace, image, podUid, node, lastAt, listed } = event;
    if (lastAt !== undefined && !listed) this.#around.clocks.heard(node, lastAt, now);
    if (fact.type === 'pulling') {
      const { registry } = parseImageReference(image);
      this.#changes.push({ type: 'pullStarted', namespace, registry });
    }
    this.#changes.push(...this.#pulled.count(event, this.#around.clocks, now));
    const pod = this.#pods.get(this.#uidOfEvents.get(podUid) ?? '');
    if (pod !== undefined) {
      if (pod.hear(event, now) === 'early') this.#early.keep(event, now);
      this.#forgetIdle(pod);
    } else if (isSuccess(event)) {
      this.#early.forget(podUid);
    } else if (!listed || this.#around.unseenSince !== undefined) {
      // What a list tells of pods that are known to be healthy is history.
      this.#early.keep(event, now);
    }
  }

  #follow(observation: StreamObservation, now: number): void {
    switch (observation.type) {
      case 'podDeleted':
        this.#end(observation.uid, now);
        break;
      case 'gap':
        if (observation.resource === 'events') {
          this.#around.eventsAreListed = false;
          this.#pulled.missedSince(observation.from);
          break;
        }
        this.#around.unseenSince ??= observation.from;
        for (const pod of this.#pods.values()) pod.missed(observation.from, observation.to);
        break;
      case 'listed':
        if (observation.resource === 'events') {
          this.#around.eventsAreListed = true;
          this.#pulled.listed();
          for (const pod of this.#pods.values()) pod.closeHistory();
          break;
        }
        this.#around.unseenSince = undefined;
        for (const uid of this.#pods.keys()) {
          if (!observation.uids.has(uid)) this.#end(uid, now);
        }
        break;
    }
  }

  #end(uid: string, now: number): void {
    this.#early.forget(uid);
    const pod = this.#pods.get(uid);
    if (pod === undefined) return;
    pod.end(now);
    this.#forgetIdle(pod);
  }

  #forgetIdle(pod: TrackedPod): void {
    if (!pod.isIdle) return;
    this.#pods.delete(pod.uid);
    this.#uidOfEvents.delete(pod.eventUid);
  }

  #emit(change: Change): void {
    if (change.type === 'stateChanged') show(this.#failing, change.before, change.after);
    if (change.type === 'slowPullChanged') show(this.#slow, change.before, change.after);
    this.#changes.push(change);
  }

  #take(): readonly Change[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }
}

/** Does the pod show anything that the tracker has to remember? */
function mayFail({ containers }: PodObservation): boolean {
  return containers
    .map(proofOf)
    .some((proof) => ['attempt', 'backOff', 'noPull', 'creating'].includes(proof));
}

function isSuccess({ fact: { type } }: EventObservation): boolean {
  return type === 'pulled' || type === 'alreadyPresent' || type === 'created';
}

function show<State extends { readonly uid: string; readonly container: string }>(
  shown: Map<string, State>,
  before: State | undefined,
  after: State | undefined,
): void {
  const state = after ?? before;
  if (state === undefined) return;
  const key = `${state.uid}/${state.container}`;
  if (after === undefined) shown.delete(key);
  else shown.set(key, after);
}
