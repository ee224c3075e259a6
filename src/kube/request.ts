// One GET of objects -> their bytes to a reader, or a KubeError.
import { encodingOf } from '../wire/encoding.ts';
import type { Encoding, StreamReader } from '../wire/stream.ts';
import { WireError } from '../wire/wire-error.ts';
import type { Connection } from './connection.ts';
import type { AnswerHandler, AnswerHead } from './http-answer.ts';
import { ClosedError } from './http-client.ts';
import { connectionError, KubeError } from './kube-error.ts';
import { type Asked, refusal } from './refusal.ts';

export interface GetRequest<R extends StreamReader> extends Omit<Asked, 'server'> {
  readonly path: string;
  /** Without those that are undefined. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly accept: string;
  /** Until there is a connection, TLS included; then until the answer begins. */
  readonly connectMs: number;
  readonly answerMs: number;
  /** Ends the request; its reason is thrown. */
  readonly signal: AbortSignal;
  /** The answer is one of objects: who reads it? */
  readonly answered: (encoding: Encoding) => R;
  /** So many bytes of it came, and are going to be read. */
  readonly received: (bytes: number) => void;
  /** Asked then: may the next bytes wait a little? */
  readonly mayWait: () => boolean;
}

/**
 * Resolves with the reader when the answer was read to its end. Bytes are read as they come and none
 * is kept: a slow reader slows the server. Throws KubeError, or the reason of the signal.
 */
export async function get<R extends StreamReader>(
  connection: Connection,
  request: GetRequest<R>,
): Promise<R> {
  const { attempted, signal } = request;
  const authorized = await connection.authorize();
  const { client, headers, server } = authorized;
  const url = new URL(server);
  url.pathname = server.pathname.replace(/\/$/, '') + request.path;
  for (const [name, value] of Object.entries(request.query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const deadline = new AbortController();
  const limit = (ms: number, what: string): NodeJS.Timeout =>
    setTimeout(() => {
      const message = `cannot ${attempted}: ${server.origin}: ${what} within ${ms / 1000} s`;
      deadline.abort(new KubeError('timeout', message));
    }, ms);
  let timer = limit(request.connectMs, 'no connection');
  const receiver = new Receiver({ ...request, server }, () => clearTimeout(timer));
  try {
    await client.get({
      path: url.pathname + url.search,
      headers: {
        Host: url.host,
        ...headers,
        Accept: request.accept,
        // Unpacking hundreds of megabytes costs more than they cost the network.
        'Accept-Encoding': 'identity',
      },
      signal: AbortSignal.any([signal, deadline.signal]),
      sent: () => {
        clearTimeout(timer);
        timer = limit(request.answerMs, 'no answer');
      },
      handler: receiver,
      received: receiver.received,
      mayWait: request.mayWait,
    });
    return receiver.end();
  } catch (caught) {
    if (signal.aborted) throw signal.reason;
    const cause = deadline.signal.aborted ? deadline.signal.reason : caught;
    const error =
      receiver.refusal ??
      (cause instanceof KubeError
        ? cause
        : connectionError(attempted, server, cause, receiver.hasBegun));
    if (error.code === 'unauthorized' || error.code === 'tls') connection.reject(authorized);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const longestStatus = 64 * 1024;

/** One answer: objects for the reader, or a refusal of which the first bytes are kept. */
class Receiver<R extends StreamReader> implements AnswerHandler {
  readonly #request: GetRequest<R> & Asked;
  readonly #begun: () => void;
  #reader: R | undefined;
  #refused: AnswerHead | undefined;
  #said = Buffer.alloc(0);
  /** Bytes of the read at hand. */
  #readBytes = 0;

  constructor(request: GetRequest<R> & Asked, begun: () => void) {
    this.#request = request;
    this.#begun = begun;
  }

  readonly head = (head: AnswerHead): void => {
    if (head.status !== 200) {
      this.#refused = head;
      return;
    }
    this.#begun();
    const encoding = this.#encodingOf(head);
    this.#read(() => {
      this.#reader = this.#request.answered(encoding);
    });
    this.#request.received(this.#readBytes);
  };

  readonly received = (bytes: number): void => {
    this.#readBytes = bytes;
    if (this.hasBegun) this.#request.received(bytes);
  };

  readonly body = (piece: Buffer): void => {
    const reader = this.#reader;
    if (reader !== undefined) {
      this.#read(() => reader.push(piece));
      return;
    }
    this.#said = Buffer.concat([this.#said, piece]);
    if (this.#said.length > longestStatus) this.end();
  };

  /** The answer is complete. Throws KubeError for a refusal, and for an answer that is cut short. */
  end(): R {
    const reader = this.#reader;
    if (reader === undefined) throw this.refusal ?? new ClosedError();
    this.#read(() => reader.end());
    return reader;
  }

  get hasBegun(): boolean {
    return this.#reader !== undefined;
  }

  get refusal(): KubeError | undefined {
    if (this.#refused === undefined) return undefined;
    const encoding = encodingOf(this.#refused.headers.get('content-type') ?? '');
    return refusal(this.#refused, encoding?.readStatus(this.#said), this.#request);
  }

  #encodingOf({ headers }: AnswerHead): Encoding {
    const contentType = headers.get('content-type') ?? '';
    const encoding = encodingOf(contentType);
    const contentEncoding = headers.get('content-encoding') ?? 'identity';
    if (encoding !== undefined && contentEncoding === 'identity') return encoding;
    const { attempted, server } = this.#request;
    const got =
      encoding === undefined ? JSON.stringify(contentType) : `encoded as ${contentEncoding}`;
    throw new KubeError(
      'unexpected_answer',
      `cannot ${attempted}: the answer of ${server.origin} is ${got}, not Kubernetes objects; ` +
        'is there a proxy or a login page in between?',
    );
  }

  #read(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (error instanceof KubeError) throw error;
      const { attempted } = this.#request;
      const message = error instanceof Error ? error.message : String(error);
      const code = error instanceof WireError ? error.code : 'malformed';
      throw new KubeError(code, `${attempted}: ${message}`, { cause: error });
    }
  }
}
