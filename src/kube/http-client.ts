// Requests -> exchanges over connections that are kept for the next one.
import type { Socket } from 'node:net';
import { type AnswerHandler, HttpAnswer } from './http-answer.ts';
import { openSocket, type Route } from './transport.ts';

export interface Exchange {
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly handler: AnswerHandler;
  /** So many bytes were read from the connection; what the handler is told next lies in them. */
  readonly received: (bytes: number) => void;
  /** Asked then: may the next read wait a little, so that it brings more? */
  readonly mayWait: () => boolean;
  /** The connection stands; the request is on its way. */
  readonly sent: () => void;
  readonly signal: AbortSignal;
}

/** What its socket tells, to whoever uses it at the time. */
class HttpConnection {
  socket: Socket | undefined;
  isSpoiled = false;
  /** Returns whether the next bytes may wait. */
  receive: (bytes: Buffer) => boolean = () => this.spoil();
  closed: (error: Error | undefined) => void = () => undefined;

  /** Until the next exchange. A server has nothing to say between two. */
  rest(): void {
    this.receive = () => this.spoil();
    this.closed = () => undefined;
  }

  spoil(): false {
    this.isSpoiled = true;
    this.socket?.destroy();
    return false;
  }
}

/** One request at a time uses a connection; more are opened as needed, few are kept. */
const mostIdle = 8;

export class HttpClient {
  readonly #route: Route;
  readonly #open = new Set<HttpConnection>();
  #idle: HttpConnection[] = [];
  #isRetired = false;

  constructor(route: Route) {
    this.#route = route;
  }

  /**
   * GET. Resolves at the end of the answer. Rejects with what the handler throws, with the reason of
   * `signal`, with the error of the socket, or with a `ClosedError` when the server hangs up.
   */
  async get(exchange: Exchange): Promise<void> {
    const idle = this.#idle.pop();
    if (idle !== undefined && (await this.#exchange(idle, exchange)) === 'answered') return;
    // None was idle; or the server had closed it, and not seen the request.
    await this.#exchange(await this.#connect(exchange.signal), exchange);
  }

  /** Requests under way go on to their end; nothing is kept for new ones. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of this.#idle) connection.spoil();
  }

  close(): void {
    this.#isRetired = true;
    for (const connection of this.#open) connection.spoil();
  }

  async #connect(signal: AbortSignal): Promise<HttpConnection> {
    const connection = new HttpConnection();
    const socket = await openSocket(this.#route, signal, (bytes) => connection.receive(bytes));
    connection.socket = socket;
    let failure: Error | undefined;
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      this.#open.delete(connection);
      this.#idle = this.#idle.filter((idle) => idle !== connection);
      connection.closed(failure);
    });
    this.#open.add(connection);
    if (connection.isSpoiled) connection.spoil();
    return connection;
  }

  #exchange(connection: HttpConnection, exchange: Exchange): Promise<'answered' | 'stale'> {
    const { handler, headers, mayWait, path, received, sent, signal } = exchange;
    const isReused = (connection.socket?.bytesWritten ?? 0) > 0;
    const answer = new HttpAnswer(handler);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        signal.removeEventListener('abort', abort);
        connection.rest();
      };
      const fail = (error: unknown): void => {
        settle();
        connection.spoil();
        reject(error);
      };
      const abort = (): void => fail(signal.reason);
      const finish = (): void => {
        settle();
        if (answer.keepsAlive && !this.#isRetired && this.#idle.length < mostIdle) {
          this.#idle.push(connection);
        } else connection.spoil();
        resolve('answered');
      };
      connection.receive = (bytes) => {
        try {
          received(bytes.length);
          answer.push(bytes);
          if (answer.isComplete) finish();
          else return mayWait();
        } catch (error) {
          fail(error);
        }
        return false;
      };
      connection.closed = (error) => {
        if (answer.close()) finish();
        else if (isReused && answer.isUntouched) {
          settle();
          resolve('stale');
        } else fail(error ?? new ClosedError());
      };
      signal.addEventListener('abort', abort);
      if (signal.aborted) {
        abort();
        return;
      }
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      connection.socket?.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
      sent();
    });
  }
}

/** The server ended the connection before its answer was complete. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';

  constructor() {
    super('closed by the server');
  }
}
