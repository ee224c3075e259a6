// What the texts of an episode say, one after the other -> the cause that it shows.
import { causes } from '../classify/causes.ts';
import type { Verdict } from '../classify/verdict.ts';

/** The text of the failure was never seen: kubelets before 1.32 hide it while they back off. */
export const unknownVerdict: Verdict = {
  cause: 'unknown',
  rule: '',
  evidence: '',
  stage: undefined,
  httpStatus: undefined,
  endpoint: '',
};

/**
 * The last definite cause stays. One that hides the real cause for a while (`masks` in the catalogue)
 * never replaces another definite cause.
 */
export function latestCause(shown: Verdict, next: Verdict): Verdict {
  if (shown.cause === 'unknown' || next.cause === shown.cause) return next;
  if (next.cause === 'unknown') return shown;
  return causes[next.cause].masks && !causes[shown.cause].masks ? shown : next;
}

/** The text of one failure: what it means, and the part of it that is kept. */
export interface Told {
  readonly verdict: Verdict;
  readonly message: string;
}

export const nothingTold: Told = { verdict: unknownVerdict, message: '' };

export function latestTold(shown: Told, next: Told): Told {
  return latestCause(shown.verdict, next.verdict) === next.verdict ? next : shown;
}

/** Does any definite cause say more? */
export function isIndefinite({ cause }: Verdict): boolean {
  return cause === 'unknown' || causes[cause].masks;
}

/** Causes that a missing pull secret explains: the registry was asked without it. */
const withoutCredentials: ReadonlySet<string> = new Set([
  'unauthorized',
  'forbidden',
  'access_denied_or_missing',
]);

export function explainedBySecret(verdict: Verdict): Verdict {
  return withoutCredentials.has(verdict.cause)
    ? { ...verdict, cause: 'pull_secret_missing' }
    : verdict;
}
