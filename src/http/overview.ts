// Failing containers -> problems, as a person on call thinks of them: one cause in one place (a
// registry, a node, a namespace, a workload), with how wide it is, the worst one first.
import { type Cause, type CauseClass, causes, classes } from '../classify/causes.ts';
import type { Workload } from '../observe/observations.ts';
import type { FailingContainer } from '../track/states.ts';

export type Place =
  | { readonly type: 'registry'; readonly registry: string }
  | { readonly type: 'node'; readonly node: string }
  | { readonly type: 'namespace'; readonly namespace: string }
  | { readonly type: 'workload'; readonly namespace: string; readonly workload: Workload };

export interface FailingWorkload {
  readonly namespace: string;
  readonly workload: Workload;
  /** Those that are shown, the longest failing first; `containerCount` says how many there are. */
  readonly containers: readonly FailingContainer[];
  readonly containerCount: number;
  readonly firstFailureAt: number;
}

export interface Problem {
  readonly cause: Cause;
  readonly place: Place;
  /** Those that are shown, the most failing containers first; `workloadCount` says how many there are. */
  readonly workloads: readonly FailingWorkload[];
  readonly workloadCount: number;
  readonly containerCount: number;
  readonly namespaceCount: number;
  readonly nodeCount: number;
  readonly firstFailureAt: number;
  /** The soonest; undefined when none is known. */
  readonly nextRetryAt: number | undefined;
  /** Wide, and such that it may well stop everybody who uses the registry. */
  readonly outage: boolean;
}

export interface ClassCount {
  readonly containers: number;
  readonly workloads: number;
}

export interface Overview {
  readonly containerCount: number;
  readonly workloadCount: number;
  readonly namespaceCount: number;
  readonly byClass: Readonly<Record<CauseClass, ClassCount>>;
  /** Those that are shown, the worst first. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

export interface OverviewLimits {
  readonly maxProblems: number;
  readonly maxWorkloads: number;
  readonly maxContainers: number;
}

/** As the alert ImagePullRegistryUnavailable has it: fewer may each have a trouble of their own. */
const outageWorkloads = 3;

interface WorkloadDraft {
  readonly namespace: string;
  readonly workload: Workload;
  readonly containers: FailingContainer[];
  firstFailureAt: number;
}

interface ProblemDraft {
  readonly cause: Cause;
  readonly place: Place;
  readonly workloads: Map<string, WorkloadDraft>;
  readonly namespaces: Set<string>;
  readonly nodes: Set<string>;
  containerCount: number;
  firstFailureAt: number;
  lastFailureBeganAt: number;
  nextRetryAt: number;
}

/** Takes the containers one by one, so that the caller can let other work go on in between. */
export class OverviewBuilder {
  readonly #problems = new Map<string, ProblemDraft>();
  readonly #workloads = new Map<CauseClass, Set<string>>();
  readonly #containers = new Map<CauseClass, number>();
  readonly #allWorkloads = new Set<string>();
  readonly #namespaces = new Set<string>();

  add(container: FailingContainer): void {
    const { cause } = container.verdict;
    const { class: causeClass } = causes[cause];
    const workloadKey = JSON.stringify([
      container.namespace,
      container.workload.kind,
      container.workload.name,
    ]);
    this.#containers.set(causeClass, (this.#containers.get(causeClass) ?? 0) + 1);
    const workloads = this.#workloads.get(causeClass) ?? new Set();
    this.#workloads.set(causeClass, workloads.add(workloadKey));
    this.#allWorkloads.add(workloadKey);
    this.#namespaces.add(container.namespace);

    const place = placeOf(container, cause, causeClass);
    const problemKey = JSON.stringify([cause, place]);
    const problem = this.#problems.get(problemKey) ?? newProblem(cause, place);
    this.#problems.set(problemKey, problem);
    problem.containerCount++;
    problem.namespaces.add(container.namespace);
    problem.nodes.add(container.node);
    problem.firstFailureAt = Math.min(problem.firstFailureAt, container.firstFailureAt);
    problem.lastFailureBeganAt = Math.max(problem.lastFailureBeganAt, container.firstFailureAt);
    problem.nextRetryAt = Math.min(problem.nextRetryAt, container.nextRetryAt ?? Infinity);
    const draft = problem.workloads.get(workloadKey) ?? newWorkload(container);
    problem.workloads.set(workloadKey, draft);
    draft.containers.push(container);
    draft.firstFailureAt = Math.min(draft.firstFailureAt, container.firstFailureAt);
  }

