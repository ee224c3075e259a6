import { expect, test } from 'vitest';
import { PartWriter } from '../../../src/metrics/part-writer.ts';

test('slices come out in order and whole, in parts of half a megabyte at most', () => {
  const writer = new PartWriter();
  const slices = Array.from({ length: 40 }, (_, index) => `${index} \u20ac\n`.repeat(5000));
  for (const slice of slices) writer.write(slice);
  const parts = writer.finish();
  expect(Buffer.concat(parts).toString()).toBe(slices.join(''));
  expect(parts.length).toBeGreaterThan(1);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(524_288);
});

test('a slice that is larger than a part is written whole', () => {
  const writer = new PartWriter();
  writer.write('a');
  writer.write('\u20ac'.repeat(300_000));
  expect(Buffer.concat(writer.finish()).toString()).toBe(`a${'\u20ac'.repeat(300_000)}`);
});

test('nothing written is no part', () => {
  expect(new PartWriter().finish()).toEqual([]);
});
