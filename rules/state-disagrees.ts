// A second eye: containers that kube-state-metrics and the exporter see differently.
import type { Vector } from '../src/promql/expression.ts';
import { noneOf, oneOf } from '../src/promql/matchers.ts';
import { above, age, equal, maxOver, or } from '../src/promql/operators.ts';
import type { Pack } from './alert.ts';

const container = ['cluster', 'namespace', 'pod', 'container'] as const;
const namespace = ['cluster', 'namespace'] as const;
type Container = Vector<(typeof container)[number]>;

const waitingReasons = [
  'kube_pod_container_status_waiting_reason',
  'kube_pod_init_container_status_waiting_reason',
] as const;
const pullReasons = ['ErrImagePull', 'ImagePullBackOff'];

/**
 * Counts, by namespace, what only one of the two has shown for a while and the other not once: what
 * differs for a scrape or two is no disagreement.
 */
export function stateDisagrees(pack: Pack): Vector<'cluster' | 'namespace'> {
  const { q } = pack;
  const either = or(onlyKubeStateMetrics(pack), onlyExporter(pack));
  const disagreeing = q.unless(['cluster', 'namespace', 'pod'], either, endedPods(pack));
  // At its limit the exporter leaves containers out, and says so.
  const overLimit = q.select('imagepull_exporter_series_over_limit', {
    reason: 'failing_containers',
  });
  return q.unless(
    ['cluster'],
    above(q.count(namespace, disagreeing), 0),
    above(q.bridge(overLimit), 0),
  );
}

/** In namespaces that the exporter watches, as far as anything was ever pulled there. */
function onlyKubeStateMetrics({ q, windows }: Pack): Container {
  const waiting = q.selectAny(waitingReasons, { reason: oneOf(pullReasons) });
  const lasting = q.and(
    container,
    q.max(container, above(q.bridge(waiting), 0)),
    above(q.bridge(waiting, windows.patience), 0),
  );
  const failing = q.select('imagepull_container_failing');
  const unseen = q.unless(container, lasting, maxOver(failing, windows.patience + windows.bridge));
  return q.and(namespace, unseen, q.latest(q.select('imagepull_attempts_total')));
}

/**
 * In namespaces that kube-state-metrics watches, where it exposes waiting reasons at all. Any reason
 * is agreement: a container that ran before is in CrashLoopBackOff meanwhile. Ephemeral containers
 * are unknown to it.
 */
function onlyExporter({ q, windows }: Pack): Container {
  const began = q.bridge(q.select('imagepull_container_first_failure_timestamp_seconds'));
  const lasting = above(age(q.max(container, began)), windows.patience);
  const ephemeral = q.select('imagepull_container_failing', { container_type: 'ephemeral' });
  const waiting = maxOver(q.selectAny(waitingReasons), windows.patience + windows.bridge);
  const unseen = [q.bridge(ephemeral), above(waiting, 0)].reduce<Container>(
    (all, seen) => q.unless(container, all, seen),
    lasting,
  );
  const watched = q.and(namespace, unseen, q.latest(q.select('kube_namespace_status_phase')));
  // A cluster of any size starts or loses some container within the hour.
  const others = q.selectAny(waitingReasons, { reason: noneOf(pullReasons) });
  return q.and(['cluster'], watched, maxOver(others, windows.collected));
}

/** The kubelet leaves the containers of a pod that is going, or has failed, as they were. */
function endedPods({ q }: Pack): Vector {
  const failed = equal(q.select('kube_pod_status_phase', { phase: 'Failed' }), 1);
  return or<string>(q.select('kube_pod_deletion_timestamp'), failed);
}
