// An alert of a namespace -> the same alert with the label `team` that kube-state-metrics knows of
// the namespace.
import { not } from '../src/promql/matchers.ts';
import { withLabel } from '../src/promql/operators.ts';
import type { Vector } from '../src/promql/expression.ts';
import type { Pack } from './alert.ts';

/** Where the namespace has no such label, or kube-state-metrics is away, the alert stays without it. */
export function withOwner({ q }: Pack, alerts: Vector, namespaceLabel: string): Vector {
  const label = stateMetricsLabel(namespaceLabel);
  const labels: Vector = q.latest(q.select('kube_namespace_labels', { [label]: not('') }));
  const named = withLabel(labels, 'team', { copyOf: label });
  const owners = q.max(['cluster', 'namespace', 'team'], named);
  return q.enriched(alerts, ['cluster', 'namespace'], 'team', owners);
}

/** As kube-state-metrics names it: `example.com/ownerTeam` is `label_example_com_owner_team`. */
function stateMetricsLabel(key: string): string {
  const snakeCase = key.replaceAll(/[^A-Za-z0-9_]/g, '_').replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2');
  return `label_${snakeCase.toLowerCase()}`;
}
