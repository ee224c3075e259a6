// What the pack as a whole promises: nothing counted twice, nothing lost, nobody woken for nothing.
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
import {
  always,
  counting,
  during,
  minute,
  now,
  changing,
  withLostScrape,
  type Series,
  type Signal,
} from './series.ts';

export interface PackCase {
  readonly name: string;
  readonly series: readonly Series[];
  readonly firing?: readonly {
    readonly alert: AlertName;
    /** Seconds. */
    readonly at: number;
    /** Labels beside alertname and severity, of each that fires. */
    readonly alerts: readonly Readonly<Record<string, string>>[];
  }[];
  /** Not at a single evaluation until then. */
  readonly silent?: { readonly alerts: readonly AlertName[]; readonly until: number };
  readonly samples?: readonly {
    readonly expr: string;
    readonly at: number;
    readonly expected: readonly { readonly labels: string; readonly value: number }[];
  }[];
}

const begin = minute(10);
const forLong = during(begin, minute(600));
const down = 'registry.down.example';
const cart = {
  cluster: 'eu1',
  namespace: 'shop',
  workload_kind: 'Deployment',
  workload: 'cart',
} as const;
const cartAtRegistry = { ...cart, registry: 'registry.corp.example' } as const;
const team = { team: 'platform' } as const;
const teams = ['shop', 'search', 'billing'] as const;

const attemptsPerSecond = 'registry:imagepull_attempts:rate5m{registry="ghcr.io"}';

const replicasAndShards: readonly PackCase[] = [
  {
    name: 'two clusters: one alert each, and what is narrow in both is not wide together',
    series: ['eu1', 'us1'].flatMap((cluster) => [
      ...healthy({ cluster }),
      ...['cart', 'api'].flatMap((workload) =>
        failing(
          { cause: 'connection_timeout', workload, registry: down, scrape: { cluster } },
          forLong,
          begin,
        ),
      ),
      successes(down, 'shop', always(7), { cluster }),
    ]),
    firing: [
      {
        alert: 'ImagePullFailing',
        at: minute(25),
        alerts: ['eu1', 'us1'].flatMap((cluster) =>
          ['api', 'cart'].map((workload) => ({ ...cart, cluster, workload, registry: down })),
        ),
      },
    ],
    silent: {
      alerts: ['ImagePullRegistryUnavailable', 'ImagePullRegistryInhibitor'],
      until: minute(60),
    },
  },
  {
    name: 'two replicas show the same: nothing is counted twice',
    series: ['10.1.0.7:8080', '10.1.0.8:8080'].flatMap((instance) => [
      ...healthy({ instance }),
      ...['cart', 'api'].flatMap((workload) =>
        failing(
          { cause: 'connection_timeout', workload, registry: down, scrape: { instance } },
          forLong,
          begin,
        ),
      ),
      successes(down, 'shop', always(7), { instance }),
      successes('ghcr.io', 'shop', counting(60), { instance }),
    ]),
    silent: {
      alerts: ['ImagePullRegistryUnavailable', 'ImagePullExporterAbsent'],
      until: minute(60),
    },
    samples: [
      {
        expr: 'registry:imagepull_outage_workloads:count',
        at: minute(20),
        expected: [
          {
            labels: `registry:imagepull_outage_workloads:count{cluster="eu1", registry="${down}"}`,
            value: 2,
          },
        ],
      },
      {
        expr: `sum(namespace_workload_registry_class:imagepull_container_failing:count)`,
        at: minute(20),
        expected: [{ labels: '{}', value: 2 }],
      },
      {
        expr: attemptsPerSecond,
        at: minute(20),
        expected: [
          {
            labels: 'registry:imagepull_attempts:rate5m{cluster="eu1", registry="ghcr.io"}',
            value: 1,
          },
        ],
      },
    ],
  },
  {
    name: 'three shards see a third each: what they show adds up, and one that is down is missed',
    series: ['1/3', '2/3', '3/3'].flatMap((shard, i) => {
      const scrape = { shard, instance: `10.1.0.${i}:8080` };
      const namespace = teams[i] ?? '';
      const all = [
        ...healthy(scrape),
        ...failing(
          { cause: 'connection_timeout', namespace, registry: down, scrape },
          forLong,
          begin,
        ),
        successes(down, namespace, always(7), scrape),
        // Pods of one namespace are watched by all of them.
        successes('ghcr.io', 'shop', counting(60), scrape),
      ];
      return all.map((one) =>
        one.name === 'up' && shard === '3/3'
          ? { ...one, signal: changing(always(1), minute(30), always(0)) }
          : one,
      );
    }),
    firing: [
      {
        alert: 'ImagePullRegistryUnavailable',
        at: minute(13),
        alerts: [{ cluster: 'eu1', registry: down, ...team }],
      },
      { alert: 'ImagePullExporterAbsent', at: minute(39) + 30, alerts: [] },
      {
        alert: 'ImagePullExporterAbsent',
        at: minute(40),
        alerts: [{ cluster: 'eu1', job: 'imagepull-exporter', shard: '3/3', team: 'monitoring' }],
      },
    ],
    samples: [
      {
        expr: attemptsPerSecond,
        at: minute(20),
        expected: [
          {
            labels: 'registry:imagepull_attempts:rate5m{cluster="eu1", registry="ghcr.io"}',
            value: 3,
          },
        ],
      },
    ],
  },
];

