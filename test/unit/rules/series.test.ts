import { expect, test } from 'vitest';
import {
  always,
  changing,
  counting,
  during,
  inputSeries,
  minute,
  now,
  series,
  withLostScrape,
  type Signal,
} from '../../../rules/tests/series.ts';

function values(signal: Signal, end = minute(3)): string {
  return inputSeries(series('up', {}, signal), end, 30).values;
}

test.each([
  [always(1), '1x6'],
  [() => undefined, '_x7'],
  [now, '0+30x6'],
  [counting(2), '0+1x6'],
  // Prometheus notes at the next scrape that a series has ended.
  [during(60, 120), '_x2 1x1 stale _x2'],
  [during(0, 30), '1 stale _x5'],
  [changing(always(3), 90, always(0)), '3x2 0x3'],
  [changing(now, 60, always(60)), '0+30x2 60x3'],
  [(second: number) => (second === 60 ? undefined : 7), '7x1 stale 7x3'],
])('%s is written as %s', (signal, notation) => {
  expect(values(signal)).toBe(notation);
});

test('labels without a value are left out, and others quoted', () => {
  const labels = { job: 'a"b', shard: '' };
  expect(inputSeries(series('up', labels, always(1)), 0, 30)).toEqual({
    series: 'up{job="a\\"b"}',
    values: '1',
  });
});

test('a lost scrape ends every series of the target for a moment, and up is 0', () => {
  const [up, other] = withLostScrape(
    [series('up', {}, always(1)), series('imagepull_exporter_synced', {}, during(60, 600))],
    60,
  );
  expect(values(up?.signal ?? now)).toBe('1x1 0+1x1 1x2');
  expect(values(other?.signal ?? now)).toBe('_x3 1x3');
});
