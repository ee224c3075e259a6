// Evidence of failed tries of one pull key, from statuses, events and the clock -> how many there
// were, and when. Each method answers with the tries that it adds; evidence of a known one adds none.
import { type Attempt, AttemptList } from './attempt-list.ts';
import {
  around,
  delayAfter,
  type Estimate,
  forgottenAfterMs,
  isTooEarly,
  narrow,
  nextFailure,
  restartTakesMs,
  sync,
} from './back-off.ts';
import { Rhythm } from './rhythm.ts';

/** What is known of an episode that began before anybody watched. */
export interface Past {
  readonly count: number;
  readonly firstAt: number;
  readonly last: Attempt;
  readonly durationMs: number;
  /** When it was seen. */
  readonly now: number;
  /** False where the time model had to fill in. */
  readonly exact: boolean;
}

/** After a broken watch the kubelet and the API server need this long until they show the truth. */
const settleMs = 16_000;

/** A status that shows one try for longer than a sync hides a second one behind it. */
const longestShowMs = 18_000;
/** One that shows it for less came late. */
const shortestShowMs = 9000;

/** The first 4 or 5 tries always get their events (measured (e)): what has none did not happen. */
const reliablyReported = 4;

/** Past the expected retry by this much, the time model does not hold for this key. */
const staleAfterMs = 60_000;

/** Wider than the estimate of an event from a node whose clock is known. */
const vagueMs = 5000;

/** A new process tries at once. */
const restartTriesWithinMs = 60_000;

export class Attempts {
  readonly #list = new AttemptList();
  readonly #rhythm = new Rhythm();
  #exact = true;
  #restartedAt: number | undefined;
  #gap: { readonly from: number; readonly to: number } | undefined;

  /** Of this episode. */
  get count(): number {
    return this.#list.count;
  }

  get firstAt(): number {
    return this.#list.firstAt;
  }

  get exact(): boolean {
    return this.#exact;
  }

  /** Of this episode or, where it has none yet, of one before. */
  get last(): Attempt | undefined {
    return this.#list.last;
  }

