// Each incident: how it begins and ends on a simulated cluster, and the one notification it is worth.
import type { SimulatedCluster } from '../../src/sim/cluster.ts';
import { fails } from '../../src/sim/registries.ts';
import {
  badRollout,
  expiredRobotAccount,
  fullDisk,
  registryOutage,
  stalledLayer,
  typo,
  type Heal,
} from '../../src/sim/scenarios/incidents.ts';

export interface Incident {
  readonly name: string;
  /** Those of one cluster do not get in each other's way. */
  readonly cluster: 'apps' | 'nodes';
  /** Whatever is said about it has one of these as its namespace, registry or node. */
  readonly about: readonly string[];
  readonly begin: (cluster: SimulatedCluster) => Heal;
  /** Receiver, alert, what it is about. */
  readonly expected: string;
}

export const mirror = 'mirror.corp.example';
const harbor = 'harbor.corp.example';

/** How long the workloads of the rollouts are up before. */
const upBeforeMs = 6 * 60_000;

export const incidents: readonly Incident[] = [
  {
    name: 'registry outage: 40 workloads, 10 namespaces',
    cluster: 'apps',
    about: [mirror, ...numbered('team', 10)],
    begin: (cluster) =>
      registryOutage(cluster, {
        host: mirror,
        workloads: 40,
        namespaces: 10,
        // Its blobs cannot be had; which tags there are it can still tell.
        plan: (request) =>
          fails(request.image.endsWith('-typo') ? 'manifest-unknown' : 'http-503')(request),
      }),
    expected: `platform-page: RegistryUnavailable ${mirror}`,
  },
  {
    name: 'typo on that registry during the outage',
    cluster: 'apps',
    about: ['shop'],
    begin: (cluster) => typo(cluster, { namespace: 'shop', name: 'cart', host: mirror }),
    expected: 'namespace: ReferenceInvalid shop',
  },
  {
    name: 'expired robot account: 5 namespaces',
    cluster: 'apps',
    about: [harbor, ...numbered('tenant', 5)],
    begin: (cluster) =>
      expiredRobotAccount(cluster, { host: harbor, namespaces: 5, tenant: 'tenant' }),
    expected: `platform-page: CredentialsRejectedEverywhere ${harbor}`,
  },
  {
    name: 'bad rollout with Recreate',
    cluster: 'apps',
    about: ['checkout'],
    begin: (cluster) => rollOut(cluster, 'checkout', 'Recreate'),
    expected: 'namespace-page: WorkloadDown checkout',
  },
  {
    name: 'bad rollout with RollingUpdate',
    cluster: 'apps',
    about: ['search'],
    begin: (cluster) => rollOut(cluster, 'search', 'RollingUpdate'),
    expected: 'namespace: ReferenceInvalid search',
  },
  {
    name: 'full disk on one node: 3 workloads',
    cluster: 'nodes',
    about: ['worker-1', 'batch'],
    begin: (cluster) => fullDisk(cluster, { node: 'worker-1', workloads: 3 }),
    expected: 'platform: NodeFailing worker-1',
  },
  {
    name: 'stalled layer that blocks a node',
    cluster: 'nodes',
    about: ['worker-2', 'media', 'queue'],
    begin: (cluster) => {
      const heal = stalledLayer(cluster, { node: 'worker-2' });
      cluster.actions.apply({
        namespace: 'queue',
        kind: 'Deployment',
        name: 'waits-behind-it',
        pod: {
          nodeName: 'worker-2',
          containers: [{ name: 'app', image: 'registry.corp.example/queue/app:1' }],
        },
      });
      return heal;
    },
    expected: 'platform: Stalled worker-2',
  },
];

function rollOut(
  cluster: SimulatedCluster,
  namespace: string,
  strategy: 'Recreate' | 'RollingUpdate',
): Heal {
  return badRollout(cluster, {
    namespace,
    name: 'api',
    replicas: 3,
    strategy,
    afterMs: upBeforeMs,
  });
}

export function numbered(stem: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${stem}-${i + 1}`);
}

/** Epoch ms of the cluster's clock: the first pull that failed, or, where none does, that began. */
export function firstTrouble({ about }: Incident, cluster: SimulatedCluster): number {
  const tries = cluster.truth().filter(({ namespace }) => about.includes(namespace));
  const failed = tries.flatMap((line) => line.failed);
  return 1000 * Math.min(...(failed.length > 0 ? failed : tries.flatMap((line) => line.attempts)));
}
