// Extracts of the recordings of a real cluster (../shared/recordings), one entry a scenario: what the
// watch brought in the first minutes, reduced to states, events and the kubelet's tries.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Seconds since the pod was first seen, phase, container, state, reason, form of the message. */
export type StateRow = readonly [number, string, string, string, string, string];
/** Seconds, N or W, reason, fieldPath without `spec.`, form of the message, count. */
export type EventRow = readonly [number, string, string, string, string, number];
/** Start and end of a try; null while it runs. */
export type Try = readonly [number, number | null];

export interface Traffic {
  readonly states: readonly StateRow[];
  readonly events: readonly EventRow[];
  readonly tries: Readonly<Record<string, readonly Try[]>>;
}

const file = new URL('./recorded-traffic.json.gz', import.meta.url);

const phases = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Record<
  string,
  Record<string, Traffic>
>;

export function recorded(phase: string, scenario: string): Traffic {
  const traffic = phases[phase]?.[scenario];
  if (traffic === undefined) throw new RangeError(`no recording of ${phase}/${scenario}`);
  return traffic;
}

export function recordedScenarios(phase: string): readonly string[] {
  return Object.keys(phases[phase] ?? {});
}
