// Pulled events -> successful pulls, each counted once, none from before the start.
import { parseImageReference } from '../observe/image-reference.ts';
import type { EventObservation } from '../observe/observations.ts';
import type { NodeClocks } from './node-clock.ts';
import type { Change } from './states.ts';

/** Only an event of the last minutes can come twice: by a resumed watch, or by a relist. */
const remembered = 4096;

export class PulledCounter {
  /** Event uids with the count of their last occurrence, the oldest first. */
  readonly #counted = new Map<string, number>();
  #missedSince = Infinity;

  /** The watch of events was broken: what a list tells is new from here on. */
  missedSince(from: number): void {
    this.#missedSince = Math.min(this.#missedSince, from);
  }

  /** The events are listed: what a later list tells is known, unless the watch breaks again. */
  listed(): void {
    this.#missedSince = Infinity;
  }

  /** Nothing for other events, and for what was counted or is history. */
  count(event: EventObservation, clocks: NodeClocks, now: number): readonly Change[] {
    const { fact, lastAt, listed, namespace, image, node, uid } = event;
    if (fact.type !== 'pulled' || lastAt === undefined) return [];
    const time = clocks.whenReported(node, lastAt, now, listed);
    if (listed && time.latest < this.#missedSince) return [];
    if ((this.#counted.get(uid) ?? 0) >= event.count) return [];
    this.#remember(uid, event.count);
    const { registry } = parseImageReference(image);
    const { durationMs } = fact;
    return [{ type: 'pullSucceeded', namespace, registry, at: time.at, durationMs }];
  }

  #remember(uid: string, count: number): void {
    this.#counted.delete(uid);
    this.#counted.set(uid, count);
    const oldest = this.#counted.keys().next();
    if (this.#counted.size > remembered && !oldest.done) this.#counted.delete(oldest.value);
  }
}
