// A seed -> numbers, names and ids that look random and are the same in every run.

const safeAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const hexDigits = '0123456789abcdef';

/** A stream of pseudo-random values (sfc32); streams with different labels are independent. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    const text = String(seed);
    this.#a = hash(text, 0x9e3779b9);
    this.#b = hash(text, 0x243f6a88);
    this.#c = hash(text, 0xb7e15162);
    for (let i = 0; i < 12; i++) this.#next();
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.#next() / 4294967296;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** A whole number in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.unit() * values.length)];
    if (value === undefined) throw new RangeError('nothing to pick from');
    return value;
  }

  hex(length: number): string {
    let text = '';
    for (let i = 0; i < length; i++) text += hexDigits[this.#next() & 15];
    return text;
  }

  /** Letters and digits as Kubernetes uses them for generated names. */
  suffix(length: number): string {
    return Array.from({ length }, () => safeAlphabet[this.#next() % safeAlphabet.length]).join('');
  }

  uuid(): string {
    const variant = this.pick(['8', '9', 'a', 'b']);
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${variant}${this.hex(3)}-${this.hex(12)}`;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

function hash(text: string, seed: number): number {
  let value = seed;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
    value ^= value >>> 15;
  }
  return value | 0;
}

/** A name part that depends on its text only, like the hash of a pod template. */
export function stableSuffix(text: string, length: number): string {
  return new Random(text).suffix(length);
}

/** A digest that depends on its text only. */
export function stableDigest(text: string): string {
  return `sha256:${new Random(text).hex(64)}`;
}
