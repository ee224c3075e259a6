// Every metric that the exporter exposes of its own: name, type, labels, help. Code, docs, rules,
// dashboards and PromQL helpers read it, so that none can use what does not exist.

export interface Family {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
  readonly stability: 'STABLE' | 'EXPERIMENTAL';
  /** Upper bounds, in the unit of the name; histograms only. */
  readonly buckets?: readonly number[];
}

const identity = ['namespace', 'pod', 'uid', 'container'] as const;

/** Per failing container: present only while it fails. */
export const stateFamilies = {
  imagepull_container_failing: {
    type: 'gauge',
    labels: [
      ...identity,
      'container_type',
      'node',
      'workload_kind',
      'workload',
      'image',
      'registry',
      'endpoint',
      'class',
      'cause',
      'backoff_attempt',
    ],
    help: 'A container whose image cannot be pulled, and why; always 1.',
    stability: 'STABLE',
  },
  imagepull_container_attempts: {
    type: 'gauge',
    labels: identity,
    help: 'Failed attempts to pull the image in this episode.',
    stability: 'STABLE',
  },
  imagepull_container_first_failure_timestamp_seconds: {
    type: 'gauge',
    labels: identity,
    help: 'When this episode of failing pulls began, as Unix time.',
    stability: 'STABLE',
  },
  imagepull_container_last_attempt_timestamp_seconds: {
    type: 'gauge',
    labels: identity,
    help: 'When the last failed attempt ended, as Unix time.',
    stability: 'STABLE',
  },
  imagepull_container_next_retry_timestamp_seconds: {
    type: 'gauge',
    labels: identity,
    help: 'Earliest time of the next attempt, as Unix time; the kubelet follows within 16 s.',
    stability: 'STABLE',
  },
  imagepull_container_pulling_since_timestamp_seconds: {
    type: 'gauge',
    labels: [...identity, 'node', 'workload_kind', 'workload', 'image', 'registry'],
    help: 'When a pull was asked for that has had no result for longer than --pull.slow-threshold, as Unix time.',
    stability: 'STABLE',
  },
} as const satisfies Record<string, Family>;

/** Counted since the start of the process. */
export const countedFamilies = {
  imagepull_attempts_total: {
    type: 'counter',
    labels: ['namespace', 'registry', 'result', 'class', 'cause', 'backoff_attempt'],
    help: 'Attempts to pull an image that ended, by result.',
    stability: 'STABLE',
  },
  imagepull_episodes_total: {
    type: 'counter',
    labels: ['namespace', 'registry', 'class', 'cause', 'outcome'],
    help: 'Episodes of failing pulls that ended, by how they ended.',
    stability: 'STABLE',
  },
  imagepull_recovery_seconds: {
    type: 'histogram',
    labels: ['registry', 'class'],
    help: 'From the first failure to the pull that worked.',
    stability: 'STABLE',
    buckets: [10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400],
  },
  imagepull_duration_seconds: {
    type: 'histogram',
    labels: ['registry'],
    help: 'Duration of successful pulls as the kubelet measured them, without waiting for other pulls.',
    stability: 'STABLE',
    buckets: [0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200],
  },
  imagepull_last_success_timestamp_seconds: {
    type: 'gauge',
    labels: ['registry'],
    help: 'When an image of this registry was last pulled with success, as Unix time.',
    stability: 'STABLE',
  },
  imagepull_cause_info: {
    type: 'gauge',
    labels: ['cause', 'class', 'heals'],
    help: 'The catalogue of causes; always 1.',
    stability: 'STABLE',
  },
} as const satisfies Record<string, Family>;

/** The exporter's own health. */
export const ownFamilies = {
  imagepull_exporter_build_info: {
    type: 'gauge',
    labels: ['version', 'revision', 'node_version'],
    help: 'Version of the exporter; always 1.',
    stability: 'STABLE',
  },
  imagepull_exporter_synced: {
    type: 'gauge',
    labels: ['resource'],
    help: '1 once the first list of the resource is complete.',
    stability: 'STABLE',
  },
  imagepull_exporter_last_contact_timestamp_seconds: {
    type: 'gauge',
    labels: ['resource'],
    help: 'When the API server last sent anything about the resource, as Unix time; the oldest where several namespaces are watched.',
    stability: 'STABLE',
  },
  imagepull_exporter_tracked_containers: {
    type: 'gauge',
    labels: [],
    help: 'Failing containers that are tracked, exposed or not.',
    stability: 'STABLE',
  },
  imagepull_exporter_series_over_limit: {
    type: 'gauge',
    labels: ['reason'],
    help: 'Series (failing containers, counter series) that a limit keeps out or folds together now.',
    stability: 'STABLE',
  },
  imagepull_exporter_watch_restarts_total: {
    type: 'counter',
    labels: ['resource', 'reason'],
    help: 'Watches that ended and were started again.',
    stability: 'STABLE',
  },
  imagepull_exporter_watch_events_total: {
    type: 'counter',
    labels: ['resource', 'type'],
    help: 'Watch events received.',
    stability: 'STABLE',
  },
  imagepull_exporter_watch_bytes_total: {
    type: 'counter',
    labels: ['resource'],
    help: 'Bytes received in lists and watches.',
    stability: 'STABLE',
  },
  imagepull_exporter_objects_skipped_total: {
    type: 'counter',
    labels: ['resource', 'reason'],
    help: 'Objects that could not be read.',
    stability: 'STABLE',
  },
  imagepull_exporter_classifications_total: {
    type: 'counter',
    labels: ['cause', 'rule'],
    help: 'Texts classified, by the rule that decided.',
    stability: 'EXPERIMENTAL',
  },
  imagepull_exporter_series_dropped_total: {
    type: 'counter',
    labels: ['reason'],
    help: 'Series that a limit kept out or folded together.',
    stability: 'STABLE',
  },
  imagepull_exporter_list_duration_seconds: {
    type: 'histogram',
    labels: ['resource'],
    help: 'Duration of complete lists.',
    stability: 'STABLE',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  },
  imagepull_exporter_time_to_metric_seconds: {
    type: 'histogram',
    labels: [],
    help: 'From the receipt of a change to the state that a scrape shows.',
    stability: 'STABLE',
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
  },
} as const satisfies Record<string, Family>;

export const families = { ...stateFamilies, ...countedFamilies, ...ownFamilies };

export type FamilyName = keyof typeof families;
/** `shard` is on every series where the exporter is sharded. */
export type LabelOf<Name extends FamilyName> = (typeof families)[Name]['labels'][number] | 'shard';
