// The bytes of one protobuf object -> what the reflector asks of it: first a glance at identity and
// container states, which is all that healthy pods cost, then the projected object.
import { endsInitialEvents, projectEvent, projectPod, projectStatus } from './json.ts';
import { type Event, hasEnded, type Pod, type Status } from './objects.ts';
import { ProtobufFields } from './protobuf-fields.ts';
import {
  bookmarkSchema,
  decodeObject,
  eventSchema,
  podSchema,
  statusSchema,
} from './protobuf-schema.ts';
import type { ObjectKind, ObjectView, PodInterest } from './stream.ts';
import { decodeText } from './text.ts';
import { WireError } from './wire-error.ts';

const noBytes = new Uint8Array(0);

/** One for all objects of a stream: `place` moves it to the next. */
export class ProtobufView implements ObjectView {
  private readonly kind: ObjectKind | 'Status';
  private bytes: Uint8Array = noBytes;
  private start = 0;
  private end = 0;
  /** Inside an envelope that has not been opened yet. */
  private enveloped = false;
  private scanned = false;
  private uidStart = 0;
  private uidEnd = 0;
  private versionStart = 0;
  private versionEnd = 0;
  private deleting = false;
  private statusStart = 0;
  private statusEnd = 0;
  // One for each depth of nesting that a glance goes to.
  private readonly outer = new ProtobufFields(noBytes, 0, 0);
  private readonly middle = new ProtobufFields(noBytes, 0, 0);
  private readonly inner = new ProtobufFields(noBytes, 0, 0);
  private readonly innermost = new ProtobufFields(noBytes, 0, 0);

  constructor(kind: ObjectKind | 'Status') {
    this.kind = kind;
  }

  /** On an object without envelope, as lists hold them. */
  place(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.enveloped = false;
    this.scanned = false;
  }

  /** On an object with magic bytes and envelope, as watch events hold them. */
  placeEnvelope(bytes: Uint8Array, start: number, end: number): void {
    this.place(bytes, start, end);
    this.enveloped = true;
  }

  get uid(): string {
    this.scan();
    return decodeText(this.bytes, this.uidStart, this.uidEnd);
  }

  get resourceVersion(): string {
    this.scan();
    return decodeText(this.bytes, this.versionStart, this.versionEnd);
  }

  get endsInitialEvents(): boolean {
    return endsInitialEvents(decodeObject(this.fields(), bookmarkSchema));
  }

  isInteresting(interest: PodInterest): boolean {
    this.scan();
    if (interest.wants(this.uid)) return true;
    if (this.deleting) return false;
    const { outer: status, middle: container, inner: state, innermost: waiting } = this;
    let waits = false;
    let phaseStart = 0;
    let phaseEnd = 0;
    status.place(this.bytes, this.statusStart, this.statusEnd);
    while (status.next()) {
      if (status.number === 1) ({ start: phaseStart, end: phaseEnd } = status);
      // The three lists of container statuses.
      if (status.number !== 8 && status.number !== 10 && status.number !== 13) continue;
      container.enter(status);
      while (!waits && container.next()) {
        if (container.number !== 2) continue;
        state.enter(container);
        while (state.next()) {
          if (state.number !== 1) continue;
          let reason = '';
          waiting.enter(state);
          while (waiting.next()) if (waiting.number === 1) reason = waiting.text();
          waits ||= interest.mayConcernPull(reason);
        }
      }
    }
    return waits && !hasEnded(decodeText(this.bytes, phaseStart, phaseEnd));
  }

  pod(): Pod | undefined {
    return projectPod(decodeObject(this.fields(), podSchema));
  }

  event(): Event | undefined {
    return projectEvent(decodeObject(this.fields(), eventSchema));
  }

  status(): Status | undefined {
    return projectStatus(decodeObject(this.fields(), statusSchema));
  }

  private fields(): ProtobufFields {
    this.open();
    return new ProtobufFields(this.bytes, this.start, this.end);
  }

  private open(): void {
    if (!this.enveloped) return;
    const { outer: unknown } = this;
    checkMagic(this.bytes, this.start, this.end);
    unknown.place(this.bytes, this.start + magicLength, this.end);
    this.start = this.end;
    while (unknown.next()) {
      if (unknown.number === 1) checkKind(unknown.bytes, unknown.start, unknown.end, this.kind);
      else if (unknown.number === 2) ({ start: this.start, end: this.end } = unknown);
    }
    this.enveloped = false;
  }

  private scan(): void {
    if (this.scanned) return;
    this.open();
    const { outer: object, middle: metadata } = this;
    this.uidEnd = this.uidStart;
    this.versionEnd = this.versionStart;
    this.statusEnd = this.statusStart;
    this.deleting = false;
    object.place(this.bytes, this.start, this.end);
    while (object.next()) {
      if (object.number === 1) {
        metadata.enter(object);
        while (metadata.next()) {
          if (metadata.number === 5) ({ start: this.uidStart, end: this.uidEnd } = metadata);
          else if (metadata.number === 6) {
            ({ start: this.versionStart, end: this.versionEnd } = metadata);
          } else if (metadata.number === 9) this.deleting = metadata.end > metadata.start;
        }
      } else if (object.number === 3) {
        ({ start: this.statusStart, end: this.statusEnd } = object);
      }
    }
    this.scanned = true;
  }
}

/** "k8s\0" begins every protobuf object of Kubernetes. */
export const magicLength = 4;

export function checkMagic(bytes: Uint8Array, start: number, end: number): void {
  const found =
    end - start >= magicLength &&
    bytes[start] === 0x6b &&
    bytes[start + 1] === 0x38 &&
    bytes[start + 2] === 0x73 &&
    bytes[start + 3] === 0;
  if (!found)
    throw new WireError('malformed', 'not an object of Kubernetes: no "k8s\\0" before it');
}

const typeMeta = new ProtobufFields(noBytes, 0, 0);

/** From start to end lies the typeMeta of an envelope. Throws WireError `unexpected_kind`. */
export function checkKind(bytes: Uint8Array, start: number, end: number, expected: string): void {
  typeMeta.place(bytes, start, end);
  while (typeMeta.next()) {
    if (typeMeta.number === 2 && !typeMeta.holds(expected)) {
      const kind = JSON.stringify(typeMeta.text());
      throw new WireError('unexpected_kind', `asked for ${expected}, got ${kind}`);
    }
  }
}
