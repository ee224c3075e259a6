import { describe, expect, test } from 'vitest';
import { listLimits, watchLimits, watchSeconds } from '../../../src/kube/limits.ts';
import { defaultTiming } from '../../../src/kube/timing.ts';

describe('how long the server is asked to watch', () => {
  test.each([
    {
      what: 'pods, at least',
      resource: 'pods',
      listing: false,
      untilListMs: Infinity,
      random: 0,
      seconds: 300,
    },
    {
      what: 'pods, at most',
      resource: 'pods',
      listing: false,
      untilListMs: Infinity,
      random: 1,
      seconds: 600,
    },
    {
      what: 'events, at most',
      resource: 'events',
      listing: false,
      untilListMs: Infinity,
      random: 1,
      seconds: 300,
    },
    {
      what: 'until the next list',
      resource: 'pods',
      listing: false,
      untilListMs: 60_500,
      random: 1,
      seconds: 61,
    },
    {
      what: 'never 0, which is for ever',
      resource: 'pods',
      listing: false,
      untilListMs: 0,
      random: 1,
      seconds: 1,
    },
    {
      what: 'longer when a list comes first',
      resource: 'pods',
      listing: true,
      untilListMs: 0,
      random: 0,
      seconds: 900,
    },
  ] as const)('$what', ({ resource, listing, untilListMs, random, seconds }) => {
    expect(watchSeconds(defaultTiming, resource, listing, untilListMs, random)).toBe(seconds);
  });
});

test('a list may be silent for 30 s, and take 10 min', () => {
  expect(listLimits(defaultTiming, 'listing')).toEqual({
    silence: ['timeout', 30_000],
    total: ['endless', 600_000],
  });
});

test('pods may be silent for 3 min, events until their watch is over by 30 s', () => {
  const endsAt = performance.now() + 300_000;
  const [pods, events] = (['pods', 'events'] as const).map((resource) =>
    watchLimits(defaultTiming, resource, endsAt),
  );

  expect(pods?.silence).toEqual(['silent', 180_000]);
  expect(events?.silence[1]).toBeCloseTo(330_000, -3);
  expect(pods?.total[1]).toBeCloseTo(330_000, -3);
});
