// What a replay works with, with defaults for whatever a test does not care about.
import type { Episode } from '../../../src/replay/episodes.ts';
import type { Line, Recording } from '../../../src/replay/recording.ts';
import type { Truth } from '../../../src/replay/truth.ts';
import type { FailingContainer } from '../../../src/track/states.ts';
import type { Event, Pod } from '../../../src/wire/objects.ts';
import { aPod, aStatus } from '../observe/builders.ts';
import { aVerdict } from '../track/scene.ts';

export function aState(fields: Partial<FailingContainer> = {}): FailingContainer {
  return {
    namespace: 'shop',
    pod: 'web',
    uid: 'pod-1',
    container: 'app',
    containerType: 'container',
    node: 'node-1',
    workload: { kind: 'Deployment', name: 'web' },
    image: 'nginx:1',
    registry: 'docker.io',
    verdict: aVerdict('image_not_found'),
    message: 'not found',
    step: 3,
    attempts: 3,
    exact: true,
    firstFailureAt: 1000,
    lastAttemptAt: 40_000,
    nextRetryAt: 80_000,
    ...fields,
  };
}

export function anEpisode(
  state: Partial<FailingContainer> = {},
  fields: Partial<Episode> = {},
): Episode {
  return {
    state: aState(state),
    shownAt: 2000,
    attemptTimes: [1000, 14_000, 40_000],
    outcome: undefined,
    endedAt: undefined,
    retries: [],
    causes: [],
    ...fields,
  };
}

/** Tried and failed at 1, 14 and 40 s. */
export function aTruth(fields: Partial<Truth> = {}): Truth {
  return {
    uid: 'pod-1',
    pod: 'web',
    container: 'app',
    image: 'nginx:1',
    scenario: 'manifest-unknown',
    expectedCause: 'image_not_found',
    visible: [],
    triedAt: [1000, 14_000, 40_000],
    failures: [1000, 14_000, 40_000].map((at) => ({ at, cause: 'image_not_found' })),
    recoveredAt: undefined,
    deletedAt: undefined,
    statusOn: ['app'],
    ...fields,
  };
}

export function waiting(reason: string, message = ''): Partial<Pod> {
  return { statuses: [aStatus({ state: { type: 'waiting', reason, message } })] };
}

export function podLine(
  at: number,
  op: 'listItem' | 'changed' | 'deleted',
  pod: Partial<Pod>,
): Line {
  return { at, resource: 'pods', op, object: aPod(pod) };
}

export function eventLine(at: number, op: 'listItem' | 'changed' | 'deleted', object: Event): Line {
  return { at, resource: 'events', op, object };
}

export function aRecording(lines: readonly Line[]): Recording {
  return { name: 'test', startsAt: 0, endsAt: 100_000, brokenAt: undefined, lines };
}
