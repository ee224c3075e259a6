// A recording -> the episodes that the exporter would have seen, by the same code, on the recorded clock.
import { classify } from '../classify/classify.ts';
import { Tracker } from '../track/tracker.ts';
import { type Episode, EpisodeLog } from './episodes.ts';
import type { Recording } from './recording.ts';
import { watch, watchFrom } from './watch.ts';

export interface ReplayOptions {
  /** Cold start: what happened before is known only from lists. Unix milliseconds. */
  readonly startAt?: number | undefined;
  /** False: as where events may not be watched. */
  readonly events: boolean;
  /** Stop here, before the end of the recording. */
  readonly until?: number | undefined;
}

const tickMs = 1000;
const slowPullThresholdMs = 30_000;

export function replay(recording: Recording, options: ReplayOptions): readonly Episode[] {
  const tracker = new Tracker({ classify, slowPullThresholdMs });
  const log = new EpisodeLog();
  const wants = (uid: string) => tracker.wants(uid);
  const { startAt, events, until = recording.endsAt } = options;
  const timed =
    startAt === undefined ? watch(recording.lines, wants) : watchFrom(recording, startAt, wants);
  let ticked = startAt ?? recording.startsAt;
  for (const { at, observation } of timed) {
    if (at > until) break;
    tickUntil(at);
    if (!events && isAboutEvents(observation)) continue;
    for (const change of tracker.apply(observation, at)) log.record(change, at);
  }
  tickUntil(until);
  return log.episodes;

  function tickUntil(at: number): void {
    while (ticked + tickMs <= at) {
      ticked += tickMs;
      for (const change of tracker.tick(ticked)) log.record(change, ticked);
    }
  }
}

function isAboutEvents(observation: { type: string; resource?: string }): boolean {
  return observation.type === 'event' || observation.resource === 'events';
}
