// The bytes of a JSON list -> its items and its other values, as they arrive: whoever wants one
// parses it.
import { parseJson } from './json-view.ts';
import { Leftover } from './leftover.ts';
import type { StreamReader } from './stream.ts';
import { decodeUtf8 } from './text.ts';
import { WireError } from './wire-error.ts';

const newline = 0x0a;
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

export interface JsonListParts {
  readonly item: (bytes: Uint8Array, start: number, end: number) => void;
  /** Of a key other than `items`, or of `items` where it is no array. */
  readonly value: (key: unknown, bytes: Uint8Array, start: number, end: number) => void;
}

/** One object `{"kind": ..., "metadata": {...}, "items": [...]}`, its keys in any order. */
export class JsonListScanner implements StreamReader {
  private readonly parts: JsonListParts;
  private readonly leftover = new Leftover();
  private expected: 'start' | 'key' | 'colon' | 'value' | 'comma' | 'item' | 'itemComma' | 'end' =
    'start';
  private key: unknown = '';
  /** Where in a value (key, value or item) the last chunk ended. */
  private inValue = false;
  private inString = false;
  private escaped = false;
  private depth = 0;

  constructor(parts: JsonListParts) {
    this.parts = parts;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (!this.inValue) {
        const byte = chunk[at] ?? 0;
        if (isSpace(byte) || !this.beginsValue(byte)) {
          at += 1;
          continue;
        }
        this.inValue = true;
      }
      const end = this.scanValue(chunk, at);
      if (end === undefined) {
        this.leftover.append(chunk, at, chunk.length);
        return;
      }
      this.inValue = false;
      if (this.leftover.length > 0) {
        this.leftover.append(chunk, at, end);
        this.readValue(this.leftover.bytes, 0, this.leftover.length);
        this.leftover.clear();
      } else this.readValue(chunk, at, end);
      at = end;
    }
  }

  end(): void {
    if (this.expected !== 'end') throw truncated();
  }

  /** What the byte means between values: true when it is the first of the next one. */
  private beginsValue(byte: number): boolean {
    switch (this.expected) {
      case 'start':
        if (byte === openBrace) return this.expect('key');
        break;
      case 'key':
        if (byte === quote) return true;
        if (byte === closeBrace) return this.expect('end');
        break;
      case 'colon':
        if (byte === colon) return this.expect('value');
        break;
      case 'value':
        if (byte === openBracket && this.key === 'items') return this.expect('item');
        return true;
      case 'comma':
        if (byte === comma) return this.expect('key');
        if (byte === closeBrace) return this.expect('end');
        break;
      case 'item':
        if (byte === closeBracket) return this.expect('comma');
        return true;
      case 'itemComma':
        if (byte === comma) return this.expect('item');
        if (byte === closeBracket) return this.expect('comma');
        break;
      case 'end':
        break;
    }
    throw new WireError('malformed', `not a JSON list: expected ${this.expected}`);
  }

  private expect(next: JsonListScanner['expected']): false {
    this.expected = next;
    return false;
  }

  private readValue(bytes: Uint8Array, start: number, end: number): void {
    switch (this.expected) {
      case 'key':
        this.key = parseJson(decodeUtf8(bytes, start, end));
        this.expected = 'colon';
        break;
      case 'item':
        this.expected = 'itemComma';
        this.parts.item(bytes, start, end);
        break;
      default:
        this.expected = 'comma';
        this.parts.value(this.key, bytes, start, end);
    }
  }

  /** Where the value ends; undefined when that is not in this chunk. */
  private scanValue(chunk: Uint8Array, start: number): number | undefined {
    let { depth, inString } = this;
    let at = this.escaped ? start + 1 : start;
    this.escaped = false;
    while (at < chunk.length) {
      const byte = chunk[at++];
      if (inString) {
        if (byte === backslash) {
          this.escaped = at === chunk.length;
          at += 1;
        } else if (byte === quote) {
          inString = false;
          if (depth === 0) return this.scanned(at);
        }
      } else if (byte === quote) inString = true;
      else if (byte === openBrace || byte === openBracket) depth += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        depth -= 1;
        if (depth === 0) return this.scanned(at);
        // A number or literal ends before what follows it.
        if (depth < 0) return this.scanned(at - 1);
      } else if (depth === 0 && (byte === comma || isSpace(byte ?? 0))) return this.scanned(at - 1);
    }
    this.depth = depth;
    this.inString = inString;
    return undefined;
  }

  private scanned(end: number): number {
    this.depth = 0;
    this.inString = false;
    return end;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09;
}

export function truncated(): WireError {
  return new WireError('truncated', 'the answer ended inside an object');
}
