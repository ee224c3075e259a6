// API objects as JSON values -> the bytes that a Go API server encodes them to.
import { messages } from './protobuf-messages.ts';
import type { MessageName } from './protobuf-messages.ts';

interface Field {
  readonly name: string;
  readonly tag: Uint8Array;
  readonly type: string;
  readonly kind: 'one' | 'list' | 'map';
  readonly inline: boolean;
  readonly always: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const lengthDelimited = 2;
const scalars = new Set(['int', 'bool']);

/** Fields of a message, the highest number first: the writer fills its buffer from the end. */
const fieldsOf = new Map<string, readonly Field[]>(
  Object.entries(messages).map(([message, text]) => [
    message,
    text.split(' ').map(parseField).reverse(),
  ]),
);

function parseField(text: string): Field {
  const match = /^(\w+)=(\d+):(\w+)(\[\]|\{\})?(\^)?(!)?$/.exec(text);
  if (match === null) throw new SyntaxError(`not a protobuf field: ${text}`);
  const [, name = '', number = '', type = '', repeat, inline, always] = match;
  return {
    name,
    tag: varint(Number(number) * 8 + (scalars.has(type) ? 0 : lengthDelimited)),
    type,
    kind: repeat === '[]' ? 'list' : repeat === '{}' ? 'map' : 'one',
    inline: inline !== undefined,
    always: always !== undefined,
  };
}

/** Grows towards its front, so that the length of a nested message is known when it is written. */
class BackwardWriter {
  #buffer = Buffer.allocUnsafe(16_384);
  #start = this.#buffer.length;

  get length(): number {
    return this.#buffer.length - this.#start;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#start);
  }

  text(text: string): number {
    const length = Buffer.byteLength(text);
    this.#reserve(length);
    this.#buffer.write(text, this.#start, length, 'utf8');
    return length;
  }

  varint(value: number): void {
    if (value >= 0 && value < 128) {
      this.#reserve(1);
      this.#buffer[this.#start] = value;
    } else this.bytes(varint(value));
  }

  /** The message so far, copied; the writer is empty afterwards. */
  take(): Buffer {
    const result = Buffer.from(this.#buffer.subarray(this.#start));
    this.#start = this.#buffer.length;
    return result;
  }

  #reserve(size: number): void {
    if (size > this.#start) {
      const used = this.length;
      const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, used + size + 1024));
      this.#buffer.copy(grown, grown.length - used, this.#start);
      this.#start = grown.length - used;
      this.#buffer = grown;
    }
    this.#start -= size;
  }
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

const writer = new BackwardWriter();
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
/** Fields 3 and 4 of runtime.Unknown. */
const emptyEncodingAndType = Buffer.from([0x1a, 0x00, 0x22, 0x00]);

/** Tag of a length-delimited field below 16. */
function tagOf(field: number): Uint8Array {
  return Uint8Array.of(field * 8 + lengthDelimited);
}

/** Tag of a varint field below 16. */
function numberTagOf(field: number): Uint8Array {
  return Uint8Array.of(field * 8);
}

/** One message, without an envelope. */
export function encodeMessage(message: MessageName, value: object): Buffer {
  writeMessage(message, value as Json);
  return writer.take();
}

/** A message in the envelope of bodies and watch frames: "k8s\0" and runtime.Unknown. */
export function encodeObject(kind: MessageName, value: object): Buffer {
  return envelope(kind, encodeMessage(kind, value));
}

/** A list, piece by piece; each item is encoded when its turn comes. */
export function* encodeList(
  kind: 'PodList' | 'EventList',
  metadata: object,
  items: readonly { protobuf(): Uint8Array; protobufLength(): number }[],
): Generator<Uint8Array> {
  const head = prefixed(1, encodeMessage('ListMeta', metadata));
  let rawLength = head.length;
  for (const item of items) {
    const length = item.protobufLength();
    rawLength += 1 + varint(length).length + length;
  }
  yield Buffer.concat([
    magic,
    prefixed(1, encodeMessage('TypeMeta', { apiVersion: 'v1', kind })),
    tagOf(2),
    varint(rawLength),
    head,
  ]);
  for (const item of items) {
    yield Buffer.concat([tagOf(2), varint(item.protobufLength())]);
    yield item.protobuf();
  }
  yield emptyEncodingAndType;
}

/** A frame of a watch stream: length, WatchEvent, and in it the object in its envelope. */
export function encodeWatchFrame(type: string, object: Uint8Array): Buffer {
  const event = Buffer.concat([prefixed(1, Buffer.from(type)), prefixed(2, prefixed(1, object))]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(event.length);
  return Buffer.concat([length, event]);
}

/** Wraps an encoded message like `encodeObject`. */
export function envelope(kind: string, raw: Uint8Array): Buffer {
  return Buffer.concat([
    magic,
    prefixed(1, encodeMessage('TypeMeta', { apiVersion: 'v1', kind })),
    prefixed(2, raw),
    emptyEncodingAndType,
  ]);
}

function prefixed(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([tagOf(field), varint(bytes.length), bytes]);
}

function writeMessage(message: string, value: Json): void {
  const fields = fieldsOf.get(message);
  if (fields === undefined) throw new TypeError(`no protobuf message ${message}`);
  for (const field of fields) {
    const content = field.inline ? value : value[field.name];
    if (field.kind === 'list') {
      const items = (content ?? []) as readonly unknown[];
      for (let i = items.length - 1; i >= 0; i--) writeField(field.tag, field.type, items[i]);
    } else if (field.kind === 'map') {
      writeMap(field, (content ?? {}) as Json);
    } else if (field.always || (content !== undefined && content !== null)) {
      writeField(field.tag, field.type, content);
    }
  }
}

function writeMap(field: Field, entries: Json): void {
  for (const key of Object.keys(entries).sort().reverse()) {
    const end = writer.length;
    writeField(tagOf(2), field.type, entries[key]);
    writeField(tagOf(1), 'string', key);
    writer.varint(writer.length - end);
    writer.bytes(field.tag);
  }
}

function writeField(tag: Uint8Array, type: string, content: unknown): void {
  if (type === 'string') {
    writer.varint(writer.text((content as string | undefined) ?? ''));
  } else if (type === 'int' || type === 'bool') {
    writer.varint(Number(content ?? 0));
  } else {
    const end = writer.length;
    writeNested(type, content);
    writer.varint(writer.length - end);
  }
  writer.bytes(tag);
}

function writeNested(type: string, content: unknown): void {
  switch (type) {
    case 'Time':
    case 'MicroTime':
      if (typeof content === 'string') writeTime(content);
      return;
    case 'Quantity':
      writeField(tagOf(1), 'string', content);
      return;
    case 'FieldsV1':
      writeField(tagOf(1), 'string', JSON.stringify(content ?? {}));
      return;
    case 'IntOrString':
      writeField(tagOf(3), 'string', typeof content === 'string' ? content : '');
      writeField(numberTagOf(2), 'int', typeof content === 'number' ? content : 0);
      writeField(numberTagOf(1), 'int', typeof content === 'string' ? 1 : 0);
      return;
    default:
      writeMessage(type, (content ?? {}) as Json);
  }
}

function writeTime(text: string): void {
  const [whole = '', fraction = ''] = text.replace('Z', '').split('.');
  writeField(numberTagOf(2), 'int', Number(fraction.padEnd(9, '0')));
  writeField(numberTagOf(1), 'int', Date.parse(`${whole}Z`) / 1000);
}
