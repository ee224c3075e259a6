// What the tracker knows and tells: failing containers, slow pulls, and the changes between them.
import type { Verdict } from '../classify/verdict.ts';
import type { ContainerType, Workload } from '../observe/observations.ts';

export interface ContainerIdentity {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
}

/** One container whose image cannot be pulled now. Never mutated: a change makes a new one. */
export interface FailingContainer extends ContainerIdentity {
  readonly containerType: ContainerType;
  readonly node: string;
  readonly workload: Workload;
  /** The failing image string of the spec: the container's own, or that of an image volume. */
  readonly image: string;
  readonly registry: string;
  readonly verdict: Verdict;
  /** The runtime's text of the last failed attempt, redacted and cut; '' when none was seen. */
  readonly message: string;
  /** Position in the kubelet's back-off after the last attempt, from 1; 0 where it does not back off. */
  readonly step: number;
  /** Failed attempts of this episode. */
  readonly attempts: number;
  /** False while attempts or firstFailureAt are inferred by the time model instead of seen. */
  readonly exact: boolean;
  readonly firstFailureAt: number;
  /** Undefined where no attempt was made (invalid name, never pull). */
  readonly lastAttemptAt: number | undefined;
  /** Earliest time of the next attempt; undefined where unknown or the time model does not hold. */
  readonly nextRetryAt: number | undefined;
}

/** A pull that was asked for and has had no result for longer than the threshold. */
export interface SlowPull extends ContainerIdentity {
  readonly node: string;
  readonly workload: Workload;
  readonly image: string;
  readonly registry: string;
  readonly since: number;
}

export type Outcome = 'recovered' | 'deleted' | 'image_changed';

export type Change =
  /** A pull was asked for: the registry is now known to be in use. */
  | { readonly type: 'pullStarted'; readonly namespace: string; readonly registry: string }
  | {
      readonly type: 'pullSucceeded';
      readonly namespace: string;
      readonly registry: string;
      readonly at: number;
      readonly durationMs: number | undefined;
    }
  /** One failed try of a pull key (shared keys: once). `container` is the state after it. */
  | {
      readonly type: 'attemptFailed';
      readonly container: FailingContainer;
      readonly verdict: Verdict;
    }
  | {
      readonly type: 'episodeEnded';
      readonly outcome: Outcome;
      readonly container: FailingContainer;
      readonly at: number;
    }
  | {
      readonly type: 'stateChanged';
      readonly before: FailingContainer | undefined;
      readonly after: FailingContainer | undefined;
    }
  | {
      readonly type: 'slowPullChanged';
      readonly before: SlowPull | undefined;
      readonly after: SlowPull | undefined;
    };
