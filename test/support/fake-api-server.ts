// A scripted API server: each test says what every request is answered. Real HTTP on port 0.
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { encodeList, encodeStatus, encodeWatchEvent } from './kubernetes-protobuf.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface FakeRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** Counts from 1. */
  readonly number: number;
  readonly isWatch: boolean;
}

export type Answer = (request: FakeRequest, reply: Reply) => void;

export interface FakeApiServer {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  /** Of now: new requests are answered by it. */
  answer: Answer;
  /** Told to who asks for one object only, which is no request that a test has to know of. */
  newestVersion: string;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export async function startFakeApiServer(
  answer: Answer,
  tls?: { readonly key: string; readonly cert: string; readonly ca?: string },
  port = 0,
): Promise<FakeApiServer> {
  const requests: FakeRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(incoming.url ?? '', 'http://any');
    const query = Object.fromEntries(url.searchParams);
    const request = {
      path: url.pathname,
      query,
      headers: incoming.headers,
      number: requests.length + 1,
      isWatch: 'watch' in query,
    };
    response.on('error', () => undefined);
    if (query['limit'] === '1') {
      new Reply(request, response).list({ resourceVersion: fake.newestVersion }, []);
      return;
    }
    requests.push(request);
    fake.answer(request, new Reply(request, response));
  };
  const server =
    tls === undefined
      ? createHttp(handle)
      : createHttps({ ...tls, requestCert: tls.ca !== undefined }, handle);
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: used } = server.address() as AddressInfo;
  const fake: FakeApiServer = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${used}`,
    requests,
    answer,
    newestVersion: '1000000',
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return fake;
}

/** What an API server can answer, in the encoding that was asked for. */
export class Reply {
  readonly response: ServerResponse;
  private readonly kind: 'Pod' | 'Event';
  private isProtobuf = true;

  constructor(request: FakeRequest, response: ServerResponse) {
    this.response = response;
    this.kind = request.path.endsWith('/events') ? 'Event' : 'Pod';
  }

  asJson(): this {
    this.isProtobuf = false;
    return this;
  }

  list(metadata: Json, items: readonly Json[]): void {
    this.head(200);
    this.response.end(
      this.isProtobuf
        ? encodeList(this.kind, metadata, items)
        : JSON.stringify({ kind: `${this.kind}List`, apiVersion: 'v1', metadata, items }),
    );
  }

  /** Begins a watch; events follow. */
  watch(): this {
    this.head(200);
    this.response.flushHeaders();
    return this;
  }

  event(type: string, object: Json): this {
    this.response.write(this.eventBytes(type, object));
    return this;
  }

  eventBytes(type: string, object: Json): Uint8Array | string {
    const kind = type === 'ERROR' ? 'Status' : this.kind;
    return this.isProtobuf
      ? encodeWatchEvent(type, kind, object)
      : `${JSON.stringify({ type, object: { kind, apiVersion: 'v1', ...object } })}\n`;
  }

  bookmark(resourceVersion: string): this {
    return this.event('BOOKMARK', { metadata: { resourceVersion } });
  }

  /** All that there is, and the end of it: the first half of a streaming list. */
  initial(resourceVersion: string, objects: readonly Json[]): this {
    for (const object of objects) this.event('ADDED', object);
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    return this.event('BOOKMARK', { metadata: { resourceVersion, annotations } });
  }

  end(): void {
    this.response.end();
  }

  /** As a crash of the server, or a load balancer that has had enough. */
  reset(): void {
    this.response.socket?.resetAndDestroy();
  }

  refuse(status: number, object: Json = {}, headers: Readonly<Record<string, string>> = {}): void {
    this.head(status, headers);
    const whole = { status: 'Failure', code: status, ...object };
    this.response.end(
      this.isProtobuf ? encodeStatus(whole) : JSON.stringify({ kind: 'Status', ...whole }),
    );
  }

  html(status: number): void {
    this.response.writeHead(status, { 'Content-Type': 'text/html' });
    this.response.end('<html><body>please log in</body></html>');
  }

  private head(status: number, headers: Readonly<Record<string, string>> = {}): void {
    const contentType = this.isProtobuf
      ? 'application/vnd.kubernetes.protobuf'
      : 'application/json';
    this.response.writeHead(status, { 'Content-Type': contentType, ...headers });
  }
}

/** Refuses sendInitialEvents, as API servers without the feature do. */
export function refuseStreaming(reply: Reply): void {
  reply.refuse(422, {
    reason: 'Invalid',
    message:
      'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
  });
}
