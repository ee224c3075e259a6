// The newest failed tries of a pull key in the order of time, and how many there were in all.
import { delayAfter, type Estimate, stepAfter, sync } from './back-off.ts';

/** One failed try: when it ended, and who told of it. */
export interface Attempt extends Estimate {
  readonly step: number;
  /** An event told of it, so the time is the kubelet's own. */
  readonly reported: boolean;
  /** When a status showed it; undefined while none has. */
  readonly shownAt: number | undefined;
}

/** Late evidence is matched with the newest of these; older ones are only counted. */
const remembered = 6;

/** Events have a resolution of 1 s. */
const sameReportMs = 2000;
const resolutionMs = 1500;

export class AttemptList {
  #attempts: readonly Attempt[] = [];
  #count = 0;
  #firstAt = 0;
  /** Before this, evidence is of tries that are known, or of another episode. */
  #knownUntil = -Infinity;

  /** Of this episode. */
  get count(): number {
    return this.#count;
  }

  /** End of the first try of this episode. */
  get firstAt(): number {
    return this.#firstAt;
  }

  get lastIndex(): number {
    return this.#attempts.length - 1;
  }

  /** Of this episode or, where it has none yet, of one before. */
  get last(): Attempt | undefined {
    return this.#attempts.at(-1);
  }

  at(index: number): Attempt | undefined {
    return index < 0 ? undefined : this.#attempts[index];
  }

  /** -1 where there is none. */
  findLast(test: (attempt: Attempt) => boolean): number {
    return this.#attempts.findLastIndex(test);
  }

  /** The try that an event at this time tells of; -1 where it is not known yet. */
  indexOfReport(time: Estimate): number {
    const same = this.#attempts.findLastIndex((attempt) => isSameTime(attempt, time));
    if (same >= 0) return same;
    return this.#attempts.findLastIndex((attempt, index) => this.#isTooNear(attempt, index, time));
  }

  /** Begins anew with what is known of the past. */
  begin(count: number, firstAt: number, last: Attempt): void {
    this.#attempts = [last];
    this.#count = count;
    this.#firstAt = firstAt;
    this.#knownUntil = last.at;
  }

  /** The episode is over; the back-off, and so the tries, live on. */
  endEpisode(now: number): void {
    this.#count = 0;
    this.#knownUntil = now;
    this.markShown(now, now);
  }

  /** Answers with what was added: nothing where the evidence is older than what is known. */
  add(attempt: Omit<Attempt, 'step'>, isFirstOfProcess: boolean): readonly Attempt[] {
    if (attempt.at < this.#knownUntil + sameReportMs) return [];
    const index = this.#attempts.findLastIndex(({ at }) => at <= attempt.at) + 1;
    const step = isFirstOfProcess ? 1 : stepAfter(this.at(index - 1), attempt);
    const added = { ...attempt, step };
    if (this.#attempts.length - index === this.#count) this.#firstAt = attempt.at;
    this.#attempts = this.#attempts.toSpliced(index, 0, added);
    this.#count += 1;
    this.restep(index, step);
    const forgotten = this.at(this.#attempts.length - remembered - 1);
    if (forgotten !== undefined) {
      this.#attempts = this.#attempts.slice(-remembered);
      // A status may have told of it too early.
      this.#knownUntil = Math.min(forgotten.latest, this.at(0)?.at ?? Infinity);
    }
    return [added];
  }

  replace(index: number, attempt: Attempt): void {
    this.#attempts = this.#attempts.with(index, attempt);
    const isFirst = this.#attempts.length - index === this.#count;
    this.#firstAt = isFirst ? attempt.at : Math.min(this.#firstAt, attempt.at);
  }

  /** The try at `index` had this step after all, and those after it the next ones. */
  restep(index: number, step: number): void {
    this.#attempts = this.#attempts.map((attempt, i) =>
      i < index ? attempt : { ...attempt, step: step + i - index },
    );
  }

  /** Marks those that ended before `until`. Were there any that had not been shown? */
  markShown(now: number, until: number): boolean {
    const isNew = ({ shownAt, earliest }: Attempt) => shownAt === undefined && earliest <= until;
    if (!this.#attempts.some(isNew)) return false;
    this.#attempts = this.#attempts.map((attempt) =>
      isNew(attempt) ? { ...attempt, shownAt: now } : attempt,
    );
    return true;
  }

  /** Two tries are never nearer to each other than the back-off between them. */
  #isTooNear(attempt: Attempt, index: number, time: Estimate): boolean {
    if (attempt.reported || !mayPrecede(time, attempt)) return false;
    const [step, distanceMs] =
      time.at > attempt.at
        ? [attempt.step, time.at - attempt.at]
        : [stepAfter(this.at(index - 1), time), attempt.at - time.at];
    return distanceMs < delayAfter(step) - 1000;
  }
}

function isSameTime(attempt: Attempt, time: Estimate): boolean {
  if (attempt.reported) return Math.abs(attempt.at - time.at) <= sameReportMs;
  return (
    mayPrecede(time, attempt) &&
    time.latest >= attempt.earliest - resolutionMs &&
    time.earliest <= attempt.latest + resolutionMs
  );
}

/** What a status has shown, or would have shown by then, was before. */
function mayPrecede(time: Estimate, attempt: Attempt): boolean {
  return time.earliest <= (attempt.shownAt ?? attempt.latest + sync.longestMs);
}
