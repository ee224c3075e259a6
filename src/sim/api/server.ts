// The store over HTTP on 127.0.0.1: what kubectl, client libraries and the exporter read.
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { createGzip } from 'node:zlib';
import type { ApiClient } from '../api-client.ts';
import type { VirtualClock } from '../clock.ts';
import {
  bearerToken,
  contentTypes,
  gathered,
  sendAnswer,
  sendJson,
  sendStatus,
  watchContentTypes,
} from './answers.ts';
import { discoveryDocument } from './discovery.ts';
import { Faults } from './faults.ts';
import { listPage, pageBody } from './lists.ts';
import { Outlet } from './outlet.ts';
import { encodeObject } from './protobuf.ts';
import { parseRequest } from './request.ts';
import type { ApiRequest } from './request.ts';
import { methodNotAllowed, notFound, tooOldVersion, unauthorized } from './statuses.ts';
import type { ObjectStore } from './store.ts';
import { table } from './tables.ts';
import { Watch } from './watches.ts';

export interface ApiServerOptions {
  /** PEM; makes it https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Bearer tokens that are let in; everybody when not given. */
  readonly tokens?: readonly string[];
  /** sendInitialEvents; default: as the Kubernetes version has it. */
  readonly watchList?: boolean;
  /** shardSelector (alpha); default off. */
  readonly shardedWatch?: boolean;
  /** Real time between bookmarks; default 60 s. */
  readonly bookmarkEveryMs?: number;
  /** 410 on a watch as an HTTP status instead of an ERROR event. */
  readonly goneAsHttpStatus?: boolean;
}

/** From the documentation of the WatchList gate. */
function watchListDefault(kubernetesVersion: string): boolean {
  const minor = Number(/^v?1\.(\d+)/.exec(kubernetesVersion)?.[1] ?? 36);
  return minor === 32 || minor >= 34;
}

const gzipFromBytes = 128 * 1024;

export class ApiServer {
  readonly faults = new Faults();
  /** Who is let in now; changed to let a token expire. */
  tokens: ReadonlySet<string> | undefined;
  /** HTTP requests since the start, by verb and resource: what a reader costs the server. */
  readonly requests = new Map<string, number>();
  readonly #options: ApiServerOptions;
  readonly #api: ApiClient;
  readonly #clock: VirtualClock;
  readonly #kubernetesVersion: string;
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<Watch>();
  #server: Server | undefined;
  #port = 0;

  constructor(
    options: ApiServerOptions & {
      readonly api: ApiClient;
      readonly clock: VirtualClock;
      readonly kubernetesVersion: string;
    },
  ) {
    this.#options = options;
    this.#api = options.api;
    this.#clock = options.clock;
    this.#kubernetesVersion = options.kubernetesVersion;
    this.tokens = options.tokens === undefined ? undefined : new Set(options.tokens);
  }

  /** @param port a free one when not given; after `refuse` the same one as before */
  async listen(port = this.#port): Promise<string> {
    const { tls } = this.#options;
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      response.on('error', () => undefined);
      this.#answer(request, response);
    };
    const server = tls === undefined ? createHttpServer(handle) : createHttpsServer(tls, handle);
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    for (const watch of this.#watches) watch.end();
    this.abortConnections();
    await this.refuse();
  }

