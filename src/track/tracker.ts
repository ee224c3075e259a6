// Observations and the time -> which containers cannot pull their image now, and what has changed.
import type { Classify } from '../classify/verdict.ts';
import { parseImageReference } from '../observe/image-reference.ts';
import type {
  EventObservation,
  Observation,
  PodObservation,
  StreamObservation,
} from '../observe/observations.ts';
import { NodeClocks } from './node-clock.ts';
import { proofOf } from './proof.ts';
import type { Change, FailingContainer, SlowPull } from './states.ts';
import { type Surroundings, TrackedPod } from './tracked-pod.ts';

export interface TrackerOptions {
  readonly classify: Classify;
  /** A pull that has had no result for longer is a slow pull. */
  readonly slowPullThresholdMs: number;
}

export class Tracker {
  readonly #around: Surroundings;
  readonly #pods = new Map<string, TrackedPod>();
  readonly #early = new Map<string, { events: EventObservation[]; until: number }>();
  readonly #uidOfEvents = new Map<string, string>();
  readonly #failing = new Map<string, FailingContainer>();
  readonly #slow = new Map<string, SlowPull>();
  #changes: Change[] = [];
  #eventsFrom = Infinity;

  constructor(options: TrackerOptions) {
    this.#around = {
      ...options,
      clocks: new NodeClocks(),
      emit: (change) => this.#emit(change),
      unseenSince: 0,
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
      default:
        this.#follow(observation, now);
    }
    return this.#take();
  }

  /** Call it about once a second: for what time alone decides. */
  tick(now: number): readonly Change[] {
    for (const pod of this.#pods.values()) {
      pod.tick(now);
      this.#forgetIdle(pod);
    }
    for (const [uid, { until }] of this.#early) {
      if (until > now) break;
      this.#early.delete(uid);
    }
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
    const early = this.#early.get(observation.eventUid);
    this.#early.delete(observation.eventUid);
    const concerns = observation.containers.some((container) =>
      ['attempt', 'backOff', 'noPull', 'creating'].includes(proofOf(container)),
    );
    if (known === undefined && early === undefined && !concerns) return;
    const pod = known ?? new TrackedPod(observation, this.#around);
    for (const event of early?.events ?? []) {
      if (event.listed) pod.hear(event, now);
      else pod.await(event, now);
    }
    this.#pods.set(pod.uid, pod);
    this.#uidOfEvents.set(pod.eventUid, pod.uid);
    pod.observe(observation, now);
    this.#forgetIdle(pod);
  }

  #hear(event: EventObservation, now: number): void {
    if (event.lastAt !== undefined && !event.listed) {
      this.#around.clocks.heard(event.node, event.lastAt, now);
    }
    const { namespace } = event;
    if (event.fact.type === 'pulling') {
      const { registry } = parseImageReference(event.image);
      this.#changes.push({ type: 'pullStarted', namespace, registry });
    }
    if (event.fact.type === 'pulled') this.#countPulled(event, now);
    const pod = this.#pods.get(this.#uidOfEvents.get(event.podUid) ?? '');
    if (pod !== undefined) pod.hear(event, now);
    else this.#keepEarly(event, now);
  }

  #countPulled(event: EventObservation, now: number): void {
    if (event.fact.type !== 'pulled' || event.lastAt === undefined) return;
    const time = this.#around.clocks.whenReported(event.node, event.lastAt, now, event.listed);
    if (event.listed && time.latest < this.#eventsFrom) return;
    const { registry } = parseImageReference(event.image);
    this.#changes.push({
      type: 'pullSucceeded',
      namespace: event.namespace,
      registry,
      at: time.at,
      durationMs: event.fact.durationMs,
    });
  }

  #keepEarly(event: EventObservation, now: number): void {
    const { type } = event.fact;
    if (type === 'pulled' || type === 'created' || type === 'alreadyPresent') {
      this.#early.delete(event.podUid);
      return;
    }
    const kept = this.#early.get(event.podUid);
    this.#early.delete(event.podUid);
    const events = [...(kept?.events ?? []), event].slice(-16);
    this.#early.set(event.podUid, { events, until: now + 300_000 });
  }

  #follow(observation: StreamObservation, now: number): void {
    switch (observation.type) {
      case 'podDeleted':
        this.#end(observation.uid, now);
        break;
      case 'gap':
        if (observation.resource === 'events') {
          this.#eventsFrom = observation.from;
          break;
        }
        this.#around.unseenSince ??= observation.from;
        for (const pod of this.#pods.values()) pod.missed(observation.from, observation.to);
        break;
      case 'listed':
        if (observation.resource === 'events') {
          this.#eventsFrom = Infinity;
          for (const pod of this.#pods.values()) pod.closePast();
          break;
        }
        this.#around.unseenSince = undefined;
        for (const uid of this.#pods.keys()) {
          if (!observation.uids.has(uid)) this.#end(uid, now);
        }
    }
  }

  #end(uid: string, now: number): void {
    const pod = this.#pods.get(uid);
    this.#early.delete(uid);
    if (pod === undefined) return;
    pod.end('deleted', now);
    this.#forget(pod);
  }

  #forgetIdle(pod: TrackedPod): void {
    if (pod.isIdle) this.#forget(pod);
  }

  #forget(pod: TrackedPod): void {
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

function show<State extends { readonly uid: string; readonly container: string }>(
  shown: Map<string, State>,
  before: State | undefined,
  after: State | undefined,
): void {
  const { uid, container } = (after ?? before) as State;
  if (after === undefined) shown.delete(`${uid}/${container}`);
  else shown.set(`${uid}/${container}`, after);
}
