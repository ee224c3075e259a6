import { expect, test } from 'vitest';
import type { EventObservation } from '../../../src/observe/observations.ts';
import { EarlyEvents } from '../../../src/track/early-events.ts';

function anEvent(podUid: string, fields: Partial<EventObservation> = {}): EventObservation {
  return {
    type: 'event',
    uid: 'event-1',
    podUid,
    namespace: 'shop',
    pod: 'web',
    node: 'node-1',
    container: 'app',
    image: 'nginx:1',
    fact: { type: 'pulling' },
    count: 1,
    firstAt: 1000,
    lastAt: 1000,
    listed: false,
    ...fields,
  };
}

const counts = (events: readonly EventObservation[]) => events.map(({ count }) => count);

test('events are given back once, in the order in which they came', () => {
  const early = new EarlyEvents();
  for (const count of [1, 2]) early.keep(anEvent('pod-1', { count }), 0);
  early.keep(anEvent('pod-2'), 0);
  expect(counts(early.take('pod-1'))).toEqual([1, 2]);
  expect(early.take('pod-1')).toEqual([]);
  expect(early.has('pod-1')).toBe(false);
  expect(early.has('pod-2')).toBe(true);
});

test('they are kept for 5 minutes after the last one of their pod', () => {
  const early = new EarlyEvents();
  early.keep(anEvent('pod-1'), 0);
  early.keep(anEvent('pod-2'), 1000);
  early.expire(300_000);
  expect([early.has('pod-1'), early.has('pod-2')]).toEqual([false, true]);
});

test('of a pod the newest 12, of all pods the newest 10,000', () => {
  const early = new EarlyEvents();
  for (let count = 1; count <= 20; count += 1) early.keep(anEvent('busy', { count }), 0);
  expect(counts(early.take('busy'))).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  for (let i = 0; i <= 10_000; i += 1) early.keep(anEvent(`pod-${i}`), 0);
  expect([early.has('pod-0'), early.has('pod-1')]).toEqual([false, true]);
});

test('texts are cut', () => {
  const early = new EarlyEvents();
  const text = 'x'.repeat(100_000);
  early.keep(anEvent('pod-1', { image: text, fact: { type: 'pullFailed', message: text } }), 0);
  const [kept] = early.take('pod-1');
  expect(JSON.stringify(kept).length).toBeLessThan(5000);
});
