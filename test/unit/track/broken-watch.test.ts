import { describe, expect, test } from 'vitest';
import { aPod, backOff, creating, errImagePull, refused, Scene } from './scene.ts';

/** Tried at 0, 14, 40, 93 and 180, so that the next try begins between 340 and 356. */
function failing(): Scene {
  const scene = Scene.watched().shows(0, creating).shows(1, errImagePull()).shows(12, backOff());
  for (const failedAt of [14, 40, 93, 180]) {
    scene.shows(failedAt + 13, errImagePull()).shows(failedAt + 26, backOff());
  }
  return scene;
}

describe('a watch that was broken while a try was due', () => {
  test('hides a try that no status shows any more: it is counted once its time has passed', () => {
    const scene = failing().gap(400, 330).shows(400, backOff()).listed(400, 'pods', 'pod-1');
    expect(scene.failing).toMatchObject([{ attempts: 5, step: 5 }]);
    scene.passTo(417);
    expect(scene.failing).toMatchObject([{ attempts: 6, step: 6, last: 346.5, next: 646.5 }]);
    expect(scene.counted).toBe(6);
    expect([...scene.tracker.failing()][0]?.exact).toBe(false);
  });

  test('does not count a try that is shown late as a second one', () => {
    const scene = failing()
      .gap(375, 330)
      .shows(375, backOff())
      .listed(375, 'pods', 'pod-1')
      .shows(376, errImagePull())
      .shows(377, backOff())
      .passTo(500);
    expect(scene.failing).toMatchObject([{ attempts: 6, step: 6 }]);
    const [{ last = 0 } = {}] = scene.failing;
    expect(last).toBeGreaterThanOrEqual(340);
    expect(last).toBeLessThanOrEqual(358);
  });

  test('does not count a try twice of which an event tells late', () => {
    const scene = failing()
      .gap(400, 330)
      .shows(400, backOff())
      .listed(400, 'pods', 'pod-1')
      .passTo(420);
    expect(scene.failing).toMatchObject([{ attempts: 6 }]);
    scene.failed(440, { lastAt: 351, count: 6 });
    expect(scene.failing).toMatchObject([{ attempts: 6, last: 351, next: 651 }]);
    scene.shows(665, errImagePull());
    expect(scene.failing).toMatchObject([{ attempts: 7, step: 7 }]);
  });

  test('does not count a try of which an event has told already', () => {
    const scene = failing()
      .failed(345, { lastAt: 345, count: 6 })
      .gap(400, 346)
      .shows(400, backOff())
      .listed(400, 'pods', 'pod-1')
      .passTo(500);
    expect(scene.failing).toMatchObject([{ attempts: 6, step: 6, last: 345 }]);
  });

  test('hides several tries when it was broken for long', () => {
    const scene = failing().gap(1800, 330).shows(1800, backOff()).listed(1800, 'pods', 'pod-1');
    // 346, 653, 959, 1266, 1572, and 1879 is still to come.
    expect(scene.passTo(1830).failing).toMatchObject([{ attempts: 10, step: 10 }]);
    scene.shows(1890, errImagePull());
    expect(scene.failing).toMatchObject([{ attempts: 11, step: 11 }]);
  });

  test('hides the tries before the one that it shows at its end', () => {
    const scene = failing().gap(980, 330).shows(980, errImagePull()).listed(980, 'pods', 'pod-1');
    expect(scene.failing).toMatchObject([{ attempts: 8, step: 8 }]);
  });

  test('says nothing of a try that was due before: the model does not hold for a dead node', () => {
    const scene = failing()
      .passTo(700)
      .gap(760, 700)
      .shows(760, backOff())
      .listed(760, 'pods', 'pod-1');
    expect(scene.passTo(900).failing).toMatchObject([{ attempts: 5, step: 5, next: undefined }]);
  });

  test('says nothing of a try that is due later', () => {
    const scene = failing().gap(300, 250).shows(300, backOff()).listed(300, 'pods', 'pod-1');
    expect(scene.passTo(340).failing).toMatchObject([{ attempts: 5 }]);
    scene.shows(360, errImagePull());
    expect(scene.failing).toMatchObject([{ attempts: 6, last: 347 }]);
  });

  test('hides a try whose cause the back-off names', () => {
    const scene = failing()
      .gap(400, 330)
      .shows(400, backOff(refused))
      .listed(400, 'pods', 'pod-1')
      .passTo(450);
    expect(scene.failing).toMatchObject([{ attempts: 6, cause: 'connection_refused' }]);
  });

  test('hides several tries of which the back-off names the cause of the last', () => {
    const scene = failing().gap(800, 330).shows(800, backOff(refused));
    scene.listed(800, 'pods', 'pod-1').passTo(850);
    // 346 and 653.
    expect(scene.failing).toMatchObject([{ attempts: 7, step: 7, cause: 'connection_refused' }]);
    expect(scene.counted).toBe(7);
  });

  test('hides events, too: none of a try is no proof that it was not', () => {
    const scene = Scene.watched().shows(0, creating).failed(1).shows(1, errImagePull());
    scene.shows(12, backOff()).failed(14, { count: 2 });
    scene.gap(105, 16).shows(105, errImagePull()).listed(105, 'pods', 'pod-1');
    // 40, and the one that is shown.
    expect(scene.failing).toMatchObject([{ attempts: 4, step: 4 }]);
  });

  test('hides nothing that was due before it: a status would have shown that', () => {
    const scene = failing().passTo(2000).gap(2040, 2000);
    scene.shows(2040, errImagePull()).listed(2040, 'pods', 'pod-1');
    expect(scene.passTo(2100).failing).toMatchObject([{ attempts: 6 }]);
  });

  test('hides no try while a pull is known to run', () => {
    const scene = failing()
      .event(341, { type: 'pulling' }, { count: 6 })
      .passTo(380)
      .gap(430, 385)
      .shows(430, backOff())
      .listed(430, 'pods', 'pod-1');
    expect(scene.passTo(600).failing).toMatchObject([{ attempts: 5 }]);
    expect(scene.slowPulls).toEqual([{ container: 'app', since: 341 }]);
  });
});

