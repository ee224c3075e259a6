import { expect, test } from 'vitest';
import { PartWriter } from '../../../src/metrics/part-writer.ts';

function write(slices: readonly string[]): readonly Buffer[] {
  const writer = new PartWriter();
  return [...slices.map((slice) => writer.write(slice)), writer.finish()].filter(
    (part) => part !== undefined,
  );
}

test('slices come out in order and whole, in parts of half a megabyte at most', () => {
  const slices = Array.from({ length: 40 }, (_, index) => `${index} \u20ac\n`.repeat(5000));
  const parts = write(slices);
  expect(Buffer.concat(parts).toString()).toBe(slices.join(''));
  expect(parts.length).toBeGreaterThan(1);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(524_288);
});

test('a slice that is larger than a part is written whole', () => {
  const parts = write(['a', '\u20ac'.repeat(300_000), 'b']);
  expect(Buffer.concat(parts).toString()).toBe(`a${'\u20ac'.repeat(300_000)}b`);
});

test('nothing written is no part', () => {
  expect(write([])).toEqual([]);
});
