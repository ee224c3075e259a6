// Every try of the simulated kubelets -> what really happened, in the fields of the recordings' truth.jsonl.
import { parseImageReference } from './image-reference.ts';
import type { Pod } from './objects.ts';

/** Times are Unix seconds. */
export interface TruthLine {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  /** Name of the container, or of the image volume. */
  readonly container: string;
  readonly container_type: string;
  readonly image: string;
  /** Registry of the image; '' when the image is no reference. */
  readonly host: string;
  readonly node: string;
  /** When the kubelet told `Pulling`: every try that counts for the back-off. */
  readonly kubelet_pulling: readonly number[];
  /** Tries that reached the runtime. */
  readonly attempts: readonly number[];
  /** Ends of failed tries; where the kubelet never comes to a try, its syncs. */
  readonly failed: readonly number[];
  /** With the cause that a reader of text and events can tell at that time. */
  readonly failures: readonly (readonly [number, string])[];
  /** When the last failing streak was over: the pull that succeeded ended. */
  readonly recovered_at: number | null;
  readonly first_seen: number;
  readonly deleted_at: number | null;
  /** Mirror pods: the uid under which events are reported. */
  readonly event_uid?: string;
  /** Image volumes: the containers whose status shows the failure. */
  readonly status_on?: readonly string[];
}

export interface PullSubject {
  readonly container: string;
  readonly containerType: string;
  readonly image: string;
  readonly statusOn?: readonly string[];
}

interface Entry {
  readonly pod: Pod;
  readonly node: string;
  readonly subject: PullSubject;
  readonly firstSeen: number;
  readonly pulling: number[];
  readonly attempts: number[];
  readonly failures: [number, string][];
  readonly syncFailures: [number, string][];
  failing: boolean;
  recoveredAt: number | undefined;
  deletedAt: number | undefined;
}

/** Of each container, where not everything is kept. */
const keptWithoutEnd = 500;

/** Keeps the tries of all pods. */
export class Truth {
  readonly #entries = new Map<string, Entry>();
  readonly #byPod = new Map<string, string[]>();
  readonly #keepAll: boolean;

  /** @param keepAll false in runs without end, where memory must not grow: deleted pods are dropped */
  constructor(keepAll: boolean) {
    this.#keepAll = keepAll;
  }

  pulling(pod: Pod, subject: PullSubject, at: number): void {
    this.#add(this.#entry(pod, subject, at).pulling, at);
  }

  attempted(pod: Pod, subject: PullSubject, at: number): void {
    this.#add(this.#entry(pod, subject, at).attempts, at);
  }

  failed(pod: Pod, subject: PullSubject, at: number, cause: string): void {
    const entry = this.#entry(pod, subject, at);
    this.#add(entry.failures, [at, cause]);
    entry.failing = true;
    entry.recoveredAt = undefined;
  }

  /** A sync that ended before a pull: an invalid name, an image that must not be pulled. */
  syncFailed(pod: Pod, subject: PullSubject, at: number, cause: string): void {
    const entry = this.#entry(pod, subject, at);
    this.#add(entry.syncFailures, [at, cause]);
    entry.failing = true;
    entry.recoveredAt = undefined;
  }

  succeeded(pod: Pod, subject: PullSubject, at: number): void {
    const entry = this.#entry(pod, subject, at);
    if (entry.failing) entry.recoveredAt = at;
    entry.failing = false;
  }

  deleted(uid: string, at: number): void {
    for (const key of this.#byPod.get(uid) ?? []) {
      const entry = this.#entries.get(key);
      if (entry !== undefined) entry.deletedAt = at;
      if (!this.#keepAll) this.#entries.delete(key);
    }
    if (!this.#keepAll) this.#byPod.delete(uid);
  }

  lines(): readonly TruthLine[] {
    return [...this.#entries.values()].map(truthLine);
  }

  #add<T>(list: T[], item: T): void {
    list.push(item);
    if (!this.#keepAll && list.length > keptWithoutEnd) list.shift();
  }

  #entry(pod: Pod, subject: PullSubject, at: number): Entry {
    const { uid } = pod.metadata;
    const key = `${uid}/${subject.container}/${subject.image}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = {
      pod,
      node: pod.spec.nodeName ?? '',
      subject,
      firstSeen: at,
      pulling: [],
      attempts: [],
      failures: [],
      syncFailures: [],
      failing: false,
      recoveredAt: undefined,
      deletedAt: undefined,
    };
    this.#entries.set(key, entry);
    this.#byPod.set(uid, [...(this.#byPod.get(uid) ?? []), key]);
    return entry;
  }
}

function truthLine(entry: Entry): TruthLine {
  const { metadata } = entry.pod;
  const eventUid = metadata.annotations?.['kubernetes.io/config.mirror'];
  const reference = parseImageReference(entry.subject.image);
  const failures = entry.pulling.length > 0 ? entry.failures : entry.syncFailures;
  return {
    namespace: metadata.namespace,
    pod: metadata.name,
    uid: metadata.uid,
    container: entry.subject.container,
    container_type: entry.subject.containerType,
    image: entry.subject.image,
    host: 'error' in reference ? '' : reference.host,
    node: entry.node,
    kubelet_pulling: entry.pulling.map(seconds),
    attempts: entry.attempts.map(seconds),
    failed: failures.map(([at]) => seconds(at)),
    failures: failures.map(([at, cause]) => [seconds(at), cause]),
    recovered_at: entry.recoveredAt === undefined ? null : seconds(entry.recoveredAt),
    first_seen: seconds(entry.firstSeen),
    deleted_at: entry.deletedAt === undefined ? null : seconds(entry.deletedAt),
    ...(eventUid === undefined ? {} : { event_uid: eventUid }),
    ...(entry.subject.statusOn === undefined ? {} : { status_on: entry.subject.statusOn }),
  };
}

function seconds(timeMs: number): number {
  return timeMs / 1000;
}
