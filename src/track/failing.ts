// A failing container and its pull key -> the state that everybody sees.
import { parseImageReference } from '../observe/image-reference.ts';
import type { Workload } from '../observe/observations.ts';
import type { AskedPull } from './asked-pulls.ts';
import type { Episode, TrackedContainer } from './container.ts';
import type { FailingContainer, SlowPull } from './states.ts';

export interface PodIdentity {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly node: string;
  readonly workload: Workload;
}

export function stateOf(
  pod: PodIdentity,
  container: TrackedContainer,
  { key, beganAt, possibleAt = beganAt }: Episode,
  now: number,
): FailingContainer {
  const { attempts } = key;
  const tried = attempts.count > 0;
  const { noPullAt = Infinity } = container;
  return {
    ...pod,
    container: container.name,
    containerType: container.type,
    image: key.image,
    registry: key.registry,
    verdict: key.verdict,
    message: key.message,
    step: tried ? (attempts.last?.step ?? 0) : 0,
    attempts: attempts.count,
    exact: attempts.exact,
    firstFailureAt: Math.min(tried ? attempts.firstAt : possibleAt, beganAt, noPullAt),
    lastAttemptAt: tried ? attempts.last?.at : undefined,
    nextRetryAt: tried ? attempts.nextRetryAt(now) : undefined,
  };
}

export function slowPullOf(
  pod: PodIdentity,
  container: string,
  { image, since }: AskedPull,
): SlowPull {
  return { ...pod, container, image, registry: parseImageReference(image).registry, since };
}

/** Nothing that anybody sees is different. */
export function isSame<State extends object>(a: State, b: State): boolean {
  return (Object.keys(a) as (keyof State)[]).every((field) => a[field] === b[field]);
}
