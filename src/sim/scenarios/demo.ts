// The demo: a mid-size company's cluster in which something fails in every class, and goes on failing.
import type { Scenario, ScenarioCluster } from '../cluster.ts';
import type { NodeConfig } from '../node-config.ts';
import type { PodBehaviour, PullSecret } from '../pod-behaviour.ts';
import type { PodTemplate } from '../pod-template.ts';
import { fails, flips, inTurn, isPrivate, isSlow, stalls, until } from '../registries.ts';
import type { PullPlan } from '../registries.ts';
import type { WorkloadKind } from '../workload.ts';
import { keepHappening } from './demo-incidents.ts';

/** How long the demo has run, in virtual time, when it opens its port. */
export const demoWarmUpMs = 40 * 60_000;

/** A cluster in the middle of an upgrade, with a GPU node that somebody set up differently. */
export const demoNodes: readonly NodeConfig[] = [
  { name: 'worker-a1', ip: '10.40.1.11', serializeImagePulls: false },
  { name: 'worker-a2', ip: '10.40.1.12', serializeImagePulls: false },
  { name: 'worker-a3', ip: '10.40.1.13', serializeImagePulls: false },
  {
    name: 'worker-b1',
    ip: '10.40.2.21',
    kubernetesVersion: '1.34',
    runtime: 'containerd-1.7',
    serializeImagePulls: false,
  },
  { name: 'worker-b2', ip: '10.40.2.22', serializeImagePulls: true },
  { name: 'gpu-1', ip: '10.40.3.31', runtime: 'cri-o', serializeImagePulls: false },
];

interface DemoWorkload {
  /** Minute of the warm-up at which it is created. */
  readonly minute: number;
  readonly namespace: string;
  readonly kind: WorkloadKind;
  readonly name: string;
  readonly image: string;
  readonly replicas?: number;
  /** What pulls of the image come to; they work if it is not given. */
  readonly plan?: PullPlan;
  /** Name and state of the pull secret; a name without a state is one that does not exist. */
  readonly secret?: readonly [name: string, state?: PullSecret];
  readonly pod?: Partial<PodTemplate>;
  readonly pullPolicy?: string;
  readonly behaviour?: PodBehaviour;
  readonly everyMinutes?: number;
}

const hub = 'docker.io';
const harbor = 'harbor.acme.example';
const ecr = '481516234200.dkr.ecr.eu-central-1.amazonaws.com';
const gar = 'europe-west3-docker.pkg.dev/acme-prod';

