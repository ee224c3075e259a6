// The encoder against bytes of a real API server (../shared/wire): the same JSON gives the same bytes.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeObject, encodeWatchFrame } from '../../../src/sim/api/protobuf.ts';
import type { MessageName } from '../../../src/sim/api/protobuf-messages.ts';
import {
  badContinue,
  invalidOptions,
  tooOldVersion,
  unauthorized,
} from '../../../src/sim/api/statuses.ts';

function answer(name: string): Buffer {
  const file = readFileSync(new URL(`./real-answers/${name}`, import.meta.url));
  return name.endsWith('.gz') ? gunzipSync(file) : file;
}

function frames(bytes: Buffer): readonly Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    all.push(bytes.subarray(at, end));
    at = end;
  }
  return all;
}

describe('protobuf', () => {
  test('a pod list is encoded byte for byte as a real API server encodes it', () => {
    const list = JSON.parse(answer('pods-list.json.gz').toString()) as object;
    expect(encodeObject('PodList', list).equals(answer('pods-list.pb.gz'))).toBe(true);
  });

  test('a stream of events is framed and encoded byte for byte, bookmark included', () => {
    const lines = answer('events-watch.jsonl.gz').toString().trim().split('\n');
    const real = frames(answer('events-watch.pb.gz'));
    const different = lines.filter((line, i) => {
      const { type, object } = JSON.parse(line) as { type: string; object: object };
      return !encodeWatchFrame(type, encodeObject('Event', object)).equals(
        real[i] ?? Buffer.alloc(0),
      );
    });
    expect(lines.length).toBe(real.length);
    expect(different).toEqual([]);
  });

  test.each<[string, MessageName, object]>([
    ['unauthorized.pb', 'Status', unauthorized],
    ['bad-continue.pb', 'Status', badContinue],
    [
      'invalid.pb',
      'Status',
      invalidOptions(
        'resourceVersionMatch',
        'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      ),
    ],
  ])('%s is what the server answers', (file, kind, object) => {
    expect(encodeObject(kind, object).toString('latin1')).toBe(answer(file).toString('latin1'));
  });

  test('an expired watch is what the server answers, in both encodings', () => {
    const status = tooOldVersion(1, 67_202);
    expect(JSON.stringify({ type: 'ERROR', object: status })).toBe(
      answer('expired-watch.json.gz').toString().trim(),
    );
    expect(
      encodeWatchFrame('ERROR', encodeObject('Status', status)).equals(answer('expired-watch.pb')),
    ).toBe(true);
  });

  test('numbers, negative ones too, and times before 1970 are varints of 64 bits', () => {
    const encoded = encodeObject('Event', {
      count: -1,
      firstTimestamp: '1969-12-31T23:59:59Z',
      eventTime: '2026-11-21T12:00:00.000001Z',
    });
    expect(encoded.toString('hex')).toContain('40ffffffffffffffffff01');
    expect(encoded.toString('hex')).toContain('320d08ffffffffffffffffff011000');
    expect(encoded.toString('hex')).toContain('10e807');
  });
});
