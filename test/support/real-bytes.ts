// test/wire -> the bytes that a real API server sent.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export function realBytes(name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`../wire/${name}.gz`, import.meta.url)));
}
