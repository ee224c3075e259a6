// Parts of a body that are still being made -> any number of readers, each from the first part on.

export class SharedParts implements AsyncIterable<Buffer> {
  /** Settles when all parts are there, or the source has failed. */
  readonly complete: Promise<void>;
  readonly #parts: Buffer[] = [];
  #ended = false;
  #more = Promise.withResolvers<void>();

  /** The source is drained at its own speed: what a slow reader has not taken waits here. */
  constructor(source: AsyncIterable<Buffer>) {
    this.complete = this.#drain(source);
    // Readers see the failure; without any there is nobody to tell.
    this.complete.catch(() => undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (let next = 0; ; next++) {
      while (next >= this.#parts.length) {
        if (this.#ended) return await this.complete;
        await this.#more.promise;
      }
      const part = this.#parts[next];
      if (part !== undefined) yield part;
    }
  }

  async #drain(source: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const part of source) {
        this.#parts.push(part);
        this.#wake();
      }
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }

  #wake(): void {
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
