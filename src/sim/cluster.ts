// A scenario and a seed -> a simulated cluster: nodes, registries and workloads, and an API server to read it.
import { ApiClient } from './api-client.ts';
import { Actions } from './actions.ts';
import { ApiServer } from './api/server.ts';
import type { ApiServerOptions } from './api/server.ts';
import { VirtualClock } from './clock.ts';
import { Controllers } from './controllers.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { Surroundings } from './kubelet/kubelet.ts';
import type { NodeConfig } from './node-config.ts';
import type { Event, Pod } from './objects.ts';
import { paceByWallClock } from './pacer.ts';
import type { Pacer } from './pacer.ts';
import type { PodBehaviour, PullSecrets } from './pod-behaviour.ts';
import { Random } from './random.ts';
import { Registries } from './registries.ts';
import { Truth } from './truth.ts';
import type { TruthLine } from './truth.ts';
import type { WorkloadFacts } from './workload.ts';

export interface Scenario {
  readonly nodes: readonly NodeConfig[];
  /** Sets registries and secrets, creates the first workloads, and plans what happens later. */
  readonly start: (cluster: ScenarioCluster) => void;
}

/** What a scenario works with. */
export interface ScenarioCluster {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly registries: Registries;
  readonly actions: Actions;
  readonly workloads: () => readonly WorkloadFacts[];
}

export interface ClusterOptions {
  /** Same seed, scenario, start and actions: the same traffic, byte for byte. */
  readonly seed: number | string;
  readonly scenario: Scenario;
  /** Virtual Unix time at which the scenario starts, ms. */
  readonly now: number;
  /** Virtual seconds per second while `listen`ing; 0 (default) moves time by `advanceTo` only. */
  readonly speed?: number;
  /** Of the API server, and of nodes that do not say otherwise: 1.28 to 1.36 (default). */
  readonly kubernetesVersion?: string;
  readonly managedFields?: boolean;
  /** Changes per resource that a watch can be behind before it gets 410. Default 2000. */
  readonly watchHistory?: number;
  /** Default true; false for runs without end: deleted pods are dropped from the truth, long pasts cut. */
  readonly keepDeleted?: boolean;
  readonly server?: ApiServerOptions;
}

export interface SimulatedCluster extends ScenarioCluster {
  /** The reader's clock: virtual time, plus what `faults.jumpClock` added. */
  readonly now: () => number;
  readonly faults: ApiServer['faults'];
  readonly server: ApiServer;
  /** The stores behind the server, for readers in the same process. */
  readonly api: ApiClient;
  readonly pods: () => readonly Pod[];
  readonly events: () => readonly Event[];
  readonly truth: () => readonly TruthLine[];
  readonly advanceTo: (timeMs: number) => void;
  readonly advanceBy: (durationMs: number) => void;
  /** Opens a port of 127.0.0.1 (a free one if not given) and lets time run if there is a speed. */
  readonly listen: (port?: number) => Promise<{ readonly url: string }>;
  /** For kubectl and client libraries; only while listening. */
  readonly kubeconfig: () => string;
  readonly close: () => Promise<void>;
}

export function createSimulatedCluster(options: ClusterOptions): SimulatedCluster {
  const { seed, scenario } = options;
  const kubernetesVersion = options.kubernetesVersion ?? '1.36';
  const clock = new VirtualClock(options.now);
  const random = new Random(`${seed}/cluster`);
  const registries = new Registries();
  const truth = new Truth(options.keepDeleted ?? true);
  const secrets: PullSecrets = new Map();
  const podBehaviours = new Map<string, PodBehaviour>();
  const api = new ApiClient({
    clock,
    random: new Random(`${seed}/api`),
    historyLimit: options.watchHistory ?? 2000,
    managedFields: options.managedFields ?? true,
  });
  const around: Surroundings = {
    clock,
    api,
    registries,
    truth,
    secrets,
    podBehaviours,
    seed,
    kubernetesVersion,
  };
  const nodes = new Map(scenario.nodes.map((node) => [node.name, new Kubelet(node, around)]));
  const controllers = new Controllers({
    clock,
    api,
    random: new Random(`${seed}/controllers`),
    nodes: [...nodes.keys()],
    podBehaviours,
    onScheduled: (pod) => api.writeEvent(scheduledEvent(pod, clock.now(), random)),
  });
  api.pods.listen(({ type, current }) => {
    const pod = current.object() as Pod;
    if (type === 'DELETED') {
      truth.deleted(current.uid, clock.now());
      podBehaviours.delete(current.uid);
      registries.forget(current.uid);
    } else if (api.reachable()) {
      nodes.get(pod.spec.nodeName ?? '')?.podChanged(pod);
    }
  });
  const actions = new Actions({ clock, api, random, registries, secrets, controllers, nodes });
  const server = new ApiServer({ ...options.server, api, clock, kubernetesVersion });
  const base: ScenarioCluster = {
    clock,
    random,
    registries,
    actions,
    workloads: () => controllers.facts(),
  };
  scenario.start(base);

  let pacer: Pacer | undefined;
  let url = '';
  return {
    ...base,
    server,
    api,
    faults: server.faults,
    now: () => clock.now() + server.faults.clockJumpMs,
    pods: () => api.pods.list().map((stored) => stored.object() as Pod),
    events: () => api.events.list().map((stored) => stored.object() as Event),
    truth: () => truth.lines(),
    advanceTo: (timeMs) => clock.advanceTo(timeMs),
    advanceBy: (durationMs) => clock.advanceTo(clock.now() + durationMs),
    listen: async (port) => {
      url = await server.listen(port);
      const speed = options.speed ?? 0;
      if (speed > 0) pacer ??= paceByWallClock(clock, speed);
      return { url };
    },
    kubeconfig: () => kubeconfigFor({ url, ...options.server }),
    close: async () => {
      pacer?.stop();
      await server.close();
    },
  };
}

/** The scheduler writes events of the newer kind: no count, no first and last time. */
function scheduledEvent(
  pod: Pod,
  now: number,
  random: Random,
): Omit<Event, 'metadata'> & { readonly name: string } {
  const { namespace, name, uid, resourceVersion } = pod.metadata;
  return {
    kind: 'Event',
    apiVersion: 'v1',
    name: `${name}.${(BigInt(now) * 1_000_000n + BigInt(random.integer(0, 999_999))).toString(16)}`,
    involvedObject: { kind: 'Pod', namespace, name, uid, apiVersion: 'v1', resourceVersion },
    reason: 'Scheduled',
    message: `Successfully assigned ${namespace}/${name} to ${pod.spec.nodeName ?? ''}`,
    source: {},
    firstTimestamp: null,
    lastTimestamp: null,
    type: 'Normal',
    eventTime: new Date(now).toISOString().replace('Z', '000Z'),
    action: 'Binding',
    reportingComponent: 'default-scheduler',
    reportingInstance: 'default-scheduler-control-plane-1',
  };
}