describe('a relist', () => {
  test('tells of a kubelet that restarted meanwhile: its events count from 1 again', () => {
    const scene = Scene.watched().shows(0, creating);
    [1, 15, 41].forEach((at, i) => {
      scene.failed(at, { firstAt: 1, count: i + 1 }).shows(at + 12, errImagePull());
      scene.shows(at + 13, backOff());
    });
    scene.gap(200, 60).gap(200, 60, 'events').shows(200, backOff()).listed(200, 'pods', 'pod-1');
    // The new process tries at 70, 84, 110 and 163.
    scene.failed(200, { uid: 'new', firstAt: 70, lastAt: 163, count: 4, listed: true });
    scene.listed(200, 'events');
    expect(scene.failing).toMatchObject([{ attempts: 7, step: 4, last: 163.5, next: 243.5 }]);
    expect(scene.counted).toBe(7);
  });

  test('ends what it lacks', () => {
    const scene = failing().pod(250, { uid: 'pod-2', name: 'api', containers: aPod().containers });
    scene.gap(300, 290).shows(300, backOff()).listed(300, 'pods', 'pod-1');
    expect(scene.failing).toHaveLength(1);
    scene.gap(310, 305).listed(310, 'pods');
    expect(scene.failing).toEqual([]);
    expect(scene.outcomes).toEqual(['app deleted after 5']);
  });

  test('never shows a half-filled picture while its items come in', () => {
    const scene = failing();
    scene.pod(201, {
      uid: 'pod-2',
      name: 'api',
      containers: [{ ...aPod().containers[0]!, state: errImagePull() }],
    });
    scene.gap(300, 290).shows(300, backOff());
    expect(scene.failing).toHaveLength(2);
  });

  test('finds a pod that began to fail meanwhile, and counts its tries', () => {
    const scene = Scene.watched().gap(300, 250);
    scene.pod(300, {
      createdAt: 1_700_000_255_000,
      containers: [{ ...aPod().containers[0]!, state: backOff() }],
    });
    scene.listed(300, 'pods', 'pod-1');
    expect(scene.failing).toMatchObject([{ attempts: 2, step: 2, first: 255 }]);
    expect(scene.counted).toBe(2);
  });

  test('finds a container that ran for days and began to fail meanwhile: not since days', () => {
    const scene = Scene.watched().gap(300, 250);
    scene.shows(300, backOff(), {
      containerId: 'c1',
      lastTermination: { startedAt: 1_600_000_000_000, finishedAt: 1_600_000_500_000 },
    });
    scene.listed(300, 'pods', 'pod-1');
    const [state] = scene.failing;
    expect(state?.attempts).toBeLessThanOrEqual(3);
    expect(state?.first).toBeGreaterThanOrEqual(250);
  });

  test('of events tells of tries long ago, which are known though a status had them too early', () => {
    const scene = Scene.watched()
      .shows(20, creating)
      .failed(21)
      .shows(22, errImagePull())
      .shows(34, backOff())
      .gap(36, 34.5)
      .shows(36, backOff())
      .listed(36, 'pods', 'pod-1');
    // Shown after 10.3 s, and so taken to be of 33.
    scene.shows(46, errImagePull()).shows(59, backOff());
    for (const failedAt of [61, 113, 200, 367, 674, 980]) {
      scene
        .event(failedAt, { type: 'backOff' })
        .shows(failedAt + 13, errImagePull())
        .shows(failedAt + 26, backOff());
    }
    scene.gap(1100, 1090, 'events');
    scene.failed(1100, { uid: 'f2', firstAt: 35.7, lastAt: 61, count: 2, listed: true });
    scene.listed(1100, 'events');
    expect(scene.failing).toMatchObject([{ attempts: 8, step: 8 }]);
  });

  test('of events tells again what is known, and changes nothing', () => {
    const scene = Scene.watched()
      .shows(100, creating)
      .failed(100.5, { lastAt: 100 })
      .shows(101, errImagePull())
      .shows(113, backOff())
      .failed(113.5, { lastAt: 113, count: 2 })
      .shows(126, errImagePull())
      .gap(200, 190, 'events')
      .failed(200, { lastAt: 113, firstAt: 100, count: 2, listed: true })
      .event(200, { type: 'pulling' }, { lastAt: 113, firstAt: 100, count: 2, listed: true })
      .listed(200, 'events');
    expect(scene.passTo(300).failing).toMatchObject([{ attempts: 2 }]);
    expect(scene.slowPulls).toEqual([]);
  });
});

test('a next retry that has passed by more than a minute is not shown any more', () => {
  const scene = failing();
  expect(scene.failing).toMatchObject([{ next: 340 }]);
  expect(scene.passTo(399).failing).toMatchObject([{ next: 340 }]);
  expect(scene.passTo(402).failing).toMatchObject([{ next: undefined, attempts: 5 }]);
});

test('a status that the API server lost between two tries is made up for by the next one', () => {
  const scene = failing();
  // Tried at 347 and at 653: only the second one is shown.
  scene.shows(666, errImagePull());
  expect(scene.failing).toMatchObject([{ attempts: 7, step: 7 }]);
});

test('however long its tries take: the one that was due may run, and the next comes after it', () => {
  const pulling = { type: 'pulling' } as const;
  const scene = Scene.watched()
    .shows(99, creating)
    .event(100, pulling)
    .failed(220, {}, refused)
    .shows(220, errImagePull(refused));
  expect(scene.failing).toMatchObject([{ attempts: 1, next: 230 }]);
  scene.event(232, pulling, { count: 2, firstAt: 100 });
  expect(scene.passTo(289).failing).toMatchObject([{ next: 230 }]);
  expect(scene.passTo(290).failing).toMatchObject([{ next: undefined }]);
});
