import { describe, expect, test } from 'vitest';
import type { ObservedState } from '../../../src/observe/observations.ts';
import {
  aContainer,
  backOff,
  creating,
  crashLoop,
  errImagePull,
  notFound,
  refused,
  Scene,
  waiting,
} from './scene.ts';

describe('statuses alone tell how often a pull was tried', () => {
  test('the first failure of a pod shows within a second, and the kubelet waits 10 s', () => {
    const scene = Scene.watched().shows(100, creating).shows(101, errImagePull());
    expect(scene.failing).toEqual([
      {
        container: 'app',
        image: 'registry.example/app:v1',
        cause: 'image_not_found',
        step: 1,
        attempts: 1,
        first: 100.4,
        last: 100.4,
        next: 110.4,
      },
    ]);
  });

  test('each entry into ErrImagePull is one try that failed a sync earlier', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(113, backOff())
      .shows(126, errImagePull())
      .shows(139, backOff())
      .shows(152, errImagePull())
      .shows(165, backOff());
    expect(scene.failing).toMatchObject([{ step: 3, attempts: 3, last: 139, next: 179 }]);
    expect(scene.counted).toBe(3);
  });

  test('the reasons of CRI-O that only a failed try gives count as well', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, waiting('RegistryUnavailable', refused))
      .shows(113, backOff(refused))
      .shows(126, waiting('SignatureValidationFailed', 'image not found'));
    expect(scene.failing).toMatchObject([{ attempts: 2, cause: 'image_not_found' }]);
  });

  test('the delay doubles up to 300 s', () => {
    const scene = Scene.watched().shows(0, creating).shows(1, errImagePull()).shows(12, backOff());
    let failedAt = 0;
    const delays: (number | undefined)[] = [];
    for (const delay of [10, 20, 40, 80, 160, 300, 300]) {
      const [{ last = 0, next = 0 } = {}] = scene.failing;
      delays.push(Math.round(next - last));
      failedAt += delay + 7;
      scene.shows(failedAt + 13, errImagePull()).shows(failedAt + 26, backOff());
    }
    expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  test('the same status again is nothing new', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(102, errImagePull())
      .shows(113, backOff())
      .shows(114, backOff());
    expect(scene.failing).toMatchObject([{ attempts: 1 }]);
  });

  test('another text while it shows ErrImagePull is another try', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(127, errImagePull(refused));
    expect(scene.failing).toMatchObject([{ attempts: 2, cause: 'connection_refused' }]);
  });

  test('a back-off that names another failure hides a try whose ErrImagePull was never shown', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(113, backOff())
      .shows(150, backOff(refused));
    expect(scene.failing).toMatchObject([
      { attempts: 2, step: 2, last: 124, cause: 'connection_refused' },
    ]);
  });

  test('a first failure shown a sync late, for two syncs, hides the second one', () => {
    // No event of the sandbox wakes the kubelet where a container restarts: measured, flap-short.
    const ran = { containerId: 'c1', lastTermination: { startedAt: 1, finishedAt: 2 } };
    const scene = Scene.watched().shows(100, errImagePull(), ran).shows(126, backOff(), ran);
    expect(scene.failing).toMatchObject([{ attempts: 2, step: 2, first: 87, last: 100 }]);
  });

  test('a later failure shown for two syncs is one: its back-off is longer than a sync', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(113, backOff())
      .shows(126, errImagePull())
      .shows(155, backOff());
    expect(scene.failing).toMatchObject([{ attempts: 2, step: 2 }]);
  });

  test('a pod that is first seen in its back-off has failed at least once', () => {
    const scene = Scene.watched().shows(100, backOff());
    expect(scene.failing).toMatchObject([{ attempts: 1, step: 1 }]);
    expect(scene.counted).toBe(1);
  });
});

describe('a container that ran before', () => {
  const ran = { containerId: 'c1', lastTermination: { startedAt: 1, finishedAt: 99 } };

  test('goes on failing while CrashLoopBackOff hides it', () => {
    const scene = Scene.watched()
      .shows(110, errImagePull(), ran)
      .shows(136, crashLoop, ran)
      .shows(200, errImagePull(), ran)
      .shows(213, crashLoop, ran);
    expect(scene.failing).toMatchObject([{ attempts: 3 }]);
    expect(scene.outcomes).toEqual([]);
  });

  test('holds up the syncs of its pod: a try that a neighbour shows late was no early one', () => {
    const scene = Scene.watched();
    const neighbours = (at: number, state: ObservedState, neighbour: ObservedState) =>
      scene.pod(at, {
        containers: [
          aContainer({ state }),
          aContainer({ ...ran, name: 'neighbour', image: 'other', state: neighbour }),
        ],
      });
    const running = { type: 'running', startedAt: undefined } as const;
    neighbours(0, creating, running);
    neighbours(1, errImagePull(), running);
    for (const failedAt of [14, 40, 93, 180, 347]) {
      neighbours(failedAt + 13, errImagePull(), running);
      neighbours(failedAt + 26, backOff(), running);
    }
    // Tried at 653 and shown 85 s later, then at 968.
    neighbours(600, backOff(), crashLoop);
    neighbours(738, errImagePull(), crashLoop);
    neighbours(820, backOff(), crashLoop);
    neighbours(981, errImagePull(), crashLoop);
    expect(scene.failing).toMatchObject([{ attempts: 8, step: 8 }]);
  });

  test('goes on failing while its old end is shown', () => {
    const ended = { type: 'terminated', containerId: 'c1', finishedAt: 99 } as const;
    const scene = Scene.watched().shows(110, errImagePull(), ran).shows(123, ended, ran);
    expect(scene.failing).toHaveLength(1);
  });

  test('has recovered when another container crashes', () => {
    const scene = Scene.watched()
      .shows(110, errImagePull(), ran)
      .shows(136, crashLoop, { ...ran, containerId: 'c2' });
    expect(scene.outcomes).toEqual(['app recovered after 1']);
  });
});

