import { describe, expect, test } from 'vitest';
import type { Line } from '../../../src/replay/recording.ts';
import { type Timed, watch, watchFrom } from '../../../src/replay/watch.ts';
import { anEvent } from '../observe/builders.ts';
import { aRecording, eventLine, podLine, waiting } from './builders.ts';

const nobody = () => false;

function summary(timed: Iterable<Timed>): readonly string[] {
  return [...timed].map(({ at, observation }) => {
    switch (observation.type) {
      case 'pod':
        return `${at} pod ${observation.uid}`;
      case 'podDeleted':
        return `${at} gone ${observation.uid}`;
      case 'event':
        return `${at} ${observation.listed ? 'listed' : 'live'} event ${observation.count}`;
      case 'gap':
        return `${at} gap of ${observation.resource} ${observation.from}-${observation.to}`;
      case 'listed':
        return `${at} listed ${observation.resource} ${[...observation.uids].join(' ')}`;
    }
  });
}

const failing = waiting('ErrImagePull', 'not found');
const reconnect = (at: number): Line => ({ at, resource: 'pods', op: 'reconnect' });
const listEnd = (at: number, resource: 'pods' | 'events' = 'pods'): Line => ({
  at,
  resource,
  op: 'listEnd',
});

describe('a recorded watch', () => {
  test('is a list, and what changes after it', () => {
    const lines = [
      podLine(1, 'listItem', failing),
      listEnd(2),
      podLine(3, 'changed', failing),
      podLine(4, 'deleted', failing),
    ];
    expect(summary(watch(lines, nobody))).toEqual([
      '1 pod pod-1',
      '2 listed pods pod-1',
      '3 pod pod-1',
      '4 gone pod-1',
    ]);
  });

  test('shows healthy pods only to a tracker that asks for them', () => {
    const lines = [podLine(1, 'changed', {}), podLine(2, 'changed', waiting('CrashLoopBackOff'))];
    expect(summary(watch(lines, nobody))).toEqual([]);
    expect(summary(watch(lines, (uid) => uid === 'pod-1'))).toEqual(['1 pod pod-1', '2 pod pod-1']);
  });

  test('has a gap, from the first line that was lost on, where a list mends it', () => {
    const lines = [
      listEnd(1),
      reconnect(5),
      reconnect(6),
      podLine(9, 'listItem', failing),
      podLine(9, 'listItem', { ...failing, uid: 'pod-2' }),
      listEnd(9),
    ];
    expect(summary(watch(lines, nobody))).toEqual([
      '1 listed pods ',
      '9 gap of pods 5-9',
      '9 pod pod-1',
      '9 pod pod-2',
      '9 listed pods pod-1 pod-2',
    ]);
  });

  test('has no gap where it goes on as if nothing had been', () => {
    const lines = [listEnd(1), reconnect(5), podLine(6, 'changed', failing)];
    expect(summary(watch(lines, nobody))).toEqual(['1 listed pods ', '6 pod pod-1']);
  });

  test('does not tell that an event has expired', () => {
    const lines = [eventLine(1, 'changed', anEvent()), eventLine(2, 'deleted', anEvent())];
    expect(summary(watch(lines, nobody))).toEqual(['1 live event 3']);
  });
});

describe('a cold start', () => {
  const lines = [
    podLine(10, 'changed', { ...failing, uid: 'gone' }),
    podLine(11, 'changed', { ...failing, uid: 'stays' }),
    eventLine(12, 'changed', anEvent({ count: 1 })),
    eventLine(13, 'changed', anEvent({ count: 2 })),
    podLine(14, 'deleted', { ...failing, uid: 'gone' }),
    eventLine(20, 'changed', anEvent({ count: 3 })),
  ];

  test('begins with what lists return then, pods first, and goes on with the watch', () => {
    expect(summary(watchFrom(aRecording(lines), 15, nobody))).toEqual([
      '15 pod stays',
      '15 listed pods stays',
      '15 listed event 2',
      '15 listed events event-1',
      '20 live event 3',
    ]);
  });

  test('does not list what a relist has found gone', () => {
    const relisted = [
      ...lines.slice(0, 2),
      reconnect(12),
      podLine(13, 'listItem', { ...failing, uid: 'stays' }),
      listEnd(13),
    ];
    expect(summary(watchFrom(aRecording(relisted), 15, nobody))).toEqual([
      '15 pod stays',
      '15 listed pods stays',
      '15 listed events ',
    ]);
  });
});
