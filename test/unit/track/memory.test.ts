import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { PodObservation } from '../../../src/observe/observations.ts';
import { Tracker } from '../../../src/track/tracker.ts';
import { aContainer, aPod, aVerdict, backOff, errImagePull } from './scene.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const pods = 4000;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** With texts of its own, as every pod has. */
function failing(i: number, shows: typeof backOff): PodObservation {
  const image = `registry.example/team-${i}/app:v1`;
  const message = `failed to pull "${image}": ${'a long story about '.repeat(20)}not found`;
  const state = shows === backOff ? backOff(message, image) : errImagePull(message);
  const containers = [aContainer({ image, state })];
  return aPod({ uid: `pod-${i}`, name: `web-${i}`, eventUid: `pod-${i}`, containers });
}

test('a failing container takes 4 to 5 KB, and nothing is left of it when it has recovered', () => {
  const tracker = new Tracker({
    classify: () => aVerdict('image_not_found'),
    slowPullThresholdMs: 30_000,
  });
  tracker.apply({ type: 'listed', resource: 'pods', uids: new Set() }, 0);
  const before = heapBytes();
  let now = 1_700_000_000_000;
  for (let round = 0; round < 8; round += 1) {
    for (const shows of [errImagePull, backOff]) {
      for (let i = 0; i < pods; i += 1) tracker.apply(failing(i, shows), now);
      now += 13_000;
    }
    now += 290_000;
  }
  expect(tracker.size).toBe(pods);
  expect((heapBytes() - before) / pods).toBeLessThan(5000);

  for (let i = 0; i < pods; i += 1) {
    const state = { type: 'running', startedAt: now } as const;
    const containers = [aContainer({ image: `registry.example/team-${i}/app:v1`, state })];
    tracker.apply(aPod({ uid: `pod-${i}`, eventUid: `pod-${i}`, containers }), now);
  }
  // The kubelet's back-off, and so its image, is remembered for 10 minutes more.
  for (let second = 595; second <= 605; second += 1) tracker.tick(now + second * 1000);
  expect(tracker.wants('pod-0')).toBe(false);
  expect((heapBytes() - before) / pods).toBeLessThan(500);
}, 60_000);
