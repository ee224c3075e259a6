// Protobuf bytes -> one field after the other. What is not asked for is stepped over unread.
import { decodeText } from './text.ts';
import { WireError } from './wire-error.ts';

const varint = 0;
const fixed64 = 1;
const lengthDelimited = 2;
const fixed32 = 5;

const noBytes: Uint8Array = new Uint8Array(0);

/**
 * Steps through the fields of one message: `while (fields.next()) switch (fields.number) ...`. The
 * readers answer the empty value where the field has another wire type than they read. `next` throws
 * WireError `malformed` for what is no protobuf; each step moves forward, so it always ends.
 *
 * All of sync is this walk, 76 steps for a healthy pod, so it is written for speed: few stores, and
 * no call where a number has one byte, as nearly all have.
 */
export class ProtobufFields {
  // Initialized where they are declared: fields that are undefined first are slower for ever.
  /** Where the value of the current field lies; empty for a number. The next field begins at `end`. */
  start = 0;
  end = 0;
  bytes = noBytes;
  private limit = 0;
  private tag = 0;
  private value = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.place(bytes, start, end);
  }

  /** Starts again on other bytes: a glance allocates nothing. */
  place(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.end = start;
    this.limit = end;
  }

  /** Steps into the current field of another message. */
  enter(parent: ProtobufFields): void {
    this.bytes = parent.bytes;
    this.end = parent.start;
    this.limit = (parent.tag & 7) === lengthDelimited ? parent.end : parent.start;
  }

  get number(): number {
    return this.tag >>> 3;
  }

  next(): boolean {
    const { bytes, limit } = this;
    let at = this.end;
    if (at >= limit) return false;
    let tag = bytes[at++] ?? 0;
    if (tag >= 0x80) {
      tag = this.readVarint(at - 1);
      at = this.end;
    }
    this.tag = tag;
    if ((tag & 7) === lengthDelimited && at < limit) {
      let length = bytes[at++] ?? 0;
      if (length >= 0x80) {
        length = this.readVarint(at - 1);
        at = this.end;
      }
      this.start = at;
      this.end = at + length;
    } else this.stepOverNumber(at);
    if (tag < 8 || tag > 0xffff_ffff) throw malformed('field number');
    if (this.end > limit || this.end < this.start) throw malformed('length');
    return true;
  }

  text(): string {
    return (this.tag & 7) === lengthDelimited ? decodeText(this.bytes, this.start, this.end) : '';
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
    return (this.tag & 7) === varint ? this.value : 0;
  }

  /** The fields of the message that the current field holds. */
  message(): ProtobufFields {
    const inner = new ProtobufFields(this.bytes, 0, 0);
    inner.enter(this);
    return inner;
  }

  private stepOverNumber(start: number): void {
    switch (this.tag & 7) {
      case varint:
        this.value = this.readVarint(start);
        break;
      case fixed64:
        this.end = start + 8;
        break;
      case fixed32:
        this.end = start + 4;
        break;
      default:
        throw malformed('wire type');
    }
    this.start = this.end;
  }

  /** Leaves `end` behind it. */
  private readVarint(start: number): number {
    const { bytes, limit } = this;
    let low = 0;
    let high = 0;
    for (let at = start, shift = 0; shift < 70; at++, shift += 7) {
      if (at >= limit) throw malformed('end inside a number');
      const byte = bytes[at] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.end = at + 1;
        return high * 0x1_0000_0000 + (low >>> 0);
      }
    }
    throw malformed('number of more than ten bytes');
  }
}

function malformed(what: string): WireError {
  return new WireError('malformed', `not protobuf: bad ${what}`);
}
