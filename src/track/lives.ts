// Event objects of one pull key -> the lives of the kubelet in which they were made, and the tries
// that are known in each. A kubelet's memory of a key, back-off and counts alike, ends with the process.
import {
  delayAfter,
  delaysUpTo,
  forgottenAfterMs,
  overshoot,
  reliablyReported,
} from './back-off.ts';

/** One Event object about a pull key. Its count and first time go back to the kubelet's start. */
export interface Report {
  readonly type: 'pulling' | 'pullFailed' | 'backOff';
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface Life {
  readonly beganAt: number;
  /** In the order of time. */
  readonly tries: readonly KnownTry[];
  /** Of its first try, where the back-off of an earlier episode goes on and no event tells; else 1. */
  readonly step?: number;
}

export interface KnownTry {
  /** When it failed. */
  readonly at: number;
  /** Which try of this life it is, from 1; undefined where no event says so. */
  readonly ordinal: number | undefined;
  /** As many tries of this life are known to have failed until then, of this episode. */
  readonly atLeast: number;
  /** And of the episodes before: their back-off goes on (kubelet-semantics 2.1). */
  readonly step: number;
}

export interface KnownLives {
  readonly lives: readonly Life[];
  /** How long a try took, usually. */
  readonly durationMs: number;
  /** Since when the kubelet has been busy with a try that has no result yet; Infinity where it is not. */
  readonly busySince: number;
  /** The last try of the episode before this one, where events tell of it. */
  readonly before: { readonly at: number; readonly step: number } | undefined;
}

/** Two tries are never nearer to each other. */
const sameTryMs = 5000;

/** BackOff follows the first failure within this time (kubelet-semantics 4.5). */
const backOffFollowsMs = 60_000;

/** Where nothing tells how long a try takes. Most fail in a fraction of a second. */
const usualDurationMs = 1000;
const longestDurationMs = 600_000;

/**
 * Reports whose last time is before `notBefore` are of an earlier episode. `isFrozen`: the newest
 * events may be missing.
 */
export function livesOf(
  reports: readonly Report[],
  { notBefore, now, isFrozen }: { notBefore: number; now: number; isFrozen: boolean },
): KnownLives {
  const current = reports.filter(({ lastAt }) => lastAt >= notBefore && lastAt <= now);
  const pulls = pullTimes(current, notBefore);
  const failures = ofType(current, 'pullFailed');
  const durations = pulls.flatMap(({ askedAt, failedAt }) =>
    failedAt === undefined ? [] : failedAt - askedAt,
  );
  const open = current.find((report) => hasNoEnd(report, current));
  const failuresBefore = failures.filter(({ firstAt }) => firstAt >= (open?.firstAt ?? Infinity));
  const durationMs = Math.max(
    middle(durations) ?? usualDurationMs,
    open === undefined ? 0 : meanDurationBefore(open, failuresBefore, notBefore),
  );
  const isReliable = !isFrozen && open !== undefined && open.count <= reliablyReported;
  const running = open && (isReliable || open.lastAt + durationMs > now) ? open : undefined;
  const endOf = (askedAt: number) =>
    failedAt(askedAt, pulls) ?? Math.min(askedAt + durationMs, now);
  const tries = distinct([
    ...failures.flatMap((report) => failedTries(report, notBefore, failures.length === 1)),
    ...current
      .filter(({ type }) => type === 'pulling')
      .flatMap((report) =>
        report === running
          ? triesBefore(report, failuresBefore, notBefore, endOf)
          : countedTries(report, notBefore, endOf),
      ),
  ]);
  const beginnings = beginningsOf(tries, current, notBefore);
  const lives = beginnings.map((beganAt, i) => ({
    beganAt,
    tries: tries.filter(({ at }) => at >= beganAt && at < (beginnings[i + 1] ?? Infinity)),
  }));
  const before = lastBefore(reports, notBefore);
  return { lives, durationMs, busySince: running?.lastAt ?? Infinity, before };
}

function lastBefore(reports: readonly Report[], notBefore: number): KnownLives['before'] {
  const older = reports.filter(({ type, lastAt }) => type === 'pullFailed' && lastAt < notBefore);
  if (older.length === 0) return undefined;
  return {
    at: Math.max(...older.map(({ lastAt }) => lastAt)),
    step: Math.max(...older.map(({ count }) => count)),
  };
}

/** A pull that was asked for, and none of its ends reported: it runs, or they were held back. */
function hasNoEnd({ type, lastAt }: Report, reports: readonly Report[]): boolean {
  return (
    type === 'pulling' &&
    !reports.some((other) => other.type !== 'pulling' && other.lastAt >= lastAt)
  );
}

interface PullTime {
  readonly askedAt: number;
  /** Undefined where no event tells. */
  readonly failedAt: number | undefined;
}

/** Each known time of a Pulling event, with the failure that must have ended it. */
function pullTimes(reports: readonly Report[], notBefore: number): readonly PullTime[] {
  // What was asked for before may have worked.
  const asked = timesOf(reports, 'pulling').filter(({ at }) => at >= notBefore);
  const failures = timesOf(reports, 'pullFailed');
  return asked.map(({ at: askedAt, nth }, i) => {
    const before = Math.min(asked[i + 1]?.at ?? Infinity, askedAt + longestDurationMs);
    // More failures than pulls asked for: that is a later one.
    const end = failures.find((failure) => failure.at >= askedAt && failure.nth <= nth);
    return { askedAt, failedAt: end !== undefined && end.at < before ? end.at : undefined };
  });
}

/** In the order of time; `nth`: how many there were until then. */
function timesOf(
  reports: readonly Report[],
  type: Report['type'],
): readonly { readonly at: number; readonly nth: number }[] {
  return ofType(reports, type)
    .flatMap(({ firstAt, lastAt, count }) => [
      { at: firstAt, nth: 1 },
      ...(lastAt > firstAt ? [{ at: lastAt, nth: count }] : []),
    ])
    .toSorted((a, b) => a.at - b.at);
}

/** The first and the newest of the tries that a Pulling event counts. */
function countedTries(
  { count, firstAt, lastAt }: Report,
  notBefore: number,
  endOf: (askedAt: number) => number,
): readonly KnownTry[] {
  if (firstAt < notBefore) return [tryOf(endOf(lastAt), undefined)];
  return [tryOf(endOf(firstAt), 1), tryOf(endOf(lastAt), count)];
}

/** When the try before this one failed; by the time model where events of failures were held back. */
function failedBefore({ count, lastAt }: Report, failures: readonly Report[]): number {
  const told = failures.reduce((sum, failure) => sum + failure.count, 0);
  if (told >= count - 1) return Math.max(...failures.map((failure) => failure.lastAt));
  return lastAt - delayAfter(count - 1) - overshoot.meanMs;
}

/** By the time that all tries before this one took; less than 0 where nothing is known of them. */
function meanDurationBefore(
  report: Report,
  failures: readonly Report[],
  notBefore: number,
): number {
  const ended = report.count - 1;
  const firstAt = Math.min(...failures.map((failure) => failure.firstAt));
  if (ended < 2 || firstAt < notBefore) return -1;
  const waitedMs = delaysUpTo(ended - 1) + (ended - 1) * overshoot.meanMs;
  return (failedBefore(report, failures) - firstAt - waitedMs) / (ended - 1);
}

/** The first and the newest of those before the one that runs. */
function triesBefore(
  report: Report,
  failures: readonly Report[],
  notBefore: number,
  endOf: (askedAt: number) => number,
): readonly KnownTry[] {
  const { count, firstAt } = report;
  if (count === 1 || failures.length === 0) return [];
  const newestAt = failedBefore(report, failures);
  if (firstAt < notBefore) return [tryOf(newestAt, undefined)];
  return [tryOf(endOf(firstAt), 1), tryOf(newestAt, count - 1)];
}

function failedAt(asked: number, pulls: readonly PullTime[]): number | undefined {
  return pulls.find(({ askedAt }) => askedAt === asked)?.failedAt;
}

function tryOf(at: number, ordinal: number | undefined): KnownTry {
  return { at, ordinal, atLeast: 1, step: 1 };
}

/** `isOnly`: every try of this life failed with the same text, and so is counted here. */
function failedTries(
  { count, firstAt, lastAt }: Report,
  notBefore: number,
  isOnly: boolean,
): readonly KnownTry[] {
  const last = tryOf(lastAt, undefined);
  if (firstAt < notBefore) {
    const isForgotten = lastAt - firstAt >= (count - 1) * forgottenAfterMs;
    return [isForgotten ? last : { ...last, step: count }];
  }
  return [
    { ...last, at: firstAt },
    { at: lastAt, ordinal: isOnly ? count : undefined, atLeast: count, step: count },
  ];
}

/** Where an event counts from 1, a process began; and the first of all that is known. */
function beginningsOf(
  tries: readonly KnownTry[],
  reports: readonly Report[],
  notBefore: number,
): readonly number[] {
  const counted = tries.filter(({ ordinal }) => ordinal === 1).map(({ at }) => at);
  const first = tries[0]?.at ?? Infinity;
  const backedOff = ofType(reports, 'backOff')
    .map(({ firstAt }) => firstAt)
    .filter((at) => at >= notBefore)
    .toSorted((a, b) => a - b)
    // The oldest may be late: the runtime was down, or other pulls came first.
    .filter((at, i) => i > 0 || at < first)
    .filter((at) => !counted.some((start) => start <= at + 1000 && start > at - backOffFollowsMs));
  return distinctTimes([...counted, ...backedOff, ...(first < Infinity ? [first] : [])], sameTryMs);
}

/** In the order of time; of what must be the same try the one that is counted. */
function distinct(tries: readonly KnownTry[]): readonly KnownTry[] {
  const known: KnownTry[] = [];
  for (const next of tries.toSorted((a, b) => a.at - b.at)) {
    const last = known.at(-1);
    if (last === undefined || next.at - last.at >= sameTryMs) known.push(next);
    else {
      known[known.length - 1] = {
        at: last.at,
        ordinal: last.ordinal ?? next.ordinal,
        atLeast: Math.max(last.atLeast, next.atLeast),
        step: Math.max(last.step, next.step),
      };
    }
  }
  return known;
}

function distinctTimes(times: readonly number[], leastMs: number): readonly number[] {
  return times
    .toSorted((a, b) => a - b)
    .filter((at, i, sorted) => i === 0 || at - (sorted[i - 1] ?? 0) > leastMs);
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function ofType(reports: readonly Report[], type: Report['type']): readonly Report[] {
  return reports.filter((report) => report.type === type);
}
