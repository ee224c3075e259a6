// For each alert an incident from minute 10 on (or when it says so): when it fires, with which
// labels, and what it tells.
import type { AlertName } from '../pack.ts';
import {
  availableReplicas,
  failing,
  failures,
  healthy,
  own,
  stateMetric,
  successes,
} from './exposed.ts';
import { always, counting, during, minute, now, changing, type Series } from './series.ts';

export interface AlertCase {
  readonly alert: AlertName;
  /** What happens. */
  readonly story: string;
  readonly series: readonly Series[];
  /** Seconds: the first evaluation at which it fires. */
  readonly fires: number;
  /** Seconds: where a scrape may be lost without any difference. */
  readonly lostScrape: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
  readonly dashboard: string;
}

const begin = minute(10);
const end = minute(150);
const fromBegin = during(begin, end);
const workload = { namespace: 'shop', workload_kind: 'Deployment', workload: 'cart' } as const;
const cart = { cluster: 'eu1', ...workload, registry: 'registry.corp.example' } as const;
const cartDashboard = '/d/imagepull-workload?var-namespace=shop&var-workload=cart&var-cluster=eu1';
const down = 'registry.down.example';

/** Three workloads that cannot reach their registry, from which nothing comes. */
const outage = [
  ...healthy(),
  ...(['shop', 'search', 'billing'] as const).flatMap((namespace) => [
    ...failing(
      { cause: 'connection_refused', namespace, workload: 'api', registry: down },
      fromBegin,
    ),
    successes(down, namespace, always(7)),
  ]),
];

/** An account that three namespaces share is rejected. */
const rejectedAccount = [
  ...healthy(),
  ...(['shop', 'search', 'billing'] as const).flatMap((namespace) =>
    failing({ cause: 'unauthorized', namespace, workload: 'api' }, fromBegin, begin),
  ),
];

/** `strategy: Recreate` with a tag that does not exist. */
const badRollout = [
  ...healthy(),
  ...failing({ cause: 'manifest_not_found' }, fromBegin, begin),
  availableReplicas('shop', 'cart', changing(always(3), begin, always(0))),
];

const later = minute(90);
const burst = (perMinute: number) => changing(always(0), later, counting(perMinute, later));

