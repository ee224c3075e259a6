import { describe, expect, test } from 'vitest';
import {
  aContainer,
  aPod,
  backOff,
  creating,
  crashLoop,
  errImagePull,
  notFound,
  refused,
  Scene,
} from './scene.ts';

describe('an event and a status that tell of the same try', () => {
  test('are one try, whose time is that of the event', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .failed(100.9, { lastAt: 100 })
      .shows(101.5, errImagePull())
      .shows(113, backOff())
      .failed(113.3, { lastAt: 113, count: 2 })
      .shows(126, errImagePull());
    expect(scene.failing).toMatchObject([{ attempts: 2, step: 2, first: 100.5, last: 113.3 }]);
    expect(scene.counted).toBe(2);
  });

  test('are one try when the status comes first', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101.5, errImagePull())
      .failed(102, { lastAt: 100 })
      .shows(113, backOff())
      .shows(126, errImagePull())
      .failed(127, { lastAt: 113, count: 2 });
    expect(scene.failing).toMatchObject([{ attempts: 2, first: 100.5, last: 113.5 }]);
  });

  test('are one try when the event comes minutes late, and when it comes twice', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(113, backOff())
      .shows(126, errImagePull())
      .failed(246, { lastAt: 100 })
      .failed(247, { lastAt: 113, count: 2 })
      .failed(248, { lastAt: 113, count: 2 });
    expect(scene.failing).toMatchObject([{ attempts: 2 }]);
    expect(scene.counted).toBe(2);
  });

  test('are one try when a runtime that is down holds up the status for a minute', () => {
    const scene = Scene.watched()
      .shows(2, creating)
      .failed(63, { lastAt: 63 })
      .shows(126, errImagePull());
    expect(scene.failing).toMatchObject([{ attempts: 1, last: 63 }]);
  });
});

test('an event opens the episode before any status shows it, with its cause', () => {
  const scene = Scene.watched().shows(100, creating).failed(100.5, {}, refused);
  expect(scene.failing).toMatchObject([{ cause: 'connection_refused', attempts: 1 }]);
  expect(scene.of('attemptFailed')).toMatchObject([{ verdict: { cause: 'connection_refused' } }]);
});

test('two tries of which a status shows only the second are two where events tell of them', () => {
  const ran = { containerId: 'c1', lastTermination: { startedAt: 1, finishedAt: 99 } };
  const ended = { type: 'terminated', containerId: 'c1', finishedAt: 99 } as const;
  const scene = Scene.watched()
    .failed(100, { lastAt: 100 })
    .shows(100.2, ended, ran)
    .failed(112, { lastAt: 112, count: 2 })
    .shows(112.1, errImagePull(), ran)
    .shows(139, backOff(), ran);
  expect(scene.failing).toMatchObject([{ attempts: 2, step: 2, first: 100.2, last: 112 }]);
});

test('events from before the pod was known are kept until a status explains them', () => {
  const scene = Scene.watched().failed(100, { lastAt: 99 });
  expect(scene.tracker.wants('pod-1')).toBe(true);
  expect(scene.failing).toEqual([]);
  scene.shows(101, creating);
  expect(scene.failing).toMatchObject([{ attempts: 1, last: 99.5 }]);
});

test('they are kept for 5 minutes', () => {
  const scene = Scene.watched().failed(100).passTo(399);
  expect(scene.tracker.wants('pod-1')).toBe(true);
  expect(scene.passTo(401).tracker.wants('pod-1')).toBe(false);
});

test('a failure of a container that still runs waits for the status that shows it', () => {
  const running = { type: 'running', startedAt: 1_700_000_000_000 } as const;
  const sibling = aContainer({
    name: 'other',
    image: 'registry.example/other:v1',
    state: errImagePull(),
  });
  const scene = Scene.watched()
    .pod(100, { containers: [aContainer({ state: running, containerId: 'c1' }), sibling] })
    .failed(110, { lastAt: 110 });
  expect(scene.failing).toMatchObject([{ container: 'other' }]);
  scene.pod(111, { containers: [aContainer({ state: crashLoop, containerId: 'c1' }), sibling] });
  expect(scene.failing).toMatchObject([
    { container: 'other' },
    { container: 'app', attempts: 1, last: 110.5 },
  ]);
});

