// A node: what outlives its kubelet (images, containers, disk, runtime), and the kubelet itself.
import type { ApiClient } from '../api-client.ts';
import type { VirtualClock } from '../clock.ts';
import type { Runtime } from '../failures.ts';
import type { NodeConfig } from '../node-config.ts';
import type { Pod, PodSpec, PodStatus } from '../objects.ts';
import type { PodBehaviour, PullSecrets } from '../pod-behaviour.ts';
import { Random } from '../random.ts';
import type { Credential, Registries } from '../registries.ts';
import type { Truth } from '../truth.ts';
import { behaviourOf } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';
import { PodContainers } from './containers.ts';
import { EventRecorder } from './event-recorder.ts';
import { ImageManager } from './image-manager.ts';
import type { PresentImages } from './image-manager.ts';
import { ImagePuller } from './image-puller.ts';
import { KubeletProcess } from './kubelet-process.ts';
import { StatusWriter } from './status-writer.ts';

/** `images-full`: nothing can be pulled; `full`: nor can a sandbox be made. */
export type DiskState = 'ok' | 'images-full' | 'full' | 'read-only';

const diskFailures = {
  ok: undefined,
  'images-full': 'disk-full',
  full: 'disk-full',
  'read-only': 'read-only-disk',
} as const;

/** The world around a node. */
export interface Surroundings {
  readonly clock: VirtualClock;
  readonly api: ApiClient;
  readonly registries: Registries;
  readonly truth: Truth;
  readonly secrets: PullSecrets;
  readonly podBehaviours: Map<string, PodBehaviour>;
  readonly seed: number | string;
  readonly kubernetesVersion: string;
}

const watchLatencyMs = 8;
/** A kubelet that starts syncs its first pod after 2 s, and all others within a second (measured). */
const firstSyncAfterMs = 2000;
const startSpreadPerPodMs = 4.5;
/** After the runtime's return: until the kubelet lists it, and until its image service answers. */
const relistDelayMs = 2300;
const imageServiceDelayMs = 2900;

export class Kubelet {
  readonly name: string;
  readonly ip: string;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly behaviour: Behaviour;
  clockSkewMs = 0;
  runtimeDownSince: number | undefined;
  readonly #config: NodeConfig;
  readonly #around: Surroundings;
  readonly #images: PresentImages = new Map();
  readonly #containers = new Map<string, PodContainers>();
  readonly #status: StatusWriter;
  #disk: DiskState = 'ok';
  #runtimeReturnedAt = -Infinity;
  #podIps = 0;
  #process: KubeletProcess | undefined;

