// The bytes of a protobuf list or watch answer -> its objects, one by one. Framing and envelopes:
// k8s.io/apimachinery, runtime/serializer/protobuf.
import { type ListMetadata, projectListMetadata } from './json.ts';
import { checkLength, Leftover } from './leftover.ts';
import type { WatchEventType } from './objects.ts';
import { ProtobufFields } from './protobuf-fields.ts';
import { decodeObject, listMetadataSchema } from './protobuf-schema.ts';
import { checkKind, checkMagic, magicLength, ProtobufView } from './protobuf-view.ts';
import type { Encoding, ListReader, ObjectKind, ObjectView, StreamReader } from './stream.ts';
import { WireError } from './wire-error.ts';

export const protobufEncoding: Encoding = {
  name: 'protobuf',
  readWatch: (kind, take) => new ProtobufWatch(kind, take),
  readList: (kind, take) => new ProtobufList(kind, take),
  readStatus: (body) => {
    const view = new ProtobufView('Status');
    view.placeEnvelope(body, 0, body.length);
    try {
      return view.status();
    } catch {
      return undefined;
    }
  },
};

/** Cuts a stream into elements: whole ones are parsed where they lie, only those across chunks copied. */
abstract class ElementReader implements StreamReader {
  private readonly leftover = new Leftover();
  /** Bytes that the next element has, as far as known; the parser raises it. */
  protected needed = 1;

  push(chunk: Uint8Array): void {
    let at = 0;
    while (this.leftover.length > 0 && at < chunk.length) {
      const taken = Math.min(this.needed - this.leftover.length, chunk.length - at);
      this.leftover.append(chunk, at, at + taken);
      at += taken;
      if (this.leftover.length < this.needed) return;
      if (this.parse(this.leftover.bytes, 0, this.leftover.length) > 0) this.leftover.clear();
    }
    if (at === chunk.length) return;
    const parsed = this.parse(chunk, at, chunk.length);
    if (parsed < chunk.length) this.leftover.append(chunk, parsed, chunk.length);
  }

  end(): void {
    if (this.leftover.length > 0) throw truncated();
  }

  /**
   * Parses the whole elements from start on; returns where the first incomplete one begins, with
   * `needed` set to more bytes than there are. Given exactly `needed` bytes it takes all or nothing.
   */
  protected abstract parse(bytes: Uint8Array, start: number, end: number): number;
}

const eventTypes: readonly WatchEventType[] = ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'];

/** Frames of four bytes length (big endian) and a WatchEvent. */
class ProtobufWatch extends ElementReader {
  private readonly take: (type: string, object: ObjectView) => void;
  private readonly view: ProtobufView;
  private readonly error = new ProtobufView('Status');
  private readonly event = new ProtobufFields(new Uint8Array(0), 0, 0);
  private readonly object = new ProtobufFields(new Uint8Array(0), 0, 0);

  constructor(kind: ObjectKind, take: (type: string, object: ObjectView) => void) {
    super();
    this.view = new ProtobufView(kind);
    this.take = take;
    this.needed = 4;
  }

