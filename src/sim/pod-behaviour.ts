// What the containers of a pod do once their images are there, and what else goes wrong around them.

export interface ContainerBehaviour {
  /** How long it runs; for ever when not given. */
  readonly exitsAfterMs?: number;
  readonly exitCode?: number;
  /** It cannot be created, like a missing ConfigMap: reason and message of the status. */
  readonly createError?: { readonly reason: string; readonly message: string };
  /** It is created and cannot be started: RunContainerError. */
  readonly startError?: string;
}

export interface PodBehaviour {
  readonly containers?: Readonly<Record<string, ContainerBehaviour>>;
  /** A volume that cannot be mounted: the message of FailedMount. */
  readonly mountError?: string;
  /** No sandbox: the message after "Failed to create pod sandbox: ". */
  readonly sandboxError?: string;
}

/** A pull secret, as far as pulls depend on it. */
export type PullSecret = 'good' | 'wrong' | 'expired' | 'malformed' | 'without-login';

/** What pods refer to but is never shown to readers: by `namespace/name`. */
export type PullSecrets = Map<string, PullSecret>;
