// A virtual clock and a speed factor -> a clock that follows the wall clock.
import type { VirtualClock } from './clock.ts';

export interface Pacer {
  stop(): void;
}

const tickMs = 20;

/**
 * Advances `clock` with the wall clock, `speed` times as fast, from the moment of the call. The only
 * place of the simulator that looks at the wall clock (monotonic: a changed system time does not jump it).
 */
export function paceByWallClock(clock: VirtualClock, speed: number): Pacer {
  const startedAt = performance.now();
  const virtualStart = clock.now();
  const timer = setInterval(() => {
    clock.advanceTo(virtualStart + Math.floor((performance.now() - startedAt) * speed));
  }, tickMs);
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
