// A Kubernetes version -> the ways in which its kubelet differs from the others.

export interface Behaviour {
  readonly minor: number;
  /** The status of a back-off repeats the reason and text of the attempt before it. */
  readonly backOffNamesCause: boolean;
  /** `Failed to inspect image ""`: the wrong variable, from 1.32; policy Always no longer inspects. */
  readonly inspectsAlwaysAndNamesImage: boolean;
  /** An undecodable pull secret is the waiting reason itself instead of an ErrImagePull. */
  readonly secretErrorIsReason: boolean;
  /** An image that was pulled with credentials is pulled again for pods that have none. */
  readonly verifiesCredentials: boolean;
  readonly pulledTellsSize: boolean;
  readonly bucketPerEventType: boolean;
  /** CrashLoopBackOff decides when the pod is synced next. */
  readonly crashLoopSetsSync: boolean;
  /** The status is written again as soon as the sandbox or a container has been started. */
  readonly publishesStarts: boolean;
  readonly observedGeneration: boolean;
  readonly readyToStartCondition: boolean;
  readonly createdMessage: (container: string) => string;
  readonly startedMessage: (container: string) => string;
}

/**
 * reference/kubelet-semantics.md, sections 1.3 to 1.6, 2.2 and 4.1; `publishesStarts` and the texts of
 * Created and Started are seen in recordings of 1.34.4 and 1.36.3 only, 1.35 is assumed to be as 1.36.
 *
 * @param version like `1.36` or `v1.36.3`; 1.28 to 1.36 are known
 * @throws RangeError for any other
 */
export function behaviourOf(version: string): Behaviour {
  const minor = Number(/^v?1\.(\d+)/.exec(version)?.[1]);
  if (!(minor >= 28 && minor <= 36)) {
    throw new RangeError(`Kubernetes ${version} is not simulated; 1.28 to 1.36 are`);
  }
  return {
    minor,
    backOffNamesCause: minor >= 32,
    inspectsAlwaysAndNamesImage: minor < 32,
    secretErrorIsReason: minor >= 33,
    verifiesCredentials: minor >= 35,
    pulledTellsSize: minor >= 30,
    bucketPerEventType: minor >= 32,
    crashLoopSetsSync: minor >= 35,
    publishesStarts: minor >= 35,
    observedGeneration: minor >= 34,
    readyToStartCondition: minor >= 29,
    createdMessage: (container) =>
      minor >= 35 ? 'Container created' : `Created container${minor >= 32 ? ':' : ''} ${container}`,
    startedMessage: (container) =>
      minor >= 35 ? 'Container started' : `Started container ${container}`,
  };
}
