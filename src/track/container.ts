// One container of a tracked pod: what its status shows, and the episode it is in.
import type { ContainerObservation } from '../observe/observations.ts';
import { type Proof, proofOf } from './proof.ts';
import type { PullKey } from './pull-key.ts';
import type { FailingContainer } from './states.ts';

export interface Episode {
  readonly key: PullKey;
  /** The last container that was created before it began. */
  readonly containerId: string;
  readonly beganAt: number;
  /** When it may have begun that failed, without a try, before anybody watched. */
  readonly possibleAt: number | undefined;
  /** Nothing says for sure that the key's image is the one that fails. */
  isGuess: boolean;
  shown: FailingContainer | undefined;
}

export interface TrackedContainer {
  readonly name: string;
  readonly type: ContainerObservation['type'];
  /** Of the spec. */
  image: string;
  imageVolumes: readonly string[];
  proof: Proof;
  /** Since when the status shows this proof, or this failed try. */
  since: number;
  /** Of the failed try that the status shows, or showed last. */
  failureHash: number;
  startedAt: number | undefined;
  /** When the container that ran before ended, by the node's clock. */
  ranUntil: number | undefined;
  containerId: string;
  /** When the spec's image changed, while the old one is still shown to fail. */
  imageChangedAt: number | undefined;
  /** When an event first told of a failure without a pull. */
  noPullAt: number | undefined;
  episode: Episode | undefined;
}

/** What the status showed before. */
export type Before = Readonly<Pick<TrackedContainer, 'proof' | 'since'>>;

export function newContainer({ name, type, image }: ContainerObservation): TrackedContainer {
  return {
    name,
    type,
    image,
    imageVolumes: [],
    proof: 'none',
    since: 0,
    failureHash: 0,
    startedAt: undefined,
    ranUntil: undefined,
    containerId: '',
    imageChangedAt: undefined,
    noPullAt: undefined,
    episode: undefined,
  };
}

/** Takes over what the status says; what it means is for the caller to find out. */
export function see(container: TrackedContainer, seen: ContainerObservation, now: number): Before {
  const { proof, since } = container;
  if (container.image !== seen.image) {
    const failing = container.episode?.key.image;
    container.imageChangedAt = failing === undefined || failing === seen.image ? undefined : now;
  }
  container.image = seen.image;
  container.imageVolumes = seen.imageVolumes;
  container.proof = proofOf(seen);
  if (container.proof !== proof || container.containerId !== seen.containerId) {
    container.since = now;
  }
  container.containerId = seen.containerId;
  container.ranUntil = seen.lastTermination?.finishedAt;
  container.startedAt = seen.state.type === 'running' ? seen.state.startedAt : undefined;
  return { proof, since };
}
