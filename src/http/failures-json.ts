// What fails now -> the body of /api/v1/failures, piece by piece: a hundred thousand failures would not
// fit into one string.
import { type Cause, causes } from '../classify/causes.ts';
import { backoffLabel } from '../metrics/label-values.ts';
import type { FailingContainer, SlowPull } from '../track/states.ts';
import {
  eventsAreWatched,
  type ExporterStatus,
  readiness,
  type ResourceStatus,
} from './exporter-status.ts';

/** Containers in one piece of text. */
const perPiece = 100;

/** Times are RFC 3339 in UTC, null where not known; names are those of the metrics' labels. */
export function failureJson(container: FailingContainer): object {
  const { verdict, workload } = container;
  return {
    namespace: container.namespace,
    pod: container.pod,
    uid: container.uid,
    container: container.container,
    container_type: container.containerType,
    node: container.node,
    workload_kind: workload.kind,
    workload: workload.name,
    image: container.image,
    registry: container.registry,
    endpoint: verdict.endpoint,
    class: causes[verdict.cause].class,
    cause: verdict.cause,
    rule: verdict.rule,
    evidence: verdict.evidence,
    stage: verdict.stage ?? null,
    http_status: verdict.httpStatus ?? null,
    backoff_attempt: backoffLabel(container.step),
    attempts: container.attempts,
    exact: container.exact,
    first_failure: time(container.firstFailureAt),
    last_attempt: time(container.lastAttemptAt),
    next_retry: time(container.nextRetryAt),
    message: container.message,
  };
}

export function* failuresBody(
  status: ExporterStatus,
  failing: readonly FailingContainer[],
  slowPulls: readonly SlowPull[],
  now: number,
): Generator<string> {
  const head = {
    generated_at: time(now),
    exporter: exporterJson(status, now),
    failing_containers: failing.length,
    causes: causesJson(failing),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"failures":[`;
  yield* list(failing, failureJson);
  yield '],"slow_pulls":[';
  yield* list(slowPulls, slowPullJson);
  yield ']}\n';
}

function exporterJson(status: ExporterStatus, now: number): object {
  const state = readiness(status, now);
  return {
    version: status.version,
    revision: status.revision,
    cluster: status.cluster,
    shard: status.shard ?? null,
    started_at: time(status.startedAt),
    ready: state.ready,
    not_ready_because: state.ready ? null : state.reason,
    events_watched: eventsAreWatched(status),
    pods: resourceJson(status.pods),
    events: status.events === undefined ? null : resourceJson(status.events),
  };
}

function resourceJson({ synced, lastContactAt, problem }: ResourceStatus): object {
  return { synced, last_contact: time(lastContactAt), problem };
}

/** The catalogue's entries of the causes that occur. */
function causesJson(failing: readonly FailingContainer[]): object {
  const present = new Set(failing.map(({ verdict }) => verdict.cause));
  return Object.fromEntries([...present].sort().map((cause) => [cause, causeJson(cause)]));
}

function causeJson(cause: Cause): object {
  const { class: causeClass, title, heals, meaning, check, fix, lookalikes } = causes[cause];
  return { class: causeClass, title, heals, meaning, check, fix, lookalikes };
}

function slowPullJson(pull: SlowPull): object {
  return {
    namespace: pull.namespace,
    pod: pull.pod,
    uid: pull.uid,
    container: pull.container,
    node: pull.node,
    workload_kind: pull.workload.kind,
    workload: pull.workload.name,
    image: pull.image,
    registry: pull.registry,
    since: time(pull.since),
  };
}

function* list<T>(items: readonly T[], toJson: (item: T) => object): Generator<string> {
  for (let start = 0; start < items.length; start += perPiece) {
    const piece = items.slice(start, start + perPiece).map((item) => JSON.stringify(toJson(item)));
    yield (start === 0 ? '\n' : ',\n') + piece.join(',\n');
  }
}

function time(at: number | undefined): string | null {
  const date = new Date(at ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
