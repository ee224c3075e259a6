// state.waiting.reason -> what it proves about the pull of the container's image.

/**
 * - `attempt`: a try just failed, and advanced the kubelet's back-off.
 * - `backOff`: the last try failed; the kubelet waits for the next one.
 * - `noPull`: fails before a pull, without back-off, and is tried again at every sync.
 * - `pulled`: exists only after a pull that worked.
 * - `creating`: on the way to the first try, or the kubelet has just restarted.
 * - `other`: tells nothing about pulls, `CrashLoopBackOff` among them.
 */
export type WaitingProof = 'attempt' | 'backOff' | 'noPull' | 'pulled' | 'creating' | 'other';

/** The kubelet's sentinels (kubelet-semantics 1.2). Any other reason is somebody's free text. */
const proofs: ReadonlyMap<string, WaitingProof> = new Map([
  ['ErrImagePull', 'attempt'],
  ['RegistryUnavailable', 'attempt'],
  ['SignatureValidationFailed', 'attempt'],
  ['ImagePullBackOff', 'backOff'],
  ['ErrImageNeverPull', 'noPull'],
  ['InvalidImageName', 'noPull'],
  ['ImageInspectError', 'noPull'],
  ['CreateContainerConfigError', 'pulled'],
  ['CreateContainerError', 'pulled'],
  ['PreCreateHookError', 'pulled'],
  ['PreStartHookError', 'pulled'],
  ['PostStartHookError', 'pulled'],
  ['RunContainerError', 'pulled'],
  ['ContainerCreating', 'creating'],
  ['PodInitializing', 'creating'],
  ['', 'creating'],
  ['CrashLoopBackOff', 'other'],
]);

/**
 * Since 1.33 the kubelet prints errors of the credential lookup as the reason itself, with the message
 * the same (kubelet-semantics 1.3). A lone word that is not known (other node agents have their own)
 * and a text that comes with another message prove nothing.
 */
export function waitingProof(reason: string, message: string): WaitingProof {
  const known = proofs.get(reason);
  if (known !== undefined) return known;
  const isErrorText = /\s/.test(reason) && reason.length > 8;
  const repeated = message.toLowerCase().startsWith(reason.slice(0, 16).toLowerCase());
  return isErrorText && repeated ? 'noPull' : 'other';
}

/**
 * Must a pod be shown to the tracker that does not ask for it, because a container of it waits for
 * this reason? Slow pulls need the workload of pods that are being created.
 */
export function mayConcernPull(reason: string): boolean {
  return reason !== 'CrashLoopBackOff' && proofs.get(reason) !== 'pulled';
}
