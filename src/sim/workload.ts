// A workload's template -> its pods as objects: names, owners, labels.
import type { OwnerReference, Pod } from './objects.ts';
import type { PodBehaviour } from './pod-behaviour.ts';
import { podSpec } from './pod-template.ts';
import type { PodTemplate } from './pod-template.ts';
import { stableSuffix } from './random.ts';
import type { Random } from './random.ts';

export type WorkloadKind =
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'CronJob'
  /** Argo Rollouts: a Deployment with another label. */
  | 'Rollout'
  | 'Pod';

export interface WorkloadTemplate {
  readonly namespace: string;
  readonly kind: WorkloadKind;
  readonly name: string;
  /** Of a DaemonSet: one a node, whatever is said here. Default 1. */
  readonly replicas?: number;
  readonly pod: PodTemplate;
  readonly behaviour?: PodBehaviour;
  /** Deployment and Rollout; default RollingUpdate with the usual 25 %. */
  readonly strategy?: 'RollingUpdate' | 'Recreate';
  /** CronJob. */
  readonly everyMinutes?: number;
  /** Pod: a generated name instead of the name itself, like CI runs have. */
  readonly generatedName?: boolean;
}

/** What kube-state-metrics would say of a workload. */
export interface WorkloadFacts {
  readonly namespace: string;
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly wanted: number;
  readonly available: number;
  /** Pods of the newest template. */
  readonly updated: number;
}

/** Changes with the pod template, like the hash that the Deployment controller computes. */
export function templateHash(template: WorkloadTemplate): string {
  const { nodeName: _, ...pod } = template.pod;
  return stableSuffix(`${template.name}${JSON.stringify(pod)}`, 10);
}

const hashLabels = ['pod-template-hash', 'rollouts-pod-template-hash', 'controller-revision-hash'];

export function hashOf(pod: Pod): string {
  const { labels = {} } = pod.metadata;
  const label = hashLabels.find((candidate) => labels[candidate] !== undefined);
  return label === undefined ? '' : (labels[label]?.split('-').at(-1) ?? '');
}

export function isAvailable(pod: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined &&
    (pod.status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True')
  );
}

export function podName(template: WorkloadTemplate, random: Random): string {
  const plain = template.kind === 'Pod' && template.generatedName !== true;
  return plain ? template.name : `${template.name}-${random.suffix(5)}`;
}

export function podObject(
  workload: { readonly uid: string; readonly replicaSetUids: Map<string, string> },
  template: WorkloadTemplate,
  name: string,
  job: string | undefined,
  random: Random,
): Pick<Pod, 'spec'> & {
  readonly metadata: Omit<Pod['metadata'], 'uid' | 'resourceVersion' | 'creationTimestamp'>;
} {
  const { kind, namespace } = template;
  const hash = templateHash(template);
  const owner = (
    apiVersion: string,
    ownerKind: string,
    ownerName: string,
    uid: string,
  ): OwnerReference => ({
    apiVersion,
    kind: ownerKind,
    name: ownerName,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  });
  const labels: Record<string, string> = { 'app.kubernetes.io/name': template.name };
  let owners: readonly OwnerReference[] | undefined;
  switch (kind) {
    case 'Deployment':
    case 'Rollout': {
      const uid = workload.replicaSetUids.get(hash) ?? random.uuid();
      workload.replicaSetUids.set(hash, uid);
      labels[kind === 'Rollout' ? 'rollouts-pod-template-hash' : 'pod-template-hash'] = hash;
      owners = [owner('apps/v1', 'ReplicaSet', `${template.name}-${hash}`, uid)];
      break;
    }
    case 'StatefulSet':
      labels['controller-revision-hash'] = `${template.name}-${hash}`;
      labels['statefulset.kubernetes.io/pod-name'] = name;
      owners = [owner('apps/v1', kind, template.name, workload.uid)];
      break;
    case 'DaemonSet':
      labels['controller-revision-hash'] = hash;
      owners = [owner('apps/v1', kind, template.name, workload.uid)];
      break;
    case 'Job':
    case 'CronJob': {
      const jobName = job ?? template.name;
      labels['batch.kubernetes.io/job-name'] = jobName;
      owners = [owner('batch/v1', 'Job', jobName, random.uuid())];
      break;
    }
    case 'Pod':
      owners = undefined;
  }
  const stem = kind === 'StatefulSet' || name === template.name ? undefined : name.slice(0, -5);
  return {
    metadata: {
      name,
      ...(stem === undefined ? {} : { generateName: stem }),
      namespace,
      generation: 1,
      labels,
      ...(owners === undefined ? {} : { ownerReferences: owners }),
    },
    spec: podSpec(template.pod, kind === 'Pod' ? 'default' : template.name),
  };
}
