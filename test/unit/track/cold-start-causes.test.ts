import { describe, expect, test } from 'vitest';
import { type Listed, started } from './cold-scene.ts';
import {
  aContainer,
  backOff,
  creating,
  errImagePull,
  qps,
  refused,
  type Scene,
  waiting,
} from './scene.ts';

const epoch = 1_700_000_000_000;

describe('a cold start shows the cause that was told last, in a status or an event', () => {
  const told = (message: string, last: number, uid = message): Listed => ({
    type: 'pullFailed',
    first: last,
    last,
    count: 1,
    uid,
    message,
  });
  const causeOf = (scene: Scene) => scene.failing.map(({ cause }) => cause);

  test.each([true, false])(
    'a limit of the node hides none of them: events first %s',
    (eventsFirst) => {
      const events = [told(refused, 920), told(qps, 960)];
      expect(causeOf(started(backOff(qps), events, { eventsFirst }))).toEqual([
        'connection_refused',
      ]);
      expect(causeOf(started(errImagePull(qps), events, { eventsFirst }))).toEqual([
        'connection_refused',
      ]);
    },
  );

  test('its text goes with it, and it stays while limits follow', () => {
    const scene = started(backOff(qps), [told(refused, 920)]);
    expect([...scene.tracker.failing()][0]?.message).toBe(refused);
    scene.shows(1040, errImagePull(qps));
    expect(causeOf(scene)).toEqual(['connection_refused']);
    scene.shows(1080, errImagePull());
    expect(causeOf(scene)).toEqual(['image_not_found']);
  });

  test('that of the status is the newest', () => {
    expect(causeOf(started(backOff(), [told(refused, 920)]))).toEqual(['image_not_found']);
  });

  test.each([true, false])(
    'before Kubernetes 1.32 events alone tell it: first %s',
    (eventsFirst) => {
      const events = [told(refused, 960), told('not found', 900), told(qps, 975)];
      expect(causeOf(started(backOff(''), events, { eventsFirst }))).toEqual([
        'connection_refused',
      ]);
    },
  );

  test('a runtime that is down hides none of them', () => {
    const down = waiting('ImageInspectError', 'Failed to inspect image ""');
    expect(causeOf(started(down, [told(refused, 920)]))).toEqual(['connection_refused']);
  });

  test('that of an episode before is history', () => {
    const ran = {
      containerId: 'c1',
      lastTermination: { startedAt: epoch + 800_000, finishedAt: epoch + 930_000 },
    };
    const containers = [aContainer({ state: backOff(qps), ...ran })];
    expect(causeOf(started(backOff(), [told(refused, 700)], { containers }))).toEqual([
      'node_pull_qps_exceeded',
    ]);
  });

  test('that from before a restart of the kubelet that a cold start meets, too', () => {
    const events = [told(refused, 700), told(refused, 714, 'b'), told(refused, 740, 'c')];
    const scene = started(creating, events).shows(1013, errImagePull(qps));
    expect(causeOf(scene)).toEqual(['connection_refused']);
  });

  test('a missing secret explains it', () => {
    const scene = started(backOff(qps), [told('no basic auth', 920)]);
    scene.event(1000, { type: 'secretMissing', secrets: ['robot'] }, { listed: true });
    expect(causeOf(scene)).toEqual(['pull_secret_missing']);
  });
});
