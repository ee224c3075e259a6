import { describe, expect, test } from 'vitest';
import { NodeClocks } from '../../../src/track/node-clock.ts';

const minute = 60_000;
const now = 100 * minute;

/** Events of a node whose clock is `skewMs` behind, that take so long to arrive. */
function heard(skewMs: number, ...delaysMs: readonly number[]): NodeClocks {
  const clocks = new NodeClocks();
  for (const delayMs of delaysMs) clocks.heard('node-1', now - skewMs - delayMs, now);
  return clocks;
}

describe("a node's clock", () => {
  test('is taken for equal while nothing is known', () => {
    const clocks = new NodeClocks();
    expect(clocks.knows('node-1')).toBe(false);
    expect(clocks.when('node-1', now - 5000, now)).toBe(now - 5000);
  });

  test.each([-5 * minute, -3000, 3000, 5 * minute])(
    'that is %i ms behind is known by three events that arrive at once',
    (skewMs) => {
      const clocks = heard(skewMs, 300, 900, 200);
      expect(clocks.knows('node-1')).toBe(true);
      expect(clocks.when('node-1', now - skewMs - 20_000, now) - (now - 20_000)).toBe(200);
    },
  );

  test('that is less than 2 s off is taken for equal: events take a while to arrive', () => {
    expect(heard(0, 300, 1500, 400).when('node-1', now - 20_000, now)).toBe(now - 20_000);
  });

  test('is ahead for sure where an event comes from the future', () => {
    expect(heard(-minute, 0).knows('node-1')).toBe(true);
  });

  test('is not taken for behind because a slow API server held up its events', () => {
    const clocks = heard(0, 70_000, 90_000, 80_000, 60_000);
    expect(clocks.knows('node-1')).toBe(false);
  });

  test('is known anew when it was put right', () => {
    const clocks = heard(5 * minute, 100, 100, 100);
    for (const at of [11, 12, 13, 22, 23, 24]) {
      clocks.heard('node-1', now + at * minute - 100, now + at * minute);
    }
    const later = now + 25 * minute;
    expect(clocks.when('node-1', later - 20_000, later)).toBe(later - 20_000);
  });

  test('says nothing about the clock of another node', () => {
    expect(heard(5 * minute, 100, 100, 100).knows('node-2')).toBe(false);
  });

  test('never shows the future', () => {
    expect(new NodeClocks().when('node-1', now + minute, now)).toBe(now);
  });
});

describe('the time of an event', () => {
  test('is cut to the second, so that half a second is added', () => {
    expect(new NodeClocks().whenReported('node-1', now - 10_000, now, false)).toEqual({
      at: now - 9500,
      earliest: now - 11_000,
      latest: now - 8500,
    });
  });

  test('is anywhere since what it says, where it is late or the clock is off', () => {
    const at = now - 5 * minute;
    expect(new NodeClocks().whenReported('node-1', at, now, false)).toEqual({
      at: now,
      earliest: at,
      latest: now,
    });
  });

  test('is believed where a list tells it', () => {
    const at = now - 5 * minute;
    expect(new NodeClocks().whenReported('node-1', at, now, true).at).toBe(at + 500);
  });
});

test('hosts are free text: only 10,000 are remembered', () => {
  const clocks = new NodeClocks();
  for (let i = 0; i <= 10_000; i += 1) clocks.heard(`node-${i}`, now + 2000, now);
  expect(clocks.knows('node-0')).toBe(false);
  expect(clocks.knows('node-1')).toBe(true);
});
