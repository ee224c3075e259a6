// A watch request -> its stream: initial objects, bookmarks, changes, and the ways in which it ends.
import type { Faults } from './faults.ts';
import type { Outlet } from './outlet.ts';
import { encodeObject, encodeWatchFrame, envelope } from './protobuf.ts';
import type { ApiRequest } from './request.ts';
import { tooOldVersion } from './statuses.ts';
import type { Status } from './statuses.ts';
import type { Change, ChangeType, ObjectStore, Stored } from './store.ts';
import { table } from './tables.ts';

export interface WatchOptions {
  readonly store: ObjectStore;
  readonly request: ApiRequest;
  readonly outlet: Outlet;
  readonly faults: Faults;
  readonly now: () => number;
  /** Between bookmarks, real time. */
  readonly bookmarkEveryMs: number;
  /** When the server ends it, real time. */
  readonly timeoutMs: number;
}

/** What a slow reader may be behind before the server gives it up. */
const maximumBehind = 20_000;

export class Watch {
  readonly #options: WatchOptions;
  #version = 0;
  #busy = true;
  #stopListening: (() => void) | undefined;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Sends until the reader leaves, the time is up or the server ends it. */
  async run(): Promise<void> {
    const { store, request, outlet } = this.#options;
    this.#stopListening = store.listen(() => this.#flush());
    const from = Number(request.resourceVersion || 0);
    if (request.sendInitialEvents || from === 0) {
      this.#version = store.revision.current;
      await this.#sendInitial(store.list());
      if (request.sendInitialEvents && request.allowWatchBookmarks) this.bookmark(true);
    } else if (from < store.oldestVersion) {
      this.#send(statusFrame(request, tooOldVersion(from, store.oldestVersion)));
      this.end();
      return;
    } else this.#version = from;
    if (outlet.closed) {
      this.end();
      return;
    }
    this.#startTimers();
    this.#busy = false;
    this.#flush();
  }

  /** Events have no watch cache: they get no bookmarks but the one after the initial objects. */
  bookmark(initialEnd = false): void {
    const { request, store } = this.#options;
    if (!request.allowWatchBookmarks || (!initialEnd && request.resource === 'events')) return;
    // A bookmark says that everything before it was sent.
    if (!initialEnd) {
      this.#flush();
      if (this.#busy) return;
    }
    const version = initialEnd ? this.#version : Math.max(this.#version, store.revision.current);
    this.#send(bookmarkFrame(request, version, initialEnd));
  }

  end(): void {
    this.#stopListening?.();
    for (const timer of this.#timers) {
      clearTimeout(timer);
      clearInterval(timer);
    }
    this.#busy = true;
    this.#options.outlet.end();
  }

  #startTimers(): void {
    const { bookmarkEveryMs, timeoutMs } = this.#options;
    this.#timers.push(
      setInterval(() => this.bookmark(), bookmarkEveryMs),
      setTimeout(() => this.bookmark(), Math.max(0, timeoutMs - 2000)),
      setTimeout(() => this.end(), timeoutMs),
    );
  }

  async #sendInitial(objects: readonly Stored[]): Promise<void> {
    const { request, outlet } = this.#options;
    for (const current of objects) {
      if (!request.selector(current)) continue;
      this.#sendObject('ADDED', current);
      if (outlet.backedUp) await outlet.drained();
      if (outlet.closed) return;
    }
  }

  /** Sends what happened since the last change that was sent. */
  #flush(): void {
    const { store, request, outlet, faults } = this.#options;
    if (this.#busy) return;
    if (outlet.closed) {
      this.end();
      return;
    }
    // A version from the future (of an etcd that was restored since) stays silent until it is passed.
    if (this.#version >= store.revision.current) return;
    const changes = store.changesAfter(this.#version);
    if (this.#version < store.lastDropped || changes.length > maximumBehind) {
      this.end();
      return;
    }
    for (const change of changes) {
      this.#version = change.version;
      const selected = select(change, request);
      if (selected === undefined) continue;
      for (const shown of faults.changes(selected, request, this)) {
        this.#sendObject(shown.type, shown.current);
      }
    }
    if (outlet.backedUp) {
      void this.#flushWhenDrained();
    }
  }

  async #flushWhenDrained(): Promise<void> {
    this.#busy = true;
    await this.#options.outlet.drained();
    this.#busy = false;
    this.#flush();
  }

  #sendObject(type: ChangeType, object: Stored): void {
    const { request, now } = this.#options;
    this.#send(objectFrame(request, type, object, now()));
  }

  #send(bytes: Uint8Array): void {
    this.#options.outlet.write(bytes);
  }
}

/** An object that stops matching a selector is DELETED for its watch, one that starts is ADDED. */
function select(change: Change, request: ApiRequest): Change | undefined {
  const { current, previous, type } = change;
  const before = previous !== undefined && request.selector(previous);
  if (type === 'DELETED') return before ? change : undefined;
  const after = request.selector(current);
  if (after) return before || type === 'ADDED' ? change : { ...change, type: 'ADDED' };
  return before ? { ...change, type: 'DELETED' } : undefined;
}

const endOfJsonFrame = Buffer.from('}\n');

function objectFrame(
  request: ApiRequest,
  type: ChangeType,
  object: Stored,
  now: number,
): Uint8Array {
  const kind = request.resource === 'pods' ? 'Pod' : 'Event';
  switch (request.format) {
    case 'protobuf':
      return encodeWatchFrame(type, envelope(kind, object.protobuf()));
    case 'json':
      return Buffer.concat([
        Buffer.from(`{"type":"${type}","object":{"kind":"${kind}","apiVersion":"v1",`),
        object.json().subarray(1),
        endOfJsonFrame,
      ]);
    case 'table':
      return jsonFrame(
        type,
        table(
          request.resource,
          [object.object()],
          { resourceVersion: String(object.version) },
          now,
        ),
      );
  }
}

function bookmarkFrame(request: ApiRequest, version: number, initialEnd: boolean): Uint8Array {
  const metadata = {
    resourceVersion: String(version),
    ...(initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  };
  const pods = request.resource === 'pods';
  const object = pods
    ? { kind: 'Pod', apiVersion: 'v1', metadata, spec: { containers: null }, status: {} }
    : {
        kind: 'Event',
        apiVersion: 'v1',
        metadata,
        involvedObject: {},
        source: {},
        firstTimestamp: null,
        lastTimestamp: null,
        eventTime: null,
        reportingComponent: '',
        reportingInstance: '',
      };
  return request.format === 'protobuf'
    ? encodeWatchFrame('BOOKMARK', encodeObject(pods ? 'Pod' : 'Event', object))
    : jsonFrame('BOOKMARK', object);
}

export function statusFrame(request: ApiRequest, status: Status): Uint8Array {
  return request.format === 'protobuf'
    ? encodeWatchFrame('ERROR', encodeObject('Status', status))
    : jsonFrame('ERROR', status);
}

function jsonFrame(type: string, object: object): Uint8Array {
  return Buffer.from(`${JSON.stringify({ type, object })}\n`);
}
