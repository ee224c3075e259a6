// When the kubelet tries again, and when the API shows it: the model of time behind every inference.
//
// Sources: kubelet-semantics 2 and 3 (the code of 1.24 to 1.36), measured.md (b) and (d) (a cluster).
// The constants were fitted on the recording `main` and checked on `old`, `crio`, `proxy`, `qps` and
// `diskfull`: docs/tracker.md has the table.

/** A time that is not known to the millisecond. `earliest <= at <= latest`. */
export interface Estimate {
  /** The likeliest time. */
  readonly at: number;
  readonly earliest: number;
  readonly latest: number;
}

const firstDelayMs = 10_000;
const longestDelayMs = 300_000;

/** The kubelet drops a back-off entry whose last failure is older: the next failure is step 1. */
export const forgottenAfterMs = 600_000;

/**
 * A failing pod is synced 10 to 15 s after its last sync ended, plus a tick of 1 s. The result of one
 * sync is shown by the next: every failure but a pod's first is this late. p10/p50/p90 11/13/15 s.
 */
export const sync = { shortestMs: 9500, meanMs: 13_000, longestMs: 16_500 } as const;

/** Since 1.35 a pod with a container in a crash loop is synced this seldom (kubelet-semantics 2.2). */
export const heldUpSyncMs = 90_000;

/** From the last sync of one kubelet process to the first try of the next. */
export const restartTakesMs = 7000;

/** From the end of the back-off to the sync that tries: 0 to 16 s, never early. */
export const overshoot = { meanMs: 6500, longestMs: 16_000 } as const;

/** The first 4 or 5 tries of a key always get their events (measured (e)): what has none did not happen. */
export const reliablyReported = 4;

/** How long one try keeps the kubelet busy, until it fails. */
export interface Duration {
  readonly usualMs: number;
  readonly longestMs: number;
}

/** Not negative, not above 300 s. `step` counts from 1. */
export function delayAfter(step: number): number {
  return Math.min(firstDelayMs * 2 ** Math.min(step - 1, 10), longestDelayMs);
}

/** The sum of the delays after steps 1 to `step`. */
export function delaysUpTo(step: number): number {
  const doubling = Math.min(step, 5);
  return firstDelayMs * (2 ** doubling - 1) + (step - doubling) * longestDelayMs;
}

/**
 * The step after a failure at `next` that follows one at `previous`. It is 1 again where the kubelet
 * has forgotten the key, and where the try came too early for the back-off: only another kubelet
 * process does that.
 */
export function stepAfter(
  previous: (Estimate & { readonly step: number }) | undefined,
  next: Estimate,
): number {
  if (previous === undefined) return 1;
  if (next.at - previous.at > forgottenAfterMs) return 1;
  return isTooEarly(previous, next) ? 1 : previous.step + 1;
}

/** No kubelet tries before the end of its back-off: another process did. */
export function isTooEarly(
  previous: Estimate & { readonly step: number },
  next: Estimate,
): boolean {
  return next.latest < previous.earliest + delayAfter(previous.step) - 1000;
}

/**
 * When the try after `previous` fails. Error bound: the overshoot, so
 * -6.5 s to +9.5 s beside that of `previous` itself. Along a chain the errors add up as squares: after
 * 10 unseen tries 30 s, a tenth of the distance between two of them.
 */
export function nextFailure(
  previous: Estimate & { readonly step: number },
  { usualMs, longestMs }: Duration,
): Estimate {
  const at = previous.at + delayAfter(previous.step) + overshoot.meanMs + usualMs;
  const before = Math.hypot(previous.at - previous.earliest, overshoot.meanMs);
  const after = Math.hypot(
    previous.latest - previous.at,
    overshoot.longestMs - overshoot.meanMs + longestMs - usualMs,
  );
  return { at, earliest: at - before, latest: at + after };
}

/** The part that two estimates of one time share; the first where they contradict each other. */
export function narrow(estimate: Estimate, by: Estimate): Estimate {
  const earliest = Math.max(estimate.earliest, by.earliest);
  const latest = Math.min(estimate.latest, by.latest);
  if (earliest > latest) return estimate;
  return { earliest, latest, at: Math.min(Math.max(estimate.at, earliest), latest) };
}

/** `around(t, 2, 1)`: from t - 2 to t + 1. */
export function around(at: number, beforeMs: number, afterMs: number): Estimate {
  return { at, earliest: at - beforeMs, latest: at + afterMs };
}
