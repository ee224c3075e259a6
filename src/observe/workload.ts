// Owner reference and labels of a pod -> the workload that a person knows, without asking the API.
import type { OwnerReference, Pod } from '../wire/objects.ts';
import type { Workload } from './observations.ts';

const dayMs = 86_400_000;

/** A Job is taken for one of a CronJob if its stamp lies this near to the pod's creation. */
const scheduleToleranceMs = 366 * dayMs;

/** What the API server appends to generateName: five letters without vowels, or digits. */
const generatedName = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/**
 * Deployment or Rollout instead of their ReplicaSet, CronJob instead of its Job. A pod without owner,
 * with a generated owner (a CI run), or of a node's static manifest is `Pod`, with the part of its
 * name that its siblings share. A hand-made Job that ends in a minute stamp is misread as a CronJob's.
 */
export function workloadOf(pod: Pod): Workload {
  const owner = pod.controller;
  if (owner === undefined) return { kind: 'Pod', name: sharedName(pod) };
  switch (owner.kind) {
    case 'ReplicaSet':
      return ofReplicaSet(owner, pod);
    case 'Job':
      return ofJob(owner, pod.createdAt);
    case 'Node':
      return { kind: 'Pod', name: withoutSuffix(pod.name, pod.nodeName) ?? pod.name };
  }
  const base = generatedName.exec(owner.name)?.[1];
  if (base === undefined) return { kind: owner.kind, name: owner.name };
  const name = pod.generateName === '' ? base : sharedName(pod);
  return {
    kind: 'Pod',
    name: name.startsWith(owner.name) ? base + name.slice(owner.name.length) : name,
  };
}

function ofReplicaSet(owner: OwnerReference, pod: Pod): Workload {
  // The controller of Argo Rollouts sets its own label beside no other.
  const rollout = withoutSuffix(owner.name, pod.labels['rollouts-pod-template-hash']);
  if (rollout !== undefined) return { kind: 'Rollout', name: rollout };
  const deployment = withoutSuffix(owner.name, pod.labels['pod-template-hash']);
  if (deployment !== undefined) return { kind: 'Deployment', name: deployment };
  return { kind: owner.kind, name: owner.name };
}

function ofJob(owner: OwnerReference, createdAt: number | undefined): Workload {
  const [, name, minutes] = /^(.+)-(\d{8})$/.exec(owner.name) ?? [];
  const offBy = Math.abs(Number(minutes) * 60_000 - (createdAt ?? Number.NaN));
  return name !== undefined && offBy < scheduleToleranceMs
    ? { kind: 'CronJob', name }
    : { kind: owner.kind, name: owner.name };
}

function sharedName(pod: Pod): string {
  if (pod.generateName === '') return pod.name;
  const name = pod.generateName.replace(/-+$/, '');
  return withoutSuffix(name, pod.labels['pod-template-hash']) ?? (name || pod.name);
}

/** `name` without `-suffix`; undefined where it does not end so. */
function withoutSuffix(name: string, suffix: string | undefined): string | undefined {
  if (suffix === undefined || suffix === '' || !name.endsWith(`-${suffix}`)) return undefined;
  return name.slice(0, -suffix.length - 1) || undefined;
}
