// Evidence of failed tries of one pull key, from statuses, events and the clock -> how many there
// were, and when. Each method answers with the tries that it adds; evidence of a known one adds none.
import { type Attempt, AttemptList } from './attempt-list.ts';
import {
  around,
  delayAfter,
  type Estimate,
  forgottenAfterMs,
  heldUpSyncMs,
  isTooEarly,
  narrow,
  nextFailure,
  reliablyReported,
  sync,
} from './back-off.ts';
import { Gap } from './gap.ts';
import { Restart } from './restart.ts';
import { Rhythm } from './rhythm.ts';

/** What is known of an episode that began before anybody watched. */
export interface Past {
  readonly count: number;
  readonly firstAt: number;
  readonly last: Attempt;
  readonly durationMs: number;
  /** A try runs, whose end the watch will show. */
  readonly isBusy: boolean;
  /** When it was seen. */
  readonly now: number;
  /** False where the time model had to fill in. */
  readonly exact: boolean;
}

/** A status that shows one try for longer than a sync hides a second one behind it. */
const longestShowMs = 18_000;
/** One that shows it for less came late. */
const shortestShowMs = 9000;

/** A try that is due for longer runs, or the time model does not hold for this key. */
const staleAfterMs = 60_000;

/** Wider than the estimate of an event from a node whose clock is known. */
const vagueMs = 5000;

export class Attempts {
  readonly #list = new AttemptList();
  readonly #rhythm = new Rhythm();
  readonly #restart = new Restart();
  #gap: Gap | undefined;
  /** When the watch broke last. */
  #unseenSince = Infinity;
  #exact = true;

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
    const isPending = now < this.#restart.settlesAt;
    if (last === undefined || isPending || now >= this.#staleAt) return undefined;
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
    const { settlesAt } = this.#restart;
    return Math.min(overdueAt, staleAt, settlesAt > now ? settlesAt : Infinity);
  }

  begin(past: Past): void {
    this.#list.begin(past.count, past.firstAt, past.last);
    this.#exact = past.exact;
    this.#rhythm.took(past.durationMs);
    this.#gap = past.isBusy ? undefined : new Gap(-Infinity, past.now);
  }

  endEpisode(now: number): void {
    this.#list.endEpisode(now);
    this.#exact = true;
    this.#gap = undefined;
  }

  /** Something else than the back-off may hold up the pod's syncs: the runtime, a crash loop. */
  heldUp(): void {
    this.#rhythm.heldUp();
  }

  /** The container fell back to its state before the first try: the kubelet has restarted. */
  restarted(now: number): void {
    const { last } = this;
    // The sync that shows it makes the first try of the new process.
    if (last !== undefined && now - last.at < 5000) this.#list.restep(this.#list.lastIndex, 1);
    else this.#restart.noticed(now);
  }

  /** An event counts from 1 again: the process that made it began with the try at `time`. */
  lifeBegan(time: Estimate): void {
    if (this.count === 0 || time.earliest < this.firstAt + 2000) return;
    const index = this.#list.findLast(({ at }) => at > time.earliest - 2000);
    if (index < 0) this.#restart.noticed(time.at);
    else if (index === this.#list.lastIndex) this.#list.restep(index, 1);
  }

  /** Statuses may have changed between these times without being seen. */
  broken(from: number, to: number): void {
    this.#gap = new Gap(Math.min(from, this.#gap?.from ?? from), to);
    this.#unseenSince = from;
  }

  /** Was it after the watch had broken? */
  hasMissed({ at }: Estimate): boolean {
    return at > this.#unseenSince;
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
    const missed = this.#before(time);
    const happened = this.#gap?.timeOfShown(time, now, this.last, this.#rhythm.duration) ?? time;
    this.#gap = undefined;
    return [...missed, ...this.#add(happened, now)];
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
    if (this.#list.markShown(now, time.latest)) return [];
    const hidden = this.#gap?.firstHidden(this.last, time, this.#rhythm.duration);
    return hidden === undefined ? this.#add(time, now) : this.#infer(hidden);
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
    if (this.#restart.takeFirstTry(told)) this.#list.restep(index, 1);
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

  /** When the next try will be certain to have been hidden by the gap. */
  get #overdueAt(): number | undefined {
    return this.last && this.#gap?.overdueAt(this.last, this.#rhythm.duration);
  }

  /** From then on nobody knows when the next try will begin. */
  get #staleAt(): number {
    const { last } = this;
    if (last === undefined) return -Infinity;
    return last.at + delayAfter(last.step) + staleAfterMs;
  }

  #shownTime(now: number, fresh: boolean): Estimate {
    const { meanMs, shortestMs } = sync;
    const longestMs = this.#rhythm.isHeldUp ? heldUpSyncMs : sync.longestMs;
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
    // Else an event would have told of it.
    const isAnyUnreported = this.#list.findLast(({ reported }) => !reported) >= 0;
    return this.#gap === undefined && this.count <= reliablyReported && !isAnyUnreported;
  }

  /** Tries that must have been before the one at `time`, unseen. */
  #before(time: Estimate, durationMs?: number): readonly Attempt[] {
    const { last } = this;
    if (last === undefined) return [];
    const { duration } = this.#rhythm;
    const { endedAt } = this.#restart;
    if (this.#gap !== undefined && endedAt !== undefined) {
      const hidden = this.#gap.hiddenUntil(last, endedAt, duration);
      return [...hidden].flatMap((between) => this.#infer(between));
    }
    if (this.#gap !== undefined) {
      const beganAt = time.at - (durationMs ?? duration.usualMs);
      const hidden = this.#gap.hiddenBetween(last, beganAt, duration);
      return [...hidden].flatMap((between) => this.#infer(between));
    }
    if (this.#restart.isPending) {
      const lost = this.#restart.lostTry(last, duration);
      return lost === undefined ? [] : this.#infer(lost);
    }
    const explanation = this.#rhythm.explain(last, time);
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

  #infer(time: Estimate): readonly Attempt[] {
    this.#exact = false;
    return this.#add(time, undefined);
  }

  #add(time: Estimate, shownAt: number | undefined, reported = false): readonly Attempt[] {
    return this.#list.add({ ...time, reported, shownAt }, this.#restart.takeFirstTry(time));
  }
}
