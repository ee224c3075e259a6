// The bytes of one HTTP/1.1 answer to a GET -> its head, then its body piece by piece, without a copy.
// node:http copies every piece into a buffer of its own: five times the CPU of a list of 100,000 pods,
// and 60 to 90 MB of dead buffers (measured; see docs/architecture.md).
import { KubeError } from './kube-error.ts';

export interface AnswerHead {
  readonly status: number;
  /** Names in lower case; of repeated ones the last. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface AnswerHandler {
  readonly head: (head: AnswerHead) => void;
  /** Valid during the call only. */
  readonly body: (piece: Buffer) => void;
}

const longestHead = 64 * 1024;
const longestLine = 4096;
const newline = 0x0a;

/**
 * Push parser, strict and bounded: throws KubeError `malformed` for what is no answer, and what the
 * handler throws.
 */
export class HttpAnswer {
  #state: 'head' | 'counted' | 'untilClose' | 'size' | 'chunk' | 'chunkEnd' | 'trailer' | 'done' =
    'head';
  #line = '';
  #headLength = 0;
  #headLines: string[] = [];
  /** Bytes of the body, or of its chunk, that are still to come. */
  #left = 0;
  #keepsAlive = true;
  readonly #handler: AnswerHandler;

  constructor(handler: AnswerHandler) {
    this.#handler = handler;
  }

  /** Nothing has come yet. */
  get isUntouched(): boolean {
    return this.#state === 'head' && this.#headLength === 0;
  }

  get isComplete(): boolean {
    return this.#state === 'done';
  }

  /** Once complete: can the connection be used again? */
  get keepsAlive(): boolean {
    return this.#keepsAlive;
  }

  push(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      switch (this.#state) {
        case 'counted':
        case 'chunk': {
          const end = Math.min(bytes.length, at + this.#left);
          this.#left -= end - at;
          if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunkEnd' : 'done';
          this.#handler.body(bytes.subarray(at, end));
          at = end;
          break;
        }
        case 'untilClose':
          this.#handler.body(bytes.subarray(at));
          return;
        case 'done':
          // Nobody asked for more.
          this.#keepsAlive = false;
          return;
        default:
          at = this.#readLine(bytes, at);
      }
    }
  }

  /** The server closed the connection. False when that cuts the answer short. */
  close(): boolean {
    if (this.#state === 'untilClose') this.#state = 'done';
    return this.#state === 'done';
  }

  #readLine(bytes: Buffer, start: number): number {
    const found = bytes.indexOf(newline, start);
    const end = found === -1 ? bytes.length : found;
    this.#line += bytes.toString('latin1', start, end);
    if (this.#line.length > longestLine + (this.#state === 'head' ? longestHead : 0)) {
      throw malformed('a line without end');
    }
    if (found === -1) return end;
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    this.#takeLine(line);
    return found + 1;
  }

  #takeLine(line: string): void {
    switch (this.#state) {
      case 'head':
        this.#headLength += line.length + 2;
        if (this.#headLength > longestHead) throw malformed('a head of over 64 KiB');
        if (line !== '') this.#headLines.push(line);
        else if (this.#headLines.length > 0) this.#takeHead(this.#headLines);
        return;
      case 'size': {
        const size = /^([0-9a-fA-F]{1,12})[ \t]*(;|$)/.exec(line)?.[1];
        if (size === undefined) throw malformed('a chunk without a size');
        this.#left = Number.parseInt(size, 16);
        this.#state = this.#left === 0 ? 'trailer' : 'chunk';
        return;
      }
      case 'chunkEnd':
        if (line !== '') throw malformed('a chunk longer than its size');
        this.#state = 'size';
        return;
      case 'trailer':
        if (line === '') this.#state = 'done';
        return;
      case 'counted':
      case 'untilClose':
      case 'chunk':
      case 'done':
    }
  }

  #takeHead([first = '', ...lines]: readonly string[]): void {
    this.#headLines = [];
    const [, version, code] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(first) ?? [];
    if (version === undefined) throw malformed('no status line');
    const status = Number(code);
    // 100 Continue and its like come before the answer.
    if (status < 200) {
      if (status === 101) throw malformed('another protocol');
      return;
    }
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(':');
      if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    this.#prepareBody(status, headers);
    const connection = headers.get('connection')?.toLowerCase() ?? '';
    this.#keepsAlive =
      this.#state !== 'untilClose' &&
      (version === '1' ? !connection.includes('close') : connection.includes('keep-alive'));
    this.#handler.head({ status, headers });
  }

  #prepareBody(status: number, headers: ReadonlyMap<string, string>): void {
    const transferEncoding = headers.get('transfer-encoding')?.toLowerCase();
    const length = headers.get('content-length');
    if (status === 204 || status === 304) this.#state = 'done';
    else if (transferEncoding !== undefined) {
      if (transferEncoding !== 'chunked') throw malformed(`Transfer-Encoding ${transferEncoding}`);
      this.#state = 'size';
    } else if (length === undefined) this.#state = 'untilClose';
    else {
      if (!/^\d{1,15}$/.test(length)) throw malformed('a Content-Length that is no number');
      this.#left = Number(length);
      this.#state = this.#left === 0 ? 'done' : 'counted';
    }
  }
}

function malformed(what: string): KubeError {
  return new KubeError('malformed', `not an answer of HTTP/1.1: ${what}`);
}
