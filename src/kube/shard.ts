// Shard i of n -> which uids are its own, on the server (KEP-5866) and, by the same hash, here.

/** From 1 to total. */
export interface Shard {
  readonly index: number;
  readonly total: number;
}

const hashes = 1n << 64n;

/** First hash of the shard; that of shard total + 1 is the end of all. */
function firstHash(index: number, total: number): bigint {
  return (hashes * BigInt(index - 1)) / BigInt(total);
}

/** For the API server: the half-open range of hashes. */
export function shardSelector({ index, total }: Shard): string {
  const [from, to] = [index, index + 1].map(
    (at) => `'0x${firstHash(at, total).toString(16).padStart(16, '0')}'`,
  );
  return `shardRange(object.metadata.uid, ${from}, ${to})`;
}

/** The same partition by the same hash: 64-bit FNV-1a over the bytes of the uid. */
export function shardFilter({ index, total }: Shard): (uid: string) => boolean {
  const from = firstHash(index, total);
  const to = firstHash(index + 1, total);
  const [fromHigh, fromLow] = halves(from);
  const [toHigh, toLow] = halves(to);
  const isLast = to === hashes;
  return (uid) => {
    const { high, low } = fnv1a64(uid);
    const isFrom = high > fromHigh || (high === fromHigh && low >= fromLow);
    return isFrom && (isLast || high < toHigh || (high === toHigh && low < toLow));
  };
}

function halves(value: bigint): readonly [high: number, low: number] {
  return [Number(value >> 32n), Number(value & 0xffff_ffffn)];
}

const encoder = new TextEncoder();

/** In two halves of 32 bits: a BigInt for each byte of each pod is five times as slow. */
export function fnv1a64(text: string): { readonly high: number; readonly low: number } {
  const bytes = encoder.encode(text);
  let high = 0xcbf2_9ce4;
  let low = 0x8422_2325;
  for (let at = 0; at < bytes.length; at++) {
    const mixed = (low ^ (bytes[at] ?? 0)) >>> 0;
    // Times 0x100000001b3, which is 2^40 + 435: the shift by 40 reaches the high half only.
    const product = mixed * 435;
    low = product >>> 0;
    high = (Math.imul(high, 435) + (product - low) / 0x1_0000_0000 + (mixed << 8)) >>> 0;
  }
  return { high, low };
}
