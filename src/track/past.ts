// What one list of pods and events tells of an episode -> how it must have gone until now.
import type { ContainerObservation, PodObservation } from '../observe/observations.ts';
import type { Past } from './attempts.ts';
import {
  delayAfter,
  type Duration,
  type Estimate,
  forgottenAfterMs,
  nextFailure,
  restartTakesMs,
  sync,
} from './back-off.ts';
import { type KnownLives, type KnownTry, type Life, livesOf, type Report } from './lives.ts';

export interface PastEvidence {
  readonly reports: readonly Report[];
  /** The newest events may be missing. */
  readonly isFrozen: boolean;
  /** Earlier reports are of an earlier episode. */
  readonly notBefore: number;
  /** When the first try may have failed at the earliest; undefined where nothing says so. */
  readonly possibleAt: number | undefined;
  readonly showing: 'attempt' | 'backOff' | 'noPull';
  /** When it was seen to show that. */
  readonly now: number;
}

/** Older events may have expired, and with them those of an earlier life of the kubelet. */
const eventsLiveMs = 3_000_000;

/** A status shows a try from one sync after it until two syncs after it. */
const shownAgeMs = 1.5 * sync.meanMs;

interface Walk {
  readonly count: number;
  readonly last: Estimate & { readonly step: number };
  readonly isKnown: boolean;
  /** No try had to be inferred. */
  readonly exact: boolean;
}

/**
 * Error bounds: none for the first 5 tries of a kubelet's life where events tell of them, and 1 after
 * (the chain of the time model). Without events the kubelet's restarts are not known either, and the
 * count is up to 5 too low for each.
 */
export function reconstruct(evidence: PastEvidence): Past {
  const { now, showing } = evidence;
  const { lives, durationMs, busySince } = withUnseenLife(evidence);
  const duration: Duration = { usualMs: durationMs, longestMs: durationMs };
  const walks = lives.map((life, i) => {
    const next = lives[i + 1]?.beganAt;
    return walk(life, duration, (time, last) =>
      next === undefined
        ? time.at < busySince && hasHappened(time, last, evidence)
        : time.at < next - restartTakesMs,
    );
  });
  const firstAt = Math.min(lives[0]?.beganAt ?? now, now);
  const latest = walks.at(-1);
  const last = latest?.last ?? exactly(firstAt, 1);
  const settled = latest?.isKnown === true ? last : settle(last, evidence);
  const mayStillBeShown = settled.latest + 2 * sync.longestMs > now;
  return {
    count: walks.reduce((sum, { count }) => sum + count, 0),
    firstAt: Math.min(firstAt, settled.at),
    last: {
      ...settled,
      reported: latest?.isKnown ?? false,
      shownAt: showing !== 'attempt' && mayStillBeShown ? undefined : now,
    },
    durationMs,
    isBusy: busySince <= now,
    now,
    exact: evidence.reports.length > 0 && walks.every(({ exact }) => exact),
  };
}

/** The lives that events tell of, and one before them where their events may have expired. */
function withUnseenLife(evidence: PastEvidence): KnownLives {
  const { reports, isFrozen, notBefore, possibleAt, showing, now } = evidence;
  const told = livesOf(reports, { notBefore, now, isFrozen });
  const beganAt = told.lives[0]?.beganAt;
  const firstAt = possibleAt ?? now - (showing === 'attempt' ? 1 : 2) * sync.meanMs;
  const mayHaveExpired = possibleAt !== undefined && possibleAt < now - eventsLiveMs;
  if (beganAt !== undefined && !(mayHaveExpired && possibleAt < beganAt - 60_000)) return told;
  const unseen = {
    beganAt: Math.min(firstAt, now),
    tries: [],
    ...goesOn(told.before, firstAt, now),
  };
  return { ...told, lives: [unseen, ...told.lives] };
}

/** The kubelet remembers the tries of an earlier episode (kubelet-semantics 2.1). */
function goesOn(before: KnownLives['before'], firstAt: number, now: number): Partial<Life> {
  if (before === undefined || firstAt - before.at > forgottenAfterMs) return {};
  const retryAt = before.at + delayAfter(before.step);
  return { beganAt: Math.min(Math.max(firstAt, retryAt), now), step: before.step + 1 };
}

