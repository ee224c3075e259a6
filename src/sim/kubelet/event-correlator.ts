// What a kubelet wants to tell -> the events that it really sends: aggregated, counted, and mostly dropped.
import type { Random } from '../random.ts';
import type { ObjectReference } from '../objects.ts';
import { TokenBucket } from './token-bucket.ts';

export interface Occurrence {
  readonly involvedObject: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** What is to be written to the API server. */
export interface CorrelatedEvent extends Occurrence {
  /** Of the Event object; the same for every write of one event. */
  readonly name: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly count: number;
}

interface Group {
  messages: Set<string>;
  lastAt: number;
  /** By fieldPath and message; the combined event has the key ''. */
  readonly counts: Map<string, Counted>;
}

interface Counted {
  readonly name: string;
  readonly firstAt: number;
  count: number;
}

/** What is remembered of one object. */
interface Memory {
  /** By type and reason. */
  readonly groups: Map<string, Group>;
  readonly buckets: Map<string, TokenBucket>;
}

const similarMessages = 10;
const groupForgottenAfterMs = 600_000;
const spamBurst = 25;
const spamPerSecond = 1 / 300;
/** client-go's caches hold 4096 keys each; a failing pod takes four of them. */
const rememberedObjects = 1000;
/** Of one object, type and reason: texts may differ at every failure. */
const rememberedMessages = 200;

/**
 * client-go tools/record (EventCorrelator) with the kubelet's default options. Its memory dies with
 * the kubelet.
 */
export class EventCorrelator {
  readonly #objects = new Map<string, Memory>();
  readonly #random: Random;
  readonly #bucketPerType: boolean;

  /** @param bucketPerType Normal and Warning have separate token buckets (from Kubernetes 1.32). */
  constructor(random: Random, bucketPerType: boolean) {
    this.#random = random;
    this.#bucketPerType = bucketPerType;
  }

  /** Undefined when the spam filter drops it; it is counted all the same. */
  correlate(occurrence: Occurrence, now: number): CorrelatedEvent | undefined {
    const { involvedObject, type, reason } = occurrence;
    const memory = this.#remember(involvedObject.uid);
    const group = memory.groups.get(`${type}/${reason}`) ?? {
      messages: new Set(),
      lastAt: now,
      counts: new Map(),
    };
    memory.groups.set(`${type}/${reason}`, group);
    const { event, key } = this.#aggregate(group, occurrence, now);
    let counted = group.counts.get(key);
    if (counted === undefined) {
      counted = {
        name: `${involvedObject.name}.${this.#nanoseconds(now)}`,
        firstAt: now,
        count: 0,
      };
      group.counts.set(key, counted);
      if (group.counts.size > rememberedMessages) deleteOldest(group.counts);
    }
    counted.count++;
    const bucketKey = this.#bucketPerType ? type : '';
    const bucket = memory.buckets.get(bucketKey) ?? new TokenBucket(spamPerSecond, spamBurst);
    memory.buckets.set(bucketKey, bucket);
    return bucket.tryTake(now) ? { ...event, ...counted, lastAt: now } : undefined;
  }

  /** Folds the 10th and later distinct messages of one object, type and reason into one event. */
  #aggregate(
    group: Group,
    occurrence: Occurrence,
    now: number,
  ): { event: Occurrence; key: string } {
    const { message, involvedObject } = occurrence;
    if (now - group.lastAt > groupForgottenAfterMs) group.messages = new Set();
    group.lastAt = now;
    group.messages.add(message);
    if (group.messages.size < similarMessages) {
      return { event: occurrence, key: `${involvedObject.fieldPath ?? ''} ${message}` };
    }
    group.messages.delete(this.#random.pick([...group.messages]));
    return {
      event: { ...occurrence, message: `(combined from similar events): ${message}` },
      key: '',
    };
  }

  /** The memory of an object, which is then the last to be forgotten. */
  #remember(uid: string): Memory {
    let memory = this.#objects.get(uid);
    if (memory === undefined) memory = { groups: new Map(), buckets: new Map() };
    else if (this.#objects.size < rememberedObjects) return memory;
    this.#objects.delete(uid);
    this.#objects.set(uid, memory);
    if (this.#objects.size > rememberedObjects) deleteOldest(this.#objects);
    return memory;
  }

  #nanoseconds(now: number): string {
    const nanoseconds =
      BigInt(Math.floor(now)) * 1_000_000n + BigInt(this.#random.integer(0, 999_999));
    return nanoseconds.toString(16);
  }
}

function deleteOldest<T>(cache: Map<string, T>): void {
  for (const oldest of cache.keys()) {
    cache.delete(oldest);
    return;
  }
}