export const alertCases: readonly AlertCase[] = [
  {
    alert: 'ImagePullFailing',
    story: 'two containers of a workload cannot resolve the host, one gets no answer',
    series: [
      ...healthy(),
      ...failing({ cause: 'dns_failure', pod: 'cart-a' }, fromBegin, begin),
      ...failing({ cause: 'dns_failure', pod: 'cart-b' }, fromBegin, begin),
      ...failing({ cause: 'connection_timeout', pod: 'cart-c' }, fromBegin, begin),
    ],
    fires: minute(25),
    lostScrape: minute(18),
    labels: { ...cart, severity: 'warning' },
    description:
      'Deployment shop/cart cannot pull from registry.corp.example. Containers by cause: ' +
      'dns_failure 2, connection_timeout 1. Cluster eu1.',
    dashboard: cartDashboard,
  },
  {
    alert: 'ImagePullReferenceInvalid',
    story: 'a workload names a tag that does not exist',
    series: [...healthy(), ...failing({ cause: 'manifest_not_found' }, fromBegin, begin)],
    fires: minute(15),
    lostScrape: minute(12),
    labels: { ...cart, class: 'reference', severity: 'warning' },
    description:
      'Deployment shop/cart names an image of registry.corp.example that does not exist or does ' +
      'not fit. Containers by cause: manifest_not_found 1. It will not heal: correct the image, ' +
      'push it, or roll back. Cluster eu1.',
    dashboard: cartDashboard,
  },
  {
    alert: 'ImagePullCredentialsRejected',
    story: 'the pull secret of a workload does not exist',
    series: [...healthy(), ...failing({ cause: 'pull_secret_missing' }, fromBegin, begin)],
    fires: minute(15),
    lostScrape: minute(12),
    labels: { ...cart, class: 'credentials', severity: 'warning' },
    description:
      'registry.corp.example does not let Deployment shop/cart pull. Containers by cause: ' +
      'pull_secret_missing 1. Check the pull secrets of its pods and service account, and that the ' +
      'repository exists. Cluster eu1.',
    dashboard: cartDashboard,
  },
  {
    alert: 'ImagePullPolicyRejected',
    story: 'the image of a workload is not signed',
    series: [...healthy(), ...failing({ cause: 'signature_rejected' }, fromBegin, begin)],
    fires: minute(12),
    lostScrape: minute(11),
    labels: { ...cart, class: 'policy', severity: 'warning', team: 'security' },
    description:
      'Deployment shop/cart wants an image of registry.corp.example that policy rejects. ' +
      'Containers by cause: signature_rejected 1. Find out who built the image before anybody ' +
      'signs it. Cluster eu1.',
    dashboard: cartDashboard,
  },
  {
    alert: 'ImagePullWorkloadDown',
    story: 'a rollout takes all replicas down and its image does not exist',
    series: badRollout,
    fires: minute(15),
    lostScrape: minute(12),
    labels: { cluster: 'eu1', ...workload, severity: 'critical' },
    description:
      'Deployment shop/cart has no available replica, and its image cannot be pulled. Containers ' +
      'by cause: manifest_not_found 1. Roll back first: kubectl -n shop rollout undo ' +
      'Deployment/cart. Cluster eu1.',
    dashboard: cartDashboard,
  },
  {
    alert: 'ImagePullForgotten',
    story: 'a container began to fail a day before minute 10',
    series: [
      ...healthy(),
      ...failing({ cause: 'image_not_found', pod: 'old-0' }, during(0, end), begin - 86_400),
    ],
    fires: minute(15) + 30,
    lostScrape: minute(12),
    labels: { cluster: 'eu1', namespace: 'shop', pod: 'old-0', container: 'app', severity: 'info' },
    description:
      'Container app of pod shop/old-0 has failed to pull for 1d 0h 5m 30s: image_not_found 1. ' +
      'Mend it or delete its workload: it asks the registry every five minutes. Cluster eu1.',
    dashboard: '/d/imagepull-workload?var-namespace=shop&var-pod=old-0&var-cluster=eu1',
  },
  {
    alert: 'ImagePullRegistryUnavailable',
    story: 'three workloads cannot reach a registry from which nothing comes',
    series: outage,
    fires: minute(13),
    lostScrape: minute(11),
    labels: { cluster: 'eu1', registry: down, severity: 'critical', team: 'platform' },
    description:
      `No pull from ${down} works: what is scaled, rescheduled or deployed does not start. ` +
      'Workloads by cause: connection_refused 3. Cluster eu1.',
    dashboard: `/d/imagepull-registry?var-registry=${down}&var-cluster=eu1`,
  },
  {
    alert: 'ImagePullRegistryDegraded',
    story: 'after minute 90 a registry answers nearly every attempt with an error',
    series: [
      ...healthy(),
      ...(['shop', 'search'] as const).flatMap((namespace) => [
        ...failing(
          { cause: 'registry_error', namespace, workload: 'api', registry: 'ghcr.io' },
          during(later, end),
        ),
        failures('ghcr.io', namespace, 'registry_error', burst(49)),
        successes('ghcr.io', namespace, counting(1)),
      ]),
    ],
    fires: later + 30 + minute(5),
    lostScrape: later + minute(2),
    labels: { cluster: 'eu1', registry: 'ghcr.io', severity: 'warning', team: 'platform' },
    description:
      '98% of the attempts to pull from ghcr.io fail. Workloads by cause: registry_error 2. ' +
      'Cluster eu1.',
    dashboard: '/d/imagepull-registry?var-registry=ghcr.io&var-cluster=eu1',
  },
  {
    alert: 'ImagePullRateLimited',
    story: 'Docker Hub limits one workload',
    series: [
      ...healthy(),
      ...failing({ cause: 'rate_limited', registry: 'docker.io' }, fromBegin, begin),
    ],
    fires: minute(15),
    lostScrape: minute(12),
    labels: { cluster: 'eu1', registry: 'docker.io', severity: 'warning', team: 'platform' },
    description:
      'docker.io limits the rate of pulls. Workloads that wait: 1. The limit comes back until ' +
      'pulls are authenticated or go through a mirror. Cluster eu1.',
    dashboard: '/d/imagepull-registry?var-registry=docker.io&var-cluster=eu1',
  },
  {
    alert: 'ImagePullCredentialsRejectedEverywhere',
    story: 'an account that three namespaces share is rejected',
    series: rejectedAccount,
    fires: minute(15),
    lostScrape: minute(12),
    labels: {
      cluster: 'eu1',
      registry: 'registry.corp.example',
      severity: 'critical',
      team: 'platform',
    },
    description:
      'registry.corp.example rejects the credentials of 3 namespaces, and it began in several of ' +
      'them at about the same time: an account that they share has most likely expired. Workloads ' +
      'by cause: unauthorized 3. Cluster eu1.',
    dashboard: '/d/imagepull-registry?var-registry=registry.corp.example&var-cluster=eu1',
  },
  {
    alert: 'ImagePullSlow',
    story: 'after minute 90 every pull takes between five and ten minutes',
    series: [
      ...healthy(),
      ...(
        [
          ['300', always(0)],
          ['600', burst(10)],
          ['+Inf', burst(10)],
        ] as const
      ).map(([le, signal]) =>
        own('imagepull_duration_seconds_bucket', { registry: 'ghcr.io', le }, signal),
      ),
      own('imagepull_duration_seconds_count', { registry: 'ghcr.io' }, burst(10)),
    ],
    fires: later + minute(16) + 30,
    lostScrape: later + minute(7),
    labels: { cluster: 'eu1', registry: 'ghcr.io', severity: 'info', team: 'platform' },
    description:
      'One pull in twenty from ghcr.io takes longer than 9m 45s. Registries are slow before they ' +
      'are down. Cluster eu1.',
    dashboard: '/d/imagepull-registry?var-registry=ghcr.io&var-cluster=eu1',
  },
  {
    alert: 'ImagePullNodeFailing',
    story: 'the disk of a node is full, which one workload notices',
    series: [...healthy(), ...failing({ cause: 'disk_full' }, fromBegin, begin)],
    fires: minute(25),
    lostScrape: minute(22),
    labels: { cluster: 'eu1', node: 'node-1', severity: 'warning', team: 'platform' },
    description:
      'Node node-1 cannot pull images. Workloads by cause: disk_full 1. Check its disk, its way to ' +
      'the registries (DNS, proxy, certificates) and its container runtime; cordon it meanwhile. ' +
      'Cluster eu1.',
    dashboard: '/d/imagepull-nodes?var-node=node-1&var-cluster=eu1',
  },
  {
    alert: 'ImagePullNodeFailing',
    story: 'a node lacks the CA that three workloads need',
    series: [
      ...healthy(),
      ...(['cart', 'api', 'web'] as const).flatMap((name) =>
        failing({ cause: 'tls_untrusted', workload: name }, fromBegin, begin),
      ),
    ],
    fires: minute(15),
    lostScrape: minute(12),
    labels: { cluster: 'eu1', node: 'node-1', severity: 'warning', team: 'platform' },
    description:
      'Node node-1 cannot pull images. Workloads by cause: tls_untrusted 3. Check its disk, its ' +
      'way to the registries (DNS, proxy, certificates) and its container runtime; cordon it ' +
      'meanwhile. Cluster eu1.',
    dashboard: '/d/imagepull-nodes?var-node=node-1&var-cluster=eu1',
  },
  {
    alert: 'ImagePullStalled',
    story: 'two pulls were asked for at minute 10 and never end',
    series: [
      ...healthy(),
      ...(['cart-a', 'cart-b'] as const).map((pod) =>
        own(
          'imagepull_container_pulling_since_timestamp_seconds',
          {
            ...workload,
            pod,
            uid: `uid-of-${pod}`,
            container: 'app',
            node: 'node-1',
            image: 'registry.corp.example/shop/cart:v2',
            registry: 'registry.corp.example',
          },
          during(begin + 30, end, begin),
        ),
      ),
    ],
    fires: minute(35) + 30,
    lostScrape: minute(33),
    labels: { cluster: 'eu1', node: 'node-1', severity: 'warning', team: 'platform' },
    description:
      'Pulls on node node-1 without a result for very long: 2. One stalled layer holds up every ' +
      'other pull of a node that pulls one image at a time; restart its container runtime. ' +
      'Cluster eu1.',
    dashboard: '/d/imagepull-nodes?var-node=node-1&var-cluster=eu1',
  },
  {
    alert: 'ImagePullExporterAbsent',
    story: 'the exporter does not answer',
    series: [own('up', {}, changing(always(1), begin, always(0)))],
    fires: minute(20),
    lostScrape: minute(15),
    labels: {
      cluster: 'eu1',
      job: 'imagepull-exporter',
      severity: 'warning',
      team: 'monitoring',
    },
    description:
      'No instance of the exporter answers: until one does, no alert of failing image pulls can ' +
      'fire. Cluster eu1.',
    dashboard: '/d/imagepull-exporter?var-cluster=eu1',
  },
  {
    alert: 'ImagePullExporterAbsent',
    story: 'there is no exporter to scrape any more',
    series: [own('up', {}, during(0, begin))],
    fires: minute(20),
    lostScrape: minute(15),
    labels: { job: 'imagepull-exporter', severity: 'warning', team: 'monitoring' },
    description:
      'No instance of the exporter answers: until one does, no alert of failing image pulls can ' +
      'fire.',
    dashboard: '/d/imagepull-exporter',
  },
  {
    alert: 'ImagePullExporterWatchStale',
    story: 'the watch of pods is dead, that of events is not',
    series: [
      own('up', {}, always(1)),
      own(
        'imagepull_exporter_last_contact_timestamp_seconds',
        { resource: 'pods' },
        changing(now, begin, always(begin)),
      ),
      own('imagepull_exporter_last_contact_timestamp_seconds', { resource: 'events' }, now),
    ],
    fires: minute(25) + 30,
    lostScrape: minute(23),
    labels: {
      cluster: 'eu1',
      job: 'imagepull-exporter',
      resource: 'pods',
      severity: 'warning',
      team: 'monitoring',
    },
    description:
      'The API server has sent the exporter nothing about pods for 15m 30s: what it shows is as ' +
      'old as that. Cluster eu1.',
    dashboard: '/d/imagepull-exporter?var-cluster=eu1',
  },
  {
    alert: 'ImagePullExporterLabelsRenamed',
    story: 'honor_labels was forgotten',
    series: [
      own('up', {}, always(1)),
      own(
        'imagepull_attempts_total',
        { namespace: 'monitoring', exported_namespace: 'shop', registry: 'docker.io' },
        during(begin, end),
      ),
    ],
    fires: minute(20),
    lostScrape: minute(15),
    labels: {
      cluster: 'eu1',
      job: 'imagepull-exporter',
      severity: 'warning',
      team: 'monitoring',
    },
    description:
      'Series of imagepull-exporter carry exported_namespace instead of namespace: set ' +
      'honorLabels: true in the ServiceMonitor (honor_labels in a scrape configuration). ' +
      'Cluster eu1.',
    dashboard: '/d/imagepull-exporter?var-cluster=eu1',
  },
  {
    alert: 'ImagePullExporterSeriesDropped',
    story: 'more containers fail than the limit lets through',
    series: [
      own('up', {}, always(1)),
      own(
        'imagepull_exporter_series_over_limit',
        { reason: 'failing_containers' },
        changing(always(0), begin, always(5)),
      ),
    ],
    fires: minute(15),
    lostScrape: minute(12),
    labels: {
      cluster: 'eu1',
      reason: 'failing_containers',
      severity: 'info',
      team: 'monitoring',
    },
    description:
      'A limit of the exporter is at work (failing_containers): some failing containers or ' +
      'registries are missing or folded together. Raise the limit, or split the work into shards. ' +
      'Cluster eu1.',
    dashboard: '/d/imagepull-exporter?var-cluster=eu1',
  },
  {
    alert: 'ImagePullUnclassified',
    story: 'after minute 90 a third of the episodes has a text that no rule knows',
    series: [
      ...healthy(),
      own(
        'imagepull_episodes_total',
        {
          namespace: 'shop',
          registry: 'docker.io',
          class: 'unknown',
          cause: 'unknown',
          outcome: 'recovered',
        },
        burst(30),
      ),
      own(
        'imagepull_episodes_total',
        {
          namespace: 'shop',
          registry: 'docker.io',
          class: 'reference',
          cause: 'image_not_found',
          outcome: 'deleted',
        },
        burst(60),
      ),
    ],
    fires: later + minute(30) + 30,
    lostScrape: later + minute(15),
    labels: { cluster: 'eu1', severity: 'info', team: 'monitoring' },
    description:
      'The cause of 33.33% of the failures of the last hours is unknown. A new runtime or registry ' +
      'may word its errors in another way: report the texts, or add rules with ' +
      '--classify.rules-file. Cluster eu1.',
    dashboard: '/d/imagepull-exporter?var-cluster=eu1',
  },
  {
    alert: 'ImagePullStateDisagrees',
    story: 'kube-state-metrics shows a container in back-off that the exporter does not',
    series: [
      ...healthy(),
      stateMetric(
        'kube_pod_init_container_status_waiting_reason',
        {
          namespace: 'shop',
          pod: 'cart-a',
          uid: '1',
          container: 'init',
          reason: 'ImagePullBackOff',
        },
        fromBegin,
      ),
    ],
    fires: minute(35),
    lostScrape: minute(28),
    labels: { cluster: 'eu1', namespace: 'shop', severity: 'warning', team: 'monitoring' },
    description:
      'Containers of namespace shop that wait for an image according to only one of the two: 1. ' +
      'Compare the pods with the page of the exporter, and report what it got wrong. Cluster eu1.',
    dashboard: '/d/imagepull-exporter?var-cluster=eu1',
  },
  {
    alert: 'ImagePullStateDisagrees',
    story: 'the exporter shows a container that runs according to kube-state-metrics',
    series: [
      ...healthy(),
      ...failing({ cause: 'manifest_not_found' }, fromBegin, begin),
      stateMetric('kube_namespace_status_phase', { namespace: 'shop', phase: 'Active' }, always(1)),
      // Another pod that starts, so that the metric is known to be collected.
      stateMetric(
        'kube_pod_container_status_waiting_reason',
        {
          namespace: 'search',
          pod: 'api-0',
          uid: '2',
          container: 'app',
          reason: 'ContainerCreating',
        },
        during(minute(5), minute(6)),
      ),
    ],
    fires: minute(35) + 30,
    lostScrape: minute(28),
    labels: { cluster: 'eu1', namespace: 'shop', severity: 'warning', team: 'monitoring' },
    description:
      'Containers of namespace shop that wait for an image according to only one of the two: 1. ' +
      'Compare the pods with the page of the exporter, and report what it got wrong. Cluster eu1.',
    dashboard: '/d/imagepull-exporter?var-cluster=eu1',
  },
  {
    alert: 'ImagePullRegistryInhibitor',
    story: 'three workloads cannot reach a registry from which nothing comes',
    series: outage,
    fires: minute(11),
    lostScrape: minute(10) + 30,
    labels: { cluster: 'eu1', registry: down, severity: 'none' },
    description: `${down} is down; the platform team knows. Cluster eu1.`,
    dashboard: `/d/imagepull-registry?var-registry=${down}&var-cluster=eu1`,
  },
  {
    alert: 'ImagePullCredentialsInhibitor',
    story: 'an account that three namespaces share is rejected',
    series: rejectedAccount,
    fires: minute(11),
    lostScrape: minute(10) + 30,
    labels: { cluster: 'eu1', registry: 'registry.corp.example', severity: 'none' },
    description:
      'registry.corp.example rejects a shared account; the platform team knows. Cluster eu1.',
    dashboard: '/d/imagepull-registry?var-registry=registry.corp.example&var-cluster=eu1',
  },
  {
    alert: 'ImagePullWorkloadInhibitor',
    story: 'a rollout takes all replicas down and its image does not exist',
    series: badRollout,
    fires: minute(11),
    lostScrape: minute(10) + 30,
    labels: { cluster: 'eu1', ...workload, severity: 'none' },
    description: 'Deployment shop/cart is down; its owner knows. Cluster eu1.',
    dashboard: cartDashboard,
  },
  {
    alert: 'ImagePullPodInhibitor',
    story: 'a container of a pod fails',
    series: [...healthy(), ...failing({ cause: 'dns_failure', pod: 'cart-a' }, fromBegin, begin)],
    fires: minute(10),
    lostScrape: minute(9),
    labels: { cluster: 'eu1', namespace: 'shop', pod: 'cart-a', severity: 'none' },
    description: 'Pod shop/cart-a waits for an image; its workload has an alert. Cluster eu1.',
    dashboard: '/d/imagepull-workload?var-namespace=shop&var-pod=cart-a&var-cluster=eu1',
  },
];
