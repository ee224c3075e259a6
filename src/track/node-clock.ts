// Times by the clocks of nodes -> times by the exporter's clock.
import type { Estimate } from './back-off.ts';

/** Clocks nearer than this are taken as equal: events have a resolution of 1 s, and take a while. */
const equalWithinMs = 2000;

/** A single event that is this late tells of a slow API server rather than of the clock. */
const plausibleDelayMs = 60_000;

/**
 * So many events must agree, for the API server may be slow as well: what it holds up comes in with
 * delays of all sizes.
 */
const samplesNeeded = 3;
const agreeWithinMs = 3000;

/** The offset is the least delay of the last 10 to 20 minutes, so that a clock may be put right. */
const windowMs = 600_000;

/** Source hosts are free text of whoever may create events. */
const nodesRemembered = 10_000;

interface Samples {
  since: number;
  least: number;
  leastBefore: number;
  /** Samples near the least one. */
  agreeing: number;
  isKnown: boolean;
}

/**
 * An event's delay is the offset of the two clocks plus the time that it took to arrive, so the least
 * delay bounds the offset. Where too little is known, the clocks are taken as equal.
 */
export class NodeClocks {
  readonly #nodes = new Map<string, Samples>();

  /** An event that says `at` has just been watched. */
  heard(node: string, at: number, now: number): void {
    const samples = this.#samplesOf(node, now);
    if (now - samples.since > windowMs) {
      samples.leastBefore = samples.least;
      samples.least = Infinity;
      samples.since = now;
    }
    const delayMs = now - at;
    if (delayMs < samples.least - agreeWithinMs) samples.agreeing = 0;
    if (delayMs < samples.least + agreeWithinMs) samples.agreeing += 1;
    samples.least = Math.min(samples.least, delayMs);
    // Nothing arrives before it was sent.
    samples.isKnown ||= samples.agreeing >= samplesNeeded || delayMs < -1000;
  }

  /** Has the node's clock been compared with the exporter's? */
  knows(node: string): boolean {
    return this.#nodes.get(node)?.isKnown ?? false;
  }

  /** When, by the exporter's clock, the node's clock showed `at`; never in the future. */
  when(node: string, at: number, now: number): number {
    return Math.min(at + this.#offset(node, now - at), now);
  }

  /** As `when`, for the time of an event: it is cut to the second. */
  whenReported(node: string, at: number, now: number, listed: boolean): Estimate {
    const delayMs = now - at;
    if (!listed && !this.knows(node) && delayMs > plausibleDelayMs) {
      return { at: now, earliest: at, latest: now };
    }
    const local = at + this.#offset(node, delayMs);
    return {
      at: Math.min(local + 500, now),
      earliest: Math.min(local - 1000, now),
      latest: Math.min(local + 1500, now),
    };
  }

  #offset(node: string, delayMs: number): number {
    const samples = this.#nodes.get(node);
    const least = samples && Math.min(samples.least, samples.leastBefore);
    if (least === undefined || !this.knows(node)) return Math.min(delayMs, 0);
    return Math.abs(least) <= equalWithinMs ? 0 : least;
  }

  #samplesOf(node: string, now: number): Samples {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const oldest = this.#nodes.keys().next();
    if (this.#nodes.size >= nodesRemembered && !oldest.done) this.#nodes.delete(oldest.value);
    const samples = {
      since: now,
      least: Infinity,
      leastBefore: Infinity,
      agreeing: 0,
      isKnown: false,
    };
    this.#nodes.set(node, samples);
    return samples;
  }
}
