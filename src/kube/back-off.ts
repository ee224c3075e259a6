// Failures in a row -> how long to wait before the next try.

export class BackOff {
  #failures = 0;
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #random: () => number;

  constructor(firstMs: number, longestMs: number, random: () => number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#random = random;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Counts one more. Anywhere below the doubled wait: many clients must not come back at once. */
  nextMs(): number {
    const longest = Math.min(this.#longestMs, this.#firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return longest * (0.1 + 0.9 * this.#random());
  }

  reset(): void {
    this.#failures = 0;
  }
}
