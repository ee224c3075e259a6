// A simulated cluster -> what kube-state-metrics would expose of it, as far as the rules ask for it.
import type { SimulatedCluster } from '../../src/sim/cluster.ts';

const availableReplicas: Readonly<Record<string, readonly [metric: string, label: string]>> = {
  Deployment: ['kube_deployment_status_replicas_available', 'deployment'],
  StatefulSet: ['kube_statefulset_status_replicas_available', 'statefulset'],
  DaemonSet: ['kube_daemonset_status_number_available', 'daemonset'],
};

export function kubeStateMetrics(cluster: Pick<SimulatedCluster, 'pods' | 'workloads'>): string {
  const lines: string[] = [];
  const add = (metric: string, labels: Readonly<Record<string, string>>, value: number): void => {
    const pairs = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
    lines.push(`${metric}{${pairs.join(',')}} ${value}\n`);
  };
  for (const { kind, namespace, name, available } of cluster.workloads()) {
    const [metric, label] = availableReplicas[kind] ?? [];
    if (metric !== undefined && label !== undefined) {
      add(metric, { namespace, [label]: name }, available);
    }
  }
  const pods = cluster.pods();
  for (const namespace of new Set(pods.map(({ metadata }) => metadata.namespace))) {
    add('kube_namespace_status_phase', { namespace, phase: 'Active' }, 1);
  }
  for (const { metadata, status } of pods) {
    const pod = { namespace: metadata.namespace, pod: metadata.name, uid: metadata.uid };
    add('kube_pod_status_phase', { ...pod, phase: status.phase }, 1);
    if (metadata.deletionTimestamp !== undefined) {
      add('kube_pod_deletion_timestamp', pod, Date.parse(metadata.deletionTimestamp) / 1000);
    }
    for (const { name, state } of status.containerStatuses ?? []) {
      const { reason } = state.waiting ?? {};
      if (reason === undefined) continue;
      add('kube_pod_container_status_waiting_reason', { ...pod, container: name, reason }, 1);
    }
  }
  return lines.join('');
}