/** One pod after the other, each for four minutes, with a scrape between them that sees none. */
const replacedPods = Array.from({ length: 20 }, (_, i) => {
  const from = begin + i * minute(4);
  return failing(
    { cause: 'manifest_not_found', pod: `cart-${i}` },
    during(from, from + minute(4) - 30),
    from,
  );
}).flat();

function alternating(first: boolean): Signal {
  return (second) =>
    second >= begin && Math.floor((second - begin) / minute(5)) % 2 === (first ? 0 : 1)
      ? 1
      : undefined;
}

const restart = minute(20);

const continuity: readonly PackCase[] = [
  {
    name: 'pods that are replaced again and again are one failing workload',
    series: [...healthy(), ...replacedPods],
    firing: [
      { alert: 'ImagePullFailing', at: minute(24) + 30, alerts: [] },
      { alert: 'ImagePullFailing', at: minute(25), alerts: [cartAtRegistry] },
      { alert: 'ImagePullFailing', at: minute(60), alerts: [cartAtRegistry] },
      {
        alert: 'ImagePullReferenceInvalid',
        at: minute(60),
        alerts: [{ ...cartAtRegistry, class: 'reference' }],
      },
    ],
  },
  {
    name: 'a cause that flips every five minutes does not start the clock again',
    series: [
      ...healthy(),
      ...failing({ cause: 'unauthorized' }, alternating(true), begin),
      ...failing({ cause: 'dns_failure' }, alternating(false), begin),
    ],
    firing: [
      { alert: 'ImagePullFailing', at: minute(24) + 30, alerts: [] },
      { alert: 'ImagePullFailing', at: minute(25), alerts: [cartAtRegistry] },
      { alert: 'ImagePullFailing', at: minute(60), alerts: [cartAtRegistry] },
    ],
  },
  {
    name: 'another image that fails for another reason is still the same failing workload',
    series: [
      ...healthy(),
      ...failing({ cause: 'manifest_not_found' }, during(begin, minute(18)), begin),
      ...failing(
        { cause: 'unauthorized', image: 'registry.corp.example/shop/cart:v3' },
        during(minute(18), minute(120)),
        minute(18),
      ),
    ],
    firing: [
      {
        alert: 'ImagePullReferenceInvalid',
        at: minute(15),
        alerts: [{ ...cartAtRegistry, class: 'reference' }],
      },
      { alert: 'ImagePullCredentialsRejected', at: minute(22) + 30, alerts: [] },
      {
        alert: 'ImagePullCredentialsRejected',
        at: minute(23),
        alerts: [{ ...cartAtRegistry, class: 'credentials' }],
      },
      { alert: 'ImagePullFailing', at: minute(25), alerts: [cartAtRegistry] },
      { alert: 'ImagePullReferenceInvalid', at: minute(32), alerts: [] },
    ],
  },
  {
    name: 'an exporter that is replaced neither ends nor raises an alert',
    series: [
      ...beforeAndAfterRestart('10.1.0.7:8080', (second) => second < restart, 0),
      ...beforeAndAfterRestart('10.1.0.99:8080', (second) => second > restart, restart),
    ],
    firing: [
      {
        alert: 'ImagePullFailing',
        at: minute(25),
        alerts: teams
          .map((namespace) => ({ ...cart, namespace, registry: 'ghcr.io' }))
          .sort(byNamespace),
      },
      {
        alert: 'ImagePullFailing',
        at: minute(60),
        alerts: teams
          .map((namespace) => ({ ...cart, namespace, registry: 'ghcr.io' }))
          .sort(byNamespace),
      },
    ],
    // Pulls from it work now and then, before and after.
    silent: {
      alerts: [
        'ImagePullRegistryUnavailable',
        'ImagePullExporterAbsent',
        'ImagePullExporterWatchStale',
        'ImagePullExporterSeriesDropped',
      ],
      until: minute(60),
    },
  },
  {
    name: 'counters that begin again at 0 are no success, and hide none',
    series: withLostScrape(
      [
        ...healthy(),
        ...teams.flatMap((namespace) => [
          ...failing({ cause: 'connection_refused', namespace, registry: down }, forLong, begin),
          successes(down, namespace, changing(always(7), minute(12), always(0))),
        ]),
        successes('ghcr.io', 'shop', changing(counting(60), minute(25), counting(60, minute(25)))),
      ],
      minute(12),
    ),
    firing: [
      { alert: 'ImagePullRegistryUnavailable', at: minute(12) + 30, alerts: [] },
      {
        alert: 'ImagePullRegistryUnavailable',
        at: minute(13),
        alerts: [{ cluster: 'eu1', registry: down, ...team }],
      },
      {
        alert: 'ImagePullRegistryUnavailable',
        at: minute(60),
        alerts: [{ cluster: 'eu1', registry: down, ...team }],
      },
    ],
  },
  {
    name: 'without events no success is known, and nothing is said of registries as a whole',
    series: [
      own('up', {}, always(1)),
      own('imagepull_exporter_last_contact_timestamp_seconds', { resource: 'pods' }, now),
      ...['a', 'b', 'c', 'd', 'e'].flatMap((namespace) => [
        ...failing({ cause: 'registry_error', namespace, registry: down }, forLong, begin),
        failures(down, namespace, 'registry_error', counting(12, begin)),
      ]),
    ],
    firing: [
      {
        alert: 'ImagePullFailing',
        at: minute(25),
        alerts: ['a', 'b', 'c', 'd', 'e'].map((namespace) => ({
          ...cart,
          namespace,
          registry: down,
        })),
      },
    ],
    silent: {
      alerts: [
        'ImagePullRegistryUnavailable',
        'ImagePullRegistryDegraded',
        'ImagePullRegistryInhibitor',
      ],
      until: minute(90),
    },
  },
];

