import { assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tracker } from '../../../src/track/tracker.ts';
import { SimulatedWatch } from './simulated-watch.ts';

/** `MODEL_RUNS=1000 vitest run test/unit/track/simulated-kubelet.test.ts` for the long form. */
const runs = Number(process.env['MODEL_RUNS'] ?? 40);
const minutes = 25;
const settlesMs = 35_000;
const timeoutMs = 60_000 + runs * 2000;

describe('against a simulated kubelet', () => {
  test(
    'whatever happens to events and watches, states agree with the API each second, and with the kubelet after 35 s',
    () => {
      const faults = record({
        lost: constantFrom(0, 0.1, 0.5, 1),
        late: boolean(),
        twice: boolean(),
        // An image that changes while the watch is broken ends an episode that nobody saw to its end.
        brokenWatch: boolean(),
        imageChanges: boolean(),
        deletions: boolean(),
      });
      assert(
        property(integer({ min: 1, max: 1_000_000 }), faults, (seed, asked) => {
          const imageChanges = asked.imageChanges && !asked.brokenWatch;
          const watch = new SimulatedWatch(seed, { ...asked, imageChanges });
          for (let second = 1; second <= minutes * 60; second += 1) {
            watch.pass();
            if (watch.isBroken) continue;
            expect(watch.contradictions()).toEqual([]);
            const isQuiet = watch.now - watch.quietSince >= settlesMs;
            if (isQuiet && second % 10 === 0) {
              expect(watch.errors().filter(({ off }) => off !== 0)).toEqual([]);
            }
          }
        }),
        { numRuns: runs, seed: 20261121 },
      );
    },
    timeoutMs,
  );

  test(
    'clocks of nodes that are minutes off change nothing',
    () => {
      const skews = constantFrom(-300_000, -60_000, 60_000, 300_000);
      assert(
        property(integer({ min: 1, max: 1_000_000 }), skews, (seed, clockSkewMs) => {
          const watch = new SimulatedWatch(seed, { clockSkewMs, late: true });
          for (let second = 1; second <= minutes * 60; second += 1) {
            watch.pass();
            expect(watch.contradictions()).toEqual([]);
          }
          expect(watch.errors().filter(({ off }) => off !== 0)).toEqual([]);
        }),
        { numRuns: Math.ceil(runs / 2), seed: 20261121 },
      );
    },
    timeoutMs,
  );

  test(
    'a kubelet that restarts may swallow a try that nobody saw: 1 key of 50, by one',
    () => {
      let keys = 0;
      let off = 0;
      for (let seed = 1; seed <= runs; seed += 1) {
        const watch = new SimulatedWatch(seed, { kubeletRestarts: true });
        for (let second = 1; second <= minutes * 60; second += 1) {
          watch.pass();
          expect(watch.contradictions()).toEqual([]);
        }
        const errors = watch.errors();
        keys += errors.length;
        off += errors.filter((error) => error.off !== 0).length;
        expect(Math.max(0, ...errors.map((error) => Math.abs(error.off)))).toBeLessThanOrEqual(1);
      }
      expect(off / keys).toBeLessThan(0.02);
    },
    timeoutMs,
  );

  test.each([true, false])(
    'one that starts cold sees the same as one that has always watched, with events: %s',
    (events) => {
      let exact = 0;
      let all = 0;
      for (let seed = 1; seed <= runs; seed += 1) {
        const watch = new SimulatedWatch(seed);
        const startsAfter = 30 + ((seed * 97) % 1400);
        for (let second = 1; second <= startsAfter; second += 1) watch.pass();
        const cold = watch.startCold({ events });
        for (let round = 0; round < 11; round += 1) {
          const before = attemptsOf(watch.tracker);
          for (let i = 0; i < 35; i += 1) watch.pass();
          const after = attemptsOf(watch.tracker);
          const estimated = attemptsOf(cold);
          for (const [container, least] of before) {
            const most = after.get(container);
            const attempts = estimated.get(container);
            // What has failed for less than two syncs may be told by events alone.
            if (most === undefined) continue;
            expect(attempts).toBeGreaterThanOrEqual(least - 1);
            expect(attempts).toBeLessThanOrEqual(most + 1);
            all += 1;
            if (attempts === least || attempts === most) exact += 1;
          }
        }
      }
      expect(exact / all).toBeGreaterThan(0.97);
    },
    timeoutMs,
  );
});

function attemptsOf(tracker: Tracker): ReadonlyMap<string, number> {
  return new Map(
    [...tracker.failing()].map(({ uid, container, attempts }) => [`${uid}/${container}`, attempts]),
  );
}