  finish(limits: OverviewLimits): Overview {
    const problems = [...this.#problems.values()].sort(worseFirst);
    return {
      containerCount: [...this.#containers.values()].reduce((sum, count) => sum + count, 0),
      workloadCount: this.#allWorkloads.size,
      namespaceCount: this.#namespaces.size,
      byClass: Object.fromEntries(
        Object.keys(classes).map((name) => [
          name,
          {
            containers: this.#containers.get(name as CauseClass) ?? 0,
            workloads: this.#workloads.get(name as CauseClass)?.size ?? 0,
          },
        ]),
      ) as Record<CauseClass, ClassCount>,
      problems: problems
        .slice(0, limits.maxProblems)
        .map((problem) => finishProblem(problem, limits)),
      problemCount: problems.length,
    };
  }
}

/** Where a cause is to be looked for: what all the containers that it hits have in common. */
function placeOf(container: FailingContainer, cause: Cause, causeClass: CauseClass): Place {
  const { namespace, workload, registry, node } = container;
  if (causeClass === 'node') return { type: 'node', node };
  if (cause === 'pull_secret_missing' || cause === 'pull_secret_invalid') {
    return { type: 'namespace', namespace };
  }
  if (causeClass === 'reference' || cause === 'content_missing' || cause === 'content_corrupt') {
    return { type: 'workload', namespace, workload };
  }
  return { type: 'registry', registry };
}

function newProblem(cause: Cause, place: Place): ProblemDraft {
  return {
    cause,
    place,
    workloads: new Map(),
    namespaces: new Set(),
    nodes: new Set(),
    containerCount: 0,
    firstFailureAt: Infinity,
    lastFailureBeganAt: -Infinity,
    nextRetryAt: Infinity,
  };
}

function newWorkload({ namespace, workload }: FailingContainer): WorkloadDraft {
  return { namespace, workload, containers: [], firstFailureAt: Infinity };
}

function finishProblem(draft: ProblemDraft, limits: OverviewLimits): Problem {
  return {
    cause: draft.cause,
    place: draft.place,
    workloads: [...draft.workloads.values()]
      .sort(
        (a, b) => b.containers.length - a.containers.length || a.firstFailureAt - b.firstFailureAt,
      )
      .slice(0, limits.maxWorkloads)
      .map(({ namespace, workload, containers, firstFailureAt }) => ({
        namespace,
        workload,
        containers: containers
          .sort((a, b) => a.firstFailureAt - b.firstFailureAt)
          .slice(0, limits.maxContainers),
        containerCount: containers.length,
        firstFailureAt,
      })),
    workloadCount: draft.workloads.size,
    containerCount: draft.containerCount,
    namespaceCount: draft.namespaces.size,
    nodeCount: draft.nodes.size,
    firstFailureAt: draft.firstFailureAt,
    nextRetryAt: Number.isFinite(draft.nextRetryAt) ? draft.nextRetryAt : undefined,
    outage: isOutage(draft),
  };
}

/** An outage before all else, then the widest; of equals the one that somebody may just have caused. */
function worseFirst(a: ProblemDraft, b: ProblemDraft): number {
  return (
    Number(isOutage(b)) - Number(isOutage(a)) ||
    b.workloads.size - a.workloads.size ||
    b.containerCount - a.containerCount ||
    b.lastFailureBeganAt - a.lastFailureBeganAt
  );
}

function isOutage({ cause, workloads }: ProblemDraft): boolean {
  return causes[cause].outage && workloads.size >= outageWorkloads;
}
