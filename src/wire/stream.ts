// What a list or watch answer is to its reader, whatever its encoding: one object after the other out
// of a stream of bytes, never the whole of it in memory.
import type { ListMetadata } from './json.ts';
import type { Event, Pod, Status } from './objects.ts';

export type ObjectKind = 'Pod' | 'Event';

/** Who wants to know about a pod; all others are healthy and leave nothing behind. */
export interface PodInterest {
  /** Is this pod followed already? */
  readonly wants: (uid: string) => boolean;
  /** May a container that waits for this reason be one whose image is not pulled? */
  readonly mayConcernPull: (reason: string) => boolean;
}

/**
 * One object of the stream. A view of bytes that are overwritten later: use it while the callback
 * runs. Everything throws WireError (`malformed`, `unexpected_kind`) where the bytes are no such
 * object; the stream can go on.
 */
export interface ObjectView {
  /** '' when the object has none. */
  readonly uid: string;
  readonly resourceVersion: string;
  /** Is this the bookmark that ends the initial events of a streaming list? */
  readonly endsInitialEvents: boolean;
  /** False for a pod that is not followed and has no container of interest. Cheap: most are. */
  isInteresting(interest: PodInterest): boolean;
  /** Undefined for an object without uid or name. */
  pod(): Pod | undefined;
  event(): Event | undefined;
  /** Of the object of an ERROR event. */
  status(): Status | undefined;
}

/** Takes the bytes of one answer as they arrive. Throws WireError: the answer is then of no use. */
export interface StreamReader {
  push(chunk: Uint8Array): void;
  /** Checks that the answer did not end inside an object. */
  end(): void;
}

export interface ListReader extends StreamReader {
  /** Complete after `end`. */
  readonly metadata: ListMetadata;
}

export interface Encoding {
  readonly name: 'protobuf' | 'json';
  /** `type` is as the server sent it; most often a WatchEventType. */
  readWatch(kind: ObjectKind, take: (type: string, object: ObjectView) => void): StreamReader;
  readList(kind: ObjectKind, take: (object: ObjectView) => void): ListReader;
  /** The Status that an error answer consists of; undefined when it is none. */
  readStatus(body: Uint8Array): Status | undefined;
}
