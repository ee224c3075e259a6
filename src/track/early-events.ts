// Events that no status explains yet -> kept for a while, within bounds, until the pod is observed.
import type { EventObservation } from '../observe/observations.ts';
import { keptText } from './kept-text.ts';

/** Pods and events are two streams: the status may follow its event by minutes. */
const keptMs = 300_000;
const keptOfPod = 12;
/** With their texts about 20 MB. */
const keptInAll = 10_000;
const longestText = 2048;

interface Kept {
  readonly events: readonly EventObservation[];
  readonly until: number;
}

export class EarlyEvents {
  /** By the uid that the events carry, the oldest first. */
  readonly #kept = new Map<string, Kept>();
  #count = 0;

  has(eventUid: string): boolean {
    return this.#kept.has(eventUid);
  }

  keep(event: EventObservation, now: number): void {
    const { events = [] } = this.#kept.get(event.podUid) ?? {};
    this.forget(event.podUid);
    const kept = [...events, bounded(event)].slice(-keptOfPod);
    this.#kept.set(event.podUid, { events: kept, until: now + keptMs });
    this.#count += kept.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#count <= keptInAll) return;
      this.forget(oldest);
    }
  }

  /** In the order in which they came; they are not kept any longer. */
  take(eventUid: string): readonly EventObservation[] {
    const { events = [] } = this.#kept.get(eventUid) ?? {};
    this.forget(eventUid);
    return events;
  }

  forget(eventUid: string): void {
    this.#count -= this.#kept.get(eventUid)?.events.length ?? 0;
    this.#kept.delete(eventUid);
  }

  expire(now: number): void {
    for (const [eventUid, { until }] of this.#kept) {
      if (until > now) return;
      this.forget(eventUid);
    }
  }
}

function bounded(event: EventObservation): EventObservation {
  const { fact } = event;
  const image = keptText(event.image, longestText);
  if (!('message' in fact)) return { ...event, image };
  return { ...event, image, fact: { ...fact, message: keptText(fact.message, longestText) } };
}
