// One resource of one scope -> all its objects, then all their changes, for as long as it runs. Nothing
// but close() ends it: whatever breaks is counted, waited for, and resumed or listed again.
import { setTimeout as sleep } from 'node:timers/promises';
import { acceptedByList, acceptedByWatch } from '../wire/encoding.ts';
import type { Encoding, StreamReader } from '../wire/stream.ts';
import type { Connection } from './connection.ts';
import { Intake, type ObjectHandler } from './intake.ts';
import { asKubeError, KubeError } from './kube-error.ts';
import { listLimits, watchLimits, watchSeconds } from './limits.ts';
import { Position } from './position.ts';
import { type ListMode, type Phase, Recovery } from './recovery.ts';
import { get } from './request.ts';
import type { Target } from './target.ts';
import type { Timing } from './timing.ts';
import type { WatchMonitor } from './watch-monitor.ts';
import { guarded, type Watchdog } from './watchdog.ts';

export interface ReflectorOptions {
  readonly target: Target;
  readonly connection: Connection;
  readonly handler: ObjectHandler;
  readonly monitor: WatchMonitor;
  readonly timing: Timing;
  readonly now: () => number;
  readonly random: () => number;
}

export interface ReflectorStatus {
  /** Has a first list been completed? */
  readonly synced: boolean;
  /** When the server last sent anything of use, by the exporter's clock. */
  readonly lastContactAt: number | undefined;
  readonly mode: ListMode;
  readonly encoding: Encoding['name'] | undefined;
  /** Undefined while all is well. */
  readonly lastError: KubeError | undefined;
}

