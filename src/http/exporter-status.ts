// What the server tells about the exporter itself, on the page, in the JSON and at /-/ready.
import { ageText } from './times.ts';

export interface ResourceStatus {
  /** The first list is complete. */
  readonly synced: boolean;
  /** When the API server last sent anything; undefined before the first contact. */
  readonly lastContactAt: number | undefined;
  /** What keeps it from being read now, in words for people; '' when nothing does. */
  readonly problem: string;
}

export interface ExporterStatus {
  readonly version: string;
  readonly revision: string;
  /** What is watched, for people: the API server and, where not all, the namespaces; '' not known. */
  readonly cluster: string;
  readonly shard: string | undefined;
  readonly startedAt: number;
  readonly pods: ResourceStatus;
  /** Undefined where events are not to be watched. */
  readonly events: ResourceStatus | undefined;
}

/** Bookmarks come every minute: after two and a half the picture may be old. */
const freshMs = 150_000;

export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: string };

/** Only pods decide: without events the exporter knows less, but what it says is right. */
export function readiness({ pods }: ExporterStatus, now: number): Readiness {
  const because = pods.problem === '' ? '' : `: ${pods.problem}`;
  if (!pods.synced) {
    return { ready: false, reason: `the first list of pods is not complete${because}` };
  }
  const silentMs = now - (pods.lastContactAt ?? 0);
  if (silentMs > freshMs) {
    const since = pods.lastContactAt === undefined ? '' : ` for ${ageText(silentMs)}`;
    return { ready: false, reason: `no contact with the API server${since}${because}` };
  }
  if (pods.problem !== '') {
    return { ready: false, reason: `pods cannot be watched${because}` };
  }
  return { ready: true };
}

/** Successes, durations and slow pulls are known only then. */
export function eventsAreWatched({ events }: ExporterStatus): boolean {
  return events !== undefined && events.synced && events.problem === '';
}
