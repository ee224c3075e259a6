// The part of an object that the last chunk ended in, kept until the next chunk completes it.
import { WireError } from './wire-error.ts';

/** etcd stores objects of 1.5 MB, API servers accept 3 MB; ten times that is no Kubernetes object. */
const longestObject = 16 * 1024 * 1024;
const keptCapacity = 256 * 1024;

export class Leftover {
  bytes = new Uint8Array(0);
  length = 0;

  /** Throws WireError `oversized`. */
  append(chunk: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    checkLength(length);
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.bytes.length, 4096));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(chunk.subarray(start, end), this.length);
    this.length = length;
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > keptCapacity) this.bytes = new Uint8Array(0);
  }
}

/** Throws WireError `oversized` for what is longer than any object. */
export function checkLength(length: number): void {
  if (length > longestObject) {
    throw new WireError('oversized', `an object or frame of over ${longestObject} bytes`);
  }
}
