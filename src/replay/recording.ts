// A folder of recorded traffic (shared/recordings, README there) -> its lines in the order of time. [I/O]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Resource } from '../observe/observations.ts';
import { type Event, type Pod } from '../wire/objects.ts';
import { projectEvent, projectPod } from '../wire/json.ts';

/** What the recorder received at `at`, Unix milliseconds. */
export type Line = { readonly at: number } & (
  | { readonly resource: 'pods'; readonly op: ItemOp; readonly object: Pod }
  | { readonly resource: 'events'; readonly op: ItemOp; readonly object: Event }
  | { readonly resource: Resource; readonly op: 'listEnd' }
  | { readonly resource: Resource; readonly op: 'reconnect' }
);

export type ItemOp = 'listItem' | 'changed' | 'deleted';

export interface Recording {
  readonly name: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** When a watch of pods first broke that only a relist mended; undefined where none did. */
  readonly brokenAt: number | undefined;
  readonly lines: readonly Line[];
}

/** Throws where the folder or one of its files cannot be read. */
export function readRecording(folder: string): Recording {
  const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as {
    phase: string;
    start: number;
    end: number;
  };
  // After the end a recording only shows what other phases did to the API server.
  const lines = [...readLines(folder, 'pods'), ...readLines(folder, 'events')]
    .filter(({ at }) => at <= meta.end)
    .toSorted((a, b) => a.at - b.at);
  const endsAt = Math.min(meta.end, lines.at(-1)?.at ?? meta.end);
  return { name: meta.phase, startsAt: meta.start, endsAt, brokenAt: brokenAt(lines), lines };
}

function brokenAt(lines: readonly Line[]): number | undefined {
  const pods = lines.filter(({ resource }) => resource === 'pods');
  const relisted = pods.findIndex(
    ({ op }, i) => (op === 'listItem' || op === 'listEnd') && pods[i - 1]?.op === 'reconnect',
  );
  if (relisted < 0) return undefined;
  const lastWatched = pods.findLastIndex(({ op }, i) => i < relisted && op !== 'reconnect');
  return pods[lastWatched + 1]?.at;
}

interface RecordedLine {
  readonly t: number;
  readonly op: string;
  readonly object?: unknown;
}

function readLines(folder: string, resource: Resource): readonly Line[] {
  const text = gunzipSync(readFileSync(join(folder, `${resource}.jsonl.gz`))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => lineOf(JSON.parse(line) as RecordedLine, resource));
}

const itemOps: Readonly<Record<string, ItemOp>> = {
  LIST_ITEM: 'listItem',
  ADDED: 'changed',
  MODIFIED: 'changed',
  DELETED: 'deleted',
};

function lineOf({ t: at, op, object }: RecordedLine, resource: Resource): readonly Line[] {
  if (op === 'LIST_END') return [{ at, resource, op: 'listEnd' }];
  if (op === 'RECONNECT') return [{ at, resource, op: 'reconnect' }];
  const itemOp = itemOps[op];
  if (itemOp === undefined) return [];
  if (resource === 'pods') {
    const pod = projectPod(object);
    return pod === undefined ? [] : [{ at, resource, op: itemOp, object: pod }];
  }
  const event = projectEvent(object);
  return event === undefined ? [] : [{ at, resource, op: itemOp, object: event }];
}
