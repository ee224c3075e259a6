// Slices of text -> UTF-8 in parts of half a megabyte: small enough that nothing ever copies or
// compresses a whole body in one go.

const partBytes = 524_288;

export class PartWriter {
  #part: Buffer = Buffer.allocUnsafe(partBytes);
  #used = 0;

  /** The part before it, when that is full. */
  write(text: string): Buffer | undefined {
    // UTF-16 to UTF-8 at most triples the length.
    const room = text.length * 3;
    const full = this.#used + room > this.#part.length ? this.finish() : undefined;
    if (full !== undefined) this.#part = Buffer.allocUnsafe(Math.max(partBytes, room));
    this.#used += this.#part.write(text, this.#used);
    return full;
  }

  /** What is left; undefined when there is nothing. */
  finish(): Buffer | undefined {
    const rest = this.#used === 0 ? undefined : this.#part.subarray(0, this.#used);
    this.#used = 0;
    return rest;
  }
}
