import { expect, test } from 'vitest';
import { observePod } from '../../../src/observe/pod.ts';
import { aContainer, aPod, aStatus } from './builders.ts';

test('the failing image is that of the spec, whatever the status says', () => {
  const pod = aPod({
    containers: [aContainer({ image: 'app:new' })],
    statuses: [
      aStatus({
        state: { type: 'waiting', reason: 'ErrImagePull', message: 'not found' },
        lastState: {
          type: 'terminated',
          exitCode: 1,
          reason: 'Error',
          startedAt: 10,
          finishedAt: 20,
          containerId: 'containerd://old',
        },
        containerId: 'containerd://old',
      }),
    ],
  });
  expect(observePod(pod).containers).toEqual([
    {
      name: 'app',
      type: 'container',
      image: 'app:new',
      pullPolicy: 'IfNotPresent',
      imageVolumes: [],
      state: { type: 'waiting', reason: 'ErrImagePull', message: 'not found' },
      lastTermination: { startedAt: 10, finishedAt: 20 },
      containerId: 'containerd://old',
    },
  ]);
});

test('a container has the references of the image volumes that it mounts, in the order of its mounts', () => {
  const pod = aPod({
    imageVolumes: [
      { name: 'a', reference: 'data:a', pullPolicy: '' },
      { name: 'b', reference: 'data:b', pullPolicy: '' },
    ],
    containers: [aContainer({ volumeMounts: ['b', 'config', 'a'] })],
  });
  expect(observePod(pod).containers[0]?.imageVolumes).toEqual(['data:b', 'data:a']);
});

test('a container that just ended tells when it ran', () => {
  const state = {
    type: 'terminated',
    exitCode: 0,
    reason: 'Completed',
    startedAt: 10,
    finishedAt: 20,
    containerId: 'containerd://1',
  } as const;
  const pod = aPod({ statuses: [aStatus({ state, containerId: 'containerd://1' })] });
  expect(observePod(pod).containers[0]).toMatchObject({
    state: { type: 'terminated', containerId: 'containerd://1', finishedAt: 20 },
    lastTermination: { startedAt: 10, finishedAt: 20 },
  });
});

test('events about a static pod carry the uid of its manifest', () => {
  const annotations = { 'kubernetes.io/config.mirror': 'a31593c1' };
  expect(observePod(aPod({ annotations })).eventUid).toBe('a31593c1');
  expect(observePod(aPod()).eventUid).toBe('pod-1');
});
