import { assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FailingContainer } from '../../../src/track/states.ts';
import type { Tracker } from '../../../src/track/tracker.ts';
import { SimulatedWatch } from './simulated-watch.ts';

/** `MODEL_RUNS=1000 vitest run test/unit/track/simulated-kubelet.test.ts` for the long form. */
const runs = Number(process.env['MODEL_RUNS'] ?? 40);
const minutes = 25;
const settlesMs = 35_000;
/** What ran before its image changed crashes, and the pod is synced every 90 s (kubelet-semantics 2.2). */
const heldUpMs = 125_000;
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
              const errors = watch.errors(imageChanges ? heldUpMs : settlesMs);
              expect(errors.filter(({ off }) => off !== 0)).toEqual([]);
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

  test.each([
    { brokenWatch: false, most: 1, share: 0.02 },
    { brokenWatch: true, most: 3, share: 0.05 },
  ])(
    'a kubelet that restarts may swallow tries that nobody saw: %j',
    ({ brokenWatch, most, share }) => {
      const faults = record({ lost: constantFrom(0, 0.5), late: boolean(), twice: boolean() });
      const all: number[] = [];
      assert(
        property(integer({ min: 1, max: 1_000_000 }), faults, (seed, asked) => {
          const watch = new SimulatedWatch(seed, { ...asked, brokenWatch, kubeletRestarts: true });
          for (let second = 1; second <= minutes * 60; second += 1) {
            watch.pass();
            if (!watch.isBroken) expect(watch.contradictions()).toEqual([]);
          }
          if (!watch.isBroken) all.push(...watch.errors().map(({ off }) => Math.abs(off)));
        }),
        { numRuns: Math.ceil(runs / 2), seed: 20261121 },
      );
      expect(all.length).toBeGreaterThan(2 * runs);
      expect(Math.max(...all)).toBeLessThanOrEqual(most);
      expect(all.filter((off) => off > 0).length / all.length).toBeLessThan(share);
    },
    timeoutMs,
  );

  test.each([true, false])(
    'an exporter that is restarted every 4 minutes agrees with one that is not, with events: %s',
    (events) => {
      const total = { compared: 0, sameAttempts: 0, sameRetry: 0 };
      for (let seed = 1; seed <= runs; seed += 1) {
        const watch = new SimulatedWatch(seed);
        let restarted: Tracker | undefined;
        let before = statesOf(watch.tracker);
        for (let second = 1; second <= minutes * 60; second += 1) {
          watch.pass();
          if (second % 240 === 0) restarted = watch.restart({ events });
          if ((second * 1000) % settlesMs !== 0) continue;
          const now = statesOf(watch.tracker);
          if (restarted !== undefined) compare(statesOf(restarted), before, now);
          before = now;
        }
      }
      expect(total.compared).toBeGreaterThan(20 * runs);
      expect(total.sameAttempts / total.compared).toBeGreaterThan(0.98);
      expect(total.sameRetry / total.compared).toBeGreaterThan(0.9);

      function compare(restarted: States, before: States, now: States): void {
        for (const key of restarted.keys()) expect(now.has(key) || before.has(key)).toBe(true);
        for (const [key, { attempts: least }] of before) {
          const live = now.get(key);
          const cold = restarted.get(key);
          // It has recovered.
          if (live === undefined) continue;
          if (cold === undefined) throw new Error(`${key} is not there after a restart`);
          expect(cold.attempts).toBeGreaterThanOrEqual(least - 1);
          expect(cold.attempts).toBeLessThanOrEqual(live.attempts + 1);
          // Before Kubernetes 1.32 events alone tell the cause between two tries.
          const { cause } = cold.verdict;
          if (events || cause !== 'unknown') expect(cause).toBe(live.verdict.cause);
          const retryOff = Math.abs((cold.nextRetryAt ?? 0) - (live.nextRetryAt ?? 0));
          total.compared += 1;
          // What has failed for less than two syncs is told by events alone.
          if (cold.attempts === least || cold.attempts === live.attempts) total.sameAttempts += 1;
          if (retryOff <= 16_000) total.sameRetry += 1;
        }
      }
    },
    timeoutMs,
  );
});

type States = ReadonlyMap<string, FailingContainer>;

function statesOf(tracker: Tracker): States {
  return new Map([...tracker.failing()].map((state) => [`${state.uid}/${state.container}`, state]));
}