test('a late event of a container that has recovered opens nothing', () => {
  const running = { type: 'running', startedAt: 1_700_000_130_000 } as const;
  const sibling = aContainer({
    name: 'other',
    image: 'registry.example/other:v1',
    state: errImagePull(),
  });
  const scene = Scene.watched()
    .pod(100, { containers: [aContainer({ state: errImagePull() }), sibling] })
    .pod(130, { containers: [aContainer({ state: running, containerId: 'c1' }), sibling] })
    .failed(170, { lastAt: 112 });
  expect(scene.failing).toMatchObject([{ container: 'other' }]);
  expect(scene.outcomes).toEqual(['app recovered after 1']);
});

test('an event about an image that the pod does not have yet waits for the change of the spec', () => {
  const scene = Scene.watched()
    .shows(100, creating)
    .shows(101, errImagePull())
    .failed(110, { image: 'registry.example/app:v2', uid: 'event-2' });
  expect(scene.failing).toMatchObject([{ image: 'registry.example/app:v1', attempts: 1 }]);
  scene.shows(110.1, errImagePull(), { image: 'registry.example/app:v2' });
  expect(scene.failing).toMatchObject([{ image: 'registry.example/app:v2', attempts: 1, step: 1 }]);
  expect(scene.outcomes).toEqual(['app image_changed after 1']);
});

test('events of a static pod carry the uid of its manifest', () => {
  const scene = Scene.watched()
    .pod(100, { eventUid: 'manifest' })
    .failed(100.5, { podUid: 'manifest' });
  expect(scene.failing).toMatchObject([{ attempts: 1 }]);
});

test('a new Event object that counts from 1 tells that the kubelet has restarted', () => {
  const scene = Scene.watched().shows(0, creating).shows(1, errImagePull()).shows(12, backOff());
  for (const failedAt of [14, 40, 93]) {
    scene.shows(failedAt + 13, errImagePull()).shows(failedAt + 26, backOff());
  }
  // Just when the old process would have tried again, so that the time gives nothing away.
  scene
    .event(180, { type: 'pulling' }, { uid: 'new' })
    .failed(180.5, { uid: 'new-failed' })
    .shows(181, errImagePull());
  expect(scene.failing).toMatchObject([{ attempts: 5, step: 1, next: 190.5 }]);
});

describe('clocks of nodes', () => {
  const failing = (skew: number) => {
    const scene = Scene.watched().shows(100, creating);
    scene.event(100.1, { type: 'pulling' }, { lastAt: 100 + skew });
    scene.failed(100.3, { lastAt: 100 + skew });
    scene.shows(101, errImagePull());
    scene.event(101.1, { type: 'backOff' }, { lastAt: 101 + skew });
    scene.shows(113, backOff());
    scene.failed(113.3, { lastAt: 113 + skew, count: 2 });
    return scene.shows(126, errImagePull());
  };

  test.each([180, -180, 3600, -3600])(
    'that are off by %s s change no count and hardly a time',
    (skew) => {
      const [state] = failing(skew).failing;
      expect(state).toMatchObject({ attempts: 2, step: 2 });
      expect(Math.abs((state?.first ?? 0) - 100.3)).toBeLessThan(1.1);
      expect(Math.abs((state?.last ?? 0) - 113.3)).toBeLessThan(1.1);
    },
  );
});

test('what the text says reaches the state redacted and cut', () => {
  const scene = Scene.watched()
    .shows(100, creating)
    .shows(
      101,
      errImagePull(
        `not found: https://user:hunter2@registry.example/v2/?token=abcdef ${'x'.repeat(9000)}`,
      ),
    );
  const [state] = scene.tracker.failing();
  expect(state?.message).not.toContain('hunter2');
  expect(state?.message).toHaveLength(2000);
});

test('an event without a time is ignored', () => {
  const scene = Scene.watched().shows(100, creating);
  scene.apply(101, {
    type: 'event',
    uid: 'e',
    podUid: 'pod-1',
    namespace: 'shop',
    pod: 'web',
    node: 'node-1',
    container: 'app',
    image: aPod().containers[0]?.image ?? '',
    fact: { type: 'pullFailed', message: notFound },
    count: 1,
    firstAt: undefined,
    lastAt: undefined,
    listed: false,
  });
  expect(scene.failing).toEqual([]);
});
