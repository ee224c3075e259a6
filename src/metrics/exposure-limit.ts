// Failing containers in any number -> those that are exposed: at most `max`, and of every workload at
// least one where that fits; the rest waits for room.
import type { Workload } from '../observe/observations.ts';

interface Item {
  readonly namespace: string;
  readonly workload: Workload;
}

interface Group<T> {
  readonly name: string;
  readonly shown: Map<string, T>;
  readonly waiting: Map<string, T>;
}

export interface ExposureHandlers<T> {
  /** `key` is exposed from now on, or has changed. */
  readonly show: (key: string, item: T) => void;
  readonly hide: (key: string) => void;
  /** `key` found no room, or lost it to a workload that had none. */
  readonly drop: () => void;
}

export class ExposureLimit<T extends Item> {
  readonly #max: number;
  readonly #handlers: ExposureHandlers<T>;
  readonly #groups = new Map<string, Group<T>>();
  readonly #groupOf = new Map<string, Group<T>>();
  /** Groups that can give up one and still show one. */
  readonly #crowded = new Set<Group<T>>();
  /** Groups with somebody waiting; and those of them that show nobody. */
  readonly #queued = new Set<Group<T>>();
  readonly #unseen = new Set<Group<T>>();
  #shown = 0;
  #waiting = 0;

  constructor(max: number, handlers: ExposureHandlers<T>) {
    this.#max = max;
    this.#handlers = handlers;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get tracked(): number {
    return this.#shown + this.#waiting;
  }

  set(key: string, item: T): void {
    const known = this.#groupOf.get(key);
    const group = known ?? this.#group(item);
    if (known === undefined) this.#groupOf.set(key, group);
    if (group.shown.has(key)) {
      this.#show(group, key, item);
    } else if (group.waiting.has(key)) {
      group.waiting.set(key, item);
    } else if (this.#shown < this.#max) {
      this.#show(group, key, item);
    } else if (group.shown.size === 0 && this.#makeRoom()) {
      this.#show(group, key, item);
    } else {
      this.#wait(group, key, item);
    }
  }

  delete(key: string): void {
    const group = this.#groupOf.get(key);
    if (group === undefined) return;
    this.#groupOf.delete(key);
    if (group.waiting.delete(key)) {
      this.#waiting--;
      this.#sort(group);
      return;
    }
    this.#hide(group, key);
    this.#sort(group);
    this.#refill();
  }

  #makeRoom(): boolean {
    for (const group of this.#crowded) {
      for (const [key, item] of group.shown) {
        this.#hide(group, key);
        this.#wait(group, key, item);
        // To the end of the set: the next one is taken from another workload.
        if (this.#crowded.delete(group)) this.#crowded.add(group);
        return true;
      }
    }
    return false;
  }

  #refill(): void {
    for (const candidates of [this.#unseen, this.#queued]) {
      for (const group of candidates) {
        for (const [key, item] of group.waiting) {
          group.waiting.delete(key);
          this.#waiting--;
          this.#show(group, key, item);
          return;
        }
      }
    }
  }

  #show(group: Group<T>, key: string, item: T): void {
    if (!group.shown.has(key)) this.#shown++;
    group.shown.set(key, item);
    this.#sort(group);
    this.#handlers.show(key, item);
  }

  #hide(group: Group<T>, key: string): void {
    group.shown.delete(key);
    this.#shown--;
    this.#handlers.hide(key);
  }

  #wait(group: Group<T>, key: string, item: T): void {
    group.waiting.set(key, item);
    this.#waiting++;
    this.#sort(group);
    this.#handlers.drop();
  }

  #group(item: T): Group<T> {
    const name = JSON.stringify([item.namespace, item.workload.kind, item.workload.name]);
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { name, shown: new Map(), waiting: new Map() };
      this.#groups.set(name, group);
    }
    return group;
  }

  #sort(group: Group<T>): void {
    member(this.#crowded, group, group.shown.size > 1);
    member(this.#queued, group, group.waiting.size > 0);
    member(this.#unseen, group, group.waiting.size > 0 && group.shown.size === 0);
    if (group.shown.size === 0 && group.waiting.size === 0) this.#groups.delete(group.name);
  }
}

function member<G>(set: Set<G>, group: G, belongs: boolean): void {
  if (belongs) set.add(group);
  else set.delete(group);
}
