// A tracker, and the few words that a test needs to tell it what a cluster does. Times are in seconds.
import type {
  ContainerObservation,
  EventFact,
  EventObservation,
  Observation,
  ObservedState,
  PodObservation,
  Resource,
} from '../../../src/observe/observations.ts';
import type { Classify, Verdict } from '../../../src/classify/verdict.ts';
import type { Change, FailingContainer, SlowPull } from '../../../src/track/states.ts';
import { Tracker } from '../../../src/track/tracker.ts';

/** Far from 0, so that a time that was forgotten stands out. */
const epoch = 1_700_000_000_000;

export const notFound = 'failed to resolve image: registry.example/app:v1: not found';
export const refused = 'dial tcp 10.0.0.1:443: connect: connection refused';
export const qps = 'pull QPS exceeded';

/** Knows the texts above by a word each; the real classifier has its own tests. */
export const classifyByWord: Classify = ({ message }) => {
  if (message.includes('not found')) return aVerdict('image_not_found');
  if (message.includes('refused')) return aVerdict('connection_refused');
  if (message.includes('QPS')) return aVerdict('node_pull_qps_exceeded');
  if (message.includes('no basic auth')) return aVerdict('access_denied_or_missing');
  if (message.includes('parse auth')) return aVerdict('pull_secret_invalid');
  if (message.includes('inspect image')) return aVerdict('runtime_unavailable');
  if (message.includes('parse image')) return aVerdict('invalid_reference');
  if (message.includes('strange')) return aVerdict('unknown');
  return undefined;
};

export function aVerdict(cause: Verdict['cause']): Verdict {
  return {
    cause,
    rule: cause,
    evidence: '',
    stage: undefined,
    httpStatus: undefined,
    endpoint: '',
  };
}

export function aContainer(fields: Partial<ContainerObservation> = {}): ContainerObservation {
  return {
    name: 'app',
    type: 'container',
    image: 'registry.example/app:v1',
    pullPolicy: 'IfNotPresent',
    imageVolumes: [],
    state: creating,
    lastTermination: undefined,
    containerId: '',
    ...fields,
  };
}

export function aPod(fields: Partial<PodObservation> = {}): PodObservation {
  return {
    type: 'pod',
    uid: 'pod-1',
    namespace: 'shop',
    name: 'web',
    node: 'node-1',
    phase: 'Pending',
    deleting: false,
    createdAt: undefined,
    startTime: undefined,
    conditions: [],
    workload: { kind: 'Deployment', name: 'web' },
    eventUid: 'pod-1',
    containers: [aContainer()],
    ...fields,
  };
}

export const creating: ObservedState = waiting('ContainerCreating', '');

export function waiting(reason: string, message: string): ObservedState {
  return { type: 'waiting', reason, message };
}

export function errImagePull(message = notFound): ObservedState {
  return waiting('ErrImagePull', message);
}

/** As since Kubernetes 1.32; with no message as before. */
export function backOff(message = notFound, image = 'registry.example/app:v1'): ObservedState {
  const cause = message === '' ? '' : `: ErrImagePull: ${message}`;
  return waiting('ImagePullBackOff', `Back-off pulling image "${image}"${cause}`);
}

export const crashLoop = waiting('CrashLoopBackOff', 'back-off 40s restarting failed container');

export class Scene {
  readonly tracker = new Tracker({ classify: classifyByWord, slowPullThresholdMs: 30_000 });
  readonly changes: Change[] = [];
  #ticked: number | undefined;

  /** `watched`: both lists were empty, and everything that comes is live. */
  static watched(): Scene {
    const scene = new Scene();
    return scene.listed(0, 'pods').listed(0, 'events');
  }

  apply(at: number, observation: Observation): this {
    this.passTo(at);
    this.changes.push(...this.tracker.apply(observation, epoch + at * 1000));
    return this;
  }

  /** Ticks every second, as the exporter does. */
  passTo(at: number): this {
    this.#ticked ??= Math.floor(at);
    while (this.#ticked + 1 <= at) {
      this.#ticked += 1;
      this.changes.push(...this.tracker.tick(epoch + this.#ticked * 1000));
    }
    return this;
  }

  pod(at: number, fields: Partial<PodObservation> = {}): this {
    return this.apply(at, aPod(fields));
  }

  /** The one container of the pod shows this. */
  shows(at: number, state: ObservedState, fields: Partial<ContainerObservation> = {}): this {
    return this.pod(at, { containers: [aContainer({ state, ...fields })] });
  }

  /** `lastAt` is the node's clock; without it the event is of this moment. */
  event(
    at: number,
    fact: EventFact,
    { lastAt = at, firstAt = lastAt, ...fields }: EventFields = {},
  ): this {
    return this.apply(at, {
      type: 'event',
      uid: `event-${fact.type}`,
      podUid: 'pod-1',
      namespace: 'shop',
      pod: 'web',
      node: 'node-1',
      container: 'app',
      image: 'registry.example/app:v1',
      fact,
      count: 1,
      firstAt: epoch + Math.floor(firstAt) * 1000,
      lastAt: epoch + Math.floor(lastAt) * 1000,
      listed: false,
      ...fields,
    });
  }

  failed(at: number, fields: EventFields = {}, message = notFound): this {
    return this.event(at, { type: 'pullFailed', message }, fields);
  }

  gap(at: number, from: number, resource: Resource = 'pods'): this {
    return this.apply(at, {
      type: 'gap',
      resource,
      from: epoch + from * 1000,
      to: epoch + at * 1000,
    });
  }

  listed(at: number, resource: Resource, ...uids: readonly string[]): this {
    return this.apply(at, { type: 'listed', resource, uids: new Set(uids) });
  }

  deleted(at: number, uid = 'pod-1'): this {
    return this.apply(at, { type: 'podDeleted', uid });
  }

  /** Container, cause, step, attempts and times of what fails now, in seconds. */
  get failing(): readonly Failing[] {
    return [...this.tracker.failing()].map(summary);
  }

  get slowPulls(): readonly { readonly container: string; readonly since: number }[] {
    return [...this.tracker.slowPulls()].map((slow: SlowPull) => ({
      container: slow.container,
      since: seconds(slow.since) ?? 0,
    }));
  }

  /** How many tries were counted. */
  get counted(): number {
    return this.of('attemptFailed').length;
  }

  get outcomes(): readonly string[] {
    return this.of('episodeEnded').map(
      ({ outcome, container }) => `${container.container} ${outcome} after ${container.attempts}`,
    );
  }

  of<Type extends Change['type']>(type: Type): readonly Extract<Change, { type: Type }>[] {
    return this.changes.filter(
      (change): change is Extract<Change, { type: Type }> => change.type === type,
    );
  }
}

type EventFields = Omit<Partial<EventObservation>, 'firstAt' | 'lastAt'> & {
  readonly firstAt?: number;
  readonly lastAt?: number;
};

export interface Failing {
  readonly container: string;
  readonly image: string;
  readonly cause: string;
  readonly step: number;
  readonly attempts: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly next: number | undefined;
}

function summary(state: FailingContainer): Failing {
  return {
    container: state.container,
    image: state.image,
    cause: state.verdict.cause,
    step: state.step,
    attempts: state.attempts,
    first: seconds(state.firstFailureAt),
    last: seconds(state.lastAttemptAt),
    next: seconds(state.nextRetryAt),
  };
}

function seconds(at: number | undefined): number | undefined {
  return at === undefined ? undefined : Math.round((at - epoch) / 100) / 10;
}
