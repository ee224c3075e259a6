import { describe, expect, test } from 'vitest';
import { observeEvent } from '../../../src/observe/event.ts';
import type { EventFact } from '../../../src/observe/observations.ts';
import { anEvent } from './builders.ts';

const facts: readonly (readonly [
  reason: string,
  message: string,
  image: string,
  fact: EventFact,
])[] = [
  ['Pulling', 'Pulling image "nginx:1"', 'nginx:1', { type: 'pulling' }],
  [
    'Pulled',
    'Successfully pulled image "nginx:1" in 1m2.5s (1m5s including waiting). Image size: 1048576 bytes.',
    'nginx:1',
    { type: 'pulled', durationMs: 62_500, sizeBytes: 1_048_576 },
  ],
  [
    'Pulled',
    'Successfully pulled image "nginx:1" in 66ms (66ms including waiting)',
    'nginx:1',
    { type: 'pulled', durationMs: 66, sizeBytes: undefined },
  ],
  [
    'Pulled',
    'Successfully pulled image "nginx:1" in 1.234567s',
    'nginx:1',
    { type: 'pulled', durationMs: 1234.567, sizeBytes: undefined },
  ],
  [
    'Pulled',
    'Successfully pulled image "nginx:1" in a while',
    'nginx:1',
    { type: 'pulled', durationMs: undefined, sizeBytes: undefined },
  ],
  [
    'Pulled',
    'Container image "nginx:1" already present on machine and can be accessed by the pod',
    'nginx:1',
    { type: 'alreadyPresent' },
  ],
  [
    'Failed',
    'Failed to pull image "nginx:1": rpc error: code = NotFound desc = not found\ndenied: no',
    'nginx:1',
    { type: 'pullFailed', message: 'rpc error: code = NotFound desc = not found\ndenied: no' },
  ],
  ['Failed', 'Error: ErrImagePull', '', { type: 'syncFailed', reason: 'ErrImagePull' }],
  ['BackOff', 'Back-off pulling image "nginx:1"', 'nginx:1', { type: 'backOff' }],
  [
    'BackOff',
    'Back-off pulling image "team/\\"odd\\"\\x00name\\u00e4"',
    'team/"odd"\u0000nameä',
    { type: 'backOff' },
  ],
  [
    'InspectFailed',
    'Failed to inspect image "": rpc error: code = Unavailable',
    '',
    { type: 'inspectFailed', message: 'Failed to inspect image "": rpc error: code = Unavailable' },
  ],
  [
    'ErrImageNeverPull',
    'Container image "nginx:1" is not present with pull policy of Never',
    'nginx:1',
    {
      type: 'neverPull',
      message: 'Container image "nginx:1" is not present with pull policy of Never',
    },
  ],
  [
    'FailedToRetrieveImagePullSecret',
    'Unable to retrieve some image pull secrets (a, b); attempting to pull the image may not succeed.',
    '',
    { type: 'secretMissing', secrets: ['a', 'b'] },
  ],
  ['Created', 'Created container: app', '', { type: 'created' }],
];

describe('an event of the kubelet states one fact', () => {
  test.each(facts)('%s: %s', (reason, message, image, fact) => {
    expect(observeEvent(anEvent({ reason, message }), false)).toMatchObject({ image, fact });
  });
});

describe('an event that is not about an image pull is none', () => {
  const { involvedObject } = anEvent();
  test.each([
    [
      'a crash loop',
      anEvent({ reason: 'BackOff', message: 'Back-off restarting failed container app' }),
    ],
    [
      'a sandbox image',
      anEvent({ reason: 'FailedCreatePodSandBox', message: 'failed to pull image "pause"' }),
    ],
    ['another reporter', anEvent({ source: { component: 'virtual-kubelet', host: 'node-1' } })],
    ['another kind', anEvent({ involvedObject: { ...involvedObject, kind: 'Node' } })],
    ['a pod without uid', anEvent({ involvedObject: { ...involvedObject, uid: '' } })],
    ['a message cut in the middle of its image', anEvent({ message: 'Pulling image "ngi' })],
  ])('%s', (_, event) => {
    expect(observeEvent(event, false)).toBeUndefined();
  });
});

describe('the container that an event is about', () => {
  test.each([
    ['spec.containers{app}', 'app'],
    ['spec.initContainers{setup}', 'setup'],
    ['spec.ephemeralContainers{debug}', 'debug'],
    ['', ''],
  ])('%s', (fieldPath, container) => {
    const { involvedObject } = anEvent();
    const event = anEvent({ involvedObject: { ...involvedObject, fieldPath } });
    expect(observeEvent(event, true)).toMatchObject({ container, listed: true });
  });
});

test('a combined event counts other messages too, so only the one that it shows is sure', () => {
  const event = anEvent({
    reason: 'Failed',
    message: '(combined from similar events): Failed to pull image "nginx:1": timeout',
    count: 40,
  });
  expect(observeEvent(event, false)).toMatchObject({
    fact: { type: 'pullFailed', message: 'timeout' },
    count: 1,
    firstAt: 5000,
    lastAt: 5000,
  });
});

test.each([0, -1])('an event that counts %i has happened once', (count) => {
  expect(observeEvent(anEvent({ count }), false)).toMatchObject({ count: 1 });
});

test('an event with a name that no object can have is not of the kubelet', () => {
  const long = 'x'.repeat(254);
  const { involvedObject } = anEvent();
  expect(observeEvent(anEvent({ source: { component: 'kubelet', host: long } }), false)).toBe(
    undefined,
  );
  for (const field of ['uid', 'namespace', 'name', 'fieldPath']) {
    const event = anEvent({ involvedObject: { ...involvedObject, [field]: long } });
    expect(observeEvent(event, false)).toBe(undefined);
  }
});
