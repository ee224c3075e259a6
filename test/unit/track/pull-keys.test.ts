import { describe, expect, test } from 'vitest';
import { aContainer, backOff, creating, errImagePull, notFound, qps, Scene } from './scene.ts';

const bad1 = 'registry.example/app:bad1';
const bad2 = 'registry.example/app:bad2';
const about = (image: string) => `failed to resolve image: ${image}: not found`;

describe('the image of a container that fails is changed', () => {
  const failing = () =>
    Scene.watched()
      .shows(100, creating, { image: bad1 })
      .shows(101, errImagePull(about(bad1)), { image: bad1 })
      .shows(113, backOff(about(bad1), bad1), { image: bad1 });

  test('the status still tells of the old one, which goes on until the new one is shown', () => {
    const scene = failing()
      .shows(120, backOff(about(bad1), bad1), { image: bad2 })
      .shows(120.1, errImagePull(about(bad1)), { image: bad2 });
    expect(scene.failing).toMatchObject([{ image: bad1, attempts: 2 }]);
    scene.shows(133, errImagePull(about(bad2)), { image: bad2 });
    expect(scene.failing).toMatchObject([{ image: bad2, attempts: 1, step: 1, next: 130 }]);
    expect(scene.outcomes).toEqual(['app image_changed after 2']);
  });

  test('to one that works', () => {
    const running = { type: 'running', startedAt: undefined } as const;
    const scene = failing()
      .shows(120, backOff(about(bad1), bad1), { image: 'registry.example/app:good' })
      .shows(122, running, { image: 'registry.example/app:good', containerId: 'c1' });
    expect(scene.failing).toEqual([]);
    expect(scene.outcomes).toEqual(['app image_changed after 1']);
  });

  test('while the kubelet does not act, the old one goes on as the status tells', () => {
    const scene = failing().shows(120, backOff(about(bad1), bad1), { image: bad2 });
    expect(scene.passTo(300).failing).toMatchObject([{ image: bad1, attempts: 1 }]);
  });

  test('and no text names the new one: after two syncs a failure is taken for its', () => {
    const scene = failing().shows(120, errImagePull(qps), { image: bad2 });
    expect(scene.passTo(154).failing).toMatchObject([{ image: bad1 }]);
    expect(scene.passTo(156).failing).toMatchObject([{ image: bad2, attempts: 1 }]);
    expect(scene.outcomes).toEqual(['app image_changed after 2']);
  });

  test('and the container is created without a word of it', () => {
    const scene = failing().shows(120, creating, { image: bad2 }).passTo(156);
    expect(scene.failing).toEqual([]);
    expect(scene.outcomes).toEqual(['app image_changed after 1']);
  });

  test('and back within 600 s: the back-off goes on, the count does not', () => {
    const scene = failing()
      .shows(126, errImagePull(about(bad1)), { image: bad1 })
      .shows(130, errImagePull(about(bad1)), { image: bad2 })
      .shows(143, errImagePull(about(bad2)), { image: bad2 })
      .shows(156, backOff(about(bad2), bad2), { image: bad2 })
      .shows(300, backOff(about(bad2), bad2), { image: bad1 })
      .shows(313, errImagePull(about(bad1)), { image: bad1 });
    expect(scene.failing).toMatchObject([
      { image: bad1, attempts: 1, step: 3, last: 300, next: 340 },
    ]);
  });

  test('and back after 600 s: the kubelet has forgotten it', () => {
    const scene = failing()
      .shows(143, errImagePull(about(bad2)), { image: bad2 })
      .shows(156, backOff(about(bad2), bad2), { image: bad2 })
      .shows(900, backOff(about(bad2), bad2), { image: bad1 })
      .shows(913, errImagePull(about(bad1)), { image: bad1 });
    expect(scene.failing).toMatchObject([{ image: bad1, attempts: 1, step: 1 }]);
  });
});

test('the back-off survives a recovery for 600 s', () => {
  const running = { type: 'running', startedAt: undefined } as const;
  const ran = { containerId: 'c1', lastTermination: { startedAt: 1, finishedAt: 2 } };
  const scene = Scene.watched()
    .shows(100, creating)
    .shows(101, errImagePull())
    .shows(113, backOff())
    .shows(126, errImagePull())
    .shows(140, running, { containerId: 'c1' });
  expect(scene.failing).toEqual([]);
  expect(scene.tracker.wants('pod-1')).toBe(true);
  scene.shows(200, errImagePull(), ran);
  expect(scene.failing).toMatchObject([{ attempts: 1, step: 3, next: 227 }]);
});

describe('a container that mounts an image volume', () => {
  const volume = 'registry.example/data:v1';
  const mounts = { imageVolumes: [volume] };

  test('fails for the image that the text names', () => {
    const scene = Scene.watched()
      .shows(100, creating, mounts)
      .shows(101, errImagePull(about(volume)), mounts)
      .shows(113, backOff(about(volume), volume), mounts);
    expect(scene.failing).toMatchObject([{ container: 'app', image: volume, attempts: 1 }]);
  });

  test('an event without a container is about the volume', () => {
    const scene = Scene.watched()
      .shows(100, creating, mounts)
      .failed(100.5, { container: '', image: volume });
    expect(scene.failing).toMatchObject([{ image: volume, attempts: 1 }]);
  });

  test('a text that names no image is about the one that a later text names', () => {
    const scene = Scene.watched()
      .shows(100, creating, mounts)
      .shows(101, errImagePull(qps), mounts)
      .shows(113, backOff(qps, volume), mounts)
      .shows(126, errImagePull(about(volume)), mounts);
    expect(scene.failing).toMatchObject([{ image: volume, attempts: 2, step: 2, first: 100.4 }]);
    expect(scene.outcomes).toEqual([]);
  });

  test('the volume has been pulled where the own image fails next', () => {
    const own = 'registry.example/app:v1';
    const scene = Scene.watched()
      .shows(100, creating, mounts)
      .shows(101, errImagePull(about(volume)), mounts)
      .shows(113, backOff(about(volume), volume), mounts)
      .shows(140, errImagePull(about(own)), mounts);
    expect(scene.failing).toMatchObject([{ image: own, attempts: 1, step: 1 }]);
    expect(scene.outcomes).toEqual(['app recovered after 1']);
  });
});

test('an image whose name begins like another one is not mistaken for it', () => {
  const scene = Scene.watched()
    .shows(100, creating, { image: 'registry.example/app:v1' })
    .shows(101, errImagePull(about('registry.example/app:v1')), {
      image: 'registry.example/app:v1',
    })
    .shows(120, errImagePull(about('registry.example/app:v1')), {
      image: 'registry.example/app:v10',
    })
    .shows(133, errImagePull(about('registry.example/app:v10')), {
      image: 'registry.example/app:v10',
    });
  expect(scene.failing).toMatchObject([{ image: 'registry.example/app:v10', attempts: 1 }]);
});

test('a container that leaves the spec ends its episode', () => {
  const scene = Scene.watched()
    .pod(100, { containers: [aContainer({ state: errImagePull(notFound) })] })
    .pod(110, { containers: [aContainer({ name: 'other', image: 'registry.example/other:v1' })] });
  expect(scene.failing).toEqual([]);
  expect(scene.outcomes).toEqual(['app deleted after 1']);
});
