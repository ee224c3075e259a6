// Bytes in pieces -> all that the readers make of them.
import type { Event, Pod, Status } from '../../../src/wire/objects.ts';
import type { Encoding, ObjectKind, ObjectView } from '../../../src/wire/stream.ts';

export interface ReadObject {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly object: Pod | Event | undefined;
}

export type ReadEvent =
  | (ReadObject & { readonly type: string })
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly endsList: boolean }
  | { readonly type: 'ERROR'; readonly status: Status | undefined };

export function readList(encoding: Encoding, kind: ObjectKind, pieces: Iterable<Uint8Array>) {
  const items: ReadObject[] = [];
  const reader = encoding.readList(kind, (object) => items.push(read(kind, object)));
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return { items, metadata: reader.metadata };
}

export function readWatch(
  encoding: Encoding,
  kind: ObjectKind,
  pieces: Iterable<Uint8Array>,
): readonly ReadEvent[] {
  const events: ReadEvent[] = [];
  const reader = encoding.readWatch(kind, (type, object) => {
    if (type === 'ERROR') events.push({ type, status: object.status() });
    else if (type === 'BOOKMARK') {
      const { endsInitialEvents: endsList, resourceVersion } = object;
      events.push({ type, resourceVersion, endsList });
    } else events.push({ type, ...read(kind, object) });
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return events;
}

function read(kind: ObjectKind, object: ObjectView): ReadObject {
  return {
    uid: object.uid,
    resourceVersion: object.resourceVersion,
    object: kind === 'Pod' ? object.pod() : object.event(),
  };
}

/** Each piece lies in the same memory as the one before: a reader must not keep it. */
export function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  const memory = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
  }
}
