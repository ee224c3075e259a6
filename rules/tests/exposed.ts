// What the exporter and kube-state-metrics expose of the things that happen in the tests.
import { causes, type Cause } from '../../src/classify/causes.ts';
import { always, counting, now, series, type Series, type Signal } from './series.ts';

type Labels = Readonly<Record<string, string>>;

const target = { cluster: 'eu1', job: 'imagepull-exporter', instance: '10.1.0.7:8080' } as const;
const stateMetrics = {
  cluster: 'eu1',
  job: 'kube-state-metrics',
  instance: '10.1.0.9:8080',
} as const;

export interface Failure {
  readonly cause: Cause;
  readonly namespace?: string;
  readonly workload?: string;
  readonly workload_kind?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly container_type?: string;
  readonly node?: string;
  readonly registry?: string;
  readonly image?: string;
  readonly backoff_attempt?: string;
  /** Of the scrape, or the shard. */
  readonly scrape?: Labels;
}

/** One failing container, as the state families show it; `first` is when it began to fail. */
export function failing(failure: Failure, signal: Signal, first?: number): readonly Series[] {
  const {
    cause,
    namespace = 'shop',
    workload = 'cart',
    workload_kind = 'Deployment',
    pod = `${workload}-6c9f7d5b48-x7k2p`,
    container = 'app',
    container_type = 'container',
    node = 'node-1',
    registry = 'registry.corp.example',
    image = `${registry}/${namespace}/${workload}:v2`,
    backoff_attempt = '3',
    scrape = {},
  } = failure;
  const labels = { ...target, ...scrape, namespace, pod, uid: `uid-of-${pod}`, container };
  const state = {
    ...labels,
    container_type,
    node,
    workload_kind,
    workload,
    image,
    registry,
    class: causes[cause].class,
    cause,
    backoff_attempt,
  };
  return [
    series('imagepull_container_failing', state, signal),
    ...(first === undefined
      ? []
      : [
          series('imagepull_container_first_failure_timestamp_seconds', labels, (second) =>
            signal(second) === undefined ? undefined : first,
          ),
        ]),
  ];
}

export function successes(
  registry: string,
  namespace: string,
  signal: Signal,
  scrape: Labels = {},
): Series {
  const labels = { ...target, ...scrape, namespace, registry, result: 'success' };
  return series('imagepull_attempts_total', labels, signal);
}

export function failures(
  registry: string,
  namespace: string,
  cause: Cause,
  signal: Signal,
  scrape: Labels = {},
): Series {
  const labels = {
    ...target,
    ...scrape,
    namespace,
    registry,
    result: 'failure',
    class: causes[cause].class,
    cause,
    backoff_attempt: '6+',
  };
  return series('imagepull_attempts_total', labels, signal);
}

/** Any other series of the exporter. */
export function own(name: Series['name'], labels: Labels, signal: Signal): Series {
  return series(name, { ...target, ...labels }, signal);
}

/** Any series of kube-state-metrics. */
export function stateMetric(name: Series['name'], labels: Labels, signal: Signal): Series {
  return series(name, { ...stateMetrics, ...labels }, signal);
}

export function availableReplicas(namespace: string, deployment: string, signal: Signal): Series {
  const labels = { namespace, deployment };
  return stateMetric('kube_deployment_status_replicas_available', labels, signal);
}

/** An exporter and a kube-state-metrics that are scraped and see the cluster. */
export function healthy(scrape: Labels = {}): readonly Series[] {
  return [
    own('up', scrape, always(1)),
    own('imagepull_exporter_last_contact_timestamp_seconds', { ...scrape, resource: 'pods' }, now),
    own(
      'imagepull_exporter_last_contact_timestamp_seconds',
      { ...scrape, resource: 'events' },
      now,
    ),
    own(
      'imagepull_exporter_series_over_limit',
      { ...scrape, reason: 'failing_containers' },
      always(0),
    ),
    own(
      'imagepull_exporter_series_dropped_total',
      { ...scrape, reason: 'failing_containers' },
      always(0),
    ),
    successes('registry.corp.example', 'shop', counting(0.5), scrape),
    successes('docker.io', 'shop', counting(0.1), scrape),
  ];
}
