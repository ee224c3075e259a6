// The numbers that raise alerts, by name: alerts, dashboards and the command line share them.

export interface Threshold {
  /** Counts are whole numbers from 1, ratios lie between 0 and 1, durations are seconds. */
  readonly unit: 'count' | 'ratio' | 'seconds';
  readonly value: number;
  /** The alert that it belongs to. */
  readonly alert: string;
  readonly means: string;
}

const hour = 3600;

export const thresholds = {
  outageWorkloads: {
    unit: 'count',
    value: 3,
    alert: 'ImagePullRegistryUnavailable',
    means: 'workloads that fail with a cause that speaks for an outage',
  },
  degradedRatio: {
    unit: 'ratio',
    value: 0.2,
    alert: 'ImagePullRegistryDegraded',
    means: 'share of the attempts that fail so, over 5m and over 1h',
  },
  degradedAttempts: {
    unit: 'count',
    value: 20,
    alert: 'ImagePullRegistryDegraded',
    means: 'attempts within 1h; with no more of them the share says nothing',
  },
  degradedWorkloads: {
    unit: 'count',
    value: 2,
    alert: 'ImagePullRegistryDegraded',
    means: 'workloads that fail so',
  },
  rateLimitedWorkloads: {
    unit: 'count',
    value: 1,
    alert: 'ImagePullRateLimited',
    means: 'workloads that the registry refuses for their number of pulls',
  },
  rejectedNamespaces: {
    unit: 'count',
    value: 3,
    alert: 'ImagePullCredentialsRejectedEverywhere',
    means: 'namespaces whose credentials one registry rejects',
  },
  rejectedWithin: {
    unit: 'seconds',
    value: 2 * hour,
    alert: 'ImagePullCredentialsRejectedEverywhere',
    means: 'time within which it began in all of them',
  },
  slowPull: {
    unit: 'seconds',
    value: 300,
    alert: 'ImagePullSlow',
    means: '95th percentile of the duration of successful pulls',
  },
  slowPulls: {
    unit: 'count',
    value: 10,
    alert: 'ImagePullSlow',
    means: 'pulls within 30m; with no more of them the percentile says nothing',
  },
  nodeWorkloads: {
    unit: 'count',
    value: 3,
    alert: 'ImagePullNodeFailing',
    means: 'workloads of one class that fail on one node',
  },
  nodesElsewhere: {
    unit: 'count',
    value: 2,
    alert: 'ImagePullNodeFailing',
    means: 'nodes at most; when more fail alike it is no trouble of a node',
  },
  stalledPull: {
    unit: 'seconds',
    value: 1200,
    alert: 'ImagePullStalled',
    means: 'age of a pull that has neither ended nor failed',
  },
  forgotten: {
    unit: 'seconds',
    value: 24 * hour,
    alert: 'ImagePullForgotten',
    means: 'age of a failure that nobody cares for',
  },
  availableWithin: {
    unit: 'seconds',
    value: hour,
    alert: 'ImagePullWorkloadDown',
    means: 'time within which the workload had an available replica',
  },
  watchSilence: {
    unit: 'seconds',
    value: 600,
    alert: 'ImagePullExporterWatchStale',
    means: 'time since the API server last sent anything about pods',
  },
  unclassifiedShare: {
    unit: 'ratio',
    value: 0.1,
    alert: 'ImagePullUnclassified',
    means: 'share of the episodes of 6h whose text no rule knows',
  },
  unclassifiedEpisodes: {
    unit: 'count',
    value: 10,
    alert: 'ImagePullUnclassified',
    means: 'such episodes; with no more of them the share says nothing',
  },
} as const satisfies Record<string, Threshold>;

export type ThresholdName = keyof typeof thresholds;
export type ThresholdValues = Readonly<Record<ThresholdName, number>>;
