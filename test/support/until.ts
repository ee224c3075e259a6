// For tests of running programs: waits until something is so, and says what was seen last when it is not.
import { setTimeout } from 'node:timers/promises';

export async function until<T>(
  what: string,
  look: () => Promise<T> | T,
  isSo: (seen: T) => boolean,
  limitMs = 30_000,
): Promise<T> {
  const startedAt = Date.now();
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() - startedAt > limitMs) {
      throw new Error(
        `${what}: not so after ${limitMs} ms; last seen: ${JSON.stringify(seen)?.slice(0, 2000)}`,
      );
    }
    await setTimeout(100);
  }
}