describe('recovery is proved by what only exists after a pull', () => {
  const failing = () =>
    Scene.watched().shows(100, creating).shows(101, errImagePull()).shows(113, backOff());

  test.each([
    ['running', { type: 'running', startedAt: undefined } as const, 'c1'],
    [
      'an end of a container that began after it',
      { type: 'terminated', containerId: 'c1', finishedAt: 0 } as const,
      'c1',
    ],
    ['CreateContainerConfigError', waiting('CreateContainerConfigError', 'no configmap'), ''],
    ['RunContainerError', waiting('RunContainerError', 'exec: not found'), ''],
  ])('%s', (_, state, containerId) => {
    const scene = failing().shows(125, state, { containerId });
    expect(scene.failing).toEqual([]);
    expect(scene.outcomes).toEqual(['app recovered after 1']);
  });

  test.each([
    ['ContainerCreating', creating],
    ['PodInitializing', waiting('PodInitializing', '')],
    ['no state at all', { type: 'none' } as const],
    ['a reason that nobody knows', waiting('ProviderFailed', 'x')],
  ])('not by %s', (_, state) => {
    expect(failing().shows(125, state).failing).toHaveLength(1);
  });
});

test('a kubelet that restarts begins its back-off anew, and the episode goes on', () => {
  const scene = Scene.watched()
    .shows(0, creating)
    .shows(1, errImagePull())
    .shows(13, backOff())
    .shows(26, errImagePull())
    .shows(39, backOff())
    .shows(200, creating)
    .shows(202, errImagePull());
  expect(scene.failing).toMatchObject([{ attempts: 3, step: 1, first: 0.4, last: 200.5 }]);
});

test('a restart that no status shows gives itself away by a try that comes too early', () => {
  const scene = Scene.watched().shows(0, creating).shows(1, errImagePull()).shows(12, backOff());
  for (const failedAt of [14, 40, 93]) {
    scene.shows(failedAt + 13, errImagePull()).shows(failedAt + 26, backOff());
  }
  expect(scene.failing).toMatchObject([{ attempts: 4, step: 4 }]);
  scene.shows(150, errImagePull());
  expect(scene.failing).toMatchObject([{ attempts: 5, step: 1 }]);
});

test('containers that share an image share its tries, and only the first one shows them', () => {
  const scene = Scene.watched();
  const show = (at: number, first: ReturnType<typeof backOff>, second = backOff()) =>
    scene.pod(at, {
      containers: [
        aContainer({ name: 'a', state: first }),
        aContainer({ name: 'b', state: second }),
      ],
    });
  show(100, creating, creating);
  show(101, errImagePull());
  show(113, backOff());
  show(126, errImagePull());
  show(139, backOff());
  expect(scene.failing).toMatchObject([
    { container: 'a', attempts: 2, step: 2, last: 113 },
    { container: 'b', attempts: 2, step: 2, last: 113 },
  ]);
  expect(scene.counted).toBe(2);
});

test('containers with images of their own count on their own, whatever their type', () => {
  const scene = Scene.watched();
  const containers = [
    aContainer({
      name: 'debug',
      type: 'ephemeral',
      image: 'registry.example/debug:v1',
      state: errImagePull(refused),
    }),
    aContainer({
      name: 'setup',
      type: 'init',
      image: 'registry.example/setup:v1',
      state: backOff(notFound, 'registry.example/setup:v1'),
    }),
    aContainer({
      name: 'proxy',
      type: 'sidecar',
      image: 'registry.example/proxy:v1',
      state: errImagePull(),
    }),
    aContainer({ name: 'app', state: waiting('PodInitializing', '') }),
  ];
  scene.pod(100, { containers });
  expect(
    scene.failing.map(({ container, attempts, cause }) => `${container} ${attempts} ${cause}`),
  ).toEqual(['debug 1 connection_refused', 'setup 1 image_not_found', 'proxy 1 image_not_found']);
  expect([...scene.tracker.failing()].map(({ containerType }) => containerType)).toEqual([
    'ephemeral',
    'init',
    'sidecar',
  ]);
});
