// Listed events of one pod -> the past of its pull keys, told anew as long as more events come.
import type { EventObservation } from '../observe/observations.ts';
import type { Past } from './attempts.ts';
import { latestTold, nothingTold, type Told } from './cause.ts';
import type { Report } from './lives.ts';
import { type PastEvidence, reconstruct } from './past.ts';
import type { PullKey } from './pull-key.ts';

/** A text that changes with every try makes a new Event object each time: the first and the newest. */
const firstKept = 8;
const newestKept = 24;

/**
 * A pod's first 25 events are sent at once, then one in 5 minutes; since 1.32 of each type
 * (kubelet-semantics 4.1). A sibling that runs has had three of them.
 */
const sentAtOnce = 22;

/** Its first pulls of one pod come with the first syncs. */
const processBeginsWithinMs = 30_000;

interface KeptReport extends Report {
  readonly uid: string;
  readonly container: string;
  readonly image: string;
  /** What its text says, where it is one of a failure. */
  readonly told: Told;
}

/** How an episode went until it was first seen. */
export interface Recollection {
  readonly past: Past;
  readonly told: Told;
}

type StatusEvidence = Omit<PastEvidence, 'reports' | 'isFrozen'>;

export class PodHistory {
  #reports: readonly KeptReport[] = [];
  readonly #statuses = new Map<PullKey, StatusEvidence>();

  /** May the kubelet have held back events of the pod? Then the end of a pull may be untold. */
  get isFrozen(): boolean {
    const since = this.#processBeganAt - processBeginsWithinMs;
    const sent = this.#reports
      .filter(({ firstAt }) => firstAt >= since)
      // A failure and a back-off are two events each.
      .reduce((sum, { type, count }) => sum + (type === 'pulling' ? count : 2 * count), 0);
    return sent >= sentAtOnce;
  }

  /** A kubelet that has restarted makes its events anew, and may send as many again. */
  get #processBeganAt(): number {
    const pulls = this.#reports.filter(({ type }) => type === 'pulling');
    const isAnew = ({ container, image, firstAt }: KeptReport) =>
      pulls.some(
        (older) =>
          older.container === container && older.image === image && older.firstAt < firstAt,
      );
    return Math.max(-Infinity, ...pulls.filter(isAnew).map(({ firstAt }) => firstAt));
  }

  remember({ uid, container, image }: EventObservation, report: Report, told = nothingTold): void {
    const reports = [
      ...this.#reports.filter((other) => other.uid !== uid),
      { ...report, uid, container, image, told },
    ];
    this.#reports =
      reports.length <= firstKept + newestKept
        ? reports
        : [...reports.slice(0, firstKept), ...reports.slice(-newestKept)];
  }

  /** Undefined where no try is known. `mayImprove`: events that are listed later may tell more. */
  lookBack(key: PullKey, evidence: StatusEvidence, mayImprove: boolean): Recollection | undefined {
    if (mayImprove) this.#statuses.set(key, evidence);
    const reports = this.#reports.filter(({ image }) => image === key.image);
    const wasTried = evidence.showing !== 'noPull' || reports.some(isFailure);
    if (!wasTried) return undefined;
    const changedAt = this.#imageChangedAt(reports);
    const notBefore = Math.max(evidence.notBefore, changedAt);
    const possibleAt = evidence.possibleAt && Math.max(evidence.possibleAt, changedAt);
    const { isFrozen } = this;
    return {
      past: reconstruct({ ...evidence, reports, isFrozen, notBefore, possibleAt }),
      told: lastTold(reports, notBefore),
    };
  }

  /** The past as it looks now; undefined where it is settled, or no try is known. */
  lookAgain(key: PullKey): Recollection | undefined {
    const evidence = this.#statuses.get(key);
    return evidence && this.lookBack(key, evidence, true);
  }

  /**
   * Of a key that failed before anybody watched, while its container showed nothing of it because the
   * kubelet had just restarted; undefined where no event tells of such a past.
   */
  recall(key: PullKey, notBefore: number, now: number): Recollection | undefined {
    const { isFrozen } = this;
    const reports = this.#reports.filter(({ image }) => image === key.image);
    this.#reports = this.#reports.filter(({ image }) => image !== key.image);
    const hasFailed = reports.some((report) => isFailure(report) && report.lastAt >= notBefore);
    if (!hasFailed) return undefined;
    const evidence = { reports, isFrozen, notBefore, possibleAt: undefined, now } as const;
    return {
      past: reconstruct({ ...evidence, showing: 'backOff' }),
      told: lastTold(reports, notBefore),
    };
  }

  hasFailed(image: string): boolean {
    return this.#reports.some((report) => report.image === image && isFailure(report));
  }

  /** May events still tell more of the key's past? */
  isOpen(key: PullKey): boolean {
    return this.#statuses.has(key);
  }

  /** From now on the key is watched: its past is what it was. */
  settle(key: PullKey): void {
    this.#statuses.delete(key);
  }

  /** When the container was last known to have another image. */
  #imageChangedAt(reports: readonly KeptReport[]): number {
    if (reports.length === 0) return -Infinity;
    const others = this.#reports.filter(
      (other) =>
        other.container !== '' &&
        reports.every(
          ({ container, image }) => container === other.container && image !== other.image,
        ),
    );
    return Math.max(-Infinity, ...others.map(({ lastAt }) => lastAt));
  }

  /** The events are listed. `mayRecall`: a container may still turn out to have failed before. */
  close(mayRecall: boolean): void {
    this.#statuses.clear();
    if (!mayRecall) this.#reports = [];
  }
}

function lastTold(reports: readonly KeptReport[], notBefore: number): Told {
  return reports
    .filter(({ lastAt }) => lastAt >= notBefore)
    .toSorted((a, b) => a.lastAt - b.lastAt)
    .reduce((shown, { told }) => latestTold(shown, told), nothingTold);
}

function isFailure({ type }: Report): boolean {
  return type === 'pullFailed' || type === 'backOff';
}
