import { expect, test } from 'vitest';
import { failureTable } from '../../../src/cli/failure-table.ts';
import { aFailingContainer } from '../metrics/failing-container.ts';

/** 10 s after the last attempt of the builder. */
const now = 1_763_735_023_500;

function cells(line: string | undefined): readonly string[] {
  return (line ?? '').split(/ {2,}/);
}

test('a line says who, why, how often, since when, when again and where', () => {
  const [title, line] = failureTable([aFailingContainer()], now);
  expect(cells(title)).toEqual([
    'NAMESPACE',
    'WORKLOAD',
    'CONTAINER',
    'CAUSE',
    'TRIES',
    'FAILING FOR',
    'NEXT TRY',
    'REGISTRY',
    'NODE',
  ]);
  expect(cells(line)).toEqual([
    'shop',
    'Deployment/web',
    'app',
    'manifest_not_found',
    '2',
    '23 s',
    'in 10 s',
    'registry.example.com',
    'node-1',
  ]);
});

test.each([
  ['a computed number of tries is marked', { exact: false, attempts: 14 }, 4, '~14'],
  ['a try that is due', { nextRetryAt: now - 3000 }, 6, 'now'],
  ['no pull, hence no back-off', { step: 0, nextRetryAt: undefined }, 6, 'every sync'],
  ['a try that may be running', { nextRetryAt: undefined }, 6, '?'],
])('%s', (_, given, column, expected) => {
  const [, line] = failureTable([aFailingContainer(given)], now);
  expect(cells(line)[column]).toBe(expected);
});

test('causes in the order of the catalogue, the longest failing of one first', () => {
  const failing = [
    aFailingContainer({ container: 'late', firstFailureAt: now - 10_000 }),
    aFailingContainer({ container: 'refused', verdict: { cause: 'connection_refused' } }),
    aFailingContainer({ container: 'early', firstFailureAt: now - 99_000 }),
    aFailingContainer({ container: 'typo', verdict: { cause: 'invalid_reference' } }),
  ];
  const names = failureTable(failing, now).map((line) => cells(line)[2]);
  expect(names).toEqual(['CONTAINER', 'typo', 'early', 'late', 'refused']);
});

test('wide adds pod and image', () => {
  const [, line] = failureTable([aFailingContainer()], now, true);
  expect(cells(line).slice(9)).toEqual([
    'web-7d9f8b6c5d-x2x9z',
    'registry.example.com/shop/web:v2',
  ]);
});
