// What failed, and when -> how to go on: resume or list, in which way, after how long a wait.
import type { Resource } from '../wire/objects.ts';
import { BackOff } from './back-off.ts';
import type { KubeError, KubeErrorCode } from './kube-error.ts';
import type { Timing } from './timing.ts';

/**
 * - `streaming`: list and watch are one request (sendInitialEvents).
 * - `paged`: 500 objects a request.
 * - `plain`: all in one answer, which is read object by object all the same.
 */
export type ListMode = 'streaming' | 'paged' | 'plain';

/** Asking for a list, reading one, or watching (what a complete list is followed by included). */
export type Phase = 'asking' | 'listing' | 'watching';

export interface Situation {
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly phase: Phase;
  /** How long the watch has not been known to deliver. */
  readonly brokenForMs: number;
}

export interface NextStep {
  readonly next: 'list' | 'watch';
  readonly waitMs: number;
}

/** Kubelets that cannot reach the server either never write some of their statuses. */
const isServerAway: ReadonlySet<KubeErrorCode> = new Set([
  'refused',
  'dns',
  'network',
  'timeout',
  'server_error',
]);

/** Resuming at the same place may bring the same again. */
const isUnreadable: ReadonlySet<KubeErrorCode> = new Set([
  'invalid',
  'malformed',
  'oversized',
  'unexpected_kind',
]);

/** What does not work in so many tries in a row does not work. */
const fewTries = 3;

export class Recovery {
  #mode: ListMode = 'streaming';
  #useShardSelector: boolean;
  readonly #resource: Resource;
  readonly #timing: Timing;
  readonly #random: () => number;
  readonly #resumes: BackOff;
  /** Lists cost the server most: only a sound time after one resets their back-off. */
  readonly #lists: BackOff;
  #lastCode: KubeErrorCode | undefined;
  #soundSince = 0;
  /** Lists in a row that broke after they had begun. */
  #brokenLists = 0;

  constructor(options: {
    readonly resource: Resource;
    readonly isSharded: boolean;
    readonly timing: Timing;
    readonly random: () => number;
  }) {
    const { isSharded, random, resource, timing } = options;
    this.#resource = resource;
    this.#useShardSelector = isSharded;
    this.#timing = timing;
    this.#random = random;
    this.#resumes = new BackOff(timing.firstBackOffMs, timing.longestBackOffMs, random);
    this.#lists = new BackOff(timing.firstBackOffMs, timing.longestBackOffMs, random);
  }

  /** The best way to list that the server has been found to know. */
  get mode(): ListMode {
    return this.#mode;
  }

  /** Not without shards, and no more once the server has refused the parameter. */
  get useShardSelector(): boolean {
    return this.#useShardSelector;
  }

  /** Failures in a row. */
  get failures(): number {
    return Math.max(this.#resumes.failures, this.#lists.failures);
  }

  /** A list is complete, or a watch was resumed. */
  sound(now: number): void {
    this.#soundSince = now;
    this.#lastCode = undefined;
    this.#brokenLists = 0;
  }

  /** The watch brought a newer version: the next break is a new one. */
  progressed(): void {
    this.#resumes.reset();
  }

  failed(error: KubeError, situation: Situation): NextStep {
    const lastCode = this.#lastCode;
    this.#lastCode = error.code;
    const doing = situation.phase === 'watching' ? 'watch' : 'list';
    if (this.#changesWay(error.code, situation.phase)) return { next: doing, waitMs: 0 };
    if (lastCode === undefined && situation.now - this.#soundSince > this.#timing.soundAfterMs) {
      this.#lists.reset();
      this.#resumes.reset();
    }
    const next = this.#isHistoryLost(error.code, situation) ? 'list' : doing;
    // New credentials were read: they may well be good.
    if (error.code === 'unauthorized' && lastCode !== 'unauthorized') return { next, waitMs: 0 };
    const backOff = next === 'list' ? this.#lists : this.#resumes;
    return { next, waitMs: Math.max(backOff.nextMs(), this.#leastWaitMs(error)) };
  }

  #isHistoryLost(code: KubeErrorCode, { brokenForMs }: Situation): boolean {
    if (code === 'expired' || code === 'stale') return true;
    if (isUnreadable.has(code)) return this.#resumes.failures >= fewTries;
    // Twice in a row, and not a bookmark between: a restored etcd has not reached our version yet.
    if (code === 'silent') return this.#resumes.failures >= 1;
    return isServerAway.has(code) && brokenForMs > this.#timing.lossAfterMs;
  }

  /** Is it the way of asking that does not work here? */
  #changesWay(code: KubeErrorCode, phase: Phase): boolean {
    if (code === 'invalid' && this.#useShardSelector) {
      this.#useShardSelector = false;
      return true;
    }
    if (phase === 'watching') return false;
    const inList = phase === 'listing';
    if (inList) this.#brokenLists += 1;
    const isBroken = inList && this.#brokenLists >= fewTries;
    switch (this.#mode) {
      case 'streaming':
        // A server that ignores sendInitialEvents sends all objects, and then nothing.
        if (code !== 'invalid' && !(inList && code === 'timeout') && !isBroken) return false;
        this.#mode = 'paged';
        break;
      case 'paged':
        // A cluster may change too fast for pages: their token expires before the last one.
        if (code !== 'invalid' && !(isBroken && code === 'expired')) return false;
        this.#mode = 'plain';
        break;
      case 'plain':
        return false;
    }
    this.#brokenLists = 0;
    return true;
  }

  #leastWaitMs(error: KubeError): number {
    const { forbiddenEventsMs, longestRetryAfterMs } = this.#timing;
    if (error.code === 'forbidden' && this.#resource === 'events') return forbiddenEventsMs;
    const askedMs = Math.min(error.retryAfterMs ?? 0, longestRetryAfterMs);
    return askedMs * (1 + 0.1 * this.#random());
  }
}
