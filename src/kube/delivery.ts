// Objects of the streams -> observations, to whoever follows them. Of pods that nobody follows and that
// cannot fail to pull, nothing is kept.
import { observeEvent } from '../observe/event.ts';
import type { Observation } from '../observe/observations.ts';
import { observePod } from '../observe/pod.ts';
import { mayConcernPull } from '../observe/waiting-reasons.ts';
import type { Resource } from '../wire/objects.ts';
import type { ObjectView, PodInterest } from '../wire/stream.ts';
import type { ObjectHandler } from './intake.ts';
import { type Shard, shardFilter } from './shard.ts';
import type { WatchMonitor } from './watch-monitor.ts';

export interface ObservationSink {
  /** Pods of which everything is to be shown; of all others only what may concern a pull. */
  readonly wants: (podUid: string) => boolean;
  /** What it throws is counted, and the object left out. */
  readonly apply: (observation: Observation, receivedAt: number) => void;
}

export interface DeliveryOptions {
  readonly sink: ObservationSink;
  readonly monitor: WatchMonitor;
  readonly now: () => number;
  readonly node?: string | undefined;
  readonly shard?: Shard | undefined;
}

/** What one scope (a namespace, or all of them) has shown. */
interface Scope {
  /** Pods that are followed; undefined until the first list of the scope is complete. */
  followed: Set<string> | undefined;
  /** Of the list that is coming in. */
  listing: Set<string> | undefined;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #isOurs: (uid: string) => boolean;
  readonly #interest: PodInterest;
  readonly #scopes: readonly Scope[];
  readonly #listedEvents = new Set<number>();

  constructor(options: DeliveryOptions, scopes: number) {
    const { shard, sink } = options;
    this.#options = options;
    this.#isOurs = shard === undefined ? () => true : shardFilter(shard);
    this.#interest = { wants: (uid) => sink.wants(uid), mayConcernPull };
    this.#scopes = Array.from({ length: scopes }, () => ({
      followed: undefined,
      listing: undefined,
    }));
  }

  podHandler(index: number): ObjectHandler {
    const { now, sink } = this.#options;
    const scope = this.#scopes[index];
    if (scope === undefined) throw new RangeError(`no scope ${index}`);
    return {
      listBegins: (gap) => {
        scope.listing = new Set();
        if (gap !== undefined) this.#tell('pods', { type: 'gap', resource: 'pods', ...gap }, now());
      },
      listed: (object, receivedAt) => {
        const uid = this.#deliverPod(object, receivedAt);
        if (uid !== undefined) scope.listing?.add(uid);
      },
      listEnds: () => {
        scope.followed = scope.listing ?? new Set();
        scope.listing = undefined;
        this.#tellListed(now());
      },
      changed: (type, object, receivedAt) => {
        // A list that broke off is followed by the watch that it was to replace.
        scope.listing = undefined;
        if (type !== 'DELETED') {
          const uid = this.#deliverPod(object, receivedAt);
          if (uid === undefined) return;
          if (sink.wants(uid)) scope.followed?.add(uid);
          else scope.followed?.delete(uid);
          return;
        }
        const { uid } = object;
        if (!this.#isOurs(uid)) return;
        scope.followed?.delete(uid);
        if (sink.wants(uid)) sink.apply({ type: 'podDeleted', uid }, receivedAt);
      },
    };
  }

  eventHandler(index: number): ObjectHandler {
    const { now } = this.#options;
    return {
      listBegins: (gap) => {
        if (gap === undefined) return;
        this.#tell('events', { type: 'gap', resource: 'events', ...gap }, now());
      },
      listed: (object, receivedAt) => this.#deliverEvent(object, true, receivedAt),
      listEnds: () => {
        this.#listedEvents.add(index);
        if (this.#listedEvents.size < this.#scopes.length) return;
        this.#tell('events', { type: 'listed', resource: 'events', uids: new Set() }, now());
      },
      changed: (type, object, receivedAt) => {
        // Events are deleted for their age alone.
        if (type !== 'DELETED') this.#deliverEvent(object, false, receivedAt);
      },
    };
  }

  /** Returns the uid when there was something to deliver. */
  #deliverPod(object: ObjectView, receivedAt: number): string | undefined {
    const { monitor, shard, sink } = this.#options;
    if (shard !== undefined && !this.#isOurs(object.uid)) return undefined;
    if (!object.isInteresting(this.#interest)) return undefined;
    const pod = object.pod();
    if (pod === undefined) {
      monitor.skipped('pods', 'no_identity');
      return undefined;
    }
    sink.apply(observePod(pod), receivedAt);
    return pod.uid;
  }

  #deliverEvent(object: ObjectView, listed: boolean, receivedAt: number): void {
    const { monitor, node, sink } = this.#options;
    const event = object.event();
    if (event === undefined) {
      monitor.skipped('events', 'no_identity');
      return;
    }
    // The API server selects events neither by node nor by shard.
    if (node !== undefined && event.source.host !== node) return;
    if (!this.#isOurs(event.involvedObject.uid)) return;
    const observation = observeEvent(event, listed);
    if (observation === undefined) return;
    sink.apply(observation, receivedAt);
  }

  /** One namespace's list tells nothing of another's pods: it is complete with what those have. */
  #tellListed(at: number): void {
    const uids = new Set<string>();
    for (const { followed } of this.#scopes) {
      if (followed === undefined) return;
      for (const uid of followed) uids.add(uid);
    }
    this.#tell('pods', { type: 'listed', resource: 'pods', uids }, at);
  }

  #tell(resource: Resource, observation: Observation, at: number): void {
    try {
      this.#options.sink.apply(observation, at);
    } catch (error) {
      this.#options.monitor.skipped(resource, 'failed', error);
    }
  }
}
