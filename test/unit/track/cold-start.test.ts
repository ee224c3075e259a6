import { describe, expect, test } from 'vitest';
import {
  aContainer,
  backOff,
  creating,
  errImagePull,
  qps,
  refused,
  Scene,
  waiting,
} from './scene.ts';
import { type Listed, started } from './cold-scene.ts';

const epoch = 1_700_000_000_000;

/** Events freeze at the 5th try, and only BackOff goes on: tried at 700, 714, 740, 793 and 880. */
const frozen: readonly Listed[] = [
  { type: 'pulling', first: 700, last: 880, count: 5 },
  { type: 'pullFailed', first: 700, last: 880, count: 5 },
  { type: 'backOff', first: 701, last: 995, count: 18 },
];

describe('a cold start', () => {
  test.each([true, false])('takes the tries from events, listed first: %s', (eventsFirst) => {
    const scene = started(backOff(), frozen, { eventsFirst });
    expect(scene.failing).toMatchObject([
      { attempts: 5, step: 5, first: 700.5, last: 880.5, next: 1040.5 },
    ]);
    expect([...scene.tracker.failing()][0]?.exact).toBe(true);
    expect(scene.counted).toBe(0);
  });

  test('goes on with what is watched', () => {
    const scene = started(backOff(), frozen).shows(1060, errImagePull());
    expect(scene.failing).toMatchObject([{ attempts: 6, step: 6, first: 700.5, last: 1047 }]);
    expect(scene.counted).toBe(1);
  });

  test('adds the tries that the time model knows of', () => {
    const events: readonly Listed[] = [
      { type: 'pulling', first: 100, last: 280, count: 5 },
      { type: 'pullFailed', first: 100, last: 280, count: 5 },
      { type: 'backOff', first: 101, last: 990, count: 60 },
    ];
    // 446.5 and 753; the next one is due at 1053.
    const scene = started(backOff(), events);
    expect(scene.failing).toMatchObject([
      { attempts: 7, step: 7, first: 100.5, last: 753.5, next: 1053.5 },
    ]);
    expect([...scene.tracker.failing()][0]?.exact).toBe(false);
  });

  test('knows of two lives of the kubelet by two BackOff objects', () => {
    const events: readonly Listed[] = [
      { type: 'pulling', first: 100, last: 280, count: 5 },
      { type: 'pullFailed', first: 100, last: 280, count: 5 },
      { type: 'backOff', first: 101, last: 600, count: 30 },
      { type: 'pulling', first: 900, last: 940, count: 3, uid: 'p2' },
      { type: 'pullFailed', first: 900, last: 940, count: 3, uid: 'f2' },
      { type: 'backOff', first: 901, last: 990, count: 6, uid: 'b2' },
    ];
    // 5 known and those at 446 and 753, then 3 of the new process.
    expect(started(backOff(), events).failing).toMatchObject([
      { attempts: 10, step: 3, last: 940.5, next: 980.5 },
    ]);
  });

  test('takes texts that change with every try, each an event of its own, for one series', () => {
    const events: readonly Listed[] = [700, 714, 740, 793, 880].map((at, i) => ({
      type: 'pullFailed',
      first: at,
      last: at,
      count: 1,
      uid: `f${i}`,
    }));
    expect(started(backOff(), events).failing).toMatchObject([
      { attempts: 5, step: 5, last: 880.5 },
    ]);
  });

  describe('leaves out what was before the container ran', () => {
    const ran = {
      containerId: 'c1',
      lastTermination: { startedAt: epoch + 800_000, finishedAt: epoch + 930_000 },
    };
    const containers = [aContainer({ state: backOff(), ...ran })];

    test('but the back-off goes on from there', () => {
      const events = [{ type: 'pullFailed', first: 700, last: 942, count: 4 } as const];
      expect(started(backOff(), events, { containers }).failing).toMatchObject([
        { attempts: 1, step: 4, first: 942.5, next: 1022.5 },
      ]);
    });

    test('and the pull that had worked then tells nothing of how long one takes', () => {
      const events: readonly Listed[] = [
        { type: 'pulling', first: 200, last: 580, count: 6 },
        { type: 'pullFailed', first: 400, last: 580, count: 5 },
        { type: 'backOff', first: 401, last: 995, count: 38 },
      ];
      const lastTermination = { startedAt: epoch + 201_000, finishedAt: epoch + 399_000 };
      const before = [aContainer({ state: backOff(), containerId: 'c1', lastTermination })];
      expect(started(backOff(), events, { containers: before }).failing).toMatchObject([
        { attempts: 6, step: 6, last: 747, next: 1047 },
      ]);
    });

    test('unless the kubelet has forgotten it since', () => {
      const events = [{ type: 'pullFailed', first: -2000, last: 942, count: 4 } as const];
      const scene = started(backOff(), events, { containers });
      // 942 and 959, and the next is due at 985.
      expect(scene.failing).toMatchObject([{ attempts: 2, step: 2, first: 942.5 }]);
    });
  });

  test('leaves out what was before the container had another image, all but the back-off', () => {
    const events: readonly Listed[] = [
      { type: 'pullFailed', first: 700, last: 965, count: 4 },
      { type: 'pullFailed', first: 800, last: 850, count: 3, uid: 'f2', image: 'other' },
      { type: 'backOff', first: 801, last: 960, count: 9, uid: 'b2', image: 'other' },
    ];
    expect(started(backOff(), events).failing).toMatchObject([
      { attempts: 1, step: 4, first: 965.5 },
    ]);
  });

  test('knows that it has the image back that it had before, and the back-off of that goes on', () => {
    const events: readonly Listed[] = [
      { type: 'pullFailed', first: 600, last: 780, count: 5 },
      { type: 'backOff', first: 601, last: 775, count: 15 },
      { type: 'pullFailed', first: 790, last: 830, count: 3, uid: 'f2', image: 'other' },
      { type: 'backOff', first: 791, last: 900, count: 9, uid: 'b2', image: 'other' },
    ];
    // Not before 940: the fifth try of the image was followed by 160 s.
    const scene = started(backOff(), events, { createdAt: epoch + 590_000 });
    expect(scene.failing).toMatchObject([{ attempts: 1, step: 6, first: 940.5, next: 1240.5 }]);
  });

  test('takes a text that names no image for that of the volume which events say has failed', () => {
    const volume = 'registry.example/data:v1';
    const event = { type: 'pullFailed', container: '', image: volume, count: 4 } as const;
    const containers = [aContainer({ state: creating, imageVolumes: [volume] })];
    const scene = started(creating, [{ ...event, first: 700, last: 793 }], { containers });
    scene.pod(1010, {
      containers: [aContainer({ state: errImagePull(qps), imageVolumes: [volume] })],
    });
    const [state] = scene.failing;
    expect(state).toMatchObject({ image: volume, cause: 'image_not_found', first: 700.5 });
    expect(state?.attempts).toBeGreaterThanOrEqual(5);
  });

  test('without events dates the first failure by the conditions of the pod', () => {
    const scene = started(backOff(), [], {
      createdAt: epoch + 600_000,
      conditions: [
        { type: 'PodReadyToStartContainers', status: 'True', lastTransitionTime: epoch + 700_000 },
        { type: 'Initialized', status: 'True', lastTransitionTime: epoch + 650_000 },
        { type: 'Ready', status: 'False', lastTransitionTime: epoch + 900_000 },
      ],
    });
    // 700, 717, 745, 792, 880, and 1047 is to come.
    expect(scene.failing).toMatchObject([{ attempts: 5, step: 5, first: 700 }]);
  });

  test('a status that shows a failure bounds the time of the last try', () => {
    const scene = started(errImagePull(), [], { createdAt: epoch + 700_000 });
    const [state] = scene.failing;
    expect(state?.last).toBeGreaterThanOrEqual(967);
    expect(state?.last).toBeLessThanOrEqual(991);
  });

  test('an ephemeral container that no event tells of has failed once', () => {
    const scene = started(backOff(), [], {
      createdAt: epoch,
      containers: [aContainer({ type: 'ephemeral', state: backOff() })],
    });
    expect(scene.failing).toMatchObject([{ attempts: 1, last: 974 }]);
  });

  test('a pod that has failed for 30 days is no more work than one that fails since an hour', () => {
    const scene = started(backOff(), [], { createdAt: epoch + 1_000_000 - 30 * 86_400_000 });
    const [state] = scene.failing;
    expect(state?.attempts).toBeGreaterThan(8400);
    expect(state?.attempts).toBeLessThan(8500);
    expect(state?.step).toBe(state?.attempts);
  });

  test('a try that must have been before the start, because none is shown after it, is added', () => {
    const scene = started(backOff(), [], { createdAt: epoch + 650_000 });
    expect(scene.failing).toMatchObject([{ attempts: 5, step: 5 }]);
    // The model expects one at 996: had it come after the start, it would be shown by 1030.
    expect(scene.passTo(1045).failing).toMatchObject([{ attempts: 6, step: 6 }]);
  });

  test('a failure without a pull is as old as the pod', () => {
    const scene = started(waiting('InvalidImageName', "couldn't parse image name"), [], {
      createdAt: epoch + 700_000,
    });
    expect(scene.failing).toMatchObject([{ attempts: 0, step: 0, first: 700, last: undefined }]);
  });

  test('a runtime that is down hides the back-off, not what events tell of it', () => {
    const scene = started(waiting('ImageInspectError', 'failed to inspect image'), frozen);
    expect(scene.failing).toMatchObject([{ attempts: 5, step: 5, last: 880.5 }]);
  });

  test('nor does it date the failure by what the pod could have done first', () => {
    const state = waiting('ImageInspectError', 'failed to inspect image');
    const scene = started(state, frozen, { createdAt: epoch + 600_000 });
    expect(scene.failing).toMatchObject([{ attempts: 5, first: 700.5 }]);
  });

  test('a pod that is being created has no failures, whatever its events tell', () => {
    expect(started(creating, frozen).failing).toEqual([]);
  });

  test('but when it fails, it has failed before: its kubelet has just restarted', () => {
    const scene = started(creating, frozen).shows(1002, errImagePull());
    expect(scene.failing).toMatchObject([{ attempts: 6, step: 1, first: 700.5, last: 1000.5 }]);
    expect(scene.counted).toBe(1);
  });

  test('a pull that runs is no try that has failed', () => {
    const events: readonly Listed[] = [
      { type: 'pulling', first: 700, last: 714, count: 2 },
      { type: 'pullFailed', first: 700, last: 700, count: 1 },
      { type: 'backOff', first: 701, last: 701, count: 1 },
    ];
    const scene = started(errImagePull(), events).passTo(1100);
    expect(scene.failing).toMatchObject([{ attempts: 1 }]);
    expect(scene.slowPulls).toEqual([{ container: 'app', since: 714.5 }]);
  });

  test('nor is there another one before it, however long the first one took', () => {
    const events: readonly Listed[] = [
      { type: 'pulling', first: 801, last: 926, count: 2 },
      { type: 'pullFailed', first: 863, last: 863, count: 1 },
    ];
    const scene = started(backOff(), events).failed(1043, {}, 'refused');
    expect(scene.failing).toMatchObject([{ attempts: 2, step: 2, first: 863.5, last: 1043 }]);
  });

  test('takes a pull for running whose usual time is not over, however often it was asked for', () => {
    const events: readonly Listed[] = [
      { type: 'pulling', first: 100, last: 990, count: 3 },
      { type: 'pullFailed', first: 200, last: 890, count: 2 },
      { type: 'backOff', first: 201, last: 980, count: 60 },
    ];
    // The try of 990 takes 100 s as well.
    expect(started(backOff(), events).failing).toMatchObject([{ attempts: 2, last: 890.5 }]);
  });

  test('knows how long a try takes by the time that all of them took', () => {
    // Failed at 100 after 1 s, then 4 tries of 200 s: at 316.5, 543, 789.5 and 1076.
    const events: readonly Listed[] = [
      { type: 'pulling', first: 99, last: 876, count: 5 },
      { type: 'pullFailed', first: 100, last: 789, count: 4 },
      { type: 'backOff', first: 101, last: 866, count: 40 },
    ];
    const scene = started(backOff(), events);
    expect(scene.failing).toMatchObject([{ attempts: 4, step: 4, last: 789.5, next: undefined }]);
    expect(scene.passTo(1075).failing).toMatchObject([{ attempts: 4 }]);
    scene.failed(1076, {}, refused).shows(1080, errImagePull(refused));
    expect(scene.failing).toMatchObject([{ attempts: 5, step: 5, last: 1076 }]);
  });

  test('a pull whose end no event tells runs no more where the pod has used up its events', () => {
    const sibling = { container: 'sibling', image: 'other' };
    const events: readonly Listed[] = [
      { type: 'pulling', first: 700, last: 745, count: 3 },
      { type: 'pullFailed', first: 700, last: 715, count: 2 },
      { type: 'backOff', first: 701, last: 729, count: 2 },
      { type: 'pulling', first: 700, last: 742, count: 3, uid: 'p2', ...sibling },
      { type: 'pullFailed', first: 700, last: 715, count: 2, uid: 'f2', ...sibling },
      { type: 'backOff', first: 701, last: 729, count: 2, uid: 'b2', ...sibling },
    ];
    const scene = started(backOff(), events);
    // 700, 715, 745, 792, 879, and 1045 is to come.
    expect(scene.failing).toMatchObject([{ attempts: 5, first: 700.5 }]);
    expect(scene.slowPulls).toEqual([]);
  });

  test('but runs on where a kubelet that has restarted may send as many again', () => {
    const events: readonly Listed[] = [
      { type: 'pulling', first: 100, last: 280, count: 5 },
      { type: 'pullFailed', first: 150, last: 330, count: 5 },
      { type: 'backOff', first: 151, last: 600, count: 30 },
      { type: 'pulling', first: 945, last: 945, count: 1, uid: 'p2' },
    ];
    const scene = started(backOff(), events).passTo(1001);
    const [before] = scene.failing;
    expect(scene.slowPulls).toEqual([{ container: 'app', since: 945.5 }]);
    expect(scene.passTo(1100).failing).toMatchObject([{ attempts: before?.attempts }]);
  });

  test('says before the first list is complete that nothing is counted', () => {
    const scene = new Scene();
    scene.shows(1000, backOff()).listed(1000, 'pods', 'pod-1');
    expect(scene.counted).toBe(0);
    expect(scene.of('stateChanged')).toHaveLength(1);
  });
});
