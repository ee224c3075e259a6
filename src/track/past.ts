// What one list of pods and events tells of an episode -> how it must have gone until now.
import type { ContainerObservation, PodObservation } from '../observe/observations.ts';
import type { Past } from './attempts.ts';
import { delayAfter, type Estimate, nextFailure, stepAfter, sync } from './back-off.ts';

/** One Event object about a pull key. Its count and first time go back to the kubelet's start. */
export interface Report {
  readonly type: 'pulling' | 'pullFailed' | 'backOff';
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface PastEvidence {
  readonly reports: readonly Report[];
  /** Earlier reports are of an earlier episode. */
  readonly notBefore: number;
  /** When the first try may have failed at the earliest; undefined where nothing says so. */
  readonly possibleAt: number | undefined;
  readonly showing: 'attempt' | 'backOff';
  /** When it was seen to show that. */
  readonly now: number;
}

/** Where nothing tells how long a try takes. Most fail in a fraction of a second. */
const usualDurationMs = 1000;

/** Two tries are never nearer to each other. */
const leastDistanceMs = 5000;

type Try = Estimate & { readonly step: number; readonly reported: boolean };

/**
 * Error bounds, with events that reach back to the start: none in the first 5 tries, then 1. Without
 * events the kubelet's restarts cannot be known: 5 tries too few for each.
 */
export function reconstruct(evidence: PastEvidence): Past {
  const known = knownTimes(evidence);
  const firstKnown = known.all[0];
  const firstAt = firstKnown ?? evidence.possibleAt ?? evidence.now - shownAgeMs(evidence);
  const firstIsSeen = firstKnown !== undefined;
  let last = exactly(Math.min(firstAt, evidence.now), 1, firstIsSeen);
  let count = 1;
  let exact = firstIsSeen;
  let lifeBegan = 0;
  for (;;) {
    const anchor = known.ordinals.get(last.at);
    if (anchor !== undefined && anchor > last.step) {
      count = Math.max(count, lifeBegan + anchor);
      last = { ...last, step: anchor };
      exact = firstIsSeen;
    }
    const next = nextTry(last, known, evidence.now);
    if (!next.reported && !hasHappened(next, last, evidence)) break;
    if (next.step === 1) lifeBegan = count;
    if (!next.reported) exact = false;
    const skipped = known.all.some((at) => at > last.at) ? 0 : skippable(last, known, evidence.now);
    count += 1 + skipped;
    last = skipped === 0 ? next : skip(next, skipped, known.durationMs);
  }
  return {
    count,
    firstAt,
    last: { ...settle(last, evidence), shownAt: last.at + 29_000 < evidence.now ? last.at + sync.meanMs : undefined },
    durationMs: known.durationMs,
    exact,
  };
}

interface Known {
  /** Sorted, each once. */
  readonly all: readonly number[];
  /** Where a kubelet's life began: its back-off started anew. */
  readonly lives: ReadonlySet<number>;
  /** Tries since the life began, of those whose number an event counts. */
  readonly ordinals: ReadonlyMap<number, number>;
  readonly durationMs: number;
}

function knownTimes({ reports, notBefore, now }: PastEvidence): Known {
  const durationMs = measuredDuration(reports);
  const current = reports.filter(({ lastAt }) => lastAt >= notBefore && lastAt <= now);
  const pulling = current.filter(({ type }) => type === 'pulling');
  const times: number[] = [];
  const lives: number[] = [];
  const ordinals = new Map<number, number>();
  for (const { firstAt, lastAt, count } of pulling) {
    const ended = Math.min(lastAt + durationMs, now);
    times.push(ended);
    if (firstAt < notBefore) continue;
    ordinals.set(ended, count);
    lives.push(Math.min(firstAt + durationMs, now));
  }
  for (const { type, firstAt } of current) {
    const isStart = type === 'backOff' && firstAt >= notBefore;
    if (isStart && !lives.some((at) => Math.abs(at - firstAt) < 60_000)) lives.push(firstAt);
  }
  for (const { type, firstAt, lastAt } of current) {
    if (type !== 'pullFailed') continue;
    times.push(lastAt);
    if (firstAt >= notBefore) times.push(firstAt);
  }
  return {
    all: distinct([...lives, ...times]),
    lives: new Set(lives),
    ordinals,
    durationMs,
  };
}

/** Sorted, without those that must be the same try. */
function distinct(times: readonly number[]): readonly number[] {
  return times
    .toSorted((a, b) => a - b)
    .filter((at, i, sorted) => i === 0 || at - (sorted[i - 1] ?? 0) >= leastDistanceMs);
}

function measuredDuration(reports: readonly Report[]): number {
  const failures = reports.filter(({ type }) => type === 'pullFailed').map(({ lastAt }) => lastAt);
  const durations = reports
    .filter(({ type }) => type === 'pulling')
    .map(({ lastAt }) => Math.min(...failures.filter((at) => at >= lastAt)) - lastAt)
    .filter((durationMs) => durationMs < 600_000);
  return durations.at(-1) ?? usualDurationMs;
}

function nextTry(last: Try, known: Known, now: number): Try {
  const modelled = nextFailure(last, duration(known));
  const report = known.all.find((at) => at > last.at + leastDistanceMs / 2);
  const isNext = report !== undefined && report <= modelled.latest + sync.longestMs;
  if (!isNext) return { ...modelled, step: last.step + 1, reported: false };
  const time = { at: report, earliest: report - 1000, latest: Math.min(report + 1500, now) };
  return { ...time, step: known.lives.has(report) ? 1 : stepAfter(last, time), reported: true };
}

/** A try that would not be shown yet is left to the status that will show it. */
function hasHappened(next: Try, last: Try, { showing, now }: PastEvidence): boolean {
  if (showing === 'backOff') return next.at < now - sync.meanMs;
  const shownNow = now - 1.5 * sync.meanMs;
  return Math.abs(next.at - shownNow) < Math.abs(last.at - shownNow);
}

/** How many tries at the longest delay can be counted at once, none of them known. */
function skippable(last: Try, known: Known, now: number): number {
  if (delayAfter(last.step) < delayAfter(99)) return 0;
  const rhythmMs = nextFailure(last, duration(known)).at - last.at;
  return Math.max(0, Math.floor((now - last.at) / rhythmMs) - 2);
}

function skip(next: Try, tries: number, durationMs: number): Try {
  const after = nextFailure({ ...next, step: 99 }, { usualMs: durationMs, longestMs: durationMs });
  const at = next.at + tries * (after.at - next.at);
  const spread = Math.sqrt(tries + 1);
  return {
    at,
    earliest: at - spread * (next.at - next.earliest),
    latest: at + spread * (next.latest - next.at),
    step: next.step + tries,
    reported: false,
  };
}

/** What the status shows now bounds the last try. */
function settle(last: Try, { showing, now }: PastEvidence): Try {
  if (last.reported) return last;
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

function exactly(at: number, step: number, reported: boolean): Try {
  return { at, earliest: at - 1000, latest: at + 1500, step, reported };
}

function shownAgeMs({ showing }: PastEvidence): number {
  return showing === 'attempt' ? sync.meanMs : 2 * sync.meanMs;
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

function duration({ durationMs }: Known): { usualMs: number; longestMs: number } {
  return { usualMs: durationMs, longestMs: durationMs };
}
