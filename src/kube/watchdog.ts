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
  readonly #attempted: string;
  #silence: NodeJS.Timeout | undefined;
  #total: NodeJS.Timeout | undefined;

  constructor(attempted: string, stop: AbortSignal) {
    this.#attempted = attempted;
    this.signal = AbortSignal.any([stop, this.#controller.signal]);
  }

  /** From now on; replaces the limits before. */
  limit({ silence, total }: Limits): void {
    this.done();
    this.#silence = this.#endAfter(...silence, 'no data for');
    this.#total = this.#endAfter(...total, 'no end after');
  }

  /** Data came. */
  fed(): void {
    this.#silence?.refresh();
  }

  done(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#total);
  }

  #endAfter(code: KubeErrorCode, ms: number, what: string): NodeJS.Timeout {
    return setTimeout(() => {
      const message = `${this.#attempted}: ${what} ${Math.round(ms / 1000)} s`;
      this.#controller.abort(new KubeError(code, message));
    }, ms);
  }
}
