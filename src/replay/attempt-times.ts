// The states of an episode, one after the other -> the time of each of its attempts.
import { delayAfter, overshoot } from '../track/back-off.ts';
import type { FailingContainer } from '../track/states.ts';

/**
 * States show the first and the last attempt only: those between are remembered from `before`, the
 * answer for the state before. What was inferred together lies where the back-off has it. Sorted, as
 * many as there are attempts; Unix milliseconds.
 */
export function attemptTimes(
  { attempts, firstFailureAt, lastAttemptAt, step }: FailingContainer,
  before: readonly number[],
): readonly number[] {
  if (attempts === 0 || lastAttemptAt === undefined) return [];
  if (attempts === 1) return [lastAttemptAt];
  const known = before.slice(1, attempts - 1).filter((at) => at < lastAttemptAt);
  const earlier = [firstFailureAt, ...known];
  const between: number[] = [];
  let at = lastAttemptAt;
  for (let missing = attempts - 1 - earlier.length; missing > 0; missing -= 1) {
    at -= delayAfter(Math.max(1, step - between.length - 1)) + overshoot.meanMs;
    between.unshift(Math.max(at, earlier.at(-1) ?? at));
  }
  return [...earlier, ...between, lastAttemptAt];
}
