import { describe, expect, test } from 'vitest';
import { readTruth } from '../../../src/replay/truth.ts';
import {
  around,
  delayAfter,
  narrow,
  nextFailure,
  overshoot,
  stepAfter,
} from '../../../src/track/back-off.ts';
import { recorded } from '../replay/recorded.ts';

/** A try that failed at this second, known to half a second. */
function at(second: number) {
  return around(second * 1000, 500, 500);
}

test('the delay doubles from 10 s to 300 s', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1000, Infinity].map(delayAfter)).toEqual([
    10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000, 300_000,
  ]);
});

describe('the step after a failure', () => {
  const fifth = { ...at(40), step: 5 };

  test.each([
    ['is the first one of a new key', undefined, 40, 1],
    ['is the next one after the delay', fifth, 200, 6],
    ['is the next one as long as the kubelet remembers the key', fifth, 640, 6],
    ['is the first one when it has forgotten the key', fifth, 641, 1],
    ['is the first one of another process where the delay cannot be over', fifth, 190, 1],
  ])('%s', (_, previous, second, step) => {
    expect(stepAfter(previous, at(second))).toBe(step);
  });
});

describe('the next failure', () => {
  test('comes when the delay is over, at the next sync, and after the time that a try takes', () => {
    const duration = { usualMs: 2000, longestMs: 30_000 };
    const next = nextFailure({ ...at(100), step: 3 }, duration);
    expect(next.at).toBe(148_500);
    expect(next.earliest).toBeCloseTo(148_500 - Math.hypot(500, 6500));
    expect(next.latest).toBeCloseTo(148_500 + Math.hypot(500, 9500 + 28_000));
  });

  test('is less and less certain along a chain, by the root of its length', () => {
    let failure = { ...at(0), step: 6 };
    for (let i = 0; i < 9; i += 1) {
      const { step } = failure;
      failure = { ...nextFailure(failure, { usualMs: 0, longestMs: 0 }), step: step + 1 };
    }
    expect(failure.at).toBe(9 * 306_500);
    expect(failure.latest - failure.at).toBeCloseTo(3 * 9500, -2);
  });

  // The constants come from another recording, `main`.
  test.each(['old', 'crio'] as const)('%s: is where a real kubelet had it', (phase) => {
    const lateMs = readTruth(recorded(phase)).flatMap(({ failures, triedAt }) =>
      failures.slice(1).flatMap((_, i) => {
        const failedAt = failures[i]?.at ?? 0;
        const nextTryAt = triedAt.find((tryAt) => tryAt > failedAt) ?? 0;
        return nextTryAt - failedAt - delayAfter(i + 1);
      }),
    );
    expect(lateMs).toHaveLength(40);
    expect(Math.min(...lateMs)).toBeGreaterThan(-100);
    expect(Math.max(...lateMs)).toBeLessThan(overshoot.longestMs);
    const mean = lateMs.reduce((sum, late) => sum + late, 0) / lateMs.length;
    expect(Math.abs(mean - overshoot.meanMs)).toBeLessThan(1500);
  });
});

test('two estimates of one time share the part that both allow', () => {
  expect(narrow(around(100, 50, 50), around(140, 10, 100))).toEqual({
    at: 130,
    earliest: 130,
    latest: 150,
  });
  expect(narrow(around(100, 10, 10), around(200, 10, 10))).toEqual(around(100, 10, 10));
});