/** One instance, as long as it lives; the first scrape after the start finds it. */
function beforeAndAfterRestart(
  instance: string,
  lives: (second: number) => boolean,
  start: number,
): readonly Series[] {
  const scrape = { instance };
  const all = [
    ...healthy(scrape),
    ...teams.flatMap((namespace) =>
      failing({ cause: 'registry_error', namespace, registry: 'ghcr.io', scrape }, forLong, begin),
    ),
    successes('ghcr.io', 'shop', (second) => Math.floor((second - start) / minute(5)), scrape),
  ];
  return all.map((one) => ({
    ...one,
    signal: (second) => (lives(second) ? one.signal(second) : undefined),
  }));
}

function byNamespace(a: { namespace: string }, b: { namespace: string }): number {
  return a.namespace < b.namespace ? -1 : 1;
}

const untilMinute100 = during(begin, minute(100));

const workloads: readonly PackCase[] = [
  {
    name: 'a workload that is down is down until it is up again, though it was available long ago',
    series: [
      ...healthy(),
      ...failing({ cause: 'manifest_not_found' }, untilMinute100, begin),
      availableReplicas('shop', 'cart', (second) =>
        second >= begin && second < minute(100) ? 0 : 3,
      ),
    ],
    firing: [
      ...[15, 60, 80, 99].map((at) => ({
        alert: 'ImagePullWorkloadDown' as const,
        at: minute(at),
        alerts: [cart],
      })),
      { alert: 'ImagePullWorkloadDown', at: minute(106), alerts: [] },
      { alert: 'ImagePullWorkloadInhibitor', at: minute(125), alerts: [cart] },
      { alert: 'ImagePullWorkloadInhibitor', at: minute(131), alerts: [] },
    ],
  },
  {
    name: 'it is so for each kind of workload that kube-state-metrics counts',
    series: [
      ...healthy(),
      ...(
        [
          ['StatefulSet', 'statefulset', 'kube_statefulset_status_replicas_available'],
          ['DaemonSet', 'daemonset', 'kube_daemonset_status_number_available'],
        ] as const
      ).flatMap(([workload_kind, label, name]) => [
        ...failing({ cause: 'unauthorized', workload_kind }, forLong, begin),
        stateMetric(
          name,
          { namespace: 'shop', [label]: 'cart' },
          changing(always(3), begin, always(0)),
        ),
      ]),
    ],
    firing: [
      {
        alert: 'ImagePullWorkloadDown',
        at: minute(15),
        alerts: ['DaemonSet', 'StatefulSet'].map((workload_kind) => ({ ...cart, workload_kind })),
      },
    ],
  },
  {
    name: 'a workload that never was available pages nobody, nor does one that still is',
    series: [
      ...healthy(),
      ...failing({ cause: 'manifest_not_found', workload: 'new' }, forLong, begin),
      availableReplicas('shop', 'new', during(begin, minute(600), 0)),
      ...failing({ cause: 'manifest_not_found' }, forLong, begin),
      availableReplicas('shop', 'cart', always(3)),
    ],
    firing: [
      {
        alert: 'ImagePullReferenceInvalid',
        at: minute(15),
        alerts: ['cart', 'new'].map((workload) => ({
          ...cartAtRegistry,
          workload,
          class: 'reference',
        })),
      },
    ],
    silent: {
      alerts: ['ImagePullWorkloadDown', 'ImagePullWorkloadInhibitor'],
      until: minute(90),
    },
  },
  {
    name: 'where kube-state-metrics is not scraped, what needs it is silent',
    series: [...healthy(), ...failing({ cause: 'manifest_not_found' }, forLong, begin)],
    silent: {
      alerts: ['ImagePullWorkloadDown', 'ImagePullStateDisagrees'],
      until: minute(60),
    },
  },
];

