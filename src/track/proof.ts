// The state of a container -> what it proves: a failure, a pull that worked, or nothing.
import type { ContainerObservation } from '../observe/observations.ts';
import { type WaitingProof, waitingProof } from '../observe/waiting-reasons.ts';

export type Proof = WaitingProof | 'running' | 'terminated' | 'none';

export function proofOf({ state }: ContainerObservation): Proof {
  return state.type === 'waiting' ? waitingProof(state.reason, state.message) : state.type;
}

/**
 * Has the container been created since it began to fail with `containerId`, the last one that it had
 * then? ContainerCreating, an old end of life and CrashLoopBackOff prove nothing
 * (kubelet-semantics 3.3; measured, "What nobody had on the list", 1).
 */
export function hasRecovered(
  proof: Proof,
  observation: ContainerObservation,
  containerId: string,
): boolean {
  switch (proof) {
    case 'running':
    case 'pulled':
      return true;
    case 'attempt':
    case 'backOff':
    case 'noPull':
    case 'creating':
    case 'none':
      return false;
    case 'terminated':
    case 'other':
      return observation.containerId !== '' && observation.containerId !== containerId;
  }
}

/** Has the pull that ran while the status showed `before` come to an end, well or not? */
export function isPullDone(proof: Proof, before: Proof): boolean {
  if (proof === 'running' || proof === 'pulled') return true;
  return (
    before === 'creating' && (proof === 'attempt' || proof === 'noPull' || proof === 'terminated')
  );
}
