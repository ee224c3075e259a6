// An image string and a moment -> what a pull of it comes to: success, a failure, or no end.
import type { FailureName } from './failures.ts';
import type { ImageReference } from './image-reference.ts';

export interface PullRequest {
  readonly image: string;
  readonly reference: ImageReference;
  readonly node: string;
  readonly at: number;
  /** Tries of this pod and image that reached the registry before, refused ones not counted. */
  readonly earlierTries: number;
  /** The credential that the pod brings, by the state of its pull secret. */
  readonly credential: Credential;
}

export type Credential = 'none' | 'good' | 'wrong' | 'expired';

export type PullOutcome =
  | { readonly type: 'ok'; readonly takesMs?: number; readonly sizeBytes?: number }
  | { readonly type: 'fails'; readonly failure: FailureName; readonly takesMs?: number }
  /** A layer that stops coming; ends only when the runtime gives up, if it ever does. */
  | { readonly type: 'stalls'; readonly endsAfterMs?: number };

export type PullPlan = (request: PullRequest) => PullOutcome;

export const works: PullPlan = () => ({ type: 'ok' });

export function fails(failure: FailureName, takesMs?: number): PullPlan {
  return () => ({ type: 'fails', failure, ...(takesMs === undefined ? {} : { takesMs }) });
}

export function isSlow(takesMs: number, sizeBytes = 1_400_000_000): PullPlan {
  return () => ({ type: 'ok', takesMs, sizeBytes });
}

export function stalls(endsAfterMs?: number): PullPlan {
  return () => ({ type: 'stalls', ...(endsAfterMs === undefined ? {} : { endsAfterMs }) });
}

/** One outcome per try of a pod; the last one for all further tries. */
export function inTurn(...plans: readonly PullPlan[]): PullPlan {
  return (request) => (plans[Math.min(request.earlierTries, plans.length - 1)] ?? works)(request);
}

/** The same outcomes over and over. */
export function flips(...plans: readonly PullPlan[]): PullPlan {
  return (request) => (plans[request.earlierTries % plans.length] ?? works)(request);
}

/** @param at virtual Unix time, ms */
export function until(at: number, before: PullPlan, after: PullPlan = works): PullPlan {
  return (request) => (request.at < at ? before : after)(request);
}

/** Private: what comes out depends on the pod's pull secret. */
export const isPrivate: PullPlan = ({ credential }) => {
  switch (credential) {
    case 'good':
      return { type: 'ok' };
    case 'wrong':
      return { type: 'fails', failure: 'http-401' };
    case 'expired':
      return { type: 'fails', failure: 'ecr-token-expired' };
    case 'none':
      return { type: 'fails', failure: 'no-basic-auth' };
  }
};

/** All registries that the nodes can ask. What is not named works. */
export class Registries {
  readonly #images = new Map<string, PullPlan>();
  readonly #repositories = new Map<string, PullPlan>();
  readonly #hosts = new Map<string, PullPlan>();
  readonly #outages = new Map<string, PullPlan>();
  readonly #tries = new Map<string, Map<string, number>>();

  /** @param image exactly as pods write it */
  setImage(image: string, plan: PullPlan): void {
    this.#images.set(image, plan);
  }

  /** @param repository host and path without tag, like `quay.io/acme/tool` */
  setRepository(repository: string, plan: PullPlan): void {
    this.#repositories.set(repository, plan);
  }

  setHost(host: string, plan: PullPlan): void {
    this.#hosts.set(host, plan);
  }

  /** Puts a host out of order for all its images, whatever they come to otherwise. */
  breakHost(host: string, plan: PullPlan): void {
    this.#outages.set(host, plan);
  }

  healHost(host: string): void {
    this.#outages.delete(host);
    this.#hosts.delete(host);
  }

  /** @param uid of the pod, whose tries of this image are counted */
  pull(uid: string, asked: Omit<PullRequest, 'earlierTries'>): PullOutcome {
    const tries = this.#tries.get(uid) ?? new Map<string, number>();
    this.#tries.set(uid, tries);
    const earlierTries = tries.get(asked.image) ?? 0;
    tries.set(asked.image, earlierTries + 1);
    const request = { ...asked, earlierTries };
    const { host, repository } = request.reference;
    const plan =
      this.#outages.get(host) ??
      this.#images.get(request.image) ??
      this.#repositories.get(`${host}/${repository}`) ??
      this.#hosts.get(host) ??
      works;
    return plan(request);
  }

  /** Drops the count of a pod that is gone. */
  forget(uid: string): void {
    this.#tries.delete(uid);
  }
}
