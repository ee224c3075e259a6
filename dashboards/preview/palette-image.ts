// A PNG as the browser writes it -> the same picture with at most 256 colours: a third of the bytes.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function paletteImage(png: Buffer): Buffer {
  const { width, height, pixels } = decoded(png);
  // Shades of letters' edges first share a colour, by ever fewer bits, until all fit.
  for (let bits = 8; ; bits--) {
    const mask = (0xff << (8 - bits)) & 0xff;
    const keyOf = (at: number): number =>
      (((pixels[at] ?? 0) & mask) << 16) |
      (((pixels[at + 1] ?? 0) & mask) << 8) |
      ((pixels[at + 2] ?? 0) & mask);
    const first = new Map<number, number>();
    const counts = new Map<number, number>();
    for (let at = 0; at < pixels.length; at += 3) {
      const key = keyOf(at);
      if (!first.has(key)) first.set(key, at);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    if (first.size > 4096) continue;
    const kept = [...counts]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 256)
      .map(([key]) => key);
    const colours = kept.map((key) => {
      const at = first.get(key) ?? 0;
      return [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0] as const;
    });
    const indexOf = new Map(kept.map((key, i) => [key, i]));
    for (const [key, at] of first) {
      if (!indexOf.has(key)) indexOf.set(key, nearest(colours, pixels, at));
    }
    const rows = Buffer.alloc((width + 1) * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        rows[y * (width + 1) + 1 + x] = indexOf.get(keyOf((y * width + x) * 3)) ?? 0;
      }
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(width, 0);
    header.writeUInt32BE(height, 4);
    header.set([8, 3, 0, 0, 0], 8);
    return Buffer.concat([
      signature,
      chunk('IHDR', header),
      chunk('PLTE', Buffer.from(colours.flat())),
      chunk('IDAT', deflateSync(rows, { level: 9 })),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }
}

function nearest(
  colours: readonly (readonly [number, number, number])[],
  pixels: Uint8Array,
  at: number,
): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, [red, green, blue]] of colours.entries()) {
    const distance =
      (red - (pixels[at] ?? 0)) ** 2 +
      (green - (pixels[at + 1] ?? 0)) ** 2 +
      (blue - (pixels[at + 2] ?? 0)) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** 8 bits a channel, with or without alpha, not interlaced: what Chromium writes. */
function decoded(png: Buffer) {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const data: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      data.push(png.subarray(at + 8, at + 8 + length));
    }
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const lines = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let i = 0; i < stride; i++) {
      const here = y * stride + i;
      const left = i < channels ? 0 : (lines[here - channels] ?? 0);
      const above = y === 0 ? 0 : (lines[here - stride] ?? 0);
      const corner = i < channels || y === 0 ? 0 : (lines[here - stride - channels] ?? 0);
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)];
      lines[here] = ((raw[y * (stride + 1) + 1 + i] ?? 0) + (predicted[filter] ?? 0)) & 0xff;
    }
  }
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let part = 0; part < 3; part++) pixels[i * 3 + part] = lines[i * channels + part] ?? 0;
  }
  return { width, height, pixels };
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [a, b, c] = [left, above, corner].map((one) => Math.abs(guess - one));
  if (a === undefined || b === undefined || c === undefined) return 0;
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
