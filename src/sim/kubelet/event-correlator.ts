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
  readonly messages: Set<string>;
  lastAt: number;
}

interface Counted {
  readonly name: string;
  readonly firstAt: number;
  count: number;
}

const similarMessages = 10;
const groupForgottenAfterMs = 600_000;
const spamBurst = 25;
const spamPerSecond = 1 / 300;
const rememberedKeys = 4096;

/**
 * client-go tools/record (EventCorrelator) with the kubelet's default options. Its memory dies with
 * the kubelet.
 */
export class EventCorrelator {
  readonly #groups = new Map<string, Group>();
  readonly #counts = new Map<string, Counted>();
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #random: Random;
  readonly #bucketPerType: boolean;

  /** @param bucketPerType Normal and Warning have separate token buckets (from Kubernetes 1.32). */
  constructor(random: Random, bucketPerType: boolean) {
    this.#random = random;
    this.#bucketPerType = bucketPerType;
  }

  /** Undefined when the spam filter drops it; it is counted all the same. */
  correlate(occurrence: Occurrence, now: number): CorrelatedEvent | undefined {
    const { event, key } = this.#aggregate(occurrence, now);
    const counted = this.#counts.get(key) ?? {
      name: `${event.involvedObject.name}.${this.#nanoseconds(now)}`,
      firstAt: now,
      count: 0,
    };
    counted.count++;
    remember(this.#counts, key, counted);
    if (!this.#bucket(event).tryTake(now)) return undefined;
    return { ...event, ...counted, lastAt: now };
  }

  /** Folds the 10th and later distinct messages of one object, type and reason into one event. */
  #aggregate(occurrence: Occurrence, now: number): { event: Occurrence; key: string } {
    const { involvedObject, type, reason, message } = occurrence;
    const groupKey = `${involvedObject.kind}/${involvedObject.uid}/${type}/${reason}`;
    let group = this.#groups.get(groupKey);
    if (group === undefined || now - group.lastAt > groupForgottenAfterMs) {
      group = { messages: new Set(), lastAt: now };
    }
    remember(this.#groups, groupKey, group);
    group.lastAt = now;
    group.messages.add(message);
    if (group.messages.size < similarMessages) {
      return { event: occurrence, key: `${groupKey}/${involvedObject.fieldPath ?? ''}/${message}` };
    }
    group.messages.delete(this.#random.pick([...group.messages]));
    return {
      event: { ...occurrence, message: `(combined from similar events): ${message}` },
      key: groupKey,
    };
  }

  #bucket(event: Occurrence): TokenBucket {
    const key = this.#bucketPerType
      ? `${event.involvedObject.uid}/${event.type}`
      : event.involvedObject.uid;
    const bucket = this.#buckets.get(key) ?? new TokenBucket(spamPerSecond, spamBurst);
    remember(this.#buckets, key, bucket);
    return bucket;
  }

  #nanoseconds(now: number): string {
    return (
      BigInt(Math.floor(now)) * 1_000_000n +
      BigInt(this.#random.integer(0, 999_999))
    ).toString(16);
  }
}

/** Sets a value as the most recently used, and forgets the least recently used of too many. */
function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > rememberedKeys) {
    for (const oldest of cache.keys()) {
      cache.delete(oldest);
      break;
    }
  }
}
