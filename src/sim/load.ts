// A number of pods, a share that fails, a rate of changes -> an API server under load, without kubelets.
import { ApiClient } from './api-client.ts';
import { ApiServer } from './api/server.ts';
import type { ApiServerOptions } from './api/server.ts';
import { VirtualClock } from './clock.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import type { LoadPodState } from './load-pod-pattern.ts';
import { PodTemplates, loadPodIdentity } from './load-pods.ts';
import type { Event } from './objects.ts';
import { apiTime } from './objects.ts';
import { Random } from './random.ts';

export interface LoadOptions {
  readonly seed: number | string;
  readonly pods: number;
  /** How many of them have a container that cannot pull. */
  readonly failing: number;
  /** Unix time that the pods' times are made from, ms. */
  readonly now: number;
  readonly nodes?: number;
  /** Event objects in the list; half of them tell of failing pulls. */
  readonly events?: number;
  readonly watchHistory?: number;
  readonly kubernetesVersion?: string;
  readonly server?: ApiServerOptions;
}

export interface LoadCluster {
  readonly server: ApiServer;
  readonly faults: ApiServer['faults'];
  readonly api: ApiClient;
  readonly listen: (port?: number) => Promise<{ readonly url: string }>;
  readonly kubeconfig: () => string;
  readonly close: () => Promise<void>;
  /** Changes the state of one pod, as a kubelet's status write does. */
  readonly setState: (index: number, state: LoadPodState) => void;
  readonly remove: (index: number) => void;
  /** Ordinary changes of random pods: readiness of healthy ones, back-off of failing ones. */
  readonly churn: (changes: number, shareOnFailing: number) => void;
  /** Ordinary counts of random events. */
  readonly churnEvents: (changes: number) => void;
  /** `namespace/pod` of all pods with a failing container now. */
  readonly failing: () => readonly string[];
}

const waitingStates: readonly LoadPodState[] = ['err-image-pull', 'image-pull-back-off'];

export function createLoadCluster(options: LoadOptions): LoadCluster {
  const random = new Random(`${options.seed}/load`);
  const clock = new VirtualClock(options.now);
  const api = new ApiClient({
    clock,
    random,
    // Versions keep their number of digits, so that pods are patched instead of encoded.
    firstRevision: 1_000_000_000,
    historyLimit: options.watchHistory ?? 20_000,
    managedFields: true,
  });
  const server = new ApiServer({
    ...options.server,
    api,
    clock,
    kubernetesVersion: options.kubernetesVersion ?? '1.36',
  });
  const templates = new PodTemplates(options.seed, options.nodes ?? 100, options.now);
  const states: LoadPodState[] = Array.from({ length: options.pods }, () => 'running');
  const failing = new Set<number>();
  const present = new Set<number>();

  const setState = (index: number, state: LoadPodState): void => {
    states[index] = state;
    present.add(index);
    if (waitingStates.includes(state)) failing.add(index);
    else failing.delete(index);
    api.pods.put((version) => templates.pod(index, state, version));
  };
  const remove = (index: number): void => {
    const { namespace, name } = loadPodIdentity(options.seed, index);
    api.pods.remove(namespace, name, (version) =>
      templates.pod(index, states[index] ?? 'running', version),
    );
    failing.delete(index);
    present.delete(index);
  };

  const step = options.failing === 0 ? Infinity : options.pods / options.failing;
  for (let i = 0; i < options.pods; i++) {
    const fails = Math.floor((i + 1) / step) > Math.floor(i / step);
    setState(i, fails ? (waitingStates[i % 2] ?? 'err-image-pull') : 'running');
  }
  const events = Array.from({ length: options.events ?? 0 }, (_, i) =>
    loadEvent(options, i, options.now),
  );
  for (const event of events) api.writeEvent(event);
  // What was there before the first reader came is no history.
  api.pods.compact();
  api.events.compact();

  let url = '';
  return {
    server,
    faults: server.faults,
    api,
    listen: async (port) => {
      url = await server.listen(port);
      return { url };
    },
    kubeconfig: () => kubeconfigFor({ url, ...options.server }),
    close: () => server.close(),
    setState,
    remove,
    churn: (changes, shareOnFailing) => {
      const failingNow = [...failing];
      for (let i = 0; i < changes; i++) {
        const onFailing = failingNow.length > 0 && random.chance(shareOnFailing);
        const index = onFailing ? random.pick(failingNow) : random.integer(0, options.pods - 1);
        if (present.has(index)) setState(index, nextState(states[index] ?? 'running'));
      }
    },
    churnEvents: (changes) => {
      for (let i = 0; i < changes && events.length > 0; i++) {
        const event = random.pick(events);
        api.writeEvent({ ...event, count: (event.count ?? 1) + random.integer(1, 40) });
      }
    },
    failing: () =>
      [...failing].map((index) => {
        const { namespace, name } = loadPodIdentity(options.seed, index);
        return `${namespace}/${name}`;
      }),
  };
}

function nextState(state: LoadPodState): LoadPodState {
  switch (state) {
    case 'running':
      return 'not-ready';
    case 'not-ready':
      return 'running';
    case 'err-image-pull':
      return 'image-pull-back-off';
    case 'image-pull-back-off':
      return 'err-image-pull';
  }
}

function loadEvent(
  options: LoadOptions,
  index: number,
  now: number,
): Omit<Event, 'metadata'> & { readonly name: string } {
  const { namespace, name, uid, image } = loadPodIdentity(options.seed, index % options.pods);
  const pull = index % 2 === 0;
  return {
    kind: 'Event',
    apiVersion: 'v1',
    name: `${name}.${(BigInt(now) * 1_000_000n + BigInt(index)).toString(16)}`,
    involvedObject: {
      kind: 'Pod',
      namespace,
      name,
      uid,
      apiVersion: 'v1',
      resourceVersion: '1000000001',
      fieldPath: 'spec.containers{app}',
    },
    reason: pull ? 'BackOff' : 'Unhealthy',
    message: pull
      ? `Back-off pulling image "${image}"`
      : 'Readiness probe failed: HTTP probe failed with statuscode: 503',
    source: { component: 'kubelet', host: `node-${index % (options.nodes ?? 100)}` },
    firstTimestamp: apiTime(now - 600_000),
    lastTimestamp: apiTime(now),
    count: 1 + (index % 40),
    type: pull ? 'Normal' : 'Warning',
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: `node-${index % (options.nodes ?? 100)}`,
  };
}
