// Group imagepull.node: one node that cannot pull while others can.
import type { Vector } from '../src/promql/expression.ts';
import { oneOf } from '../src/promql/matchers.ts';
import { above, age, atLeast, or } from '../src/promql/operators.ts';
import { alert, minutes, type Pack } from './alert.ts';

const identity = ['cluster', 'node'] as const;

/** Classes that a broken disk, proxy, DNS, CA or credential helper of one node shows itself in. */
const nodeTrouble = oneOf(['node', 'registry', 'credentials']);

export const nodeAlerts = {
  ImagePullNodeFailing: alert({
    expr: nodeFailing,
    for: minutes(5),
    keepFiringFor: minutes(15),
    severity: 'warning',
    audience: 'platform',
    summary: 'A node cannot pull images.',
    description: ({ label, causes }) =>
      `Node ${label('node')} cannot pull images. Workloads by cause: ` +
      `${causes('workload', ['node'])}. Check its disk, its way to the registries (DNS, proxy, ` +
      'certificates) and its container runtime; cordon it meanwhile.',
    dashboard: 'imagepull-nodes',
    variables: ['cluster', 'node'],
  }),

  ImagePullStalled: alert({
    expr: ({ q, limits }) => {
      const since = q.bridge(q.select('imagepull_container_pulling_since_timestamp_seconds'));
      const pulls = age(q.max([...identity, 'namespace', 'pod', 'container'], since));
      return above(q.count(identity, above(pulls, limits.stalledPull)), 0);
    },
    for: minutes(5),
    keepFiringFor: minutes(5),
    severity: 'warning',
    audience: 'platform',
    summary: 'Pulls on a node neither end nor fail.',
    description: ({ label, value }) =>
      `Pulls on node ${label('node')} without a result for very long: ${value('humanize')}. One ` +
      'stalled layer holds up every other pull of a node that pulls one image at a time; restart ' +
      'its container runtime.',
    dashboard: 'imagepull-nodes',
    variables: ['cluster', 'node'],
  }),
};

/**
 * A cause of the node itself counts with one workload, once it has gone on for a while; one of
 * another class with several workloads, unless more nodes show the same.
 */
function nodeFailing({ q, limits, windows }: Pack): Vector<(typeof identity)[number]> {
  const own = q.record('nodeWorkloads', { class: 'node' });
  const lasting = q.and(
    identity,
    atLeast(q.bridge(own), 1),
    atLeast(q.bridge(own, windows.patience), 1),
  );
  const several = atLeast(
    q.max(identity, q.record('nodeWorkloads', { class: nodeTrouble })),
    limits.nodeWorkloads,
  );
  const isWide = above(q.count(['cluster'], several), limits.nodesElsewhere);
  return q.max(identity, or(lasting, q.unless(['cluster'], several, isWide)));
}
