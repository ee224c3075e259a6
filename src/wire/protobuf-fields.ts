// Protobuf bytes -> one field after the other. What is not asked for is stepped over unread.
import { decodeText } from './text.ts';
import { WireError } from './wire-error.ts';

const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;

/**
 * Steps through the fields of one message: `while (fields.next()) switch (fields.number) ...`. The
 * readers answer the empty value when the field has another wire type than they read. `next` throws
 * WireError `malformed` for what is no protobuf; each step moves forward, so it always ends.
 */
export class ProtobufFields {
  /** Of the current field. */
  number = 0;
  /** Where the value of a length-delimited field lies. */
  start = 0;
  end = 0;
  bytes: Uint8Array;
  private position: number;
  private limit: number;
  private wireType = varint;
  private value = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.position = start;
    this.limit = end;
  }

  /** Starts again on other bytes: the hot path has no allocation. */
  place(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.position = start;
    this.limit = end;
  }

  /** Steps into the current field of another message. */
  enter(parent: ProtobufFields): void {
    if (parent.wireType === lengthDelimited) this.place(parent.bytes, parent.start, parent.end);
    else this.place(parent.bytes, 0, 0);
  }

  next(): boolean {
    if (this.position >= this.limit) return false;
    const tag = this.readVarint();
    this.number = Math.floor(tag / 8);
    this.wireType = tag & 7;
    if (this.number < 1 || this.number > 0x1fffffff) throw malformed('field number');
    switch (this.wireType) {
      case varint:
        this.value = this.readVarint();
        this.start = this.position;
        this.end = this.position;
        break;
      case lengthDelimited:
        this.step(this.readVarint());
        break;
      case fixed64:
        this.step(8);
        break;
      case fixed32:
        this.step(4);
        break;
      default:
        throw malformed('wire type');
    }
    return true;
  }

  text(): string {
    return this.wireType === lengthDelimited ? decodeText(this.bytes, this.start, this.end) : '';
  }

  /** Is this ASCII text the value? Without decoding it. */
  holds(text: string): boolean {
    if (this.end - this.start !== text.length) return false;
    for (let at = 0; at < text.length; at++) {
      if (this.bytes[this.start + at] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  /** Negative ones come as two's complement of 64 bits. */
  integer(): number {
    return this.wireType === varint ? this.value : 0;
  }

  /** The fields of the message that the current field holds. */
  message(): ProtobufFields {
    return this.wireType === lengthDelimited
      ? new ProtobufFields(this.bytes, this.start, this.end)
      : new ProtobufFields(this.bytes, 0, 0);
  }

  private step(length: number): void {
    if (length < 0 || length > this.limit - this.position) throw malformed('length');
    this.start = this.position;
    this.end = this.position + length;
    this.position = this.end;
  }

  private readVarint(): number {
    const { bytes, limit } = this;
    let byte = this.position < limit ? (bytes[this.position++] ?? 0) : -1;
    if (byte >= 0 && byte < 0x80) return byte;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (byte < 0) throw malformed('end inside a number');
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return high * 0x1_0000_0000 + (low >>> 0);
      byte = this.position < limit ? (bytes[this.position++] ?? 0) : -1;
    }
    throw malformed('number of more than ten bytes');
  }
}

function malformed(what: string): WireError {
  return new WireError('malformed', `not protobuf: bad ${what}`);
}
