// The pods of the old and the new template -> which ones to remove and how many to create now.
import type { Pod } from './objects.ts';

export interface RolloutState {
  readonly wanted: number;
  readonly strategy: 'RollingUpdate' | 'Recreate';
  readonly newPods: readonly Pod[];
  readonly oldPods: readonly Pod[];
  readonly terminating: number;
  readonly isAvailable: (pod: Pod) => boolean;
}

export interface RolloutSteps {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** Deployment controller: maxSurge 25 % rounded up, maxUnavailable 25 % rounded down. */
export function rolloutSteps(state: RolloutState): RolloutSteps {
  const { wanted, newPods, oldPods, isAvailable } = state;
  const surplus = newPods.slice(wanted);
  if (state.strategy === 'Recreate') {
    const free = oldPods.length === 0 && state.terminating === 0;
    return { create: free ? wanted - newPods.length : 0, remove: [...oldPods, ...surplus] };
  }
  const maximum = wanted + Math.ceil(wanted / 4);
  const create = Math.min(wanted - newPods.length, maximum - newPods.length - oldPods.length);
  const minimumAvailable = wanted - Math.floor(wanted / 4);
  const broken = oldPods.filter((pod) => !isAvailable(pod));
  const running = oldPods.filter(isAvailable);
  const available = running.length + newPods.filter(isAvailable).length;
  const removable = Math.max(0, available - minimumAvailable);
  return {
    create: Math.max(0, create),
    remove: [...broken, ...running.slice(0, removable), ...surplus],
  };
}
