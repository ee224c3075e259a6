import { describe, expect, test } from 'vitest';
import { BackOff } from '../../../src/sim/kubelet/back-off.ts';
import { EventCorrelator } from '../../../src/sim/kubelet/event-correlator.ts';
import type { Occurrence } from '../../../src/sim/kubelet/event-correlator.ts';
import { goDuration } from '../../../src/sim/kubelet/image-manager.ts';
import { TokenBucket } from '../../../src/sim/kubelet/token-bucket.ts';
import { Random } from '../../../src/sim/random.ts';

const seconds = 1000;

describe('the back-off', () => {
  test('doubles from 10 s to 300 s', () => {
    const backOff = new BackOff();
    const delays = Array.from({ length: 7 }, (_, i) => {
      backOff.fail('key', i * 310 * seconds, i * 310 * seconds);
      return backOff.delayMs('key');
    });
    expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300].map((s) => s * seconds));
  });

  test('is open until its time is over, to the millisecond', () => {
    const backOff = new BackOff();
    backOff.fail('key', 0, 0);
    expect([backOff.isOpen('key', 9999), backOff.isOpen('key', 10_000)]).toEqual([true, false]);
    expect(backOff.isOpen('other', 0)).toBe(false);
  });

  test('starts anew 600 s after the last failure, not sooner', () => {
    const backOff = new BackOff();
    backOff.fail('key', 0, 0);
    backOff.fail('key', 600 * seconds, 600 * seconds);
    expect(backOff.delayMs('key')).toBe(20 * seconds);
    backOff.fail('key', 1200 * seconds + 1, 1200 * seconds + 1);
    expect(backOff.delayMs('key')).toBe(10 * seconds);
  });

  test('outlives a success by 600 s', () => {
    const backOff = new BackOff();
    backOff.fail('key', 0, 0);
    backOff.collectGarbage(600 * seconds);
    expect(backOff.delayMs('key')).toBe(10 * seconds);
    backOff.collectGarbage(600 * seconds + 1);
    expect(backOff.delayMs('key')).toBeUndefined();
  });

  test('of restarts counts from the end of the container', () => {
    const backOff = new BackOff();
    backOff.fail('key', 0, 30 * seconds);
    expect(backOff.isOpenSince('key', 25 * seconds, 34 * seconds)).toBe(true);
    expect(backOff.isOpenSince('key', 25 * seconds, 35 * seconds)).toBe(false);
    expect(backOff.isOpenSince('key', 631 * seconds, 632 * seconds)).toBe(false);
  });
});

describe('a token bucket', () => {
  test('lets a burst through and then its rate', () => {
    const bucket = new TokenBucket(1 / 300, 25);
    const taken = Array.from({ length: 30 }, () => bucket.tryTake(0)).filter(Boolean).length;
    expect(taken).toBe(25);
    expect([
      bucket.tryTake(299 * seconds),
      bucket.tryTake(301 * seconds),
      bucket.tryTake(302 * seconds),
    ]).toEqual([false, true, false]);
  });

  test('can be waited for', () => {
    const bucket = new TokenBucket(50, 2);
    expect([bucket.reserve(0), bucket.reserve(0), bucket.reserve(0), bucket.reserve(0)]).toEqual([
      0, 0, 20, 40,
    ]);
  });
});

describe('the event correlator', () => {
  function anOccurrence(message: string, type: 'Normal' | 'Warning' = 'Warning'): Occurrence {
    return {
      involvedObject: {
        kind: 'Pod',
        namespace: 'a',
        name: 'pod',
        uid: 'u1',
        apiVersion: 'v1',
        resourceVersion: '1',
      },
      type,
      reason: 'Failed',
      message,
    };
  }

  test('counts the same message under the name of its first occurrence', () => {
    const correlator = new EventCorrelator(new Random(1), true);
    const first = correlator.correlate(anOccurrence('x'), 1_795_262_474_000);
    const second = correlator.correlate(anOccurrence('x'), 1_795_262_486_000);
    expect(second).toMatchObject({
      count: 2,
      firstAt: 1_795_262_474_000,
      lastAt: 1_795_262_486_000,
    });
    expect(second?.name).toBe(first?.name);
    expect(first?.name).toMatch(/^pod\.18ea0db5[0-9a-f]{8}$/);
  });

  test('goes on counting what the spam filter drops, so that the count jumps', () => {
    const correlator = new EventCorrelator(new Random(1), true);
    const sent = Array.from({ length: 60 }, (_, i) =>
      correlator.correlate(anOccurrence('x'), i * 13 * seconds),
    );
    const counts = sent.flatMap((event) => (event === undefined ? [] : [event.count]));
    expect(counts.slice(0, 25)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(counts.slice(25)).toEqual([26, 48]);
  });

  test('has a bucket for each type, or one for both in older kubelets', () => {
    const count = (perType: boolean): number => {
      const correlator = new EventCorrelator(new Random(1), perType);
      const events = Array.from({ length: 60 }, (_, i) =>
        correlator.correlate(anOccurrence('x', i % 2 === 0 ? 'Normal' : 'Warning'), 0),
      );
      return events.filter((event) => event !== undefined).length;
    };
    expect([count(true), count(false)]).toEqual([50, 25]);
  });

  test('folds the tenth and later different messages of one reason into one event', () => {
    const correlator = new EventCorrelator(new Random(1), true);
    const sent = Array.from({ length: 12 }, (_, i) =>
      correlator.correlate(anOccurrence(`text ${i}`), i * seconds),
    );
    expect(sent.slice(0, 9).map((event) => event?.message)).toEqual(
      Array.from({ length: 9 }, (_, i) => `text ${i}`),
    );
    expect(sent.slice(9).map((event) => [event?.message, event?.count])).toEqual([
      ['(combined from similar events): text 9', 1],
      ['(combined from similar events): text 10', 2],
      ['(combined from similar events): text 11', 3],
    ]);
  });

  test('forgets the different messages after ten quiet minutes', () => {
    const correlator = new EventCorrelator(new Random(1), true);
    for (let i = 0; i < 9; i++) correlator.correlate(anOccurrence(`text ${i}`), 0);
    expect(correlator.correlate(anOccurrence('new'), 601 * seconds)?.message).toBe('new');
  });
});

describe('durations', () => {
  test.each([
    [66, '66ms'],
    [2149, '2.149s'],
    [90_235, '1m30.235s'],
    [401_770, '6m41.77s'],
    [3_723_004, '1h2m3.004s'],
    [60_000, '1m0s'],
  ])('%i ms are printed as %s', (milliseconds, text) => {
    expect(goDuration(milliseconds)).toBe(text);
  });
});
