import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonEncoding } from '../../../src/wire/json-stream.ts';
import { protobufEncoding } from '../../../src/wire/protobuf-stream.ts';
import type { Encoding, ObjectKind, StreamReader } from '../../../src/wire/stream.ts';
import { WireError } from '../../../src/wire/wire-error.ts';
import {
  concat,
  encodeEnvelope,
  encodeFrame,
  encodeList,
  encodeObject,
  encodeWatchEvent,
} from '../../support/kubernetes-protobuf.ts';
import { realBytes } from '../../support/real-bytes.ts';

interface Answer {
  readonly form: 'list' | 'watch';
  readonly encoding: Encoding;
  readonly file: string;
}

const answers: readonly Answer[] = [
  { form: 'list', encoding: protobufEncoding, file: 'pods-list.pb' },
  { form: 'watch', encoding: protobufEncoding, file: 'pods-watch.pb' },
  { form: 'list', encoding: jsonEncoding, file: 'pods-list.json' },
  { form: 'watch', encoding: jsonEncoding, file: 'pods-watch.jsonl' },
];

/** Reads on where one object cannot be read, as the reflector does. Returns how the answer ended. */
function outcome(
  { form, encoding }: Omit<Answer, 'file'>,
  pieces: readonly Uint8Array[],
  kind: ObjectKind = 'Pod',
): { readonly objects: number; readonly skipped: number; readonly end: string } {
  let objects = 0;
  let skipped = 0;
  const look = (object: Parameters<Parameters<Encoding['readList']>[1]>[0]): void => {
    objects += 1;
    try {
      object.isInteresting({ wants: () => false, mayConcernPull: () => true });
      object.pod();
      object.status();
      void object.endsInitialEvents;
      void object.resourceVersion;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      skipped += 1;
    }
  };
  const reader: StreamReader =
    form === 'list'
      ? encoding.readList(kind, look)
      : encoding.readWatch(kind, (_, object) => look(object));
  try {
    for (const piece of pieces) reader.push(piece);
    reader.end();
    return { objects, skipped, end: 'whole' };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { objects, skipped, end: error.code };
  }
}

describe.each(answers)('$file', (answer) => {
  const whole = realBytes(answer.file);
  const all = outcome(answer, [whole]).objects;

  test('is read the same however it is cut', () => {
    const cuts = fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 20 });
    fc.assert(
      fc.property(cuts, (positions) => {
        const sorted = [0, ...positions.sort((a, b) => a - b), whole.length];
        const pieces = sorted.slice(1).map((end, index) => whole.subarray(sorted[index], end));
        expect(outcome(answer, pieces)).toEqual({ objects: all, skipped: 0, end: 'whole' });
      }),
    );
  });

  test('is known to be cut short wherever it ends', () => {
    for (let length = 1; length < whole.length - 1; length += 97) {
      const cut = outcome(answer, [whole.subarray(0, length)]);
      // A watch may well end between two events.
      expect(cut.end === 'truncated' || (answer.form === 'watch' && cut.end === 'whole')).toBe(
        true,
      );
      expect(cut.objects).toBeLessThanOrEqual(all);
    }
  });

  test('never throws anything but WireError, and ends, whatever bytes are changed', () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
        const changed = Uint8Array.from(whole);
        for (const [position, byte] of changes) changed[position] = byte;
        outcome(answer, [changed.subarray(0, 1000), changed.subarray(1000)]);
      }),
      { numRuns: 200 },
    );
  });

  test('never throws anything but WireError on any bytes at all', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
        outcome(answer, pieces);
      }),
      { numRuns: 300 },
    );
  });
});

