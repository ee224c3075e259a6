// The simulated cluster that chaos strikes: what fails throughout, and what begins and ends to fail
// meanwhile.
import { WholeObject } from '../../src/sim/api/store.ts';
import type { Scenario, SimulatedCluster } from '../../src/sim/cluster.ts';
import { fails } from '../../src/sim/registries.ts';

/** Each changes everything that a watch can miss. */
export const rounds = 6;

/** Pods of this namespace fail from before the start to after the end. */
export const steadyNamespace = 'steady';
const namespace = 'shop';
const healthyNamespace = 'idle';

const plans = [
  fails('manifest-unknown'),
  fails('http-401'),
  fails('http-503'),
  fails('dns-nxdomain'),
];
const badImage = (name: string): string => `registry.example/bad/${name}:1`;
const goodImage = (name: string): string => `registry.example/good/${name}:1`;

/** @param crowd pods that run, beside the few dozen that matter */
export function chaosScenario(crowd: number): Scenario {
  const nodes = Array.from({ length: 4 + Math.ceil(crowd / 100) }, (_, index) => ({
    name: `node-${index + 1}`,
    ip: `10.0.0.${index + 1}`,
    // How fast a node pulls is not the question.
    registryPullQps: 1000,
    registryBurst: 1000,
  }));
  return {
    nodes,
    start: (cluster) => {
      const indices = [...Array(rounds).keys()];
      const failing = [
        ...[...Array(10).keys()].map((index) => [steadyNamespace, `steady-${index}`] as const),
        ...indices.map((index) => [namespace, `removed-${index}`] as const),
        ...indices.map((index) => [namespace, `cured-${index}`] as const),
        ...indices.map((index) => [namespace, `replaced-${index}`] as const),
      ];
      for (const [index, [where, name]] of failing.entries()) {
        cluster.actions.planImage(badImage(name), plans[index % plans.length] ?? fails('http-503'));
        deploy(cluster, where, name, badImage(name));
      }
      for (const index of indices) {
        deploy(cluster, namespace, `broken-${index}`, goodImage('broken'));
        cluster.actions.planImage(badImage(`broken-${index}`), fails('name-unknown'));
      }
      deploy(cluster, healthyNamespace, 'healthy', goodImage('healthy'), 2 + crowd);
    },
  };
}

/** One workload ends, one is cured, the pods of one are made anew, one breaks, one begins broken. */
export function stir(cluster: SimulatedCluster, round: number): void {
  const { actions } = cluster;
  actions.remove('Deployment', namespace, `removed-${round}`);
  const setImage = (name: string, image: string): void =>
    actions.setImage('Deployment', namespace, name, 'app', image);
  setImage(`cured-${round}`, goodImage('cured'));
  setImage(`broken-${round}`, badImage(`broken-${round}`));
  for (const pod of cluster.pods()) {
    const { metadata } = pod;
    if (metadata.namespace === namespace && metadata.name.startsWith(`replaced-${round}-`)) {
      // By force: DELETED is all that anybody is told.
      cluster.api.pods.remove(namespace, metadata.name, (version) => new WholeObject(pod, version));
    }
  }
  begin(cluster, round);
}

/** One more workload that fails. */
export function begin(cluster: SimulatedCluster, round: number): void {
  const image = badImage(`new-${round}`);
  cluster.actions.planImage(image, fails('http-403'));
  deploy(cluster, namespace, `new-${round}`, image);
}

/** A change of a pod that does not matter: whoever watches receives something. */
export function touch(cluster: SimulatedCluster): void {
  const pod = cluster.pods().find(({ metadata }) => metadata.namespace === healthyNamespace);
  if (pod === undefined) return;
  cluster.api.changePod(healthyNamespace, pod.metadata.name, ({ ...same }) => same);
}

function deploy(
  { actions }: Pick<SimulatedCluster, 'actions'>,
  where: string,
  name: string,
  image: string,
  replicas = 2,
): void {
  const pod = { containers: [{ name: 'app', image }] };
  actions.apply({ namespace: where, kind: 'Deployment', name, replicas, pod });
}

/** Containers that cannot pull now, by what the kubelets did, as `namespace/pod uid container`. */
export function failingNow(cluster: SimulatedCluster): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const {
    container,
    deleted_at,
    failures,
    pod,
    recovered_at,
    uid,
    ...line
  } of cluster.truth()) {
    const [lastFailure = -Infinity] = failures.at(-1) ?? [];
    if (deleted_at !== null || failures.length === 0) continue;
    if (recovered_at !== null && recovered_at >= lastFailure) continue;
    keys.add(`${line.namespace}/${pod} ${uid} ${container}`);
  }
  return keys;
}