  protected parse(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (end - at >= 4) {
      const length =
        (bytes[at] ?? 0) * 0x100_0000 +
        (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
      checkLength(length);
      this.needed = 4 + length;
      if (end - at < this.needed) return at;
      this.readFrame(bytes, at + 4, at + this.needed);
      at += this.needed;
    }
    this.needed = 4;
    return at;
  }

  private readFrame(bytes: Uint8Array, start: number, end: number): void {
    const { event, object } = this;
    let type = '';
    let objectStart = end;
    let objectEnd = end;
    event.place(bytes, start, end);
    while (event.next()) {
      if (event.number === 1) type = eventTypes.find((known) => event.holds(known)) ?? event.text();
      else if (event.number === 2) {
        object.enter(event);
        while (object.next()) {
          if (object.number === 1) ({ start: objectStart, end: objectEnd } = object);
        }
      }
    }
    const view = type === 'ERROR' ? this.error : this.view;
    view.placeEnvelope(bytes, objectStart, objectEnd);
    this.take(type, view);
  }
}

/** The magic bytes, then Unknown { typeMeta = 1, raw = 2 { metadata = 1, items = 2 } }. */
class ProtobufList extends ElementReader implements ListReader {
  metadata: ListMetadata = projectListMetadata(undefined);
  private readonly listKind: string;
  private readonly take: (object: ObjectView) => void;
  private readonly view: ProtobufView;
  private readonly fields = new ProtobufFields(new Uint8Array(0), 0, 0);
  private kindKnown = false;
  private place: 'magic' | 'envelope' | 'list' = 'magic';
  /** Bytes of the list that are still to come, while inside of it. */
  private listLeft = 0;
  /** Bytes of an unwanted field that are still to come. */
  private toSkip = 0;
  /** Of the element at hand: field number, and length of what follows its head. */
  private field = 0;
  private length = 0;

  constructor(kind: ObjectKind, take: (object: ObjectView) => void) {
    super();
    this.listKind = `${kind}List`;
    this.view = new ProtobufView(kind);
    this.take = take;
    this.needed = magicLength;
  }

  override end(): void {
    super.end();
    if (this.place !== 'envelope' || this.toSkip > 0 || !this.kindKnown) throw truncated();
  }

  protected parse(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.place === 'magic') {
      if (end - at < magicLength) return at;
      checkMagic(bytes, at, end);
      this.place = 'envelope';
      at += magicLength;
    }
    while (at < end) {
      const skipped = Math.min(this.toSkip, end - at);
      this.toSkip -= skipped;
      at += skipped;
      if (at === end) break;
      const body = this.readHead(bytes, at, end);
      if (body === undefined) {
        this.needed = end - at + 1;
        return at;
      }
      const inList = this.place === 'list';
      const size = body - at + this.length;
      if (inList && size > this.listLeft) throw malformed('an item reaches past its list');
      if (!inList && this.field === 2) {
        this.place = 'list';
        this.listLeft = this.length;
        at = body;
      } else if (this.field <= 2) {
        checkLength(this.length);
        this.needed = size;
        if (end - at < size) return at;
        this.readElement(bytes, body, inList);
        at += size;
      } else {
        this.toSkip = this.length;
        at = body;
      }
      if (inList) this.listLeft -= size;
      if (this.place === 'list' && this.listLeft === 0) this.place = 'envelope';
    }
    return at;
  }

  private readElement(bytes: Uint8Array, body: number, inList: boolean): void {
    if (inList && this.field === 2) {
      this.view.place(bytes, body, body + this.length);
      this.take(this.view);
      return;
    }
    if (!inList) {
      checkKind(bytes, body, body + this.length, this.listKind);
      this.kindKnown = true;
      return;
    }
    this.fields.place(bytes, body, body + this.length);
    this.metadata = projectListMetadata(decodeObject(this.fields, listMetadataSchema));
  }

  /** Where the element's body begins; undefined when not even its head is there. */
  private readHead(bytes: Uint8Array, start: number, end: number): number | undefined {
    const tag = readVarint(bytes, start, end);
    if (tag === undefined) return undefined;
    this.field = Math.floor(tag.value / 8);
    const wireType = tag.value & 7;
    if (wireType === 1 || wireType === 5) {
      this.length = wireType === 1 ? 8 : 4;
      return tag.end;
    }
    if (wireType !== 0 && wireType !== 2) throw malformed('bad wire type');
    const value = readVarint(bytes, tag.end, end);
    if (value === undefined) return undefined;
    this.length = wireType === 0 ? 0 : value.value;
    return value.end;
  }
}

function readVarint(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
    if (at - start === 9) throw malformed('a number of more than ten bytes');
  }
  return undefined;
}

function truncated(): WireError {
  return new WireError('truncated', 'the answer ended inside an object');
}

function malformed(what: string): WireError {
  return new WireError('malformed', `not a protobuf list: ${what}`);
}
