import { expect, test } from 'vitest';
import { episodeJson } from '../../../src/replay/json.ts';
import { anEpisode } from './builders.ts';

test('one episode is one flat object, with times in seconds', () => {
  const episode = anEpisode(
    { firstFailureAt: 1_700_000_000_499.6 },
    { outcome: 'recovered', endedAt: 1_700_000_090_000 },
  );
  expect(Object.entries(episodeJson(episode))).toEqual([
    ['namespace', 'shop'],
    ['pod', 'web'],
    ['uid', 'pod-1'],
    ['container', 'app'],
    ['container_type', 'container'],
    ['image', 'nginx:1'],
    ['registry', 'docker.io'],
    ['cause', 'image_not_found'],
    ['class', 'reference'],
    ['attempts', 3],
    ['attempt_times', [1, 14, 40]],
    ['first_failure', 1_700_000_000.5],
    ['last_attempt', 40],
    ['next_retry', 80],
    ['outcome', 'recovered'],
    ['ended_at', 1_700_000_090],
  ]);
});

test('what is not known is null', () => {
  const open = anEpisode(
    { attempts: 0, lastAttemptAt: undefined, nextRetryAt: undefined },
    { attemptTimes: [] },
  );
  expect(episodeJson(open)).toMatchObject({
    attempt_times: [],
    last_attempt: null,
    next_retry: null,
    outcome: null,
    ended_at: null,
  });
});
