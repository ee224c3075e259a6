// The bytes of a JSON list or watch answer -> its objects, one by one.
import { type ListMetadata, projectListMetadata, projectStatus } from './json.ts';
import { JsonView, parseJson } from './json-view.ts';
import { Leftover } from './leftover.ts';
import type { Encoding, ListReader, ObjectKind, ObjectView, StreamReader } from './stream.ts';
import { decodeUtf8 } from './text.ts';
import { WireError } from './wire-error.ts';

export const jsonEncoding: Encoding = {
  name: 'json',
  readWatch: (kind, take) => new JsonWatch(kind, take),
  readList: (kind, take) => new JsonList(kind, take),
  readStatus: (body) => {
    try {
      return projectStatus(parseJson(decodeUtf8(body, 0, body.length)));
    } catch {
      return undefined;
    }
  },
};

const newline = 0x0a;

/** One event a line. */
class JsonWatch implements StreamReader {
  private readonly take: (type: string, object: ObjectView) => void;
  private readonly view: JsonView;
  private readonly leftover = new Leftover();

  constructor(kind: ObjectKind, take: (type: string, object: ObjectView) => void) {
    this.view = new JsonView(kind);
    this.take = take;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    for (;;) {
      const end = chunk.indexOf(newline, at);
      if (end === -1) break;
      if (this.leftover.length > 0) {
        this.leftover.append(chunk, at, end);
        this.readLine(this.leftover.bytes, 0, this.leftover.length);
        this.leftover.clear();
      } else this.readLine(chunk, at, end);
      at = end + 1;
    }
    if (at < chunk.length) this.leftover.append(chunk, at, chunk.length);
  }

  end(): void {
    if (this.leftover.length > 0) throw truncated();
  }

  private readLine(bytes: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    const type = this.view.placeEvent(bytes, start, end);
    this.take(type, this.view);
  }
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** One object `{"kind": ..., "metadata": {...}, "items": [...]}`, its keys in any order. */
class JsonList implements ListReader {
  metadata: ListMetadata = projectListMetadata(undefined);
  private readonly listKind: string;
  private readonly take: (object: ObjectView) => void;
  private readonly view: JsonView;
  private readonly leftover = new Leftover();
  private expected: 'start' | 'key' | 'colon' | 'value' | 'comma' | 'item' | 'itemComma' | 'end' =
    'start';
  private key: unknown = '';
  private kindKnown = false;
  /** Where in a value (key, value or item) the last chunk ended. */
  private inValue = false;
  private inString = false;
  private escaped = false;
  private depth = 0;

  constructor(kind: ObjectKind, take: (object: ObjectView) => void) {
    this.listKind = `${kind}List`;
    this.view = new JsonView(kind);
    this.take = take;
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
    if (!this.kindKnown) throw new WireError('unexpected_kind', `asked for ${this.listKind}`);
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

  private expect(next: JsonList['expected']): false {
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
        this.view.placeItem(bytes, start, end);
        this.take(this.view);
        break;
      default:
        this.expected = 'comma';
        if (this.key === 'kind') this.checkKind(parseJson(decodeUtf8(bytes, start, end)));
        else if (this.key === 'metadata') {
          this.metadata = projectListMetadata(parseJson(decodeUtf8(bytes, start, end)));
        }
    }
  }

  private checkKind(kind: unknown): void {
    if (kind !== this.listKind) {
      throw new WireError(
        'unexpected_kind',
        `asked for ${this.listKind}, got ${JSON.stringify(kind)}`,
      );
    }
    this.kindKnown = true;
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

function truncated(): WireError {
  return new WireError('truncated', 'the answer ended inside an object');
}