/** All tries of one life: those that are known, and between and after them those of the model. */
function walk(
  { beganAt, tries, step = 1 }: Life,
  duration: Duration,
  happens: (next: Estimate, last: Estimate) => boolean,
): Walk {
  let last = exactly(tries[0]?.at ?? beganAt, tries[0]?.step ?? step);
  let count = 1;
  let exact = tries.length > 0;
  for (const known of tries.slice(1)) {
    const walked = count + triesUpTo(known, last, duration);
    const told = known.ordinal ?? Math.max(walked, known.atLeast);
    if (known.ordinal === undefined && told > count + 1) exact = false;
    count = told;
    last = exactly(known.at, Math.max(count, known.step));
  }
  const knownCount = count;
  for (;;) {
    const skipped = skippable(last, duration, happens);
    if (skipped > 0) {
      count += skipped;
      last = skip(last, skipped, duration);
    }
    const next = nextFailure(last, duration);
    if (!happens(next, last)) break;
    count += 1;
    last = { ...next, step: last.step + 1 };
  }
  return {
    count,
    last,
    isKnown: tries.length > 0 && count === knownCount,
    exact: exact && count === knownCount,
  };
}

/** How many tries after `last` the known one is: 1 where it is the next. */
function triesUpTo(
  known: KnownTry,
  last: Estimate & { readonly step: number },
  duration: Duration,
): number {
  let tries = 1;
  let next = { ...nextFailure(last, duration), step: last.step + 1 };
  for (;;) {
    const after = nextFailure(next, duration);
    if (isLongest(next.step)) {
      return tries + Math.max(0, Math.round((known.at - next.at) / (after.at - next.at)));
    }
    if (Math.abs(after.at - known.at) > Math.abs(next.at - known.at)) return tries;
    tries += 1;
    next = { ...after, step: next.step + 1 };
  }
}

/** A try that would not be shown yet is left to the status that will show it. */
function hasHappened(next: Estimate, last: Estimate, { showing, now }: PastEvidence): boolean {
  if (showing !== 'attempt') return next.at < now - sync.meanMs;
  return Math.abs(next.at - (now - shownAgeMs)) < Math.abs(last.at - (now - shownAgeMs));
}

/** The tries of days need not be walked one by one. */
function skippable(
  last: Estimate & { readonly step: number },
  duration: Duration,
  happens: (next: Estimate, last: Estimate) => boolean,
): number {
  if (!isLongest(last.step)) return 0;
  let tries = 0;
  for (let more = 2 ** 20; more >= 1; more /= 2) {
    const reached = skip(last, tries + more, duration);
    if (happens(nextFailure(reached, duration), reached)) tries += more;
  }
  return tries;
}

/** At the longest delay the rhythm is even. */
function isLongest(step: number): boolean {
  return delayAfter(step) === delayAfter(Infinity);
}

function skip(
  last: Estimate & { readonly step: number },
  tries: number,
  duration: Duration,
): Estimate & { readonly step: number } {
  const next = nextFailure(last, duration);
  const at = last.at + tries * (next.at - last.at);
  const spread = Math.sqrt(tries);
  return {
    at,
    earliest: at - Math.max(spread * (next.at - next.earliest), last.at - last.earliest),
    latest: at + Math.max(spread * (next.latest - next.at), last.latest - last.at),
    step: last.step + tries,
  };
}

/** What the status shows now bounds the last try. */
function settle<Try extends Estimate>(last: Try, { showing, now }: PastEvidence): Try {
  const latest = showing === 'attempt' ? now - sync.shortestMs : now;
  const earliest = showing === 'attempt' ? now - 2 * sync.longestMs : -Infinity;
  const at = Math.min(Math.max(last.at, earliest), latest);
  return {
    ...last,
    at,
    earliest: Math.min(Math.max(last.earliest, earliest), at),
    latest: Math.max(Math.min(last.latest, latest), at),
  };
}

function exactly(at: number, step: number): Estimate & { readonly step: number } {
  return { at, earliest: at - 1000, latest: at + 1500, step };
}

/**
 * When the container's image may have been pulled first: after the container that ran before, else
 * after the sandbox and the init containers. Right within seconds where nothing else held up the pod.
 */
export function firstPossibleFailure(
  pod: PodObservation,
  container: ContainerObservation,
): number | undefined {
  if (container.lastTermination !== undefined) return container.lastTermination.finishedAt;
  if (container.type === 'ephemeral') return undefined;
  const waitsFor =
    container.type === 'container'
      ? ['PodReadyToStartContainers', 'Initialized']
      : ['PodReadyToStartContainers'];
  const conditions = pod.conditions
    .filter(({ type, status }) => status === 'True' && waitsFor.includes(type))
    .map(({ lastTransitionTime }) => lastTransitionTime);
  const before = pod.containers
    .slice(0, pod.containers.indexOf(container))
    .filter(({ type }) => type === 'init' && container.type !== 'container')
    .map(({ lastTermination }) => lastTermination?.finishedAt);
  const times = [pod.createdAt, pod.startTime, ...conditions, ...before].filter(
    (at) => at !== undefined,
  );
  return times.length === 0 ? undefined : Math.max(...times);
}
