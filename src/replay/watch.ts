// Recorded lines -> the observations that a reflector would make of them, with the time of each.
import { observeEvent } from '../observe/event.ts';
import type { Observation, Resource } from '../observe/observations.ts';
import { observePod } from '../observe/pod.ts';
import { mayConcernPull } from '../observe/waiting-reasons.ts';
import type { Event, Pod } from '../wire/objects.ts';
import type { Line, Recording } from './recording.ts';

export interface Timed {
  readonly at: number;
  readonly observation: Observation;
}

/** `wants` as the tracker has it; asked before each pod. */
export type Wants = (podUid: string) => boolean;

/** From the first line, as somebody would have seen it who watched from the beginning. */
export function* watch(lines: readonly Line[], wants: Wants): Iterable<Timed> {
  const brokenSince: Partial<Record<Resource, number>> = {};
  const listed: Partial<Record<Resource, Set<string>>> = {};
  for (const line of lines) {
    const { at, resource } = line;
    if (line.op === 'reconnect') {
      brokenSince[resource] ??= at;
      continue;
    }
    const from = brokenSince[resource];
    delete brokenSince[resource];
    if (line.op === 'listItem' || line.op === 'listEnd') {
      // Only a relist says that something was lost; a watch that resumes has lost nothing.
      if (from !== undefined) yield { at, observation: { type: 'gap', resource, from, to: at } };
      const uids = (listed[resource] ??= new Set());
      if (line.op === 'listItem') {
        uids.add(line.object.uid);
      } else {
        delete listed[resource];
        yield { at, observation: { type: 'listed', resource, uids } };
        continue;
      }
    }
    yield* observe(line, wants);
  }
}

/** What lists would have returned at a moment, and then the watch from there on. */
export function* watchFrom(recording: Recording, startAt: number, wants: Wants): Iterable<Timed> {
  const pods = new Map<string, Pod>();
  const events = new Map<string, Event>();
  const before = recording.lines.filter(({ at }) => at <= startAt);
  let relisted = new Set<string>();
  for (const line of before) {
    if (line.op === 'reconnect') continue;
    if (line.op === 'listEnd') {
      const stored = line.resource === 'pods' ? pods : events;
      for (const uid of stored.keys()) if (!relisted.has(uid)) stored.delete(uid);
      relisted = new Set();
      continue;
    }
    const { uid } = line.object;
    if (line.op === 'listItem') relisted.add(uid);
    if (line.resource === 'pods') store(pods, line.op, line.object);
    else store(events, line.op, line.object);
  }
  const list: Line[] = [
    ...[...pods.values()].map((object) => item('pods', object)),
    { at: startAt, resource: 'pods', op: 'listEnd' },
    ...[...events.values()].map((object) => item('events', object)),
    { at: startAt, resource: 'events', op: 'listEnd' },
  ];
  yield* watch([...list, ...recording.lines.slice(before.length)], wants);

  function item(resource: 'pods', object: Pod): Line;
  function item(resource: 'events', object: Event): Line;
  function item(resource: Resource, object: Pod | Event): Line {
    return { at: startAt, op: 'listItem', resource, object } as Line;
  }
}

function store<T extends { readonly uid: string }>(
  stored: Map<string, T>,
  op: string,
  object: T,
): void {
  if (op === 'deleted') stored.delete(object.uid);
  else stored.set(object.uid, object);
}

function* observe(line: Line, wants: Wants): Iterable<Timed> {
  const { at } = line;
  if (line.op === 'listEnd' || line.op === 'reconnect') return;
  if (line.resource === 'events') {
    // The end of an event's life (TTL) says nothing about the pull.
    if (line.op === 'deleted') return;
    const observation = observeEvent(line.object, line.op === 'listItem');
    if (observation !== undefined) yield { at, observation };
  } else if (line.op === 'deleted') {
    yield { at, observation: { type: 'podDeleted', uid: line.object.uid } };
  } else if (wants(line.object.uid) || mayConcern(line.object)) {
    yield { at, observation: observePod(line.object) };
  }
}

function mayConcern({ statuses }: Pod): boolean {
  return statuses.some(({ state }) => state.type === 'waiting' && mayConcernPull(state.reason));
}
