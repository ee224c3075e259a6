// What people and accidents do to the simulated cluster, each a call that a scenario or test can make.
import type { ApiClient } from './api-client.ts';
import type { VirtualClock } from './clock.ts';
import type { Controllers } from './controllers.ts';
import type { DiskState, Kubelet } from './kubelet/kubelet.ts';
import { apiTime } from './objects.ts';
import type { Container, Pod, PodSpec } from './objects.ts';
import type { PullSecret, PullSecrets } from './pod-behaviour.ts';
import { container, podSpec } from './pod-template.ts';
import type { ContainerTemplate, PodTemplate } from './pod-template.ts';
import type { Random } from './random.ts';
import type { PullPlan, Registries } from './registries.ts';
import type { WorkloadKind, WorkloadTemplate } from './workload.ts';

export interface ActionContext {
  readonly clock: VirtualClock;
  readonly api: ApiClient;
  readonly random: Random;
  readonly registries: Registries;
  readonly secrets: PullSecrets;
  readonly controllers: Controllers;
  readonly nodes: ReadonlyMap<string, Kubelet>;
}

export class Actions {
  readonly #context: ActionContext;

  constructor(context: ActionContext) {
    this.#context = context;
  }

  /** Creates a workload or changes its template (a rollout, a typo, a fix). */
  apply(template: WorkloadTemplate): void {
    this.#context.controllers.apply(template);
  }

  /** Sets the image of one container in a workload's template. */
  setImage(kind: WorkloadKind, namespace: string, name: string, of: string, image: string): void {
    const template = this.#context.controllers.template(kind, namespace, name);
    if (template === undefined) throw new RangeError(`no ${kind} ${namespace}/${name}`);
    const change = (part: ContainerTemplate): ContainerTemplate =>
      part.name === of ? { ...part, image } : part;
    const { containers, initContainers } = template.pod;
    this.apply({
      ...template,
      pod: {
        ...template.pod,
        containers: containers.map(change),
        ...(initContainers === undefined ? {} : { initContainers: initContainers.map(change) }),
      },
    });
  }

  remove(kind: WorkloadKind, namespace: string, name: string): void {
    this.#context.controllers.remove(kind, namespace, name);
  }

  /** A controller makes a new one where there is a controller. */
  deletePod(namespace: string, name: string, graceSeconds?: number): void {
    this.#context.api.deletePod(namespace, name, graceSeconds);
  }

  /** `kubectl set image pod/...`: the kubelet changes the container in place. */
  patchPodImage(namespace: string, name: string, of: string, image: string): void {
    this.#changeSpec(namespace, name, (spec) => ({
      ...spec,
      containers: spec.containers.map((part: Container) =>
        part.name === of ? { ...part, image } : part,
      ),
    }));
  }

  /** `kubectl debug`. */
  addEphemeralContainer(namespace: string, name: string, template: ContainerTemplate): void {
    this.#changeSpec(namespace, name, (spec) => ({
      ...spec,
      ephemeralContainers: [...(spec.ephemeralContainers ?? []), container(template)],
    }));
  }

  /** A manifest in a node's folder: the kubelet shows it as a mirror pod. */
  createStaticPod(node: string, namespace: string, name: string, template: PodTemplate): Pod {
    const { api, clock, random } = this.#context;
    const hash = random.hex(32);
    return api.createPod({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: {
        name: `${name}-${node}`,
        namespace,
        generation: 1,
        annotations: {
          'kubernetes.io/config.hash': hash,
          'kubernetes.io/config.mirror': hash,
          'kubernetes.io/config.seen': apiTime(clock.now()),
          'kubernetes.io/config.source': 'file',
        },
        ownerReferences: [
          { apiVersion: 'v1', kind: 'Node', name: node, uid: random.uuid(), controller: true },
        ],
      },
      spec: podSpec({ ...template, nodeName: node }, 'default'),
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
  }

  /** Creates or changes a pull secret; pods use it at their next try. */
  setSecret(namespace: string, name: string, state: PullSecret): void {
    this.#context.secrets.set(`${namespace}/${name}`, state);
  }

  deleteSecret(namespace: string, name: string): void {
    this.#context.secrets.delete(`${namespace}/${name}`);
  }

  /** @param image exactly as pods write it */
  planImage(image: string, plan: PullPlan): void {
    this.#context.registries.setImage(image, plan);
  }

  /** An outage: every pull from the host comes to this until `healHost`. */
  breakHost(host: string, plan: PullPlan): void {
    this.#context.registries.breakHost(host, plan);
  }

  healHost(host: string): void {
    this.#context.registries.healHost(host);
  }

  restartKubelet(node: string, downMs?: number): void {
    this.node(node).restart(downMs);
  }

  stopRuntime(node: string): void {
    this.node(node).stopRuntime();
  }

  startRuntime(node: string): void {
    this.node(node).startRuntime();
  }

  setDisk(node: string, state: DiskState): void {
    this.node(node).setDisk(state);
  }

  /** Times that the node writes (events, containers) are off by this much. */
  setNodeClockSkew(node: string, skewMs: number): void {
    this.node(node).clockSkewMs = skewMs;
  }

  /** Image garbage collection: the next start has to pull again. */
  removeImage(node: string, normalisedReference: string): void {
    this.node(node).removeImage(normalisedReference);
  }

  /** Kubelets and controllers cannot reach the API server; readers are cut off with `faults`. */
  loseApi(): void {
    this.#context.api.setReachable(false);
  }

  returnApi(): void {
    this.#context.api.setReachable(true);
    for (const node of this.#context.nodes.values()) node.apiReturned();
  }

  /** @throws RangeError when there is no such node */
  node(name: string): Kubelet {
    const node = this.#context.nodes.get(name);
    if (node === undefined) throw new RangeError(`no node ${name}`);
    return node;
  }

  #changeSpec(namespace: string, name: string, change: (spec: PodSpec) => PodSpec): void {
    const changed = this.#context.api.changePod(namespace, name, (pod) => ({
      ...pod,
      spec: change(pod.spec),
    }));
    if (changed === undefined) throw new RangeError(`no pod ${namespace}/${name}`);
  }
}