describe('protobuf', () => {
  const list = { form: 'list', encoding: protobufEncoding } as const;
  const watch = { form: 'watch', encoding: protobufEncoding } as const;
  const good = { metadata: { name: 'a', uid: 'u' } };

  test('a frame longer than any object ends the watch before its bytes are taken in', () => {
    const head = Uint8Array.from([0x7f, 0xff, 0xff, 0xff]);

    expect(outcome(watch, [head]).end).toBe('oversized');
  });

  test('an item longer than any object ends the list before its bytes are taken in', () => {
    const listed = encodeEnvelope('PodList', new Uint8Array(0)).subarray(0, -6);
    const hugeList = Uint8Array.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x7f]);
    const hugeItem = Uint8Array.from([0x12, 0xff, 0xff, 0xff, 0x7f]);

    expect(outcome(list, [listed, hugeList, hugeItem]).end).toBe('oversized');
  });

  test('an item that reaches past the end of its list ends it', () => {
    const item = Uint8Array.from([0x12, 0x05]);

    expect(outcome(list, [encodeEnvelope('PodList', item)]).end).toBe('malformed');
  });

  test.each([
    { what: 'a group, which nobody uses any more', bytes: [0x0b] },
    { what: 'field number 0', bytes: [0x00, 0x00] },
    { what: 'a length past the end', bytes: [0x0a, 0x09, 0x00] },
    {
      what: 'a length of 2^63',
      bytes: [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    },
    { what: 'a negative length', bytes: [0x0a, ...Array(9).fill(0xff), 0x01] },
    { what: 'a number without end', bytes: [0x08, ...Array(12).fill(0xff)] },
  ])('a pod with $what is left out, the one after it is read', ({ bytes }) => {
    const bad = Uint8Array.from(bytes);

    expect(outcome(list, [encodeList('Pod', {}, [bad, good])])).toEqual({
      objects: 2,
      skipped: 1,
      end: 'whole',
    });
    const events = [bad, good].map((pod) => encodeWatchEvent('ADDED', 'Pod', pod));
    expect(outcome(watch, events)).toEqual({ objects: 2, skipped: 1, end: 'whole' });
  });

  test('fields of other versions and types are stepped over, in any order', () => {
    const unknown = concat(
      Uint8Array.from([0xa0, 0x06, 0x96, 0x01]), // 100: a number
      Uint8Array.from([0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]), // 100: eight bytes
      Uint8Array.from([0xa2, 0x06, 0x02, 0xff, 0xff]), // 100: two bytes
      Uint8Array.from([0xa5, 0x06, 1, 2, 3, 4]), // 100: four bytes
    );
    const pod = concat(unknown, encodeObject('Pod', good), unknown);
    const names: (string | undefined)[] = [];
    const reader = protobufEncoding.readList('Pod', (object) => names.push(object.pod()?.name));
    reader.push(encodeList('Pod', {}, [pod]));
    reader.end();

    expect(names).toEqual(['a']);
  });

  test('a field that comes twice counts as last said', () => {
    const pod = concat(encodeObject('Pod', good), encodeObject('Pod', { metadata: { name: 'b' } }));
    const names: (string | undefined)[] = [];
    const reader = protobufEncoding.readList('Pod', (object) => names.push(object.pod()?.name));
    reader.push(encodeList('Pod', {}, [pod]));

    expect(names).toEqual(['b']);
  });

  test('text that is no UTF-8 is replaced', () => {
    const metadata = Uint8Array.from([0x0a, 0x03, 0x61, 0xff, 0x62, 0x2a, 0x01, 0x75]);
    const pod = concat(Uint8Array.from([0x0a, metadata.length]), metadata);
    const names: (string | undefined)[] = [];
    const reader = protobufEncoding.readList('Pod', (object) => names.push(object.pod()?.name));
    reader.push(encodeList('Pod', {}, [pod]));

    expect(names).toEqual(['a\uFFFDb']);
  });

  test('an event of another kind is left out', () => {
    const frame = encodeWatchEvent('ADDED', 'Event', { metadata: { name: 'a', uid: 'u' } });

    expect(outcome(watch, [frame])).toEqual({ objects: 1, skipped: 1, end: 'whole' });
  });

  test('a list of another kind ends at once', () => {
    expect(outcome(list, [encodeList('Event', {}, [good])])).toEqual({
      objects: 0,
      skipped: 0,
      end: 'unexpected_kind',
    });
  });

  test('a watch event without an object is left out', () => {
    const frame = encodeFrame(Uint8Array.from([0x0a, 0x05, 0x41, 0x44, 0x44, 0x45, 0x44]));

    expect(outcome(watch, [frame])).toEqual({ objects: 1, skipped: 1, end: 'whole' });
  });
});

describe('JSON', () => {
  const list = { form: 'list', encoding: jsonEncoding } as const;
  const watch = { form: 'watch', encoding: jsonEncoding } as const;
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);

  test.each([
    { what: 'HTML', body: '<html><body>Please log in</body></html>', end: 'malformed' },
    { what: 'a string', body: '"PodList"', end: 'malformed' },
    { what: 'nothing', body: '', end: 'truncated' },
    { what: 'another kind', body: '{"kind":"Table","rows":[]}', end: 'unexpected_kind' },
    {
      what: 'a list of something else',
      body: '{"kind":"NodeList","items":[{}]}',
      end: 'unexpected_kind',
    },
    { what: 'no kind at all', body: '{"items":[]}', end: 'unexpected_kind' },
    { what: 'two lists', body: '{"kind":"PodList"}{"kind":"PodList"}', end: 'malformed' },
    { what: 'brackets that do not match', body: '{"kind":"PodList","items":[}', end: 'malformed' },
    { what: 'a list of nothing', body: '{"kind":"PodList","items":null}', end: 'whole' },
    { what: 'items before the kind', body: '{"items":[],"kind":"PodList"}', end: 'whole' },
  ])('a list that is $what: $end', ({ body, end }) => {
    expect(outcome(list, [text(body)]).end).toBe(end);
  });

  test('items that are no objects are left out', () => {
    const body = text('{"kind":"PodList","items":[1,null,"a",[],{"metadata":{}}]}');

    expect(outcome(list, [body])).toEqual({ objects: 5, skipped: 3, end: 'whole' });
  });

  test('a line that is no JSON ends the watch', () => {
    expect(outcome(watch, [text('upstream connect error\n')]).end).toBe('malformed');
  });

  test('a line longer than any object ends the watch, in memory of a few times its length', () => {
    const piece = new Uint8Array(1024 * 1024).fill(0x20);

    expect(outcome(watch, Array<Uint8Array>(17).fill(piece)).end).toBe('oversized');
  });

  test('an event of another kind is left out', () => {
    const lines = '{"type":"ADDED","object":{"kind":"Table","metadata":{"uid":"u","name":"a"}}}\n';

    expect(outcome(watch, [text(lines)])).toEqual({ objects: 1, skipped: 1, end: 'whole' });
  });
});
