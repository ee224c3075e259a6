// What the container runtime of a node knows about one pod: its sandbox and its containers.

export interface RuntimeContainer {
  readonly id: string;
  /** The image string of the spec that it was made from. */
  readonly specImage: string;
  /** As the runtime names it. */
  readonly image: string;
  readonly imageId: string;
  readonly restartCount: number;
  readonly createdAt: number;
  readonly startedAt: number;
  exit: ContainerExit | undefined;
}

export interface ContainerExit {
  readonly at: number;
  readonly code: number;
  readonly reason: string;
  readonly message?: string;
  /** It was created but never ran: the runtime could not start it. */
  readonly neverRan?: boolean;
}

export interface PodContainers {
  sandboxReadyAt: number | undefined;
  podIp: string | undefined;
  /** The newest container of each name. */
  readonly latest: Map<string, RuntimeContainer>;
  /** The one before it. */
  readonly previous: Map<string, RuntimeContainer>;
}

export function noContainers(): PodContainers {
  return { sandboxReadyAt: undefined, podIp: undefined, latest: new Map(), previous: new Map() };
}

/** What the last try to start a container came to, until one succeeds: the kubelet's reason cache. */
export interface StartFailure {
  readonly reason: string;
  readonly message: string;
}
