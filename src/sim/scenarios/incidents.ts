// Incidents as people on call know them, each one call on a cluster, for end-to-end tests.
import type { ScenarioCluster } from '../cluster.ts';
import { fails, isPrivate, stalls, works } from '../registries.ts';
import type { PullPlan } from '../registries.ts';

/** Ends the incident: the registry answers, the secret is renewed, the disk has room. */
export type Heal = () => void;

/** Workloads that are up, spread over namespaces, all with images of one host. */
export function runWorkloads(
  cluster: ScenarioCluster,
  options: {
    readonly host: string;
    readonly workloads: number;
    readonly namespaces: number;
    /** Namespaces are called so, and numbered. Default `team`. */
    readonly tenant?: string;
    readonly replicas?: number;
    /** They pull at every start. */
    readonly pullAlways?: boolean;
    readonly secret?: string;
  },
): readonly { readonly namespace: string; readonly name: string; readonly image: string }[] {
  return Array.from({ length: options.workloads }, (_, i) => {
    const namespace = `${options.tenant ?? 'team'}-${(i % options.namespaces) + 1}`;
    const name = `service-${i + 1}`;
    const image = `${options.host}/${namespace}/${name}:1.0`;
    cluster.actions.apply({
      namespace,
      kind: 'Deployment',
      name,
      replicas: options.replicas ?? 1,
      pod: {
        containers: [
          {
            name: 'app',
            image,
            ...(options.pullAlways === true ? { imagePullPolicy: 'Always' } : {}),
          },
        ],
        ...(options.secret === undefined ? {} : { imagePullSecrets: [options.secret] }),
      },
    });
    return { namespace, name, image };
  });
}

/** A registry goes down while all its workloads are rolled out anew. */
export function registryOutage(
  cluster: ScenarioCluster,
  options: {
    readonly host: string;
    readonly workloads: number;
    readonly namespaces: number;
    readonly plan?: PullPlan;
  },
): Heal {
  const { actions } = cluster;
  actions.breakHost(options.host, options.plan ?? fails('http-503'));
  runWorkloads(cluster, options);
  return () => actions.healHost(options.host);
}

/** One workload gets a tag that does not exist. */
export function typo(
  cluster: ScenarioCluster,
  options: {
    readonly namespace: string;
    readonly name: string;
    readonly replicas?: number;
    readonly host?: string;
  },
): Heal {
  const { actions } = cluster;
  const { host = 'registry.corp.example', ...place } = options;
  const image = `${host}/${place.namespace}/${place.name}:1.2.3-typo`;
  const pod = (
    of: string,
  ): { readonly containers: readonly { name: string; image: string }[] } => ({
    containers: [{ name: 'app', image: of }],
  });
  const workload = { ...place, kind: 'Deployment' } as const;
  actions.planImage(image, fails('manifest-unknown'));
  actions.apply({ ...workload, pod: pod(image) });
  return () => actions.apply({ ...workload, pod: pod(image.replace('-typo', '')) });
}

/** The password of a robot account that several namespaces share has run out. */
export function expiredRobotAccount(
  cluster: ScenarioCluster,
  options: { readonly host: string; readonly namespaces: number; readonly tenant?: string },
): Heal {
  const { actions, registries } = cluster;
  const secret = 'robot-login';
  const { tenant = 'team' } = options;
  const names = Array.from({ length: options.namespaces }, (_, i) => `${tenant}-${i + 1}`);
  registries.setHost(options.host, isPrivate);
  for (const namespace of names) actions.setSecret(namespace, secret, 'expired');
  runWorkloads(cluster, { ...options, workloads: options.namespaces, secret });
  return () => {
    for (const namespace of names) actions.setSecret(namespace, secret, 'good');
  };
}

/** What is scheduled to the node from now on cannot be pulled. */
export function fullDisk(
  cluster: ScenarioCluster,
  options: { readonly node: string; readonly workloads: number },
): Heal {
  const { actions } = cluster;
  actions.setDisk(options.node, 'images-full');
  for (let i = 0; i < options.workloads; i++) {
    actions.apply({
      namespace: 'batch',
      kind: 'Deployment',
      name: `crunch-${i + 1}`,
      pod: {
        nodeName: options.node,
        containers: [{ name: 'app', image: `registry.corp.example/batch/crunch-${i + 1}:7` }],
      },
    });
  }
  return () => actions.setDisk(options.node, 'ok');
}

/** A workload that was up gets an image that cannot be pulled; with Recreate it is down. */
export function badRollout(
  cluster: ScenarioCluster,
  options: {
    readonly namespace: string;
    readonly name: string;
    readonly replicas: number;
    readonly strategy: 'Recreate' | 'RollingUpdate';
    /** How long it is up before. */
    readonly afterMs: number;
  },
): Heal {
  const { actions, clock } = cluster;
  const image = (tag: string): string =>
    `registry.corp.example/${options.namespace}/${options.name}:${tag}`;
  const apply = (tag: string): void =>
    actions.apply({
      namespace: options.namespace,
      kind: 'Deployment',
      name: options.name,
      replicas: options.replicas,
      strategy: options.strategy,
      pod: { containers: [{ name: 'app', image: image(tag) }] },
    });
  actions.planImage(image('good'), works);
  actions.planImage(image('bad'), fails('manifest-unknown'));
  apply('good');
  clock.after(options.afterMs, () => apply('bad'));
  return () => apply('good');
}

/** A layer stops in the middle; with serialized pulls every other pull of the node waits behind it. */
export function stalledLayer(cluster: ScenarioCluster, options: { readonly node: string }): Heal {
  const { actions } = cluster;
  const image = 'registry.corp.example/media/encoder:4.0';
  actions.planImage(image, stalls());
  actions.apply({
    namespace: 'media',
    kind: 'Deployment',
    name: 'encoder',
    pod: { nodeName: options.node, containers: [{ name: 'app', image }] },
  });
  return () => {
    actions.planImage(image, works);
    actions.restartKubelet(options.node);
  };
}
