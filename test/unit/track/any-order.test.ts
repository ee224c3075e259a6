import {
  array,
  assert,
  type Arbitrary,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  string,
} from 'fast-check';
import { expect, test } from 'vitest';
import type {
  ContainerObservation,
  EventFact,
  Observation,
  ObservedState,
} from '../../../src/observe/observations.ts';
import type { Change, FailingContainer } from '../../../src/track/states.ts';
import { Tracker } from '../../../src/track/tracker.ts';
import {
  aContainer,
  aPod,
  backOff,
  classifyByWord,
  crashLoop,
  creating,
  errImagePull,
  notFound,
  refused,
  waiting,
} from './scene.ts';

const epoch = 1_700_000_000_000;
const images = ['registry.example/app:v1', 'registry.example/app:v2', ''];
const uids = ['pod-1', 'pod-2'];
const text = string({ unit: 'binary', maxLength: 40 });

const state: Arbitrary<ObservedState> = oneof(
  constantFrom(creating, errImagePull(), errImagePull(refused), backOff(), backOff(''), crashLoop),
  constantFrom<ObservedState>(
    { type: 'none' },
    { type: 'running', startedAt: undefined },
    { type: 'terminated', containerId: 'c1', finishedAt: undefined },
  ),
  record({ reason: text, message: text }).map(({ reason, message }) => waiting(reason, message)),
);

const container: Arbitrary<ContainerObservation> = record({
  name: constantFrom('a', 'b'),
  image: constantFrom(...images),
  imageVolumes: constantFrom([], ['registry.example/data:v1']),
  containerId: constantFrom('', 'c1', 'c2'),
  state,
}).map((fields) => aContainer(fields));

const fact: Arbitrary<EventFact> = oneof(
  constantFrom<EventFact>(
    { type: 'pulling' },
    { type: 'backOff' },
    { type: 'created' },
    { type: 'pulled', durationMs: 1, sizeBytes: 1 },
    { type: 'secretMissing', secrets: [] },
  ),
  text.map((message) => ({ type: 'pullFailed', message: `${notFound} ${message}` }) as const),
);

const time = integer({ min: -4000, max: 4000 }).map((seconds) => epoch + seconds * 1000);

const observation: Arbitrary<Observation> = oneof(
  {
    weight: 6,
    arbitrary: record({
      uid: constantFrom(...uids),
      phase: constantFrom('Pending', 'Running', 'Failed'),
      containers: array(container, { maxLength: 3 }),
    }).map((fields) =>
      aPod({ ...fields, eventUid: fields.uid, containers: distinct(fields.containers) }),
    ),
  },
  {
    weight: 4,
    arbitrary: record({
      type: constant('event' as const),
      uid: constantFrom('e1', 'e2', 'e3'),
      podUid: constantFrom(...uids, 'unknown'),
      namespace: constant('shop'),
      pod: constant('web'),
      node: constantFrom('node-1', ''),
      container: constantFrom('a', 'b', ''),
      image: constantFrom(...images, 'registry.example/data:v1'),
      fact,
      count: integer({ min: 1, max: 9 }),
      firstAt: oneof(time, constant(undefined)),
      lastAt: oneof(time, constant(undefined)),
      listed: constantFrom(true, false),
    }),
  },
  {
    weight: 1,
    arbitrary: constantFrom(...uids).map((uid) => ({ type: 'podDeleted', uid }) as const),
  },
  {
    weight: 1,
    arbitrary: record({
      resource: constantFrom('pods' as const, 'events' as const),
      uids: array(constantFrom(...uids)),
    }).map(
      (list) => ({ type: 'listed', resource: list.resource, uids: new Set(list.uids) }) as const,
    ),
  },
  {
    weight: 1,
    arbitrary: record({
      type: constant('gap' as const),
      resource: constantFrom('pods' as const, 'events' as const),
      from: time,
      to: time,
    }),
  },
);

const step = record({
  observation,
  waitMs: integer({ min: 0, max: 400_000 }),
  ticks: integer({ min: 0, max: 3 }),
});

test('whatever comes, in whatever order: no contradiction between changes and states, nothing impossible', () => {
  assert(
    property(array(step, { maxLength: 40 }), (steps) => {
      const tracker = new Tracker({ classify: classifyByWord, slowPullThresholdMs: 30_000 });
      const shown = new Map<string, FailingContainer>();
      let now = epoch;
      const check = (changes: readonly Change[]) => {
        for (const change of changes) follow(change, shown);
        const states = [...tracker.failing()];
        expect(states).toHaveLength(tracker.size);
        expect(new Set(states)).toEqual(new Set(shown.values()));
        for (const failing of states) expectPossible(failing, now);
      };
      for (const { observation: next, waitMs, ticks } of steps) {
        check(tracker.apply(next, now));
        for (let i = 0; i < ticks; i += 1) check(tracker.tick(now + i * 1000));
        now += waitMs;
      }
      check(tracker.apply({ type: 'listed', resource: 'pods', uids: new Set() }, now));
      expect(tracker.size).toBe(0);
      expect([...tracker.slowPulls()]).toEqual([]);
    }),
    { numRuns: 1500 },
  );
}, 60_000);

function follow(change: Change, shown: Map<string, FailingContainer>): void {
  if (change.type !== 'stateChanged') return;
  const { before, after } = change;
  const key = keyOf(after ?? before);
  expect(shown.get(key)).toBe(before);
  if (after === undefined) shown.delete(key);
  else shown.set(key, after);
}

function expectPossible(state: FailingContainer, now: number): void {
  const { attempts, step: backOffStep, firstFailureAt, lastAttemptAt, nextRetryAt } = state;
  expect(attempts).toBeGreaterThanOrEqual(0);
  expect(backOffStep > 0).toBe(attempts > 0);
  expect(lastAttemptAt === undefined).toBe(attempts === 0);
  expect(Number.isFinite(firstFailureAt)).toBe(true);
  expect(firstFailureAt).toBeLessThanOrEqual(now);
  if (lastAttemptAt !== undefined) {
    expect(lastAttemptAt).toBeGreaterThanOrEqual(firstFailureAt);
    expect(lastAttemptAt).toBeLessThanOrEqual(now);
  }
  if (nextRetryAt !== undefined) {
    expect(nextRetryAt - (lastAttemptAt ?? 0)).toBeGreaterThanOrEqual(10_000);
    expect(nextRetryAt - (lastAttemptAt ?? 0)).toBeLessThanOrEqual(300_000);
  }
}

function keyOf(state: FailingContainer | undefined): string {
  return `${state?.uid}/${state?.container}`;
}

function distinct(containers: readonly ContainerObservation[]): readonly ContainerObservation[] {
  return containers.filter(
    ({ name }, i) => containers.findIndex((other) => other.name === name) === i,
  );
}
