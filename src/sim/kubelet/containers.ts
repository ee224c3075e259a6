// What the container runtime of a node knows about one pod, and what its kubelet remembers of failed starts.

export interface RuntimeContainer {
  readonly id: string;
  /** The image string of the spec that it was made from. */
  readonly specImage: string;
  /** As the runtime names it. */
  readonly image: string;
  readonly imageId: string;
  readonly restartCount: number;
  readonly startedAt: number;
  readonly exit: ContainerExit | undefined;
}

export interface ContainerExit {
  readonly at: number;
  readonly code: number;
  readonly reason: string;
  readonly message?: string;
  /** It was created but never ran: the runtime could not start it. */
  readonly neverRan?: boolean;
}

/** Sandbox and containers of a pod. `revision` grows with every change that a status could show. */
export class PodContainers {
  revision = 0;
  /** Undefined while there is no sandbox. */
  podIp: string | undefined;
  sandboxReady = false;
  readonly #latest = new Map<string, RuntimeContainer>();
  readonly #previous = new Map<string, RuntimeContainer>();

  /** The newest container of this name. */
  latest(name: string): RuntimeContainer | undefined {
    return this.#latest.get(name);
  }

  /** The one before it. */
  previous(name: string): RuntimeContainer | undefined {
    return this.#previous.get(name);
  }

  get ranOnce(): boolean {
    return this.#latest.size > 0;
  }

  running(): readonly string[] {
    return [...this.#latest].filter(([, { exit }]) => exit === undefined).map(([name]) => name);
  }

  openSandbox(podIp: string): void {
    this.sandboxReady = true;
    this.podIp = podIp;
    this.revision++;
  }

  closeSandbox(): void {
    this.sandboxReady = false;
    this.revision++;
  }

  start(name: string, container: RuntimeContainer): void {
    const before = this.#latest.get(name);
    if (before !== undefined) this.#previous.set(name, before);
    this.#latest.set(name, container);
    this.revision++;
  }

  /** Does nothing when the newest container of the name is another one, or has ended. */
  end(name: string, id: string, exit: ContainerExit): boolean {
    const container = this.#latest.get(name);
    if (container === undefined || container.id !== id || container.exit !== undefined)
      return false;
    this.#latest.set(name, { ...container, exit });
    this.revision++;
    return true;
  }
}

/** What the last try to start a container came to, until one succeeds. */
export interface StartFailure {
  readonly reason: string;
  readonly message: string;
}

/** The kubelet's reason cache, of one pod. */
export class StartFailures {
  revision = 0;
  readonly #failures = new Map<string, StartFailure>();

  get(container: string): StartFailure | undefined {
    return this.#failures.get(container);
  }

  set(container: string, failure: StartFailure): void {
    const before = this.#failures.get(container);
    if (before?.reason === failure.reason && before.message === failure.message) return;
    this.#failures.set(container, failure);
    this.revision++;
  }

  delete(container: string): void {
    if (this.#failures.delete(container)) this.revision++;
  }

  clear(): void {
    this.#failures.clear();
    this.revision++;
  }
}
