// Time without data, and time in all -> the end of a request that is dead or endless.
import { KubeError, type KubeErrorCode } from './kube-error.ts';

/** After how long a request is ended, and what that means. */
export interface Limits {
  readonly silence: readonly [KubeErrorCode, ms: number];
  readonly total: readonly [KubeErrorCode, ms: number];
}

export class Watchdog {
  /** Of the request. Aborted with the KubeError that says which limit was passed, or by `stop`. */
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  /** For messages: `list pods in all namespaces`. */
  readonly attempted: string;
  #silence: NodeJS.Timeout | undefined;
  #total: NodeJS.Timeout | undefined;
  #fedAt = 0;

  constructor(attempted: string, stop: AbortSignal) {
    this.attempted = attempted;
    this.signal = AbortSignal.any([stop, this.#controller.signal]);
  }

  /** From now on; replaces the limits before. */
  limit({ silence, total }: Limits): void {
    this.done();
    this.fed();
    this.#listen(...silence);
    const [code, ms] = total;
    this.#total = setTimeout(() => this.#end(code, 'no end after', ms), ms);
  }

  /** Data came. Called for each piece of it, so it only looks at the clock. */
  fed(): void {
    this.#fedAt = performance.now();
  }

  done(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#total);
  }

  #listen(code: KubeErrorCode, ms: number, leftMs = ms): void {
    this.#silence = setTimeout(() => {
      const silentMs = performance.now() - this.#fedAt;
      // Timers may fire a fraction of a millisecond early.
      if (silentMs >= ms - 1) this.#end(code, 'no data for', ms);
      else this.#listen(code, ms, ms - silentMs);
    }, leftMs);
  }

  #end(code: KubeErrorCode, what: string, ms: number): void {
    const message = `${this.attempted}: ${what} ${Math.round(ms / 1000)} s`;
    this.#controller.abort(new KubeError(code, message));
  }
}

/** Throws what the action throws; when a limit was passed or `stop` called, the reason of that. */
export async function guarded(
  attempted: string,
  stop: AbortSignal,
  action: (watchdog: Watchdog) => Promise<void>,
): Promise<void> {
  const watchdog = new Watchdog(attempted, stop);
  try {
    await action(watchdog);
  } catch (error) {
    // What the request says of its own abortion is of no interest.
    throw watchdog.signal.aborted ? watchdog.signal.reason : error;
  } finally {
    watchdog.done();
  }
}
