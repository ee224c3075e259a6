// Every try of the simulated kubelets -> what really happened, in the fields of the recordings' truth.jsonl.
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
  readonly node: string;
  /** When the kubelet told `Pulling`: every try that counts for the back-off. */
  readonly kubelet_pulling: readonly number[];
  /** Tries that reached the runtime. */
  readonly attempts: readonly number[];
  /** Ends of failed tries; where the kubelet does not back off, its syncs. */
  readonly failed: readonly number[];
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
  failing: boolean;
  recoveredAt: number | undefined;
  deletedAt: number | undefined;
}

/** Keeps the tries of pods that exist, and of the deleted ones for as long as asked. */
export class Truth {
  readonly #entries = new Map<string, Entry>();
  readonly #byPod = new Map<string, string[]>();
  readonly #keepDeleted: boolean;

  /** @param keepDeleted false in runs without end, where memory must not grow */
  constructor(keepDeleted: boolean) {
    this.#keepDeleted = keepDeleted;
  }

  pulling(pod: Pod, subject: PullSubject, at: number): void {
    this.#entry(pod, subject, at).pulling.push(at);
  }

  attempted(pod: Pod, subject: PullSubject, at: number): void {
    this.#entry(pod, subject, at).attempts.push(at);
  }

  failed(pod: Pod, subject: PullSubject, at: number, cause: string): void {
    const entry = this.#entry(pod, subject, at);
    entry.failures.push([at, cause]);
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
      if (!this.#keepDeleted) this.#entries.delete(key);
    }
    if (!this.#keepDeleted) this.#byPod.delete(uid);
  }

  lines(): readonly TruthLine[] {
    return [...this.#entries.values()].map(truthLine);
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
  return {
    namespace: metadata.namespace,
    pod: metadata.name,
    uid: metadata.uid,
    container: entry.subject.container,
    container_type: entry.subject.containerType,
    image: entry.subject.image,
    node: entry.node,
    kubelet_pulling: entry.pulling.map(seconds),
    attempts: entry.attempts.map(seconds),
    failed: entry.failures.map(([at]) => seconds(at)),
    failures: entry.failures.map(([at, cause]) => [seconds(at), cause]),
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
