// What an alert is made of, and what its expression and its texts are written with.
import { above } from '../src/promql/operators.ts';
import type { PromQl } from '../src/promql/promql.ts';
import type { Vector } from '../src/promql/expression.ts';
import type { Template } from './template.ts';
import type { NamedRecords } from './records.ts';
import type { ThresholdValues } from './thresholds.ts';
import type { Windows } from './windows.ts';

export type Severity = 'critical' | 'warning' | 'info' | 'none';

/** Who gets the notification; whom the label `team` names, but for `namespace`: that is its owner. */
export type Audience = 'namespace' | 'platform' | 'security' | 'monitoring' | 'nobody';

export interface Pack {
  readonly q: PromQl<NamedRecords>;
  readonly limits: ThresholdValues;
  readonly windows: Windows;
}

/** Fixed, since links from everywhere lead there. */
export const dashboardUids = [
  'imagepull-overview',
  'imagepull-registry',
  'imagepull-workload',
  'imagepull-nodes',
  'imagepull-exporter',
] as const;
export type DashboardUid = (typeof dashboardUids)[number];

export interface AlertDefinition<Label extends string = string> {
  readonly expr: (pack: Pack) => Vector<Label>;
  /** Seconds. */
  readonly for: number;
  /** Seconds; 0 resolves at once. */
  readonly keepFiringFor: number;
  readonly severity: Severity;
  readonly audience: Audience;
  /** A sentence without any value: it stands above a group of alerts. */
  readonly summary: string;
  /** One alert's own facts, and what to do. */
  readonly description: (template: Template<Label>) => string;
  /** Where to look, with these labels as variables. */
  readonly dashboard: DashboardUid;
  readonly variables: readonly NoInfer<Label>[];
}

/** Checks that the texts use only labels which the expression keeps. */
export function alert<const Label extends string>(
  definition: AlertDefinition<Label>,
): AlertDefinition {
  return definition;
}

/**
 * An alert for each pod stays away where more than 1,000 containers fail: Prometheus drops alerts,
 * pages among them, when one rule sends more than its queue of 10,000 holds.
 */
export function unlessTooMany<const Label extends string>(
  { q }: Pack,
  alerts: Vector<Label | 'cluster'>,
): Vector<Label | 'cluster'> {
  const failing = q.bridge(q.select('imagepull_exporter_tracked_containers'));
  const all = q.sum(['cluster'], q.max(['cluster', 'shard'], failing));
  return q.unless(['cluster'], alerts, above(all, 1000));
}

export function minutes(count: number): number {
  return 60 * count;
}
