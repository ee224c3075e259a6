import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { gzipParts } from '../../../src/metrics/gzip-parts.ts';

test('any parts come out of gunzip as they went in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 6 }),
      async (parts) => {
        const buffers = parts.map((part) => Buffer.from(part));
        const zipped = await buffer(gzipParts(Readable.from(buffers)));
        expect(gunzipSync(zipped).equals(Buffer.concat(buffers))).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});
