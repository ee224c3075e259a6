// Writes of API objects -> lists as of a resource version, and the changes after one.
import type { ApiObject, Event, Pod } from '../objects.ts';
import { encodeMessage } from './protobuf.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** One version of an object, however it is kept; encodings are made when they are first asked for. */
export interface Stored {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly version: number;
  /** The same object with another version. */
  at(version: number): Stored;
  object(): ApiObject;
  /** Without kind and apiVersion, as items of lists are. */
  json(): Uint8Array;
  /** The message, without an envelope. */
  protobuf(): Uint8Array;
  protobufLength(): number;
  /** The value of a field selector's path, '' when the object lacks it. */
  field(path: string): string;
}

export interface Change {
  readonly version: number;
  readonly type: ChangeType;
  readonly current: Stored;
  readonly previous: Stored | undefined;
}

/** etcd's revision: one counter for all resources. */
export class Revision {
  #current: number;

  constructor(start: number) {
    this.#current = start;
  }

  get current(): number {
    return this.#current;
  }

  next(): number {
    return ++this.#current;
  }

  /** An etcd that was restored from a backup counts on from an older revision. */
  restore(revision: number): void {
    this.#current = revision;
  }
}

/** Objects of one resource and the history that watches replay. */
export class ObjectStore {
  readonly revision: Revision;
  /** Oldest version that a watch may start from or a list may be continued at. */
  oldestVersion: number;
  /** The newest change that was dropped from the history; who has not seen it has lost it. */
  lastDropped: number;
  readonly #historyLimit: number;
  #objects = new Map<string, Stored>();
  #history: Change[] = [];
  #sorted: readonly Stored[] | undefined;
  readonly #listeners = new Set<(change: Change) => void>();

  /** @param historyLimit how many changes a watch can be behind before it gets 410 */
  constructor(revision: Revision, historyLimit: number) {
    this.revision = revision;
    this.oldestVersion = revision.current;
    this.lastDropped = revision.current;
    this.#historyLimit = historyLimit;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): Stored | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  /** Stores a new version; the change tells ADDED or MODIFIED by what was there. */
  put(make: (version: number) => Stored): Stored {
    const version = this.revision.next();
    const current = make(version);
    const key = `${current.namespace}/${current.name}`;
    const previous = this.#objects.get(key);
    this.#objects.set(key, current);
    this.#sorted = undefined;
    this.#record({
      version,
      type: previous === undefined ? 'ADDED' : 'MODIFIED',
      current,
      previous,
    });
    return current;
  }

  /** @param last makes the final version of the object, with the revision of its removal */
  remove(namespace: string, name: string, last: (version: number) => Stored): void {
    const key = `${namespace}/${name}`;
    const previous = this.#objects.get(key);
    if (previous === undefined) return;
    const version = this.revision.next();
    this.#objects.delete(key);
    this.#sorted = undefined;
    this.#record({ version, type: 'DELETED', current: last(version), previous });
  }

  /** In etcd's order: namespace, then name. */
  list(): readonly Stored[] {
    this.#sorted ??= [...this.#objects.values()].sort(byKey);
    return this.#sorted;
  }

  /** What `list` was at an earlier version; undefined when the history no longer reaches back. */
  listAt(version: number): readonly Stored[] | undefined {
    if (version < this.oldestVersion) return undefined;
    if (version >= this.revision.current) return this.list();
    const objects = new Map(this.#objects);
    for (let i = this.#history.length - 1; i >= 0; i--) {
      const change = this.#history[i];
      if (change === undefined || change.version <= version) break;
      const key = `${change.current.namespace}/${change.current.name}`;
      if (change.previous === undefined) objects.delete(key);
      else objects.set(key, change.previous);
    }
    return [...objects.values()].sort(byKey);
  }

  /** The changes after a version that must not be older than `oldestVersion`. */
  changesAfter(version: number): readonly Change[] {
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#history[middle]?.version ?? 0) <= version) low = middle + 1;
      else high = middle;
    }
    return this.#history.slice(low);
  }

  /** @returns stops listening */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Forgets the history: every version but the current one is too old. */
  compact(): void {
    this.lastDropped = this.#history.at(-1)?.version ?? this.lastDropped;
    this.#history = [];
    this.oldestVersion = this.revision.current;
  }

  /** Versions newer than `version` become `version`, and the history is gone. */
  rewind(version: number): void {
    for (const [key, object] of this.#objects) {
      if (object.version > version) this.#objects.set(key, object.at(version));
    }
    this.#sorted = undefined;
    this.compact();
    this.lastDropped = version;
  }

  #record(change: Change): void {
    this.#history.push(change);
    // Cutting in slabs keeps the cost of a write independent of the length of the history.
    if (this.#history.length > this.#historyLimit * 1.25) {
      const dropped = this.#history.splice(0, this.#history.length - this.#historyLimit);
      this.lastDropped = dropped.at(-1)?.version ?? this.lastDropped;
      this.oldestVersion = this.lastDropped;
    }
    for (const listener of this.#listeners) listener(change);
  }
}

function byKey(a: Stored, b: Stored): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** An object that is kept whole. */
export class WholeObject implements Stored {
  readonly version: number;
  readonly #object: ApiObject;
  #json: Uint8Array | undefined;
  #protobuf: Uint8Array | undefined;

  constructor(object: ApiObject, version: number) {
    this.#object = {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(version) },
    };
    this.version = version;
  }

  get namespace(): string {
    return this.#object.metadata.namespace;
  }

  get name(): string {
    return this.#object.metadata.name;
  }

  get uid(): string {
    return this.#object.metadata.uid;
  }

  at(version: number): Stored {
    return new WholeObject(this.#object, version);
  }

  object(): ApiObject {
    return this.#object;
  }

  json(): Uint8Array {
    if (this.#json === undefined) {
      const { kind: _, apiVersion: __, ...item } = this.#object;
      this.#json = Buffer.from(JSON.stringify(item));
    }
    return this.#json;
  }

  protobuf(): Uint8Array {
    this.#protobuf ??= encodeMessage(this.#object.kind, this.#object);
    return this.#protobuf;
  }

  protobufLength(): number {
    return this.protobuf().length;
  }

  field(path: string): string {
    let value: unknown = this.#object;
    for (const part of path.split('.')) {
      value = (value as Readonly<Record<string, unknown>> | undefined)?.[part];
    }
    return typeof value === 'string' ? value : '';
  }
}

/** The typed view that the simulated kubelets and controllers have of a store. */
export function podOf(stored: Stored): Pod {
  return stored.object() as Pod;
}

export function eventOf(stored: Stored): Event {
  return stored.object() as Event;
}
