import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExposureLimit } from '../../../src/metrics/exposure-limit.ts';

interface Item {
  readonly namespace: string;
  readonly workload: { readonly kind: string; readonly name: string };
}

function of(workload: string): Item {
  return { namespace: 'shop', workload: { kind: 'Deployment', name: workload } };
}

function limited(max: number) {
  const shown = new Map<string, Item>();
  let drops = 0;
  const limit = new ExposureLimit<Item>(max, {
    show: (key, item) => shown.set(key, item),
    hide: (key) => shown.delete(key),
    drop: () => drops++,
  });
  return { limit, keys: () => [...shown.keys()].sort(), shown, drops: () => drops };
}

test('a container of a workload that is seen already waits when there is no room', () => {
  const { limit, keys, drops } = limited(2);
  limit.set('a1', of('a'));
  limit.set('a2', of('a'));
  limit.set('a3', of('a'));
  expect(keys()).toEqual(['a1', 'a2']);
  expect({ waiting: limit.waiting, tracked: limit.tracked, drops: drops() }).toEqual({
    waiting: 1,
    tracked: 3,
    drops: 1,
  });
});

test('a workload that shows nobody takes a place from one that shows several', () => {
  const { limit, keys, drops } = limited(2);
  limit.set('a1', of('a'));
  limit.set('a2', of('a'));
  limit.set('b1', of('b'));
  expect(keys()).toEqual(['a2', 'b1']);
  expect(drops()).toBe(1);
});

test('where every workload shows one already, the next workload waits', () => {
  const { limit, keys } = limited(2);
  limit.set('a1', of('a'));
  limit.set('b1', of('b'));
  limit.set('c1', of('c'));
  expect(keys()).toEqual(['a1', 'b1']);
});

test('a freed place goes to a workload that shows nobody before one that shows somebody', () => {
  const { limit, keys } = limited(2);
  limit.set('a1', of('a'));
  limit.set('b1', of('b'));
  limit.set('a2', of('a'));
  limit.set('c1', of('c'));
  limit.delete('b1');
  expect(keys()).toEqual(['a1', 'c1']);
  limit.delete('c1');
  expect(keys()).toEqual(['a1', 'a2']);
  expect(limit.waiting).toBe(0);
});

test('what changes while it waits is shown as it is when its turn comes', () => {
  const { limit, shown } = limited(1);
  limit.set('a1', of('a'));
  limit.set('a2', of('a'));
  const changed = of('a');
  limit.set('a2', changed);
  limit.delete('a1');
  expect(shown.get('a2')).toBe(changed);
});

test('a container that nobody knows can be deleted', () => {
  const { limit } = limited(1);
  limit.delete('a1');
  expect(limit.tracked).toBe(0);
});

test('in any order: never too many, no place unused, every workload seen where they fit', () => {
  const operation = fc.record({
    workload: fc.integer({ min: 0, max: 5 }),
    container: fc.integer({ min: 0, max: 4 }),
    remove: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.array(operation, { maxLength: 80 }),
      (max, operations) => {
        const { limit, shown } = limited(max);
        const present = new Map<string, string>();
        for (const { workload, container, remove } of operations) {
          const key = `${workload}/${container}`;
          if (remove) {
            limit.delete(key);
            present.delete(key);
          } else {
            limit.set(key, of(String(workload)));
            present.set(key, String(workload));
          }
          expect(shown.size).toBe(Math.min(max, present.size));
          expect(limit.tracked).toBe(present.size);
          expect([...shown.keys()].every((known) => present.has(known))).toBe(true);
          const workloads = new Set(present.values()).size;
          const seen = new Set([...shown.keys()].map((known) => present.get(known))).size;
          expect(seen).toBe(Math.min(workloads, max));
        }
      },
    ),
    { numRuns: 300 },
  );
});