const registries: readonly PackCase[] = [
  {
    name: 'the inhibitor of a registry fires before what it mutes, and outlasts it',
    series: [
      ...healthy(),
      ...teams.flatMap((namespace, i) => [
        // They heal one by one, as the kubelets' back-off lets them.
        ...failing(
          { cause: 'registry_unavailable', namespace, registry: down },
          during(begin, minute(60 + 2 * i)),
          begin,
        ),
        successes(down, namespace, changing(always(7), minute(60 + 2 * i), counting(1))),
      ]),
    ],
    firing: [
      {
        alert: 'ImagePullRegistryInhibitor',
        at: minute(11),
        alerts: [{ cluster: 'eu1', registry: down }],
      },
      {
        alert: 'ImagePullFailing',
        at: minute(25),
        alerts: teams
          .map((namespace) => ({ ...cart, namespace, registry: down }))
          .sort(byNamespace),
      },
      // The last of them: healed at minute 64, and kept for 10 minutes and the bridge.
      { alert: 'ImagePullFailing', at: minute(77), alerts: [] },
      { alert: 'ImagePullRegistryUnavailable', at: minute(68), alerts: [] },
      {
        alert: 'ImagePullRegistryInhibitor',
        at: minute(87),
        alerts: [{ cluster: 'eu1', registry: down }],
      },
      { alert: 'ImagePullRegistryInhibitor', at: minute(95), alerts: [] },
    ],
  },
  {
    name: 'a rejected account is an incident for as long as it is rejected, however it began',
    series: [
      ...healthy(),
      ...teams.flatMap((namespace) =>
        failing({ cause: 'unauthorized', namespace }, during(begin, minute(150)), begin),
      ),
    ],
    firing: [
      ...[15, 120, 140, 149].map((at) => ({
        alert: 'ImagePullCredentialsRejectedEverywhere' as const,
        at: minute(at),
        alerts: [{ cluster: 'eu1', registry: 'registry.corp.example', ...team }],
      })),
      { alert: 'ImagePullCredentialsRejectedEverywhere', at: minute(168), alerts: [] },
    ],
  },
  {
    name: 'credentials that were rejected long before anybody looked are no incident',
    series: [
      ...healthy(),
      ...[...teams, 'one', 'two'].flatMap((namespace) =>
        failing({ cause: 'forbidden', namespace }, forLong, begin - 10_000),
      ),
    ],
    silent: {
      alerts: ['ImagePullCredentialsRejectedEverywhere', 'ImagePullCredentialsInhibitor'],
      until: minute(60),
    },
  },
  {
    name: 'repositories that are mistyped on Docker Hub are no rejected account, however many',
    series: [
      ...healthy(),
      ...[...teams, 'one', 'two'].flatMap((namespace) =>
        failing(
          { cause: 'access_denied_or_missing', namespace, registry: 'docker.io' },
          forLong,
          begin,
        ),
      ),
    ],
    silent: { alerts: ['ImagePullCredentialsRejectedEverywhere'], until: minute(60) },
  },
  {
    name: 'what fails on many nodes is no trouble of a node',
    series: [
      ...healthy(),
      ...['node-1', 'node-2', 'node-3'].flatMap((node) =>
        ['cart', 'api', 'web'].flatMap((workload) =>
          failing(
            { cause: 'registry_error', workload, node, pod: `${workload}-on-${node}` },
            forLong,
            begin,
          ),
        ),
      ),
    ],
    silent: { alerts: ['ImagePullNodeFailing'], until: minute(60) },
  },
];

