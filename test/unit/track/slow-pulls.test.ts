import { describe, expect, test } from 'vitest';
import { aContainer, backOff, creating, errImagePull, Scene } from './scene.ts';

const pulling = { type: 'pulling' } as const;
const volume = 'registry.example/data:v1';

describe('a pull without a result', () => {
  const asked = () => Scene.watched().shows(100, creating).event(101, pulling);

  test('is slow after 30 s, since it was asked for', () => {
    expect(asked().passTo(130).slowPulls).toEqual([]);
    expect(asked().passTo(132).slowPulls).toEqual([{ container: 'app', since: 101 }]);
    expect(asked().passTo(2000).slowPulls).toHaveLength(1);
  });

  test('knows its node, workload and registry', () => {
    const scene = asked().passTo(140);
    expect([...scene.tracker.slowPulls()]).toMatchObject([
      {
        namespace: 'shop',
        pod: 'web',
        node: 'node-1',
        workload: { kind: 'Deployment', name: 'web' },
        image: 'registry.example/app:v1',
        registry: 'registry.example',
      },
    ]);
  });

  test.each([
    ['Pulled', { type: 'pulled', durationMs: 40_000, sizeBytes: undefined } as const],
    ['Failed', { type: 'pullFailed', message: 'not found' } as const],
    ['Created', { type: 'created' } as const],
    ['already present', { type: 'alreadyPresent' } as const],
  ])('is over with %s', (_, fact) => {
    const scene = asked().passTo(140).event(141, fact);
    expect(scene.slowPulls).toEqual([]);
    expect(scene.of('slowPullChanged')).toMatchObject([
      { before: undefined, after: { container: 'app' } },
      { before: { container: 'app' }, after: undefined },
    ]);
  });

  test.each([
    ['running', { type: 'running', startedAt: undefined } as const],
    ['a failure', errImagePull()],
  ])('is over when the status shows %s', (_, state) => {
    expect(asked().passTo(140).shows(141, state).slowPulls).toEqual([]);
  });

  test('is over when the kubelet backs off another container: it syncs one after the other', () => {
    const other = { container: 'other', image: 'registry.example/other:v1' };
    expect(asked().passTo(140).event(141, { type: 'backOff' }, other).slowPulls).toEqual([]);
  });

  test('is over when the pod is deleted', () => {
    expect(asked().passTo(140).deleted(141).slowPulls).toEqual([]);
  });

  test('goes on while events of before come in late', () => {
    const scene = asked().passTo(140).failed(141, { lastAt: 90 });
    expect(scene.slowPulls).toHaveLength(1);
  });

  test('begins anew when the kubelet asks again', () => {
    const scene = asked().passTo(140).event(150, pulling, { uid: 'new' }).passTo(185);
    expect(scene.slowPulls).toEqual([{ container: 'app', since: 150 }]);
  });
});

test('a pull whose event comes after the status that shows its end is not slow', () => {
  const scene = Scene.watched()
    .shows(100, creating)
    .shows(103, { type: 'running', startedAt: 1_700_000_102_000 })
    .event(104, pulling, { lastAt: 101 })
    .shows(105, { type: 'running', startedAt: 1_700_000_102_000 });
  expect(scene.passTo(200).slowPulls).toEqual([]);
  expect(scene.tracker.wants('pod-1')).toBe(false);
});

test('a pod is not forgotten while its pull is shown to be slow', () => {
  const scene = Scene.watched().event(100, pulling).shows(140, { type: 'none' });
  expect(scene.slowPulls).toHaveLength(1);
  expect(scene.deleted(150).slowPulls).toEqual([]);
});

test('a pod that is created for long is not slow: nobody says that it pulls', () => {
  expect(Scene.watched().shows(100, creating).passTo(2000).slowPulls).toEqual([]);
});

test('a try of a failing container may be slow as well, until its failure shows', () => {
  const scene = Scene.watched()
    .shows(100, creating)
    .shows(101, errImagePull())
    .shows(113, backOff())
    .event(113.2, pulling)
    .shows(113.4, backOff())
    .passTo(150);
  expect(scene.slowPulls).toEqual([{ container: 'app', since: 113.2 }]);
  expect(scene.shows(180, errImagePull()).slowPulls).toEqual([]);
});

test('a status that shows the try before, right after a pull was asked for, ends nothing', () => {
  const ran = { containerId: 'c1', lastTermination: { startedAt: 1, finishedAt: 2 } };
  const scene = Scene.watched()
    .shows(100, { type: 'terminated', containerId: 'c1', finishedAt: 99 }, ran)
    .failed(100, { lastAt: 100 })
    .shows(101, { type: 'terminated', containerId: 'c1', finishedAt: 99 }, ran)
    .event(112, pulling, { count: 2 })
    .shows(112.1, errImagePull(), ran)
    .passTo(150);
  expect(scene.slowPulls).toEqual([{ container: 'app', since: 112 }]);
});

test('the pull of an image volume is slow for the containers that mount it', () => {
  const scene = Scene.watched().pod(100, {
    containers: [
      aContainer({ name: 'reader', imageVolumes: [volume] }),
      aContainer({ name: 'other', image: 'registry.example/other:v1' }),
    ],
  });
  scene.event(101, pulling, { container: '', image: volume }).passTo(140);
  expect(scene.slowPulls).toEqual([{ container: 'reader', since: 101 }]);
});

describe('listed events', () => {
  const listed = { listed: true } as const;
  const started = () => {
    const scene = new Scene();
    return scene.shows(1000, creating).listed(1000, 'pods', 'pod-1');
  };

  test('tell of a pull that runs since long', () => {
    const scene = started()
      .event(1000, pulling, { ...listed, lastAt: 400 })
      .listed(1000, 'events');
    expect(scene.passTo(1001).slowPulls).toEqual([{ container: 'app', since: 400.5 }]);
  });

  test('may tell of the end before the begin', () => {
    const scene = started()
      .event(1000, { type: 'pulled', durationMs: 1, sizeBytes: 1 }, { ...listed, lastAt: 410 })
      .event(1000, pulling, { ...listed, lastAt: 400 })
      .listed(1000, 'events');
    expect(scene.passTo(1010).slowPulls).toEqual([]);
  });

  test('show nothing while they come in', () => {
    const scene = started()
      .event(1000, pulling, { ...listed, lastAt: 400 })
      .passTo(1005);
    expect(scene.slowPulls).toEqual([]);
  });

  test('whose ends are held back tell of no pull that runs', () => {
    const scene = started()
      .event(1000, pulling, { ...listed, lastAt: 400, count: 6 })
      .listed(1000, 'events');
    expect(scene.passTo(1010).slowPulls).toEqual([]);
  });
});
