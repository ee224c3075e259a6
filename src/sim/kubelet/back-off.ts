// Failures of a key over time -> how long the kubelet waits before it tries again.

const initialMs = 10_000;
const maximumMs = 300_000;
/** An entry that is this much older than the next failure starts anew. */
const expiryMs = 2 * maximumMs;

interface Entry {
  delayMs: number;
  updatedAt: number;
}

/**
 * client-go's flowcontrol.Backoff, as the kubelet uses it for image pulls (key: pod uid and image
 * string) and for restarts (key: container and its spec): 10 s doubling to 300 s, no jitter.
 */
export class BackOff {
  readonly #entries = new Map<string, Entry>();

  /** @param eventAt when what failed ended; the pull itself, or the container that exited. */
  fail(key: string, eventAt: number, now: number): void {
    const entry = this.#entries.get(key);
    const delayMs =
      entry === undefined || eventAt - entry.updatedAt > expiryMs
        ? initialMs
        : Math.min(entry.delayMs * 2, maximumMs);
    this.#entries.set(key, { delayMs, updatedAt: now });
  }

  /** The wait after the last failure; undefined when none is remembered. */
  delayMs(key: string): number | undefined {
    return this.#entries.get(key)?.delayMs;
  }

  /** Is the window since the last failure still open? */
  isOpen(key: string, now: number): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && now - entry.updatedAt < entry.delayMs;
  }

  /** Is the window that is counted from `eventAt` still open? */
  isOpenSince(key: string, eventAt: number, now: number): boolean {
    const entry = this.#entries.get(key);
    return (
      entry !== undefined && eventAt - entry.updatedAt <= expiryMs && now - eventAt < entry.delayMs
    );
  }

  /** Drops what is older than 600 s: all that a successful pull does. */
  collectGarbage(now: number): void {
    for (const [key, entry] of this.#entries) {
      if (now - entry.updatedAt > expiryMs) this.#entries.delete(key);
    }
  }
}
