import { expect, test } from 'vitest';
import { compare } from '../../../src/replay/compare.ts';
import { renderRows, renderTotals } from '../../../src/replay/table.ts';
import { anEpisode, aTruth } from './builders.ts';
import { aVerdict } from '../track/scene.ts';

const rows = compare(
  [
    anEpisode(
      {},
      {
        outcome: 'recovered',
        endedAt: 95_200,
        retries: [{ since: 2000, retryAt: 11_000 }],
      },
    ),
    anEpisode({ uid: 'pod-2', attempts: 5, verdict: aVerdict('unknown') }),
    anEpisode({ uid: 'pod-3', pod: 'healthy' }),
  ],
  [
    aTruth({ recoveredAt: 95_000 }),
    aTruth({ uid: 'pod-2', scenario: 'token-503' }),
    aTruth({ uid: 'pod-4', scenario: 'bad-space' }),
  ],
  { startAt: -Infinity, until: 100_000, ended: [] },
);

test('one line for each pull key tells the error of each figure and what is wrong', () => {
  expect(renderRows(rows).split('\n')).toEqual([
    'scenario          container  attempts  true  first s  last s  retry s  recovery s  cause',
    'manifest-unknown  app        3         3     0.0      0.0     29.0     0.2         image_not_found',
    'token-503         app        5         3     0.0      -       -        -           unknown (image_not_found)  wrong',
    'bad-space         app        0         3     -        -       -        -            (image_not_found)         missing',
    'healthy           app        3         0     -        -       -        -           image_not_found ()         phantom',
  ]);
});

test('the totals of a part are one line', () => {
  const [header = '', line = ''] = renderTotals([{ name: 'main', rows }]).split('\n');
  const cells = (text: string) => text.split(/ {2,}/);
  expect(Object.fromEntries(cells(header).map((name, i) => [name, cells(line)[i]]))).toEqual({
    part: 'main',
    keys: '2',
    exact: '50.0 %',
    'within 1': '50.0 %',
    largest: '29.0',
    cause: '50.0 %',
    'first s': '0.0',
    'last s': '0.0',
    'retry s: median': '29.0',
    'inside 16 s': '50.0 %',
    'recovery s': '0.2',
    phantom: '1',
    missing: '1',
  });
});