const waiting = 'kube_pod_container_status_waiting_reason';

function inBackOff(
  namespace: string,
  pod: string,
  signal: Signal,
  reason = 'ImagePullBackOff',
): Series {
  return stateMetric(waiting, { namespace, pod, uid: '1', container: 'app', reason }, signal);
}

const disagreement: readonly PackCase[] = [
  {
    name: 'two eyes that see the same, or not the same things, do not disagree',
    series: [
      ...healthy(),
      stateMetric('kube_namespace_status_phase', { namespace: 'shop', phase: 'Active' }, always(1)),
      // Both see it, one of them a scrape later; another reason of the same trouble.
      ...failing({ cause: 'manifest_not_found', pod: 'both' }, forLong, begin),
      inBackOff('shop', 'both', during(begin + 30, minute(600))),
      ...failing({ cause: 'manifest_not_found', pod: 'crashed' }, forLong, begin),
      inBackOff('shop', 'crashed', forLong, 'CrashLoopBackOff'),
      // The exporter alone knows of ephemeral containers, and of its own namespaces.
      ...failing(
        { cause: 'manifest_not_found', pod: 'debugged', container_type: 'ephemeral' },
        forLong,
        begin,
      ),
      inBackOff('not-watched', 'any', forLong),
      // The kubelet of a node that is gone never ends it; the exporter leaves it out.
      inBackOff('shop', 'leaving', forLong),
      stateMetric(
        'kube_pod_deletion_timestamp',
        { namespace: 'shop', pod: 'leaving', uid: '1' },
        always(begin),
      ),
      inBackOff('shop', 'evicted', forLong),
      stateMetric(
        'kube_pod_status_phase',
        { namespace: 'shop', pod: 'evicted', uid: '1', phase: 'Failed' },
        always(1),
      ),
      // Pods that fail for two minutes, one after the other, and are seen a scrape apart.
      ...Array.from({ length: 30 }, (_, i) => {
        const from = begin + i * minute(2);
        return [
          ...failing(
            { cause: 'dns_failure', pod: `churn-${i}` },
            during(from, from + minute(2)),
            from,
          ),
          inBackOff('shop', `churn-${i}`, during(from + 30, from + minute(2) + 30)),
        ];
      }).flat(),
    ],
    silent: { alerts: ['ImagePullStateDisagrees'], until: minute(70) },
  },
];

export const packCases: readonly {
  readonly file: string;
  readonly cases: readonly PackCase[];
}[] = [
  { file: 'replicas-and-shards', cases: replicasAndShards },
  { file: 'continuity', cases: continuity },
  { file: 'workloads', cases: workloads },
  { file: 'registries-and-nodes', cases: registries },
  { file: 'disagreement', cases: disagreement },
];
