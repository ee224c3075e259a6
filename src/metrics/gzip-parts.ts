// Parts of a body -> one gzip stream of them, compressed in parallel on the thread pool while later
// parts are still being made: the event loop only hands them over.
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const compress = promisify(deflateRaw);

/** RFC 1952: magic, deflate, no flags, no time, fastest, unknown system. */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);

export async function* gzipParts(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const compressed: Promise<Buffer>[] = [];
  let checksum = 0;
  let size = 0;
  for await (const part of parts) {
    // A sync flush ends on a byte and without a last block, so that the next part can follow.
    compressed.push(compress(part, { level: 1, finishFlush: constants.Z_SYNC_FLUSH }));
    checksum = crc32(part, checksum);
    size += part.length;
  }
  yield header;
  for (const part of compressed) yield await part;
  const trailer = Buffer.alloc(10);
  // An empty last block, then CRC-32 and size of what was compressed.
  trailer[0] = 3;
  trailer.writeUInt32LE(checksum, 2);
  trailer.writeUInt32LE(size % 2 ** 32, 6);
  yield trailer;
}
