import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { fnv1a64, shardFilter, shardSelector } from '../../../src/kube/shard.ts';

test.each([
  { text: '', hash: 'cbf29ce484222325' },
  { text: 'a', hash: 'af63dc4c8601ec8c' },
  { text: 'foobar', hash: '85944171f73967e8' },
  { text: 'chongo was here!\n', hash: '46810940eff5f915' },
])('the hash of $text is that of the FNV reference', ({ text, hash }) => {
  const { high, low } = fnv1a64(text);

  expect([high, low].map((half) => half.toString(16).padStart(8, '0')).join('')).toBe(hash);
});

test('the hash is the same as the one counted with big integers', () => {
  for (let round = 0; round < 500; round++) {
    const text = `${randomUUID()}ä`;
    let expected = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(text)) {
      expected = BigInt.asUintN(64, (expected ^ BigInt(byte)) * 0x100000001b3n);
    }
    const { high, low } = fnv1a64(text);

    expect((BigInt(high) << 32n) | BigInt(low)).toBe(expected);
  }
});

test('the API server is told a half-open range', () => {
  const selectors = [1, 2, 3].map((index) => shardSelector({ index, total: 3 }));

  expect(selectors).toEqual([
    "shardRange(object.metadata.uid, '0x0000000000000000', '0x5555555555555555')",
    "shardRange(object.metadata.uid, '0x5555555555555555', '0xaaaaaaaaaaaaaaaa')",
    "shardRange(object.metadata.uid, '0xaaaaaaaaaaaaaaaa', '0x10000000000000000')",
  ]);
});

test.each([1, 2, 3, 7, 1000])('of %i shards each uid belongs to exactly one', (total) => {
  const filters = Array.from({ length: total }, (_, index) =>
    shardFilter({ index: index + 1, total }),
  );
  const sizes = filters.map(() => 0);
  const rounds = total < 10 ? 2000 : 20;
  for (let round = 0; round < rounds; round++) {
    const uid = randomUUID();
    const owners = filters.flatMap((isOurs, index) => (isOurs(uid) ? [index] : []));
    expect(owners).toHaveLength(1);
    sizes[owners[0] ?? 0]! += 1;
  }
  if (total < 10) expect(Math.min(...sizes)).toBeGreaterThan((2000 / total) * 0.7);
});

test('a hash belongs to the range that the API server is told', () => {
  for (let round = 0; round < 500; round++) {
    const uid = randomUUID();
    const { high, low } = fnv1a64(uid);
    const hash = (BigInt(high) << 32n) | BigInt(low);
    for (const index of [1, 2, 3, 4, 5]) {
      const [from, to] = [...shardSelector({ index, total: 5 }).matchAll(/0x[0-9a-f]+/g)].map(
        ([hash]) => BigInt(hash),
      );
      expect(shardFilter({ index, total: 5 })(uid)).toBe(hash >= from! && hash < to!);
    }
  }
});