/** What the demo shows when it opens: class by class, then what is well, then what only looks alike. */
function workloads(now: number): readonly DemoWorkload[] {
  const minute = (n: number): number => now + n * 60_000;
  return [
    // reference
    w(
      3,
      'shop',
      'Deployment',
      'checkout',
      `${harbor}/shop/checkout:2.14.0-rc`,
      fails('manifest-unknown'),
      { replicas: 3 },
    ),
    w(9, 'search', 'CronJob', 'reindex', `${harbor}/search/reindex:\${TAG}`, undefined, {
      everyMinutes: 10,
      pod: { restartPolicy: 'OnFailure' },
    }),
    w(
      21,
      'payments',
      'StatefulSet',
      'ledger-archive',
      'quay.io/acme/ledger-archive:1.3',
      fails('schema-1'),
    ),
    w(
      37,
      'media',
      'Deployment',
      'transcoder',
      'ghcr.io/acme-media/transcoder:5.2',
      fails('wrong-platform'),
      { replicas: 2 },
    ),
    w(12, 'logistics', 'Deployment', 'label-printer', 'label-printer:dev', undefined, {
      pullPolicy: 'Never',
    }),

    // credentials
    w(
      5,
      'payments',
      'Deployment',
      'psp-gateway',
      `${harbor}/payments/psp-gateway:3.8.1`,
      isPrivate,
      { secret: ['harbor-robot', 'wrong'], replicas: 2 },
    ),
    w(
      16,
      'identity',
      'Deployment',
      'token-service',
      `${ecr}/identity/token-service:1.19`,
      isPrivate,
      { secret: ['ecr-login', 'expired'] },
    ),
    w(
      16,
      'logistics',
      'Deployment',
      'route-planner',
      `${ecr}/logistics/route-planner:8.0`,
      isPrivate,
      { secret: ['ecr-login', 'expired'] },
    ),
    w(28, 'data', 'Job', 'churn-model-train', `${gar}/ml/churn-train:2026.11`, fails('http-403'), {
      pod: { restartPolicy: 'Never' },
    }),
    w(
      31,
      'partner',
      'Deployment',
      'widget-api',
      `${hub}/acmepartner/widget-api:1.0`,
      fails('insufficient-scope'),
    ),
    w(33, 'staging', 'Deployment', 'checkout', `${harbor}/shop/checkout:2.13.4`, isPrivate, {
      secret: ['harbor-pull'],
    }),
    w(24, 'staging', 'Deployment', 'cart', `${harbor}/shop/cart:4.4.0`, isPrivate, {
      secret: ['harbor-json', 'malformed'],
    }),

    // registry
    w(
      8,
      'shop',
      'StatefulSet',
      'session-cache',
      'redis:7.4-alpine',
      flips(fails('http-429'), fails('http-429'), fails('connection-reset')),
      { replicas: 1 },
    ),
    w(
      36,
      'search',
      'Rollout',
      'query-api',
      'registry.search.example/query-api:6.1',
      fails('http-503'),
      { replicas: 3 },
    ),
    w(
      19,
      'media',
      'Deployment',
      'thumbnailer',
      `${harbor}/media/thumbnailer:1.7`,
      fails('blob-404'),
    ),
    w(
      14,
      'tools',
      'Deployment',
      'wiki',
      'registry.old-hq.example/wiki:2019.4',
      fails('dns-nxdomain'),
    ),
    w(
      26,
      'tools',
      'Deployment',
      'build-cache',
      'nexus.acme.example:8443/tools/build-cache:0.9',
      fails('certificate-expired'),
    ),
    w(
      38,
      'logistics',
      'Deployment',
      'carrier-sync',
      'registry.carrier.example/sync:44',
      fails('connection-timeout'),
      { pod: { nodeName: 'worker-a2' } },
    ),
    w(
      30,
      'data',
      'DaemonSet',
      'log-shipper',
      'registry.vendor.example/log-shipper:3.3',
      fails('proxy-forbidden'),
    ),

    // node
    w(
      11,
      'media',
      'Deployment',
      'face-blur',
      'ghcr.io/acme-media/face-blur:0.4',
      fails('bad-layer'),
      { pod: { nodeName: 'gpu-1' } },
    ),
    w(6, 'data', 'Deployment', 'spark-history', `${hub}/apache/spark:4.0.1`, fails('disk-full'), {
      pod: { nodeName: 'worker-a3' },
    }),
    w(34, 'data', 'Deployment', 'notebook', `${hub}/jupyter/all-spark-notebook:2026-11`, stalls(), {
      pod: { nodeName: 'worker-b2' },
    }),

    // policy, and a text that nobody has seen
    w(
      22,
      'identity',
      'Deployment',
      'login-ui',
      'signed.acme.example/identity/login-ui:7.7',
      fails('unsigned'),
    ),
    w(
      29,
      'partner',
      'Deployment',
      'pdf-renderer',
      `${harbor}/partner/pdf-renderer:2.2`,
      fails('vulnerable-412'),
    ),
    w(
      35,
      'tools',
      'Deployment',
      'diagram-server',
      'ghcr.io/acme-corp/diagram-server:3.0',
      fails('unexplained'),
      { pod: { nodeName: 'worker-a1' } },
    ),

    // has just begun: one for each of the first steps, away from the node whose pulls wait
    w(
      39.85,
      'partner',
      'Deployment',
      'invoice-mailer',
      'ghcr.io/acme-corp/invoice-mailer:0.12',
      fails('token-403'),
      { pod: { nodeName: 'worker-a3' } },
    ),
    w(
      39.6,
      'payments',
      'Deployment',
      'dunning',
      'docker.io/acmecorp/dunning:6.0',
      fails('token-429'),
      { pod: { nodeName: 'worker-a1' } },
    ),
    w(
      39,
      'search',
      'Deployment',
      'synonyms',
      `${harbor}/search/synonyms:1.1`,
      fails('short-blob'),
      { pod: { nodeName: 'worker-a3' } },
    ),

    // heals while one looks, or has healed
    w(
      18,
      'search',
      'Deployment',
      'suggest',
      'registry.search.example/suggest:2.5',
      until(minute(30), fails('http-502')),
      { replicas: 2 },
    ),
    w(
      38,
      'shop',
      'Deployment',
      'price-import',
      `${harbor}/shop/price-import:1.2`,
      until(minute(46), fails('http-500')),
      { pod: { nodeName: 'worker-a1' } },
    ),

    // well
    w(0, 'shop', 'Deployment', 'storefront', `${harbor}/shop/storefront:9.3.2`, undefined, {
      replicas: 4,
    }),
    w(0, 'payments', 'Deployment', 'invoice', `${harbor}/payments/invoice:5.0.7`, isPrivate, {
      replicas: 2,
      secret: ['harbor-robot-2', 'good'],
    }),
    w(0, 'identity', 'StatefulSet', 'directory', `${hub}/osixia/openldap:1.5.0`, undefined, {
      replicas: 2,
    }),
    w(0, 'monitoring', 'DaemonSet', 'node-exporter', 'quay.io/prometheus/node-exporter:v1.9.1'),
    w(1, 'data', 'CronJob', 'sales-report', `${gar}/bi/sales-report:11.4`, isSlow(9000), {
      everyMinutes: 5,
      pod: { restartPolicy: 'Never' },
      behaviour: runsFor('sales-report', 40_000),
    }),

    // looks like a pull failure and is none
    w(
      2,
      'shop',
      'Deployment',
      'recommendations',
      `${harbor}/shop/recommendations:0.31`,
      undefined,
      { behaviour: runsFor('recommendations', 4000, 1) },
    ),
    w(
      20,
      'payments',
      'Deployment',
      'fraud-rules',
      `${harbor}/payments/fraud-rules:2.0`,
      undefined,
      {
        behaviour: {
          containers: {
            'fraud-rules': {
              createError: {
                reason: 'CreateContainerConfigError',
                message: 'configmap "fraud-rules-v2" not found',
              },
            },
          },
        },
      },
    ),
    w(23, 'data', 'StatefulSet', 'warehouse', `${hub}/library/postgres:18.1`, undefined, {
      behaviour: {
        mountError:
          'MountVolume.SetUp failed for volume "pgdata" : rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      },
    }),
    w(27, 'partner', 'Deployment', 'edi-bridge', 'ghcr.io/acme-corp/edi-bridge:1.1', undefined, {
      behaviour: {
        sandboxError:
          'rpc error: code = NotFound desc = failed to pull image "registry.k8s.io/pause:3.99": failed to pull and unpack image "registry.k8s.io/pause:3.99": failed to resolve image: registry.k8s.io/pause:3.99: not found',
      },
    }),
  ];
}

function w(
  minute: number,
  namespace: string,
  kind: WorkloadKind,
  name: string,
  image: string,
  plan?: PullPlan,
  more: Omit<
    Partial<DemoWorkload>,
    'minute' | 'namespace' | 'kind' | 'name' | 'image' | 'plan'
  > = {},
): DemoWorkload {
  return { minute, namespace, kind, name, image, ...(plan === undefined ? {} : { plan }), ...more };
}

/** Containers of the demo have the names of their workloads. */
function runsFor(name: string, exitsAfterMs: number, exitCode = 0): PodBehaviour {
  return { containers: { [name]: { exitsAfterMs, exitCode } } };
}

/** @param continues false: nothing new happens after the warm-up */
export function demoScenario(continues = true): Scenario {
  return {
    nodes: demoNodes,
    start: (cluster) => {
      for (const workload of workloads(cluster.clock.now())) schedule(cluster, workload);
      scheduleShapes(cluster);
      if (continues) keepHappening(cluster, cluster.clock.now() + 20 * 60_000);
    },
  };
}

function schedule(cluster: ScenarioCluster, workload: DemoWorkload): void {
  const { clock, registries, actions } = cluster;
  const { namespace, kind, name, image, secret, plan } = workload;
  if (plan !== undefined) registries.setImage(image, plan);
  if (secret?.[1] !== undefined) actions.setSecret(namespace, secret[0], secret[1]);
  clock.after(workload.minute * 60_000, () =>
    actions.apply({
      namespace,
      kind,
      name,
      ...(workload.replicas === undefined ? {} : { replicas: workload.replicas }),
      ...(workload.everyMinutes === undefined ? {} : { everyMinutes: workload.everyMinutes }),
      ...(workload.behaviour === undefined ? {} : { behaviour: workload.behaviour }),
      pod: {
        ...workload.pod,
        containers: [
          {
            name,
            image,
            ...(workload.pullPolicy === undefined ? {} : { imagePullPolicy: workload.pullPolicy }),
          },
        ],
        ...(secret === undefined ? {} : { imagePullSecrets: [secret[0]] }),
      },
    }),
  );
}

/** Pods in which the failing image is not the one that one looks at first. */
function scheduleShapes({ clock, registries, actions }: ScenarioCluster): void {
  const at = (minute: number, act: () => void): void => {
    clock.after(minute * 60_000, act);
  };
  registries.setImage(`${harbor}/platform/migrate:12`, fails('http-500'));
  at(13, () =>
    actions.apply({
      namespace: 'payments',
      kind: 'Deployment',
      name: 'mandates',
      pod: {
        initContainers: [
          { name: 'migrate', image: `${harbor}/platform/migrate:12` },
          { name: 'vault-agent', image: `${hub}/hashicorp/vault:1.20`, restartPolicy: 'Always' },
        ],
        containers: [{ name: 'mandates', image: `${harbor}/payments/mandates:1.8` }],
      },
    }),
  );
  registries.setImage('ghcr.io/acme-corp/geo-data:2026-10', fails('manifest-unknown'));
  at(25, () =>
    actions.apply({
      namespace: 'logistics',
      kind: 'Deployment',
      name: 'geocoder',
      pod: {
        imageVolumes: { 'geo-data': 'ghcr.io/acme-corp/geo-data:2026-10' },
        containers: [
          { name: 'geocoder', image: `${harbor}/logistics/geocoder:4.1`, mounts: ['geo-data'] },
        ],
      },
    }),
  );
  // Policy Always: up for a while, then a restart that cannot pull.
  const feed = `${harbor}/shop/feed:latest`;
  registries.setImage(
    feed,
    inTurn(() => ({ type: 'ok' }), fails('connection-refused')),
  );
  at(17, () =>
    actions.apply({
      namespace: 'shop',
      kind: 'Deployment',
      name: 'feed',
      pod: { containers: [{ name: 'feed', image: feed }] },
      behaviour: { containers: { feed: { exitsAfterMs: 240_000, exitCode: 1 } } },
    }),
  );
  registries.setImage('registry.edge.example/kube/edge-lb:1.4', fails('unknown-authority'));
  at(10, () =>
    actions.createStaticPod('worker-a1', 'kube-system', 'edge-lb', {
      containers: [{ name: 'edge-lb', image: 'registry.edge.example/kube/edge-lb:1.4' }],
    }),
  );
}
