// truth.jsonl of a recording -> what the kubelet really did, per pod, container and image. [I/O]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Times are Unix milliseconds. */
export interface Truth {
  readonly uid: string;
  readonly pod: string;
  readonly container: string;
  readonly image: string;
  readonly scenario: string;
  /** Undefined: must never be seen as a pull failure. */
  readonly expectedCause: string | undefined;
  /** What a careful reader of the text would say instead; several where that is open. */
  readonly visible: readonly string[];
  /** When the kubelet began each of its tries. */
  readonly triedAt: readonly number[];
  readonly failures: readonly { readonly at: number; readonly cause: string }[];
  readonly recoveredAt: number | undefined;
  readonly deletedAt: number | undefined;
  /** The containers whose status shows it, where that is not the line's own. */
  readonly statusOn: readonly string[];
}

interface TruthLine {
  readonly uid: string;
  readonly pod: string;
  readonly container: string;
  readonly image: string;
  readonly scenario: string;
  readonly expected_cause: string | null;
  readonly visible?: string | null;
  readonly kubelet_pulling: readonly number[];
  readonly failures: readonly (readonly [number, string])[];
  readonly recovered_at: number | null;
  readonly deleted_at: number | null;
  readonly status_on?: readonly string[] | null;
}

export function readTruth(folder: string): readonly Truth[] {
  return readFileSync(join(folder, 'truth.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => truthOf(JSON.parse(line) as TruthLine));
}

function truthOf(line: TruthLine): Truth {
  const isPulled = line.kubelet_pulling.length > 0;
  return {
    uid: line.uid,
    pod: line.pod,
    container: line.container,
    image: line.image,
    scenario: line.scenario,
    expectedCause: line.expected_cause ?? undefined,
    visible: line.visible?.split('|') ?? [],
    triedAt: line.kubelet_pulling.map(milliseconds),
    // Where the kubelet never calls the runtime, the syncs that failed are no attempts.
    failures: isPulled ? line.failures.map(([at, cause]) => ({ at: at * 1000, cause })) : [],
    recoveredAt: line.recovered_at === null ? undefined : line.recovered_at * 1000,
    deletedAt: line.deleted_at === null ? undefined : line.deleted_at * 1000,
    statusOn: line.status_on ?? [line.container],
  };
}

function milliseconds(seconds: number): number {
  return seconds * 1000;
}
