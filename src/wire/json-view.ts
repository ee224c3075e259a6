// The bytes of one JSON object -> what the reflector asks of it. JSON has to be parsed whole to be
// read, so pods that cannot matter are found by their text alone.
import {
  endsInitialEvents,
  projectEvent,
  projectIdentity,
  projectPod,
  projectStatus,
} from './json.ts';
import { type Event, hasEnded, type Pod, type Status } from './objects.ts';
import type { ObjectKind, ObjectView, PodInterest } from './stream.ts';
import { decodeUtf8 } from './text.ts';
import { WireError } from './wire-error.ts';

/** As API servers write it: the type is known before anything is parsed. */
const eventStart = /^\{"type":"([A-Z]+)","object":\{/;

/** One for all objects of a stream: `place...` moves it to the next. */
export class JsonView implements ObjectView {
  private readonly kind: ObjectKind;
  private text = '';
  private isEvent = false;
  private type = '';
  private parsed: unknown;

  constructor(kind: ObjectKind) {
    this.kind = kind;
  }

  /** On an item of a list. */
  placeItem(bytes: Uint8Array, start: number, end: number): void {
    this.text = decodeUtf8(bytes, start, end);
    this.isEvent = false;
    this.parsed = undefined;
  }

  /** On a line of a watch; returns the type of the event. Throws WireError for what is no JSON. */
  placeEvent(bytes: Uint8Array, start: number, end: number): string {
    this.placeItem(bytes, start, end);
    this.isEvent = true;
    const type = eventStart.exec(this.text)?.[1] ?? this.parse()['type'];
    this.type = typeof type === 'string' ? type : '';
    return this.type;
  }

  get uid(): string {
    return projectIdentity(this.object()).uid;
  }

  get resourceVersion(): string {
    return projectIdentity(this.object()).resourceVersion;
  }

  get endsInitialEvents(): boolean {
    return endsInitialEvents(this.object());
  }

  isInteresting({ wants, mayConcernPull }: PodInterest): boolean {
    if (!this.text.includes('"waiting"') && !this.namesAnyOf(wants)) return false;
    const pod = this.pod();
    if (pod === undefined || wants(pod.uid)) return true;
    if (pod.deleting || hasEnded(pod.phase)) return false;
    return pod.statuses.some(
      ({ state }) => state.type === 'waiting' && mayConcernPull(state.reason),
    );
  }

  pod(): Pod | undefined {
    return projectPod(this.object());
  }

  event(): Event | undefined {
    return projectEvent(this.object());
  }

  status(): Status | undefined {
    return projectStatus(this.object());
  }

  /** The pod's own uid is one of those in its text: owners have one as well. */
  private namesAnyOf(wants: (uid: string) => boolean): boolean {
    for (const [, uid = ''] of this.text.matchAll(/"uid"\s*:\s*"([^"\\]*)"/g)) {
      if (wants(uid)) return true;
    }
    return false;
  }

  private object(): Readonly<Record<string, unknown>> {
    if (!this.isEvent) return this.parse();
    const { object } = this.parse();
    const kind = isObject(object) ? object['kind'] : undefined;
    const expected = this.type === 'ERROR' ? 'Status' : this.kind;
    if (isObject(object) && kind === expected) return object;
    throw new WireError('unexpected_kind', `asked for ${expected}, got ${JSON.stringify(kind)}`);
  }

  private parse(): Readonly<Record<string, unknown>> {
    this.parsed ??= parseJson(this.text);
    if (!isObject(this.parsed)) throw new WireError('malformed', 'not a JSON object');
    return this.parsed;
  }
}

/** Throws WireError `malformed`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WireError('malformed', 'not JSON');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
