// Events at virtual times -> the same events in order of time, as fast as possible or paced by a wall clock.

/** A stretch of virtual time to wait for, in ms, or a signal that somebody else fires. */
export type Wait = number | Signal;

/** Work that takes virtual time: it yields what it waits for. */
export type Process = Generator<Wait, void, void>;

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

export interface Timer {
  cancel(): void;
}

/**
 * A deterministic discrete-event scheduler. What is due at the same millisecond runs in the order
 * in which it was asked for. Nothing here reads the wall clock.
 */
export class VirtualClock {
  #now: number;
  #order = 0;
  readonly #heap: Entry[] = [];

  /** @param startMs virtual Unix time to begin with, ms. */
  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  /**
   * Runs `run` at a virtual time, rounded up to a whole ms; at once (but not before the caller
   * returns) when that has passed.
   */
  at(timeMs: number, run: () => void): Timer {
    const entry: Entry = {
      at: Math.max(Math.ceil(timeMs), this.#now),
      order: this.#order++,
      run,
    };
    push(this.#heap, entry);
    return {
      cancel: () => {
        entry.run = undefined;
      },
    };
  }

  after(delayMs: number, run: () => void): Timer {
    return this.at(this.#now + delayMs, run);
  }

  /** Starts a process; the returned timer ends it where it waits (its `finally` blocks run). */
  spawn(process: Process): Timer {
    let ended = false;
    const step = (): void => {
      if (ended) return;
      const { done, value } = process.next();
      if (done === true) {
        ended = true;
        return;
      }
      if (typeof value === 'number') this.after(value, step);
      else value.whenFired(step);
    };
    step();
    return {
      cancel: () => {
        if (ended) return;
        ended = true;
        process.return();
      },
    };
  }

  /** When the next event is due; undefined when nothing is left to do. */
  nextAt(): number | undefined {
    while (this.#heap.length > 0 && this.#heap[0]?.run === undefined) pop(this.#heap);
    return this.#heap[0]?.at;
  }

  /** Runs everything up to and at `timeMs`, then stands there. */
  advanceTo(timeMs: number): void {
    for (let next = this.nextAt(); next !== undefined && next <= timeMs; next = this.nextAt()) {
      const entry = pop(this.#heap);
      this.#now = next;
      entry?.run?.();
    }
    this.#now = Math.max(this.#now, timeMs);
  }
}

/** Something that happens once; whoever waits for it goes on then, or at once when it has happened. */
export class Signal {
  #fired = false;
  readonly #waiting: (() => void)[] = [];

  fire(): void {
    if (this.#fired) return;
    this.#fired = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  whenFired(go: () => void): void {
    if (this.#fired) go();
    else this.#waiting.push(go);
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(entry, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    let below = heap[child];
    if (below === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && before(right, below)) {
      below = right;
      child++;
    }
    if (!before(below, last)) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = last;
  return top;
}
