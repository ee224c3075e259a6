// What is going on -> how long a request may take, and how long it may be silent.
import type { Resource } from '../wire/objects.ts';
import type { Phase } from './recovery.ts';
import type { Timing } from './timing.ts';
import type { Limits } from './watchdog.ts';

/**
 * After how long the server is asked to end a watch: random, so that not all watches of all clients
 * end together, and no later than the next list is due. A streaming list has its own time before.
 */
export function watchSeconds(
  timing: Timing,
  resource: Resource,
  listing: boolean,
  untilNextListMs: number,
  random: number,
): number {
  const [shortest, longest] = resource === 'pods' ? timing.podWatchMs : timing.eventWatchMs;
  const watchMs = shortest + (longest - shortest) * random;
  const ms = listing ? watchMs + timing.listMs : Math.min(watchMs, untilNextListMs);
  // 0 would mean as long as the server likes.
  return Math.max(1, Math.ceil(ms / 1000));
}

export function listLimits(timing: Timing, phase: Phase): Limits {
  const { answerMs, connectMs, listMs, listSilenceMs } = timing;
  // Until the answer begins, and between pages, the request has limits of its own.
  const silenceMs = phase === 'listing' ? listSilenceMs : 2 * (connectMs + answerMs);
  return { silence: ['timeout', silenceMs], total: ['endless', listMs] };
}

/** `endsAt`: when the server was asked to end it, by the monotonic clock. */
export function watchLimits(timing: Timing, resource: Resource, endsAt: number): Limits {
  const leftMs = endsAt + timing.watchGraceMs - performance.now();
  return {
    silence: ['silent', resource === 'pods' ? timing.podSilenceMs : leftMs],
    total: ['endless', leftMs],
  };
}
