import { describe, expect, test } from 'vitest';
import { compare, type Span } from '../../../src/replay/compare.ts';
import { anEpisode, aTruth } from './builders.ts';

const live: Span = { startAt: -Infinity, until: 100_000, ended: [] };

describe('an episode beside the truth', () => {
  test('is exact, with the error of each figure', () => {
    const episode = anEpisode(
      { firstFailureAt: 1400, lastAttemptAt: 38_000 },
      {
        outcome: 'recovered',
        endedAt: 95_200,
        retries: [
          { since: 2000, retryAt: 11_000 },
          { since: 27_000, retryAt: 34_000 },
          { since: 53_000, retryAt: 80_000 },
        ],
      },
    );
    expect(compare([episode], [aTruth({ recoveredAt: 95_000 })], live)).toEqual([
      {
        scenario: 'manifest-unknown',
        container: 'app',
        image: 'nginx:1',
        expectedCauses: ['image_not_found'],
        cause: 'image_not_found',
        trueAttempts: [3, 3],
        attempts: 3,
        firstFailureErrorMs: 400,
        lastAttemptErrorMs: -2000,
        retryErrorsMs: [3000, 6000],
        retriesUnknown: 0,
        recoveryDelayMs: 200,
        verdict: 'exact',
      },
    ]);
  });

  test.each([
    [1, 'wrong'],
    [2, 'within 1'],
    [3, 'exact'],
    [4, 'within 1'],
    [5, 'wrong'],
  ])('with %i attempts instead of 3 is %s', (attempts, verdict) => {
    expect(compare([anEpisode({ attempts })], [aTruth()], live)).toMatchObject([{ verdict }]);
  });

  test('need not have the failure of the last seconds, which no status shows yet', () => {
    const span = { ...live, until: 50_000 };
    expect(compare([anEpisode({ attempts: 2 })], [aTruth()], span)).toMatchObject([
      { trueAttempts: [2, 3], verdict: 'exact' },
    ]);
  });

  test('may name the cause that the text states, the one that was injected, or that of late', () => {
    const truth = aTruth({ expectedCause: 'pull_secret_missing', visible: ['unauthorized'] });
    expect(compare([anEpisode()], [truth], live)).toMatchObject([
      { expectedCauses: ['unauthorized', 'pull_secret_missing', 'image_not_found'] },
    ]);
  });

  test('counts together with others of the same image, one before and one after a recovery', () => {
    const episodes = [anEpisode({ attempts: 1 }, { endedAt: 5000 }), anEpisode({ attempts: 2 })];
    expect(compare(episodes, [aTruth()], live)).toMatchObject([{ attempts: 3, verdict: 'exact' }]);
  });
});

test('a failure that has no episode is missing', () => {
  expect(compare([], [aTruth()], live)).toMatchObject([
    { scenario: 'manifest-unknown', trueAttempts: [3, 3], verdict: 'missing' },
  ]);
});

test('one that was over before a cold start is not', () => {
  const span = { ...live, startAt: 60_000 };
  expect(compare([], [aTruth({ deletedAt: 50_000 })], span)).toEqual([]);
});

test('an image name that never was tried must have an episode all the same', () => {
  const truth = aTruth({ expectedCause: 'invalid_reference', triedAt: [], failures: [] });
  expect(compare([], [truth], live)).toMatchObject([{ verdict: 'missing' }]);
});

test('an episode of what is not a pull failure is a phantom', () => {
  const crashes = aTruth({ scenario: 'crashloop', expectedCause: undefined, failures: [] });
  expect(compare([anEpisode()], [crashes], live)).toMatchObject([
    { scenario: 'crashloop', verdict: 'phantom' },
  ]);
  expect(compare([anEpisode({ pod: 'unheard-of' })], [], live)).toMatchObject([
    { scenario: 'unheard-of', verdict: 'phantom' },
  ]);
});

test('one of a container that shares a failing image is not', () => {
  const truths = [aTruth(), aTruth({ container: 'twin', expectedCause: undefined, statusOn: [] })];
  const episodes = [anEpisode(), anEpisode({ container: 'twin' })];
  expect(compare(episodes, truths, live)).toMatchObject([{ container: 'app', verdict: 'exact' }]);
});

test('failures before the last recovery are history to a cold start', () => {
  const truth = aTruth({ recoveredAt: 20_000 });
  const span = { ...live, startAt: 30_000 };
  expect(compare([anEpisode({ attempts: 1 })], [truth], span)).toMatchObject([
    { trueAttempts: [1, 1], verdict: 'exact' },
  ]);
});
