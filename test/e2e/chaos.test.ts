// The fault matrix of `npm run chaos` in a short form: every fault of it, with short waits.
import { beforeAll, describe, expect, test } from 'vitest';
import { runCrowd } from '../../bench/chaos/crowd.ts';
import { faults } from '../../bench/chaos/faults.ts';
import { type Outcome, type Pace, runFaults } from '../../bench/chaos/run.ts';
import { defaultTiming } from '../../src/kube/timing.ts';

const pace: Pace = {
  timing: {
    ...defaultTiming,
    answerMs: 2000,
    listSilenceMs: 1000,
    podSilenceMs: 3000,
    firstBackOffMs: 50,
    longestBackOffMs: 1000,
    lossAfterMs: 500,
  },
  faultMs: 9000,
};

let outcomes: ReadonlyMap<string, Outcome>;

beforeAll(async () => {
  const lostForGood = {
    ...faults.find(({ name }) => name === 'lost DELETED'),
    name: 'lost DELETED, never listed again',
    timing: {},
    rightMs: () => 1000,
  } as (typeof faults)[number];
  const all = await runFaults([...faults, lostForGood], pace);
  outcomes = new Map(all.map((outcome) => [outcome.fault, outcome]));
});

describe('whatever happens to the API server or before it, the picture is right again in time', () => {
  test.each(faults.map(({ name }) => ({ name })))('$name', ({ name }) => {
    expect(outcomes.get(name)).toMatchObject({ lost: [], phantom: [], missed: false });
  });
});

test('the matrix would show it: nothing but a list notices a DELETED that was not sent', () => {
  const { lost, missed, phantom } = outcomes.get('lost DELETED, never listed again') ?? {};
  expect({ lost, missed }).toEqual({ lost: [], missed: true });
  expect(phantom?.length).toBeGreaterThan(0);
  expect(phantom?.filter((key) => !key.startsWith('shop/replaced-'))).toEqual([]);
});

test.each([
  { pods: 5000, room: 100_000, what: 'all are shown, and gone when they recover' },
  { pods: 5000, room: 200, what: 'every workload keeps one where not all have room' },
])('$pods pods that fail at once: $what', async ({ pods, room }) => {
  const outcome = await runCrowd({ pods, room, timing: defaultTiming, limitMs: 30_000 });
  expect(outcome).toMatchObject({ lost: [], phantom: [], missed: false });
});
