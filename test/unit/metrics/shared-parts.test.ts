import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { SharedParts } from '../../../src/metrics/shared-parts.ts';

async function* numbers(count: number, failure?: Error): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index++) {
    await new Promise((resolve) => setImmediate(resolve));
    yield Buffer.from(String(index));
  }
  if (failure !== undefined) throw failure;
}

test('readers get all parts in order, whether they come early, midway or late', async () => {
  const parts = new SharedParts(numbers(8));
  const early = text(parts);
  const first = await parts[Symbol.asyncIterator]().next();
  const midway = text(parts);
  expect(first.value?.toString()).toBe('0');
  expect(await Promise.all([early, midway])).toEqual(['01234567', '01234567']);
  await parts.complete;
  expect(await text(parts)).toBe('01234567');
});

test('a source that fails fails every reader, and nothing else', async () => {
  const parts = new SharedParts(numbers(2, new Error('no more')));
  const early = text(parts);
  await expect(early).rejects.toThrow('no more');
  await expect(text(parts)).rejects.toThrow('no more');
  const unread = new SharedParts(numbers(0, new Error('nobody reads this')));
  await expect(unread.complete).rejects.toThrow('nobody reads this');
});

test('a reader that leaves does not hold up the others', async () => {
  const parts = new SharedParts(numbers(4));
  const leaver = parts[Symbol.asyncIterator]();
  await leaver.next();
  await leaver.return(undefined);
  expect(await text(parts)).toBe('0123');
});
