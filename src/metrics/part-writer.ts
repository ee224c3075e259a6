// Slices of text -> UTF-8 in parts of half a megabyte: small enough that nothing ever copies or
// compresses a whole body in one go.

const partBytes = 524_288;

export class PartWriter {
  readonly #parts: Buffer[] = [];
  #part: Buffer = Buffer.allocUnsafe(partBytes);
  #used = 0;

  write(text: string): void {
    // UTF-16 to UTF-8 at most triples the length.
    if (this.#used + text.length * 3 > this.#part.length) {
      this.#flush();
      this.#part = Buffer.allocUnsafe(Math.max(partBytes, text.length * 3));
    }
    this.#used += this.#part.write(text, this.#used);
  }

  /** All that was written; the writer is not to be used after it. */
  finish(): readonly Buffer[] {
    this.#flush();
    return this.#parts;
  }

  #flush(): void {
    if (this.#used > 0) this.#parts.push(this.#part.subarray(0, this.#used));
    this.#used = 0;
  }
}
