// The verdicts on several attempts with different credentials -> the attempt that came furthest.
import { type Cause, causes } from './causes.ts';
import type { Verdict } from './verdict.ts';

/** What says more than that the registry could not be reached; the rest is 2. */
const ranks: Readonly<Partial<Record<Cause, number>>> = {
  content_missing: 8,
  content_corrupt: 8,
  rate_limited: 7,
  repository_not_found: 6,
  manifest_not_found: 6,
  image_not_found: 6,
  platform_mismatch: 6,
  unsupported_manifest: 6,
  credentials_expired: 5,
  forbidden: 4,
  access_denied_or_missing: 3,
  // Often that of an attempt without credentials, which kubelets add.
  unauthorized: 1,
  unknown: 0,
};

function rankOf(cause: Cause): number {
  if (causes[cause].class === 'policy') return 9;
  if (causes[cause].class === 'node') return 8;
  return ranks[cause] ?? 2;
}

/** The first of equals. */
export function mostAdvanced(attempts: readonly Verdict[]): Verdict | undefined {
  return attempts.toSorted((a, b) => rankOf(b.cause) - rankOf(a.cause))[0];
}