  /** Earliest time of the next try; undefined where unknown, or where it has long passed. */
  nextRetryAt(now: number): number | undefined {
    const { last } = this;
    if (last === undefined || now < this.#restartSettlesAt || now >= this.#staleAt)
      return undefined;
    return last.at + delayAfter(last.step);
  }

  /** The kubelet drops its back-off entry, which outlives the episode. */
  get forgottenAt(): number {
    return (this.last?.at ?? -Infinity) + forgottenAfterMs;
  }

  /** When time alone may change something here; in the past where that could not be done yet. */
  dueAt(now: number): number {
    const overdueAt = this.#overdueAt ?? Infinity;
    const staleAt = this.#staleAt > now ? this.#staleAt : Infinity;
    const settlesAt = this.#restartSettlesAt > now ? this.#restartSettlesAt : Infinity;
    return Math.min(overdueAt, staleAt, settlesAt);
  }

  begin(past: Past): void {
    this.#list.begin(past.count, past.firstAt, past.last);
    this.#exact = past.exact;
    this.#rhythm.took(past.durationMs);
    this.#gap = { from: -Infinity, to: past.now };
  }

  endEpisode(now: number): void {
    this.#list.endEpisode(now);
    this.#exact = true;
    this.#gap = undefined;
  }

  /** Something else than the back-off may hold up the next try: the runtime, a crash loop. */
  heldUp(): void {
    this.#rhythm.heldUp();
  }

  /** The container fell back to its state before the first try: the kubelet has restarted. */
  restarted(now: number): void {
    const { last } = this;
    // The sync that shows it makes the first try of the new process.
    if (last !== undefined && now - last.at < 5000) this.#list.restep(this.#list.lastIndex, 1);
    else this.#restartedAt = now;
  }

  /** An event counts from 1 again: the process that made it began with the try at `time`. */
  lifeBegan(time: Estimate): void {
    if (this.count === 0 || time.earliest < this.firstAt + 2000) return;
    const index = this.#list.findLast(({ at }) => at > time.earliest - 2000);
    if (index < 0) this.#restartedAt = time.at;
    else if (index === this.#list.lastIndex) this.#list.restep(index, 1);
  }

  /** Statuses may have changed between these times without being seen. */
  broken(from: number, to: number): void {
    this.#gap = { from: Math.min(from, this.#gap?.from ?? from), to };
  }

  /** A pull worked: nothing has failed unseen since. */
  succeeded(): void {
    this.#gap = undefined;
  }

  /**
   * A status began to show a failed try. `fresh`: the container was still being created, so that the
   * try may have ended this second; else it is one sync old.
   */
  shown(now: number, fresh: boolean): readonly Attempt[] {
    const time = this.#shownTime(now, fresh);
    const index = this.#list.findLast(({ earliest }) => earliest <= time.latest);
    const known = this.#list.at(index);
    if (known !== undefined && known.shownAt === undefined && this.#mayShow(known, now)) {
      if (!known.reported) this.#list.replace(index, { ...known, ...narrow(time, known) });
      this.#list.markShown(now, time.latest);
      this.#gap = undefined;
      return [];
    }
    const gap = this.#gap;
    const missed = this.#before(time);
    const isLate = gap !== undefined && now < gap.to + settleMs;
    const added = this.#add(isLate ? this.#lateShown(time, gap.from) : time, now);
    this.#gap = undefined;
    return [...missed, ...added];
  }

  /** A status stopped to show the failed try that it had shown since `since`, without a gap. */
  left(now: number, since: number): readonly Attempt[] {
    if (this.#list.markShown(now, now - 2 * sync.shortestMs)) return [];
    const index = this.#list.findLast(({ shownAt }) => shownAt !== undefined);
    const shown = this.#list.at(index);
    if (shown === undefined) return [];
    const shownMs = now - since;
    if (shown.step === 1 && shownMs > longestShowMs) {
      // The sync that showed the first try made the second: its back-off of 10 s was over.
      const before = around(since - sync.meanMs, 3500, 3500);
      if (!shown.reported) this.#list.replace(index, { ...shown, ...before });
      const at = Math.max(since, now - 2 * sync.meanMs);
      return this.#add({ at, earliest: since - 1000, latest: Math.max(at, now - 19_000) }, now);
    }
    if (shownMs < shortestShowMs && !shown.reported) {
      const twoSyncsAgo = around(now - 2 * sync.meanMs, 7000, 7000);
      this.#list.replace(index, { ...shown, ...narrow(twoSyncsAgo, shown) });
    }
    return [];
  }

  /** The back-off's text names another failure than the last one that was shown. */
  textChanged(now: number): readonly Attempt[] {
    const time = around(now - 2 * sync.meanMs, 7000, 7000);
    return this.#list.markShown(now, time.latest) ? [] : this.#add(time, now);
  }

  /** An event told of a failed try; `durationMs` where one told of its begin as well. */
  reported(time: Estimate, durationMs?: number): readonly Attempt[] {
    // Where the clock of the node is not known, the event is late or its clock is off.
    const isVague = time.latest - time.earliest > vagueMs;
    const asSaid = around(time.earliest, 1000, 1500);
    const told = isVague && this.#list.indexOfReport(asSaid) >= 0 ? asSaid : time;
    const index = this.#list.indexOfReport(told);
    const known = this.#list.at(index);
    const missed = known === undefined ? this.#before(told, durationMs) : [];
    if (durationMs !== undefined) this.#rhythm.took(durationMs);
    if (this.#gap !== undefined && told.at > this.#gap.to) this.#gap = undefined;
    if (known === undefined) return [...missed, ...this.#add(told, undefined, true)];
    if (!known.reported) this.#list.replace(index, { ...known, ...told, reported: true });
    if (this.#isFirstOfProcess(told)) this.#list.restep(index, 1);
    return [];
  }

  /**
   * Tries that a broken watch must have hidden: their time has come and gone, and no status or event
   * told of them since.
   */
  overdue(now: number): readonly Attempt[] {
    const added: Attempt[] = [];
    while (this.last !== undefined && now >= (this.#overdueAt ?? Infinity)) {
      added.push(...this.#infer(nextFailure(this.last, this.#rhythm.duration)));
    }
    return added;
  }

  /** When the next try must have been hidden by the gap; undefined where it was not, or will not be. */
  get #overdueAt(): number | undefined {
    if (this.#gap === undefined || this.last === undefined) return undefined;
    const { from, to } = this.#gap;
    const next = nextFailure(this.last, this.#rhythm.duration);
    const wasVisible = next.latest + sync.longestMs < from;
    const willBeVisible = next.earliest + sync.shortestMs > to + settleMs;
    if (wasVisible || willBeVisible) return undefined;
    return Math.max(to + settleMs, next.latest + sync.longestMs);
  }

  /** Past it the time model does not hold for this key. */
  get #staleAt(): number {
    const { last } = this;
    if (last === undefined) return -Infinity;
    return last.at + delayAfter(last.step) + staleAfterMs + this.#rhythm.duration.longestMs;
  }

  /** Until then a restarted kubelet may still be about to try. */
  get #restartSettlesAt(): number {
    return (this.#restartedAt ?? -Infinity) + restartTriesWithinMs;
  }

  #shownTime(now: number, fresh: boolean): Estimate {
    const { meanMs, shortestMs, longestMs } = sync;
    const old = around(now - meanMs, longestMs - meanMs, meanMs - shortestMs);
    const isNewProcess = this.last !== undefined && isTooEarly(this.last, old);
    if (fresh && this.count === 0) return around(now - 600, longestMs, 600);
    return fresh || isNewProcess ? around(now - 1500, longestMs, 1500) : old;
  }

  /** Can what a status shows now be this try, rather than one after it? */
  #mayShow(attempt: Attempt, now: number): boolean {
    const next = nextFailure(attempt, this.#rhythm.duration);
    const nextIsShownAt = attempt.earliest + delayAfter(attempt.step) + sync.shortestMs;
    if (now < nextIsShownAt || now <= attempt.latest + sync.longestMs + 2000) return true;
    const mayBeNext = now >= next.earliest + sync.shortestMs && now <= next.latest + sync.longestMs;
    if (mayBeNext) return false;
    return this.count <= reliablyReported && this.#list.findLast(({ reported }) => !reported) < 0;
  }

  /** What a broken watch shows at its end may be old: the model says when it happened. */
  #lateShown(time: Estimate, hiddenSince: number): Estimate {
    if (this.last === undefined) return time;
    const late = { ...time, earliest: Math.min(time.earliest, hiddenSince) };
    return narrow(late, nextFailure(this.last, this.#rhythm.duration));
  }

  /** Tries that must have been before the one at `time`, unseen. */
  #before(time: Estimate, durationMs?: number): readonly Attempt[] {
    if (this.#gap === undefined) return this.#explain(time);
    const added: Attempt[] = [];
    const { duration } = this.#rhythm;
    const usualEndAt = time.at - (durationMs ?? duration.usualMs) + duration.usualMs;
    while (this.last !== undefined) {
      const next = nextFailure(this.last, duration);
      const afterNext = nextFailure({ ...next, step: this.last.step + 1 }, duration);
      if (Math.abs(afterNext.at - usualEndAt) > Math.abs(next.at - usualEndAt)) break;
      added.push(...this.#infer(next));
    }
    return added;
  }

  #explain(time: Estimate): readonly Attempt[] {
    if (this.last === undefined) return [];
    if (this.#restartedAt !== undefined) return this.#lostBy(this.#restartedAt);
    const explanation = this.#rhythm.explain(this.last, time);
    switch (explanation.type) {
      case 'later step':
        this.#list.restep(this.#list.lastIndex, explanation.step);
        return [];
      case 'missed':
        return this.#infer(explanation.between);
      case 'expected':
        return [];
    }
  }

  /** A process that ended right after a try never showed it. */
  #lostBy(restartedAt: number): readonly Attempt[] {
    const { last } = this;
    if (last === undefined) return [];
    const next = nextFailure(last, this.#rhythm.duration);
    const endedAt = restartedAt - restartTakesMs;
    const isReported = last.reported && last.step < reliablyReported;
    const wasShown = next.latest + sync.longestMs < endedAt;
    if (isReported || wasShown || next.at > endedAt) return [];
    return this.#infer({ ...next, latest: Math.min(next.latest, endedAt) });
  }

  #infer(time: Estimate): readonly Attempt[] {
    this.#exact = false;
    return this.#add(time, undefined);
  }

  #add(time: Estimate, shownAt: number | undefined, reported = false): readonly Attempt[] {
    return this.#list.add({ ...time, reported, shownAt }, this.#isFirstOfProcess(time));
  }

  #isFirstOfProcess(time: Estimate): boolean {
    const restartedAt = this.#restartedAt;
    if (restartedAt === undefined || time.latest < restartedAt - 2000) return false;
    this.#restartedAt = undefined;
    // Much later, it was not a restart but a node that forgot what to show.
    return time.at < restartedAt + restartTriesWithinMs;
  }
}
