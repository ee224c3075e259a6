import { describe, expect, test } from 'vitest';
import {
  aContainer,
  aPod,
  backOff,
  crashLoop,
  creating,
  errImagePull,
  Scene,
  waiting,
} from './scene.ts';

describe('a pod that is no pull failure never appears', () => {
  const running = { type: 'running', startedAt: undefined } as const;
  test.each([
    ['CrashLoopBackOff', crashLoop],
    [
      'CreateContainerConfigError',
      waiting('CreateContainerConfigError', 'configmap "x" not found'),
    ],
    ['CreateContainerError', waiting('CreateContainerError', 'parent snapshot: not found')],
    ['stuck in ContainerCreating', creating],
    ['running', running],
    ['completed', { type: 'terminated', containerId: 'c1', finishedAt: 1 } as const],
    ["somebody else's reason", waiting('ProviderFailed', 'image not found')],
  ])('%s', (_, state) => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(110, state, { containerId: 'c1' })
      .passTo(500);
    expect(scene.failing).toEqual([]);
    expect(scene.of('stateChanged')).toEqual([]);
  });
});

describe('a pod leaves the set', () => {
  const failing = () => Scene.watched().shows(100, creating).shows(101, errImagePull());

  test.each([
    ['when it is deleted', (scene: Scene) => scene.deleted(110)],
    ['when its deletion begins', (scene: Scene) => scene.pod(110, { deleting: true })],
    ['when it is evicted', (scene: Scene) => scene.pod(110, { phase: 'Failed' })],
    ['when it has succeeded', (scene: Scene) => scene.pod(110, { phase: 'Succeeded' })],
  ])('%s', (_, leave) => {
    const scene = leave(failing());
    expect(scene.failing).toEqual([]);
    expect(scene.outcomes).toEqual(['app deleted after 1']);
    expect(scene.tracker.wants('pod-1')).toBe(false);
  });

  test('and one of the same name is another one', () => {
    const scene = failing().shows(113, backOff()).deleted(120);
    scene.pod(121, {
      uid: 'pod-2',
      eventUid: 'pod-2',
      containers: [aContainer({ state: errImagePull() })],
    });
    expect(scene.failing).toMatchObject([{ attempts: 1, step: 1 }]);
  });

  test('once only', () => {
    expect(failing().deleted(110).deleted(111).outcomes).toHaveLength(1);
  });
});

describe('what is remembered', () => {
  test('a healthy pod leaves nothing behind', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .event(101, { type: 'pulling' })
      .event(103, { type: 'pulled', durationMs: 2000, sizeBytes: 1 });
    expect(scene.tracker.wants('pod-1')).toBe(true);
    scene.shows(104, { type: 'running', startedAt: undefined }, { containerId: 'c1' });
    expect(scene.tracker.wants('pod-1')).toBe(false);
  });

  test('a pod whose pull failed is wanted until the kubelet has forgotten it', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(115, { type: 'running', startedAt: undefined }, { containerId: 'c1' });
    expect(scene.passTo(699).tracker.wants('pod-1')).toBe(true);
    expect(scene.passTo(702).tracker.wants('pod-1')).toBe(false);
    expect(scene.tracker.size).toBe(0);
  });

  test('events about pods that nobody shows are bounded', () => {
    const scene = Scene.watched();
    for (let i = 0; i < 20_000; i += 1) scene.failed(100, { podUid: `pod-${i}` });
    expect(scene.tracker.wants('pod-0')).toBe(false);
    expect(scene.tracker.wants('pod-19999')).toBe(true);
  });

  test('events of a list about healthy pods are not kept at all', () => {
    const scene = Scene.watched().failed(100, { listed: true });
    expect(scene.tracker.wants('pod-1')).toBe(false);
  });
});

describe('states', () => {
  test('keep their identity while nothing changes', () => {
    const scene = Scene.watched().shows(100, creating).shows(101, errImagePull());
    const [state] = scene.tracker.failing();
    scene.pod(105, {
      workload: { kind: 'Deployment', name: 'web' },
      containers: [aContainer({ state: errImagePull() })],
    });
    expect([...scene.tracker.failing()][0]).toBe(state);
    expect(scene.of('stateChanged')).toHaveLength(1);
  });

  test('tell before and after, from one to the next', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(113, backOff())
      .shows(126, errImagePull())
      .deleted(130);
    const [first, second, third] = scene.of('stateChanged');
    expect(first?.before).toBeUndefined();
    expect(second?.before).toBe(first?.after);
    expect(third?.before).toBe(second?.after);
    expect(third?.after).toBeUndefined();
  });

  test('follow what becomes known of the pod', () => {
    const scene = Scene.watched()
      .shows(100, errImagePull())
      .pod(110, {
        node: 'node-2',
        containers: [aContainer({ state: errImagePull() })],
      });
    expect([...scene.tracker.failing()][0]?.node).toBe('node-2');
  });
});

describe('successful pulls are counted', () => {
  const pulled = { type: 'pulled', durationMs: 1500, sizeBytes: 10 } as const;

  test('when they are watched, each once', () => {
    const scene = Scene.watched()
      .event(100, pulled, { lastAt: 99 })
      .event(101, pulled, { lastAt: 99 })
      .event(200, pulled, { lastAt: 200, count: 2 });
    expect(scene.of('pullSucceeded')).toMatchObject([
      { namespace: 'shop', registry: 'registry.example', durationMs: 1500 },
      { durationMs: 1500 },
    ]);
  });

  test('not when the first list tells of them', () => {
    const scene = new Scene();
    scene.event(100, pulled, { listed: true }).listed(100, 'events');
    expect(scene.of('pullSucceeded')).toEqual([]);
  });

  test('after a broken watch when they are newer than its begin', () => {
    const scene = Scene.watched()
      .event(100, pulled, { uid: 'known' })
      .gap(300, 200, 'events')
      .event(300, pulled, { uid: 'known', lastAt: 100, listed: true })
      .event(300, pulled, { uid: 'old', lastAt: 150, listed: true })
      .event(300, pulled, { uid: 'new', lastAt: 250, listed: true })
      .listed(300, 'events');
    expect(scene.of('pullSucceeded')).toHaveLength(2);
  });

  test('an image that is present is no pull', () => {
    expect(Scene.watched().event(100, { type: 'alreadyPresent' }).of('pullSucceeded')).toEqual([]);
  });
});

test('a registry is in use once a pull of it was asked for, by a list as well', () => {
  const scene = new Scene();
  scene.event(100, { type: 'pulling' }, { listed: true });
  expect(scene.of('pullStarted')).toEqual([
    { type: 'pullStarted', namespace: 'shop', registry: 'registry.example' },
  ]);
});

test('a pod with nothing in it changes nothing', () => {
  const scene = Scene.watched().apply(100, aPod({ containers: [] }));
  expect(scene.changes).toEqual([]);
  expect(scene.tracker.wants('pod-1')).toBe(false);
});
