import { describe, expect, test } from 'vitest';
import { Signal, VirtualClock } from '../../../src/sim/clock.ts';
import type { Wait } from '../../../src/sim/clock.ts';
import { Random, stableSuffix } from '../../../src/sim/random.ts';

describe('the virtual clock', () => {
  test('runs what is due in order of time, then of request', () => {
    const clock = new VirtualClock(1000);
    const seen: string[] = [];
    const note = (what: string) => (): void => {
      seen.push(`${what} ${clock.now()}`);
    };
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.at(500, note('past'));
    clock.after(9.2, note('rounded up'));
    clock.advanceTo(1015);
    expect(seen).toEqual(['past 1000', 'first 1010', 'second 1010', 'rounded up 1010']);
    expect([clock.now(), clock.nextAt()]).toEqual([1015, 1020]);
  });

  test('runs what is planned while it advances', () => {
    const clock = new VirtualClock(0);
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.now());
      clock.after(7, again);
    };
    again();
    clock.advanceTo(20);
    expect(seen).toEqual([0, 7, 14]);
  });

  test('forgets what was cancelled', () => {
    const clock = new VirtualClock(0);
    let ran = false;
    clock
      .after(5, () => {
        ran = true;
      })
      .cancel();
    clock.advanceTo(10);
    expect([ran, clock.nextAt()]).toEqual([false, undefined]);
  });

  test('keeps thousands of random times in order', () => {
    const clock = new VirtualClock(0);
    const random = new Random(5);
    const seen: number[] = [];
    for (let i = 0; i < 5000; i++)
      clock.at(random.integer(0, 100_000), () => seen.push(clock.now()));
    clock.advanceTo(100_000);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.length).toBe(5000);
  });

  test('a process waits for times and signals, and cleans up where it is cancelled', () => {
    const clock = new VirtualClock(0);
    const signal = new Signal();
    const seen: string[] = [];
    function* work(): Generator<Wait, void, void> {
      try {
        yield 10;
        seen.push(`slept ${clock.now()}`);
        yield signal;
        seen.push(`signalled ${clock.now()}`);
        yield 1000;
        seen.push('never');
      } finally {
        seen.push(`left ${clock.now()}`);
      }
    }
    const running = clock.spawn(work());
    clock.after(25, () => signal.fire());
    clock.after(40, () => running.cancel());
    clock.advanceTo(5000);
    expect(seen).toEqual(['slept 10', 'signalled 25', 'left 40']);
  });
});

describe('random values', () => {
  test('are the same for the same seed and others for another one', () => {
    const values = (seed: string): readonly string[] => {
      const random = new Random(seed);
      return [random.uuid(), random.suffix(5), random.hex(8), String(random.integer(1, 1000))];
    };
    expect(values('a')).toEqual(values('a'));
    expect(values('a')).not.toEqual(values('b'));
    expect(values('a')[0]).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(stableSuffix('pod template', 10)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  });

  test('fill their range evenly', () => {
    const random = new Random('spread');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i++) {
      const value = random.integer(0, 9);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    const units = Array.from({ length: 50_000 }, () => random.unit());
    expect(units.reduce((sum, unit) => sum + unit, 0) / units.length).toBeCloseTo(0.5, 2);
  });
});