const pageSize = 500;
/** Ten million pods. */
const mostPages = 20_000;
/** A watch that the server ends sooner, and without an event, is not one. */
const shortestWatchMs = 1000;

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #stop = new AbortController();
  readonly #position = new Position();
  readonly #recovery: Recovery;
  readonly #intake: Intake;
  #running: Promise<void> | undefined;
  #phase: Phase = 'asking';
  #encoding: Encoding['name'] | undefined;
  #synced = false;
  #lastContactAt: number | undefined;
  #lastError: KubeError | undefined;
  // By the monotonic clock: the other one may jump.
  #listBegunAt = 0;
  #reconcileAt = Infinity;
  /** The watch broke off, perhaps for a restore of etcd. */
  #isVersionDoubtful = false;

  constructor(options: ReflectorOptions) {
    const { handler, monitor, random, target, timing } = options;
    this.#options = options;
    this.#recovery = new Recovery({
      resource: target.resource,
      isSharded: target.shardSelector !== undefined,
      timing,
      random,
    });
    this.#intake = new Intake(target.resource, handler, monitor, this.#position);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get status(): ReflectorStatus {
    return {
      synced: this.#synced,
      lastContactAt: this.#lastContactAt,
      mode: this.#recovery.mode,
      encoding: this.#encoding,
      lastError: this.#lastError,
    };
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const isListing = this.#position.version === '' || this.#isToReconcile();
      this.#phase = isListing ? 'asking' : 'watching';
      try {
        if (isListing && this.#recovery.mode !== 'streaming') await this.#list();
        else {
          if (!isListing) await this.#checkVersion();
          await this.#watch(isListing);
        }
      } catch (error) {
        if (signal.aborted) return;
        await sleep(this.#failed(asKubeError(error)), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #list(): Promise<void> {
    const { target, timing } = this.#options;
    const limit = this.#recovery.mode === 'paged' ? String(pageSize) : undefined;
    await guarded(`list ${target.description}`, this.#stop.signal, async (watchdog) => {
      watchdog.limit(listLimits(timing, this.#phase));
      let version = '';
      let token: string | undefined;
      for (let page = 1; token !== ''; page++) {
        const query = { limit, continue: token };
        const { metadata } = await this.#get(watchdog, acceptedByList, query, (encoding) => {
          if (page === 1) this.#listBegins();
          return encoding.readList(target.kind, (object) => this.#intake.listed(object));
        });
        if (page === 1) version = metadata.resourceVersion;
        if (page === mostPages || (token !== undefined && metadata.continueToken === token)) {
          throw new KubeError('endless', `${watchdog.attempted}: page after page without an end`);
        }
        token = metadata.continueToken;
      }
      this.#listEnds(version, watchdog.attempted);
    });
  }

  /**
   * A watch from a version that a restored etcd has not reached yet is silent until it has, and then
   * goes on as if nothing were missing: so a page of one object has to tell a newer version first.
   */
  async #checkVersion(): Promise<void> {
    // Who refuses pages cannot be asked.
    if (!this.#isVersionDoubtful || this.#recovery.mode === 'plain') return;
    const { target, timing } = this.#options;
    await guarded(`list ${target.description}`, this.#stop.signal, async (watchdog) => {
      watchdog.limit(listLimits(timing, 'asking'));
      const query = { limit: '1' };
      const { metadata } = await this.#get(watchdog, acceptedByList, query, (encoding) =>
        encoding.readList(target.kind, () => undefined),
      );
      this.#position.check(metadata.resourceVersion, watchdog.attempted);
    });
    this.#isVersionDoubtful = false;
  }

  /** Until it ends; when `listing`, all objects come first. */
  async #watch(listing: boolean): Promise<void> {
    const { monitor, random, target, timing } = this.#options;
    const { kind, resource } = target;
    const begunAt = performance.now();
    const untilListMs = this.#reconcileAt - begunAt;
    const seconds = watchSeconds(timing, resource, listing, untilListMs, random());
    const endsAt = begunAt + seconds * 1000;
    const attempted = `${listing ? 'list and ' : ''}watch ${target.description}`;
    let events = 0;
    await guarded(attempted, this.#stop.signal, async (watchdog) => {
      watchdog.limit(
        listing ? listLimits(timing, this.#phase) : watchLimits(timing, resource, endsAt),
      );
      const query = {
        watch: '1',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(seconds),
        resourceVersion: listing ? '' : this.#position.version,
        ...(listing && { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }),
      };
      await this.#get(watchdog, acceptedByWatch, query, (encoding) => {
        if (listing) {
          this.#listBegins();
          watchdog.limit(listLimits(timing, this.#phase));
        } else this.#sound();
        return encoding.readWatch(kind, (type, object) => {
          events += 1;
          if (this.#phase === 'watching') {
            if (this.#intake.change(type, object, attempted)) this.#recovery.progressed();
            return;
          }
          const version = this.#intake.initial(type, object, attempted);
          if (version === undefined) return;
          this.#listEnds(version, attempted);
          watchdog.limit(watchLimits(timing, resource, endsAt));
        });
      });
    });
    if (this.#phase !== 'watching') {
      throw new KubeError('truncated', `${attempted}: ended before the list did`);
    }
    if (events === 0 && performance.now() - begunAt < shortestWatchMs) {
      throw new KubeError('server_error', `${attempted}: ended by the server at once`);
    }
    this.#position.alive();
    this.#isVersionDoubtful = performance.now() < endsAt - timing.watchGraceMs;
    monitor.restarted(resource, this.#isToReconcile() ? 'reconcile' : 'ended');
  }

  #get<R extends StreamReader>(
    watchdog: Watchdog,
    accept: string,
    query: Readonly<Record<string, string | undefined>>,
    answered: (encoding: Encoding) => R,
  ): Promise<R> {
    const { connection, monitor, now, target, timing } = this.#options;
    const { fieldSelector, path, resource, shardSelector } = target;
    const selectors = {
      fieldSelector,
      shardSelector: this.#recovery.useShardSelector ? shardSelector : undefined,
    };
    return get(connection, {
      path,
      query: { ...query, ...selectors },
      accept,
      attempted: watchdog.attempted,
      permission: `the verbs list and watch on ${resource}`,
      connectMs: timing.connectMs,
      answerMs: timing.answerMs,
      signal: watchdog.signal,
      answered: (encoding) => {
        this.#encoding = encoding.name;
        return answered(encoding);
      },
      received: (bytes) => {
        watchdog.fed();
        this.#lastContactAt = now();
        this.#intake.receivedAt = this.#lastContactAt;
        monitor.received(resource, bytes);
      },
      mayWait: () => this.#phase === 'watching',
    });
  }

  #listBegins(): void {
    const { handler, now, timing } = this.#options;
    const brokenForMs = this.#position.brokenForMs();
    const to = now();
    this.#phase = 'listing';
    this.#listBegunAt = performance.now();
    const mayHaveLost = this.#synced && brokenForMs > timing.lossAfterMs;
    // Only a complete list mends that: the watch is not gone on with.
    if (mayHaveLost) this.#position.version = '';
    handler.listBegins(mayHaveLost ? { from: to - brokenForMs, to } : undefined);
  }

  #listEnds(version: string, attempted: string): void {
    const { handler, monitor, random, target, timing } = this.#options;
    if (version === '') {
      throw new KubeError('unexpected_answer', `${attempted}: a list without resourceVersion`);
    }
    this.#phase = 'watching';
    this.#synced = true;
    this.#position.listed(version, this.#listBegunAt);
    if (target.resource === 'pods') {
      this.#reconcileAt = performance.now() + timing.reconcileMs * (0.9 + 0.2 * random());
    }
    handler.listEnds();
    monitor.listed(target.resource, (performance.now() - this.#listBegunAt) / 1000);
    this.#sound();
  }

  #sound(): void {
    const { monitor, target } = this.#options;
    this.#recovery.sound(performance.now());
    if (this.#lastError !== undefined) monitor.recovered(target.resource);
    this.#lastError = undefined;
  }

  /** Returns how long to wait before going on. */
  #failed(error: KubeError): number {
    const { monitor, target, timing } = this.#options;
    this.#lastError = error;
    this.#isVersionDoubtful = true;
    const { next, waitMs } = this.#recovery.failed(error, {
      now: performance.now(),
      phase: this.#phase,
      brokenForMs: this.#position.brokenForMs(),
    });
    const isReconciling = this.#position.version !== '' && this.#phase !== 'watching';
    // The watch was good, so it goes on first.
    if (isReconciling) this.#reconcileAt = performance.now() + waitMs + timing.reconcileMs / 10;
    else if (next === 'list') this.#position.version = '';
    monitor.restarted(target.resource, error.code);
    monitor.problem(target.resource, { error, failures: this.#recovery.failures, waitMs });
    return waitMs;
  }

  #isToReconcile(): boolean {
    return performance.now() >= this.#reconcileAt;
  }
}
