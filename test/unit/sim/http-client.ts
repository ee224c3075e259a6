// A plain HTTP reader for the tests of the simulated API server.
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly json: () => Record<string, unknown>;
}

export async function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const body = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body,
          json: () => JSON.parse(body.toString()) as Record<string, unknown>,
        });
      });
    });
    asked.once('error', reject);
    asked.end();
  });
}

export interface WatchFrame {
  readonly type: string;
  readonly object: {
    readonly kind: string;
    readonly code?: number;
    readonly message?: string;
    readonly metadata: {
      readonly name?: string;
      readonly uid?: string;
      readonly resourceVersion?: string;
      readonly annotations?: Readonly<Record<string, string>>;
    };
  };
}

/** A watch being read; `frames` and `bytes` grow. */
export class Reader {
  readonly frames: WatchFrame[] = [];
  /** Sizes of the pieces in which the bytes came. */
  readonly pieces: number[] = [];
  status = 0;
  contentType = '';
  /** How it ended: `open`, `end` by the server, or `broken`. */
  state: 'open' | 'end' | 'broken' = 'open';
  #rest = '';
  readonly #request;

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#request = request(url, { headers, agent: false }, (response) => {
      this.status = response.statusCode ?? 0;
      this.contentType = response.headers['content-type'] ?? '';
      response.on('data', (chunk: Buffer) => this.#take(chunk));
      response.once('end', () => {
        this.state = 'end';
      });
      response.once('error', () => {
        this.state = 'broken';
      });
    });
    this.#request.once('error', () => {
      this.state = 'broken';
    });
    this.#request.end();
  }

  get rest(): string {
    return this.#rest;
  }

  get types(): readonly string[] {
    return this.frames.map(({ type }) => type);
  }

  /** Resolves when `done` holds; fails after two seconds. */
  async until(done: (reader: Reader) => boolean): Promise<void> {
    const deadline = performance.now() + 2000;
    while (!done(this)) {
      if (performance.now() > deadline) {
        throw new Error(`gave up after ${this.frames.length} frames, state ${this.state}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): void {
    this.#request.destroy();
  }

  #take(chunk: Buffer): void {
    this.pieces.push(chunk.length);
    const lines = (this.#rest + chunk.toString()).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.frames.push(JSON.parse(line) as WatchFrame);
  }
}

/** Enough for what is on its way over loopback to arrive. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 60));
}
