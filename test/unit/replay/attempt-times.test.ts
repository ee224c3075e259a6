import { expect, test } from 'vitest';
import { attemptTimes } from '../../../src/replay/attempt-times.ts';
import { aState } from './builders.ts';

const at = (...seconds: readonly number[]) => seconds.map((second) => second * 1000);

function times(attempts: number, last: number, before: readonly number[] = [], step = attempts) {
  const state = aState({ attempts, step, firstFailureAt: 1000, lastAttemptAt: last * 1000 });
  return attemptTimes(state, before);
}

test('no attempt has no time', () => {
  const state = aState({ attempts: 0, step: 0, lastAttemptAt: undefined });
  expect(attemptTimes(state, [])).toEqual([]);
});

test('the last time is added to those that were known', () => {
  expect(times(1, 1)).toEqual(at(1));
  expect(times(2, 14, at(1))).toEqual(at(1, 14));
  expect(times(3, 40, at(1, 14))).toEqual(at(1, 14, 40));
});

test('a last time that becomes more exact takes the place of the one that was known', () => {
  expect(times(3, 39, at(1, 14, 40))).toEqual(at(1, 14, 39));
});

test('attempts that were inferred together lie as the back-off has it', () => {
  expect(times(5, 200, at(1, 14))).toEqual(at(1, 14, 67, 113.5, 200));
});

test('the past of a cold start lies between the first failure and the last attempt', () => {
  expect(times(4, 110)).toEqual(at(1, 37, 63.5, 110));
  expect(times(4, 20)).toEqual(at(1, 1, 1, 20));
});

test('an attempt that was late to be known lies before the last one', () => {
  expect(times(4, 100, at(1, 14, 100), 4)).toEqual(at(1, 14, 53.5, 100));
});
