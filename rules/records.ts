// The recording rules by key: what they are called and which labels they keep. Dashboards select
// them by the same keys.
import { formatDuration } from '../src/promql/duration.ts';
import type { Windows } from './windows.ts';

interface RecordShape {
  /** `level:metric:operation`, the level being the labels less `cluster` and `workload_kind`. */
  readonly level: string;
  readonly metric: string;
  readonly operation: string;
  /** Whose duration ends the name. */
  readonly window?: keyof Windows;
  readonly labels: readonly string[];
  /** Labels that the rule sets. */
  readonly fixed?: Readonly<Record<string, string>>;
}

export const records = {
  failing: {
    level: 'namespace_workload_registry_class',
    metric: 'imagepull_container_failing',
    operation: 'count',
    labels: ['cluster', 'namespace', 'workload_kind', 'workload', 'registry', 'class'],
  },
  outageWorkloads: {
    level: 'registry',
    metric: 'imagepull_outage_workloads',
    operation: 'count',
    labels: ['cluster', 'registry'],
  },
  nodeWorkloads: {
    level: 'node_class',
    metric: 'imagepull_failing_workloads',
    operation: 'count',
    labels: ['cluster', 'node', 'class'],
  },
  attempts: {
    level: 'registry',
    metric: 'imagepull_attempts',
    operation: 'rate',
    window: 'short',
    labels: ['cluster', 'registry'],
  },
  outageAttempts: {
    level: 'registry',
    metric: 'imagepull_outage_attempts',
    operation: 'rate',
    window: 'short',
    labels: ['cluster', 'registry'],
  },
  outageRatio: {
    level: 'registry',
    metric: 'imagepull_outage_attempts_per_attempts',
    operation: 'ratio_rate',
    window: 'short',
    labels: ['cluster', 'registry'],
  },
  outageRatioLong: {
    level: 'registry',
    metric: 'imagepull_outage_attempts_per_attempts',
    operation: 'ratio_rate',
    window: 'long',
    labels: ['cluster', 'registry'],
  },
  pullDuration: {
    level: 'registry_quantile',
    metric: 'imagepull_duration_seconds',
    operation: 'histogram_quantile',
    labels: ['cluster', 'registry', 'quantile'],
    fixed: { quantile: '0.95' },
  },
} as const satisfies Record<string, RecordShape>;

export type RecordKey = keyof typeof records;

export type NamedRecords = {
  readonly [Key in RecordKey]: {
    readonly name: string;
    readonly labels: (typeof records)[Key]['labels'];
    readonly fixed: Readonly<Record<string, string>>;
  };
};

export function nameRecords(windows: Windows): NamedRecords {
  const named = Object.entries<RecordShape>(records).map(([key, record]) => {
    const { level, metric, operation, window, labels, fixed = {} } = record;
    const suffix = window === undefined ? '' : formatDuration(windows[window]);
    return [key, { name: `${level}:${metric}:${operation}${suffix}`, labels, fixed }];
  });
  return Object.fromEntries(named) as NamedRecords;
}
