import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonEncoding } from '../../../src/wire/json-stream.ts';
import { protobufEncoding } from '../../../src/wire/protobuf-stream.ts';
import type { Encoding, ObjectView } from '../../../src/wire/stream.ts';
import {
  concat,
  encodeList,
  encodeStatus,
  encodeWatchEvent,
} from '../../support/kubernetes-protobuf.ts';
import { anEventObject, aPodObject } from './arbitrary-objects.ts';
import { cut, readList, readWatch } from './read-whole.ts';

const metadata = { resourceVersion: '7', continue: 'ä', shardInfo: { selector: 's' } };
const pieceSize = fc.integer({ min: 1, max: 5000 });

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function lines(...values: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}

test.each([
  { kind: 'Pod', arbitrary: aPodObject },
  { kind: 'Event', arbitrary: anEventObject },
] as const)('any $kind in a list is the same from both encodings', ({ kind, arbitrary }) => {
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 2 }), pieceSize, (items, size) => {
      const protobuf = encodeList(kind, metadata, items);
      const json = bytes({ kind: `${kind}List`, apiVersion: 'v1', metadata, items });

      const read = readList(protobufEncoding, kind, cut(protobuf, size));
      expect(read.items).toHaveLength(items.length);
      expect(read).toEqual(readList(jsonEncoding, kind, cut(json, size)));
    }),
  );
});

test.each([
  { kind: 'Pod', arbitrary: aPodObject },
  { kind: 'Event', arbitrary: anEventObject },
] as const)('any $kind in a watch is the same from both encodings', ({ kind, arbitrary }) => {
  const end = {
    metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } },
  };
  const status = { code: 410, reason: 'Expired', message: 'ä', details: { retryAfterSeconds: 3 } };
  const typed = (object: object): object => ({ kind, apiVersion: 'v1', ...object });
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 2 }), pieceSize, (objects, size) => {
      const protobuf = concat(
        ...objects.map((object) => encodeWatchEvent('MODIFIED', kind, object)),
        encodeWatchEvent('BOOKMARK', kind, end),
        encodeWatchEvent('ERROR', 'Status', status),
      );
      const json = lines(
        ...objects.map((object) => ({ type: 'MODIFIED', object: typed(object) })),
        { type: 'BOOKMARK', object: typed(end) },
        { type: 'ERROR', object: { kind: 'Status', ...status } },
      );

      const events = readWatch(protobufEncoding, kind, cut(protobuf, size));
      expect(events).toHaveLength(objects.length + 2);
      expect(events.at(-2)).toEqual({ type: 'BOOKMARK', resourceVersion: '9', endsList: true });
      expect(events).toEqual(readWatch(jsonEncoding, kind, cut(json, size)));
    }),
  );
});

test('whether a pod is of interest does not depend on the encoding, and is right', () => {
  const interest = {
    wants: (uid: string) => uid === 'uid-1',
    mayConcernPull: (reason: string) => reason.startsWith('Err'),
  };
  const answers = (encoding: Encoding, list: Uint8Array): boolean[] => {
    const found: boolean[] = [];
    const take = (object: ObjectView): unknown => found.push(object.isInteresting(interest));
    const reader = encoding.readList('Pod', take);
    reader.push(list);
    reader.end();
    return found;
  };
  fc.assert(
    fc.property(fc.array(aPodObject, { minLength: 1, maxLength: 2 }), (drawn) => {
      const items = drawn.map((item) => ({ ...item, metadata: { ...item.metadata, name: 'n' } }));
      for (const item of items) item.metadata.uid ||= 'uid-3';
      const protobuf = answers(protobufEncoding, encodeList('Pod', metadata, items));
      const json = answers(jsonEncoding, bytes({ kind: 'PodList', metadata, items }));

      const pods = readList(protobufEncoding, 'Pod', [encodeList('Pod', metadata, items)]).items;
      const right = pods.map(({ object }) => {
        if (object === undefined || !('statuses' in object)) throw new Error('no pod');
        if (interest.wants(object.uid)) return true;
        if (object.deleting || ['Failed', 'Succeeded'].includes(object.phase)) return false;
        return object.statuses.some(
          ({ state }) => state.type === 'waiting' && state.reason.startsWith('Err'),
        );
      });
      expect(protobuf).toEqual(right);
      expect(json).toEqual(right);
    }),
    { numRuns: 150 },
  );
});

test('a Status is the same from both encodings', () => {
  const status = {
    status: 'Failure',
    code: 422,
    reason: 'Invalid',
    message: 'not so',
    details: {
      causes: [{ message: 'a' }, { reason: 'r' }, { message: 'b' }],
      retryAfterSeconds: 9,
    },
  };
  const expected = {
    code: 422,
    reason: 'Invalid',
    message: 'not so',
    causes: 'a; b',
    retryAfterSeconds: 9,
  };

  expect(protobufEncoding.readStatus(encodeStatus(status))).toEqual(expected);
  expect(jsonEncoding.readStatus(bytes({ kind: 'Status', ...status }))).toEqual(expected);
});
