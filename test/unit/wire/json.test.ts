import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { projectEvent, projectPod, projectStatus } from '../../../src/wire/json.ts';

function aPod(parts: {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}) {
  return projectPod({ ...parts, metadata: { uid: 'u', name: 'n', ...parts.metadata } });
}

function anEvent(parts: object) {
  return projectEvent({ metadata: { uid: 'u', name: 'n' }, ...parts });
}

describe('pod', () => {
  test('containers come in the order in which the kubelet starts them', () => {
    const pod = aPod({
      spec: {
        containers: [{ name: 'app' }],
        initContainers: [{ name: 'init' }, { name: 'mesh', restartPolicy: 'Always' }],
        ephemeralContainers: [{ name: 'debug' }],
      },
      status: {
        containerStatuses: [{ name: 'app' }],
        initContainerStatuses: [{ name: 'init' }],
        ephemeralContainerStatuses: [{ name: 'debug' }],
      },
    });

    expect(pod?.containers.map(({ name, type }) => [name, type])).toEqual([
      ['debug', 'ephemeral'],
      ['init', 'init'],
      ['mesh', 'sidecar'],
      ['app', 'container'],
    ]);
    expect(pod?.statuses.map(({ name }) => name)).toEqual(['debug', 'init', 'app']);
  });

  test('the owner is the one that controls it', () => {
    const pod = aPod({
      metadata: {
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Node', name: 'a' },
          { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'b', controller: true },
        ],
      },
    });

    expect(pod?.controller).toEqual({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'b' });
  });

  test('only labels and annotations that say which workload it is are kept', () => {
    const pod = aPod({
      metadata: {
        labels: { app: 'x', 'pod-template-hash': 'h', 'rollouts-pod-template-hash': 7 },
        annotations: { 'kubernetes.io/config.mirror': 'm', 'kubernetes.io/config.hash': 'n' },
      },
    });

    expect(pod?.labels).toEqual({ 'pod-template-hash': 'h' });
    expect(pod?.annotations).toEqual({ 'kubernetes.io/config.mirror': 'm' });
  });

  test('only volumes with an image are kept', () => {
    const pod = aPod({
      spec: {
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', image: { reference: 'r', pullPolicy: 'Always' } },
        ],
      },
    });

    expect(pod?.imageVolumes).toEqual([{ name: 'b', reference: 'r', pullPolicy: 'Always' }]);
  });

  test.each([
    {
      state: { waiting: { reason: 'r', message: 'm' } },
      is: { type: 'waiting', reason: 'r', message: 'm' },
    },
    { state: { waiting: {} }, is: { type: 'waiting', reason: '', message: '' } },
    {
      state: { running: { startedAt: '1970-01-01T00:00:01Z' } },
      is: { type: 'running', startedAt: 1000 },
    },
    {
      state: {
        terminated: { exitCode: 137, finishedAt: '1970-01-01T01:00:02+01:00', containerID: 'c' },
      },
      is: {
        type: 'terminated',
        exitCode: 137,
        reason: '',
        startedAt: undefined,
        finishedAt: 2000,
        containerId: 'c',
      },
    },
    { state: {}, is: { type: 'none' } },
    { state: null, is: { type: 'none' } },
  ])('state $state', ({ state, is }) => {
    expect(aPod({ status: { containerStatuses: [{ state }] } })?.statuses[0]?.state).toEqual(is);
  });

  test.each([
    { metadata: { name: 'n' } },
    { metadata: { uid: 'u' } },
    { metadata: { uid: 7, name: 'n' } },
    { metadata: null },
    null,
    'pod',
    [],
  ])('without uid or name there is none: %j', (object) => {
    expect(projectPod(object)).toBeUndefined();
  });
});

describe('text', () => {
  test('half of a surrogate pair is replaced', () => {
    expect(aPod({ spec: { nodeName: 'a\uD800b' } })?.nodeName).toBe('a\uFFFDb');
  });

  test('a text of over 32 Ki characters loses its middle', () => {
    const message = `${'a'.repeat(30_000)}${'b'.repeat(3_000)}${'c'.repeat(8_000)}`;
    const kept = anEvent({ message })?.message ?? '';

    expect(kept).toHaveLength(32 * 1024);
    expect(kept).toBe('a'.repeat(24 * 1024) + 'b'.repeat(192) + 'c'.repeat(8_000));
  });
});

describe('event', () => {
  test('the old style: counted, with the times of first and last', () => {
    const event = anEvent({
      count: 5,
      firstTimestamp: '2026-11-21T12:00:00Z',
      lastTimestamp: '2026-11-21T12:05:00Z',
      eventTime: null,
      source: { component: 'kubelet', host: 'node-1' },
      reportingComponent: 'kubelet',
      reportingInstance: 'node-1',
    });

    expect(event).toMatchObject({
      count: 5,
      firstTimestamp: Date.parse('2026-11-21T12:00:00Z'),
      lastTimestamp: Date.parse('2026-11-21T12:05:00Z'),
      source: { component: 'kubelet', host: 'node-1' },
    });
  });

  test('the new style: a time, a series, and who reports', () => {
    const event = anEvent({
      eventTime: '2026-11-21T12:00:00.123456Z',
      series: { count: 3, lastObservedTime: '2026-11-21T12:05:00.000001Z' },
      reportingComponent: 'kubelet',
      reportingInstance: 'node-1',
    });

    expect(event).toMatchObject({
      count: 3,
      firstTimestamp: Date.parse('2026-11-21T12:00:00.123Z'),
      lastTimestamp: Date.parse('2026-11-21T12:05:00Z'),
      source: { component: 'kubelet', host: 'node-1' },
    });
  });

  test('the new style without a series happened once', () => {
    expect(anEvent({ eventTime: '2026-11-21T12:00:00.000000Z' })).toMatchObject({
      count: 1,
      lastTimestamp: Date.parse('2026-11-21T12:00:00Z'),
    });
  });

  test.each(['2026', 'Nov 21 2026', '2026-11-21', '2026-11-21T12:00:00', 12, {}])(
    'what is no time is none: %j',
    (lastTimestamp) => {
      expect(anEvent({ lastTimestamp })?.lastTimestamp).toBeUndefined();
    },
  );
});

test('nothing is thrown, whatever the object', () => {
  const keys = fc.constantFrom(
    'metadata',
    'spec',
    'status',
    'uid',
    'name',
    'labels',
    'ownerReferences',
    'containers',
    'volumes',
    'image',
    'containerStatuses',
    'state',
    'waiting',
    'terminated',
    'conditions',
    'involvedObject',
    'source',
    'series',
    'details',
    'causes',
    'code',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.constantFrom(null, true, 0, -1.5, 'u', '2026-11-21T12:00:00Z'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(value, (object) => {
      projectPod(object);
      projectEvent(object);
      projectStatus(object);
      aPod({ spec: object as object, status: object as object });
    }),
    { numRuns: 1000 },
  );
});
