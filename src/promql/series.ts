// The names that a PromQL selector may use: the exporter's own series, as the metric catalogue has
// them, and those of others, listed here.
import { families, type FamilyName, type LabelOf } from '../metrics/catalog.ts';

export type SeriesType = 'gauge' | 'counter' | 'bucket';

/** Whom a series is scraped from: it decides which selector it gets. */
export type Origin = 'exporter' | 'kube-state-metrics' | 'prometheus';

export interface SeriesRecord {
  readonly type: SeriesType;
  readonly origin: Origin;
  readonly labels: readonly string[];
}

/** Where others' metrics are used, they are listed with the labels that are used. */
export const foreignSeries = {
  up: gauge('exporter', ['shard']),
  ALERTS: gauge('prometheus', [
    'alertname',
    'alertstate',
    'namespace',
    'workload_kind',
    'workload',
    'registry',
    'node',
    'severity',
  ]),
  kube_deployment_status_replicas_available: gauge('kube-state-metrics', [
    'namespace',
    'deployment',
  ]),
  kube_statefulset_status_replicas_available: gauge('kube-state-metrics', [
    'namespace',
    'statefulset',
  ]),
  kube_daemonset_status_number_available: gauge('kube-state-metrics', ['namespace', 'daemonset']),
  kube_pod_container_status_waiting_reason: gauge('kube-state-metrics', [
    'namespace',
    'pod',
    'uid',
    'container',
    'reason',
  ]),
  kube_pod_init_container_status_waiting_reason: gauge('kube-state-metrics', [
    'namespace',
    'pod',
    'uid',
    'container',
    'reason',
  ]),
  kube_pod_deletion_timestamp: gauge('kube-state-metrics', ['namespace', 'pod', 'uid']),
  kube_pod_status_phase: gauge('kube-state-metrics', ['namespace', 'pod', 'uid', 'phase']),
  kube_namespace_labels: gauge('kube-state-metrics', ['namespace']),
  kube_namespace_status_phase: gauge('kube-state-metrics', ['namespace', 'phase']),
  scrape_samples_scraped: gauge('exporter', ['shard']),
  scrape_duration_seconds: gauge('exporter', ['shard']),
  process_cpu_seconds_total: counter('exporter', ['shard']),
  process_resident_memory_bytes: gauge('exporter', ['shard']),
  nodejs_eventloop_lag_p99_seconds: gauge('exporter', ['shard']),
  // The kubelet's and node-exporter's jobs have other names everywhere; the metrics' own tell enough.
  kubelet_runtime_operations_errors_total: counter('prometheus', ['node', 'operation_type']),
  node_filesystem_avail_bytes: gauge('prometheus', ['instance', 'mountpoint']),
  node_filesystem_size_bytes: gauge('prometheus', ['instance', 'mountpoint']),
} as const satisfies Record<string, SeriesRecord>;

export type ForeignName = keyof typeof foreignSeries;

type HistogramName = {
  [Name in FamilyName]: (typeof families)[Name]['type'] extends 'histogram' ? Name : never;
}[FamilyName];

/** Histograms are selected by the names of their series. */
export type OwnName =
  | Exclude<FamilyName, HistogramName>
  | `${HistogramName}_${'bucket' | 'sum' | 'count'}`;

export type SeriesName = OwnName | ForeignName;

/**
 * Labels that the scrape adds; `cluster` stands for whatever the user's label of clusters is, and
 * `exported_namespace` is what `namespace` becomes where honor_labels was forgotten.
 */
export type TargetLabel = 'cluster' | 'job' | 'instance' | 'exported_namespace';

export type SeriesLabel<Name extends SeriesName> =
  | TargetLabel
  | (Name extends ForeignName
      ? (typeof foreignSeries)[Name]['labels'][number]
      : Name extends `${infer Histogram extends HistogramName}_bucket`
        ? LabelOf<Histogram> | 'le'
        : Name extends `${infer Histogram extends HistogramName}_${'sum' | 'count'}`
          ? LabelOf<Histogram>
          : Name extends FamilyName
            ? LabelOf<Name>
            : never);

export type TypeOf<Name extends SeriesName> = Name extends ForeignName
  ? (typeof foreignSeries)[Name]['type']
  : Name extends `${HistogramName}_bucket`
    ? 'bucket'
    : Name extends `${HistogramName}_${'sum' | 'count'}`
      ? 'counter'
      : Name extends FamilyName
        ? (typeof families)[Name]['type']
        : never;

/** Undefined for a name that nobody exposes. */
export function findSeries(name: string): SeriesRecord | undefined {
  const foreign = Object.hasOwn(foreignSeries, name)
    ? foreignSeries[name as ForeignName]
    : undefined;
  if (foreign !== undefined) return foreign;
  const [, histogram, suffix] = /^(.+)_(bucket|sum|count)$/.exec(name) ?? [];
  if (histogram !== undefined && typeOfFamily(histogram) === 'histogram') {
    return suffix === 'bucket'
      ? own('bucket', [...labelsOfFamily(histogram), 'le'])
      : own('counter', labelsOfFamily(histogram));
  }
  const type = typeOfFamily(name);
  return type === undefined || type === 'histogram' ? undefined : own(type, labelsOfFamily(name));
}

function own(type: SeriesType, labels: readonly string[]): SeriesRecord {
  return { type, origin: 'exporter', labels: [...labels, 'shard'] };
}

function typeOfFamily(name: string): 'gauge' | 'counter' | 'histogram' | undefined {
  return Object.hasOwn(families, name) ? families[name as FamilyName].type : undefined;
}

function labelsOfFamily(name: string): readonly string[] {
  return families[name as FamilyName].labels;
}

function gauge<const Labels extends readonly string[]>(
  origin: Origin,
  labels: Labels,
): { readonly type: 'gauge'; readonly origin: Origin; readonly labels: Labels } {
  return { type: 'gauge', origin, labels };
}

function counter<const Labels extends readonly string[]>(
  origin: Origin,
  labels: Labels,
): { readonly type: 'counter'; readonly origin: Origin; readonly labels: Labels } {
  return { type: 'counter', origin, labels };
}
