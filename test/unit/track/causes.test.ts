import { describe, expect, test } from 'vitest';
import { latestCause } from '../../../src/track/cause.ts';
import {
  aVerdict,
  backOff,
  creating,
  errImagePull,
  qps,
  refused,
  Scene,
  waiting,
} from './scene.ts';

describe('the cause of an episode', () => {
  test.each([
    ['a new definite cause', 'image_not_found', 'connection_refused', 'connection_refused'],
    [
      'a mask does not replace a definite cause',
      'image_not_found',
      'node_pull_qps_exceeded',
      'image_not_found',
    ],
    [
      'a definite cause replaces a mask',
      'node_pull_qps_exceeded',
      'image_not_found',
      'image_not_found',
    ],
    [
      'a mask replaces another mask',
      'node_pull_qps_exceeded',
      'runtime_unavailable',
      'runtime_unavailable',
    ],
    ['a mask replaces what is not known', 'unknown', 'runtime_unavailable', 'runtime_unavailable'],
    [
      'an unknown text does not replace a definite cause',
      'image_not_found',
      'unknown',
      'image_not_found',
    ],
  ] as const)('%s', (_, shown, next, latest) => {
    expect(latestCause(aVerdict(shown), aVerdict(next)).cause).toBe(latest);
  });
});

test('a refusal of the node itself is counted as such, and hides nothing', () => {
  const scene = Scene.watched()
    .shows(100, creating)
    .shows(101, errImagePull())
    .shows(113, backOff())
    .shows(126, errImagePull(qps));
  expect(scene.failing).toMatchObject([{ cause: 'image_not_found', attempts: 2 }]);
  expect([...scene.tracker.failing()][0]?.message).toContain('not found');
  expect(scene.of('attemptFailed').map(({ verdict }) => verdict.cause)).toEqual([
    'image_not_found',
    'node_pull_qps_exceeded',
  ]);
});

test('before Kubernetes 1.32 the back-off has no text, and the cause stays', () => {
  const scene = Scene.watched()
    .shows(100, creating)
    .shows(101, errImagePull())
    .shows(113, backOff(''))
    .shows(126, errImagePull())
    .shows(139, backOff(''));
  expect(scene.failing).toMatchObject([{ cause: 'image_not_found', attempts: 2 }]);
});

test('a pod whose pull secret is missing fails for that, once the registry asks for credentials', () => {
  const denied = 'authorization failed: no basic auth credentials';
  const missing = { type: 'secretMissing', secrets: ['robot'] } as const;
  const scene = Scene.watched().shows(100, creating).event(100, missing);
  expect(scene.failing).toEqual([]);
  scene.shows(101, errImagePull(denied));
  expect(scene.failing).toMatchObject([{ cause: 'pull_secret_missing' }]);
  expect(scene.of('attemptFailed')).toMatchObject([{ verdict: { cause: 'pull_secret_missing' } }]);
  scene.shows(113, backOff(denied)).shows(126, errImagePull(refused));
  expect(scene.failing).toMatchObject([{ cause: 'connection_refused' }]);
});

test('the event about the secret may come after the failure', () => {
  const scene = Scene.watched()
    .shows(100, creating)
    .shows(101, errImagePull('no basic auth credentials'))
    .event(102, { type: 'secretMissing', secrets: ['robot'] });
  expect(scene.failing).toMatchObject([{ cause: 'pull_secret_missing' }]);
});

describe('failures before a pull', () => {
  const invalid = waiting('InvalidImageName', 'couldn\'t parse image name "a b"');

  test('have no attempts, no step and no next retry', () => {
    const scene = Scene.watched().shows(100, creating).shows(101, invalid);
    expect(scene.failing).toMatchObject([
      {
        cause: 'invalid_reference',
        attempts: 0,
        step: 0,
        first: 101,
        last: undefined,
        next: undefined,
      },
    ]);
    expect(scene.passTo(400).failing).toHaveLength(1);
    expect(scene.counted).toBe(0);
  });

  test('began when the first event told of them', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(114, invalid)
      .event(115, { type: 'inspectFailed', message: '' }, { lastAt: 113, firstAt: 101, count: 2 });
    expect(scene.failing).toMatchObject([{ first: 101 }]);
  });

  test('may have free text as their reason', () => {
    const text = 'unable to parse auth field, must be formatted as base64(username:password)';
    const scene = Scene.watched().shows(100, creating).shows(101, waiting(text, text));
    expect(scene.failing).toMatchObject([{ cause: 'pull_secret_invalid', attempts: 0 }]);
  });

  test('inside an episode keep its attempts, step and cause', () => {
    const down = waiting(
      'ImageInspectError',
      'Failed to inspect image "": connection refused by the runtime: inspect image',
    );
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, errImagePull())
      .shows(113, backOff())
      .shows(126, errImagePull())
      .shows(139, waiting('ImageInspectError', 'failed to inspect image'));
    expect(scene.failing).toMatchObject([
      { cause: 'image_not_found', attempts: 2, step: 2, last: 113 },
    ]);
    scene.shows(200, down).shows(230, backOff()).shows(300, errImagePull());
    expect(scene.failing).toMatchObject([{ attempts: 3, step: 3 }]);
  });

  test('that a try follows are the begin of its episode', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .shows(101, waiting('ImageInspectError', 'failed to inspect image'))
      .shows(140, errImagePull());
    expect(scene.failing).toMatchObject([
      { cause: 'image_not_found', attempts: 1, step: 1, first: 101, last: 127 },
    ]);
    expect(scene.outcomes).toEqual([]);
  });
});

test('an unknown text is `unknown`, and gives way to the first one that is known', () => {
  const scene = Scene.watched().shows(100, creating).shows(101, errImagePull('strange'));
  expect(scene.failing).toMatchObject([{ cause: 'unknown' }]);
  scene.shows(126, errImagePull(refused));
  expect(scene.failing).toMatchObject([{ cause: 'connection_refused' }]);
});
