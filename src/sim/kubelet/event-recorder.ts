// Occurrences on one node -> Event objects in the API, late, limited, and lost when the API is away too long.
import type { ApiClient } from '../api-client.ts';
import type { VirtualClock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Event } from '../objects.ts';
import { apiTime } from '../objects.ts';
import { EventCorrelator } from './event-correlator.ts';
import type { CorrelatedEvent, Occurrence } from './event-correlator.ts';
import { TokenBucket } from './token-bucket.ts';

const queueLimit = 1000;
const eventRecordQps = 50;
const eventBurst = 100;
const retryAfterMs = 10_000;
const maximumTries = 12;

/** The kubelet's event broadcaster and its one worker that writes to the API server. */
export class EventRecorder {
  readonly #clock: VirtualClock;
  readonly #api: ApiClient;
  readonly #random: Random;
  readonly #node: string;
  readonly #clockSkewMs: () => number;
  readonly #correlator: EventCorrelator;
  readonly #limit = new TokenBucket(eventRecordQps, eventBurst);
  readonly #queue: { readonly occurrence: Occurrence; readonly at: number }[] = [];
  #writing = false;
  #stopped = false;

  constructor(options: {
    readonly clock: VirtualClock;
    readonly api: ApiClient;
    readonly random: Random;
    readonly node: string;
    readonly bucketPerEventType: boolean;
    /** By how much the node's clock is ahead of the API server's. */
    readonly clockSkewMs: () => number;
  }) {
    this.#clock = options.clock;
    this.#api = options.api;
    this.#random = options.random;
    this.#node = options.node;
    this.#clockSkewMs = options.clockSkewMs;
    this.#correlator = new EventCorrelator(options.random, options.bucketPerEventType);
  }

  record(occurrence: Occurrence): void {
    if (this.#queue.length >= queueLimit) return;
    this.#queue.push({ occurrence, at: this.#clock.now() + this.#clockSkewMs() });
    this.#next();
  }

  /** The kubelet ends: what is queued is lost. */
  stop(): void {
    this.#stopped = true;
  }

  #next(): void {
    if (this.#writing) return;
    let event: CorrelatedEvent | undefined;
    while (event === undefined) {
      const head = this.#queue.shift();
      if (head === undefined) return;
      event = this.#correlator.correlate(head.occurrence, head.at);
    }
    const sent = event;
    this.#writing = true;
    const latencyMs = this.#random.integer(2, 12);
    this.#clock.at(this.#limit.reserve(this.#clock.now()) + latencyMs, () => this.#write(sent, 1));
  }

  #write(event: CorrelatedEvent, attempt: number): void {
    if (this.#stopped) return;
    if (!this.#api.reachable() && attempt < maximumTries) {
      this.#clock.after(retryAfterMs, () => this.#write(event, attempt + 1));
      return;
    }
    if (this.#api.reachable()) this.#api.writeEvent(this.#object(event));
    this.#writing = false;
    this.#next();
  }

  #object(event: CorrelatedEvent): Omit<Event, 'metadata'> & { readonly name: string } {
    return {
      kind: 'Event',
      apiVersion: 'v1',
      name: event.name,
      involvedObject: event.involvedObject,
      reason: event.reason,
      message: event.message,
      source: { component: 'kubelet', host: this.#node },
      firstTimestamp: apiTime(event.firstAt),
      lastTimestamp: apiTime(event.lastAt),
      count: event.count,
      type: event.type,
      eventTime: null,
      reportingComponent: 'kubelet',
      reportingInstance: this.#node,
    };
  }
}