  constructor(config: NodeConfig, around: Surroundings) {
    this.#config = config;
    this.#around = around;
    this.name = config.name;
    this.ip = config.ip;
    this.clock = around.clock;
    this.random = new Random(`${around.seed}/${config.name}`);
    this.behaviour = behaviourOf(config.kubernetesVersion ?? around.kubernetesVersion);
    this.#status = new StatusWriter(
      around.clock,
      around.api,
      new Random(`${around.seed}/${config.name}/status`),
    );
    this.#process = this.#newProcess();
  }

  get runtime(): Runtime {
    return this.#config.runtime ?? 'containerd';
  }

  /** A change of one of this node's pods, as the API server tells it. */
  podChanged(pod: Pod): void {
    this.clock.after(watchLatencyMs, () => {
      this.#process?.podSeen(pod, () => this.#containersOf(pod));
    });
  }

  /** The kubelet ends and comes back: everything it only remembered is lost, all its pods sync at once. */
  restart(downMs = 5000): void {
    this.stop();
    this.clock.after(downMs, () => this.start());
  }

  stop(): void {
    this.#process?.stop();
    this.#process = undefined;
    this.#status.forgetAll();
  }

  start(): void {
    if (this.#process !== undefined) return;
    const process = this.#newProcess();
    this.#process = process;
    const pods = this.#around.api.podsOn(this.name);
    const spreadMs = pods.length * startSpreadPerPodMs;
    for (const pod of pods) {
      this.clock.after(firstSyncAfterMs + this.random.between(0, spreadMs), () => {
        const current = this.#around.api.pod(pod.metadata.namespace, pod.metadata.name);
        if (this.#process !== process || current?.metadata.uid !== pod.metadata.uid) return;
        process.podSeen(current, () => this.#containersOf(current));
        // The first list of the runtime shows every sandbox as new, which syncs the pod a second time.
        process.noticeChangeOf(current.metadata.uid);
      });
    }
  }

  /** The API server is back: what was missed meanwhile is caught up. */
  apiReturned(): void {
    for (const pod of this.#around.api.podsOn(this.name)) this.podChanged(pod);
  }

  stopRuntime(): void {
    this.runtimeDownSince = this.clock.now();
    this.#process?.puller.loseRuntime();
  }

  startRuntime(): void {
    if (this.runtimeDownSince === undefined) return;
    this.runtimeDownSince = undefined;
    this.#runtimeReturnedAt = this.clock.now();
    this.#process?.runtimeReturned();
  }

  setDisk(state: DiskState): void {
    this.#disk = state;
  }

  removeImage(normalisedReference: string): void {
    this.#images.delete(normalisedReference);
  }

  /** The earliest list of the runtime after `time`, where its absence delays it. */
  relistsFrom(time: number): number {
    const from = this.#runtimeReturnedAt + relistDelayMs;
    return time < from ? from : 0;
  }

  runtimeError(): string | undefined {
    const answersFrom = this.#runtimeReturnedAt + imageServiceDelayMs;
    if (this.runtimeDownSince === undefined && this.clock.now() >= answersFrom) return undefined;
    const socket =
      this.runtime === 'cri-o' ? '/var/run/crio/crio.sock' : '/run/containerd/containerd.sock';
    return `rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${socket}: connect: no such file or directory"`;
  }

  sandboxError(pod: Pod): string | undefined {
    if (this.#disk === 'full') {
      return `rpc error: code = Unknown desc = failed to start sandbox "${this.random.hex(64)}": failed to create containerd container: write /var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db: no space left on device`;
    }
    return this.podBehaviour(pod).sandboxError;
  }

  podBehaviour(pod: Pod): PodBehaviour {
    return this.#around.podBehaviours.get(pod.metadata.uid) ?? {};
  }

  missingSecrets(namespace: string, spec: PodSpec): readonly string[] {
    return (spec.imagePullSecrets ?? [])
      .map((secret) => secret.name)
      .filter((name) => !this.#around.secrets.has(`${namespace}/${name}`));
  }

  credentials(pod: Pod): {
    readonly credential: Credential;
    readonly secretError: string | undefined;
    readonly secretMissing: boolean;
  } {
    const { namespace } = pod.metadata;
    const states = new Set(
      (pod.spec.imagePullSecrets ?? []).map(({ name }) =>
        this.#around.secrets.get(`${namespace}/${name}`),
      ),
    );
    const credential =
      (['good', 'expired', 'wrong'] as const).find((state) => states.has(state)) ?? 'none';
    const secretError = states.has('malformed')
      ? 'unable to parse auth field, must be formatted as base64(username:password)'
      : undefined;
    const secretMissing = this.missingSecrets(namespace, pod.spec).length > 0;
    return { credential, secretError, secretMissing };
  }

  publishStatus(pod: Pod, make: (before: PodStatus) => PodStatus): void {
    this.#status.publish(pod, make);
  }

  noticeChange(uid: string): void {
    this.#process?.noticeChangeOf(uid);
  }

  finishDeletion(pod: Pod): void {
    const { namespace, name, uid } = pod.metadata;
    this.#status.forget(uid);
    this.#process?.forget(uid);
    this.#containers.delete(uid);
    this.#around.api.removePod(namespace, name, uid);
  }

  newPodIp(): string {
    const host = this.ip.split('.').at(-1) ?? '0';
    this.#podIps = (this.#podIps % 253) + 1;
    return `10.64.${host}.${this.#podIps + 1}`;
  }

  newContainerId(): string {
    return `${this.runtime === 'cri-o' ? 'cri-o' : 'containerd'}://${this.random.hex(64)}`;
  }

  #containersOf(pod: Pod): PodContainers {
    let containers = this.#containers.get(pod.metadata.uid);
    if (containers === undefined) {
      containers = new PodContainers();
      this.#containers.set(pod.metadata.uid, containers);
    }
    return containers;
  }

  #newProcess(): KubeletProcess {
    const { clock, behaviour, name, random } = this;
    const { api, registries, truth } = this.#around;
    const config = this.#config;
    const puller = new ImagePuller({
      clock,
      random,
      registries,
      runtime: this.runtime,
      nodeIp: this.ip,
      serialize: config.serializeImagePulls ?? true,
      registryPullQps: config.registryPullQps ?? 5,
      registryBurst: config.registryBurst ?? 10,
      nodeFailure: () => diskFailures[this.#disk],
    });
    return new KubeletProcess(this, {
      puller,
      random,
      recorder: new EventRecorder({
        clock,
        api,
        random: new Random(`${this.#around.seed}/${name}/events/${clock.now()}`),
        node: name,
        bucketPerEventType: behaviour.bucketPerEventType,
        clockSkewMs: () => this.clockSkewMs,
      }),
      images: new ImageManager({
        clock,
        behaviour,
        node: name,
        puller,
        present: this.#images,
        truth,
        runtimeError: () => this.runtimeError(),
      }),
    });
  }
}