  /** New connections are refused; those that are open go on. `listen` opens the same port again. */
  async refuse(): Promise<void> {
    this.#server?.close();
    this.#server = undefined;
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** All connections are reset, as when the server is killed. */
  abortConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Every watch ends in an orderly way, as when the server is stopped. */
  endWatches(): void {
    for (const watch of this.#watches) watch.end();
  }

  /** The history is gone: no watch can be resumed, no list continued. */
  expireHistory(): void {
    this.#api.pods.compact();
    this.#api.events.compact();
  }

  /** etcd from a backup: versions go back, what is there keeps its content. */
  rewindVersions(by: number): void {
    const version = this.#api.revision.current - by;
    this.#api.revision.restore(version);
    for (const store of [this.#api.pods, this.#api.events]) store.rewind(version);
    this.endWatches();
  }

  /** Bookmarks that nobody needs. */
  floodBookmarks(count: number): void {
    for (const watch of this.#watches) for (let i = 0; i < count; i++) watch.bookmark();
  }

  /** Connections from now on see another certificate. */
  setCertificate(tls: { readonly key: string; readonly cert: string }): void {
    (this.#server as unknown as TlsServer | undefined)?.setSecureContext(tls);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://api');
    const accept = request.headers.accept ?? '';
    if (this.tokens !== undefined && !this.tokens.has(bearerToken(request))) {
      sendStatus(response, unauthorized, accept.includes('protobuf') ? 'protobuf' : 'json');
      return;
    }
    const document = discoveryDocument(url.pathname, this.#kubernetesVersion);
    if (document !== undefined) {
      sendJson(response, 200, document);
      return;
    }
    const asked = parseRequest(
      url,
      { accept, acceptEncoding: request.headers['accept-encoding'] ?? '' },
      {
        watchList: this.#options.watchList ?? watchListDefault(this.#kubernetesVersion),
        shardedWatch: this.#options.shardedWatch ?? false,
      },
    );
    const format = accept.includes('protobuf') ? 'protobuf' : 'json';
    if ('kind' in asked) sendStatus(response, asked, format);
    else if (request.method !== 'GET') sendStatus(response, methodNotAllowed(), format);
    else this.#serve(asked, response);
  }

  #serve(request: ApiRequest, response: ServerResponse): void {
    const key = `${request.verb} ${request.resource}`;
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
    const answer = this.faults.answer(request);
    if (answer !== undefined) {
      sendAnswer(response, answer, request.format);
      return;
    }
    const store = request.resource === 'pods' ? this.#api.pods : this.#api.events;
    switch (request.verb) {
      case 'get':
        this.#get(store, request, response);
        return;
      case 'list':
        void this.#list(store, request, response);
        return;
      case 'watch':
        this.#watch(store, request, response);
    }
  }

  #get(store: ObjectStore, request: ApiRequest, response: ServerResponse): void {
    const stored = store.get(request.namespace ?? '', request.name);
    if (stored === undefined) {
      sendStatus(response, notFound(request.resource, request.name), request.format);
      return;
    }
    const object = stored.object();
    if (request.format === 'table') {
      sendJson(response, 200, table(request.resource, [object], {}, this.#clock.now()));
    } else if (request.format === 'protobuf') {
      response.writeHead(200, { 'content-type': contentTypes.protobuf });
      response.end(encodeObject(object.kind, object));
    } else sendJson(response, 200, object);
  }

  async #list(store: ObjectStore, request: ApiRequest, response: ServerResponse): Promise<void> {
    const page = listPage(store, request);
    if ('kind' in page) {
      sendStatus(response, page, request.format);
      return;
    }
    const outlet = new Outlet(response, () => this.faults.shape(request));
    // A page this small is not worth compressing; the size of one pod stands for all.
    const sizeGuess = page.items.length * (page.items[0]?.protobufLength() ?? 0);
    const gzip = request.gzip && sizeGuess > gzipFromBytes ? createGzip({ level: 1 }) : undefined;
    response.writeHead(200, {
      'content-type': this.faults.contentType(request) ?? contentTypes[request.format],
      ...(gzip === undefined ? {} : { 'content-encoding': 'gzip', vary: 'Accept-Encoding' }),
    });
    gzip?.on('data', (bytes: Buffer) => outlet.write(bytes));
    gzip?.once('end', () => outlet.end());
    for (const bytes of gathered(pageBody(request, page, this.#clock.now()))) {
      if (outlet.closed) return;
      if (gzip === undefined) outlet.write(bytes);
      else if (!gzip.write(bytes)) await new Promise((resolve) => gzip.once('drain', resolve));
      if (outlet.backedUp) await outlet.drained();
    }
    if (gzip === undefined) outlet.end();
    else gzip.end();
  }

  #watch(store: ObjectStore, request: ApiRequest, response: ServerResponse): void {
    const from = Number(request.resourceVersion || 0);
    if (
      this.#options.goneAsHttpStatus === true &&
      !request.sendInitialEvents &&
      from > 0 &&
      from < store.oldestVersion
    ) {
      sendStatus(response, tooOldVersion(from, store.oldestVersion), request.format);
      return;
    }
    response.writeHead(200, {
      'content-type': this.faults.contentType(request) ?? watchContentTypes[request.format],
    });
    response.flushHeaders();
    const watch = new Watch({
      store,
      request,
      outlet: new Outlet(response, () => this.faults.shape(request)),
      faults: this.faults,
      now: () => this.#clock.now(),
      bookmarkEveryMs: this.#options.bookmarkEveryMs ?? 60_000,
      timeoutMs: (request.timeoutSeconds ?? 1800) * 1000,
    });
    this.#watches.add(watch);
    response.once('close', () => {
      watch.end();
      this.#watches.delete(watch);
    });
    void watch.run();
  }
}
