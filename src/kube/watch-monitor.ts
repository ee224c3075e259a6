// What the client tells of itself while it works: for metrics and logs, which it knows nothing of.
import type { Resource, WatchEventType } from '../wire/objects.ts';
import type { WireErrorCode } from '../wire/wire-error.ts';
import type { KubeError, KubeErrorCode } from './kube-error.ts';

/** Why a watch was started again; `ended`: at its time, `reconcile`: for a list that finds what watches lose. */
export type RestartReason = KubeErrorCode | 'ended' | 'reconcile';

/** Why an object was not read: bad bytes, no uid or name, an unknown event type, an error of ours. */
export type SkipReason = WireErrorCode | 'no_identity' | 'unknown_type' | 'failed';

export interface WatchMonitor {
  readonly received: (resource: Resource, bytes: number) => void;
  readonly watchEvent: (resource: Resource, type: WatchEventType) => void;
  /** `error` where the fault is ours. */
  readonly skipped: (resource: Resource, reason: SkipReason, error?: unknown) => void;
  readonly listed: (resource: Resource, seconds: number) => void;
  readonly restarted: (resource: Resource, reason: RestartReason) => void;
  /** A request failed, the n-th in a row; it is tried again after the wait. */
  readonly problem: (
    resource: Resource,
    problem: { readonly error: KubeError; readonly failures: number; readonly waitMs: number },
  ) => void;
  /** The first answer after a problem. */
  readonly recovered: (resource: Resource) => void;
}
