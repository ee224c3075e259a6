// Workloads as wanted -> pods, named, owned and replaced as Kubernetes' controllers do it.
import type { ApiClient } from './api-client.ts';
import type { Timer, VirtualClock } from './clock.ts';
import { apiTime } from './objects.ts';
import type { Pod } from './objects.ts';
import type { PodBehaviour } from './pod-behaviour.ts';
import type { Random } from './random.ts';
import { rolloutSteps } from './rollout.ts';
import { hashOf, isAvailable, podName, podObject, templateHash } from './workload.ts';
import type { WorkloadFacts, WorkloadKind, WorkloadTemplate } from './workload.ts';

interface Workload {
  template: WorkloadTemplate;
  readonly uid: string;
  readonly replicaSetUids: Map<string, string>;
  /** Names of its pods that exist. */
  readonly pods: Set<string>;
  /** Pods that were ever created: Jobs and bare pods are not replaced. */
  created: number;
  deleted: boolean;
  timer: Timer | undefined;
}

const reconcileDelayMs = 150;

export interface ControllerContext {
  readonly clock: VirtualClock;
  readonly api: ApiClient;
  readonly random: Random;
  /** Names of the nodes that take pods. */
  readonly nodes: readonly string[];
  readonly podBehaviours: Map<string, PodBehaviour>;
  /** Tells of the scheduler, if it is to be heard. */
  readonly onScheduled: (pod: Pod) => void;
}

/** Creates, replaces and removes the pods of all workloads. */
export class Controllers {
  readonly #context: ControllerContext;
  readonly #workloads = new Map<string, Workload>();
  /** uid of a pod -> key of its workload. */
  readonly #owners = new Map<string, string>();
  readonly #podsOnNode = new Map<string, number>();

  constructor(context: ControllerContext) {
    this.#context = context;
    context.api.pods.listen(({ type, current }) => {
      const key = this.#owners.get(current.uid);
      if (key === undefined) return;
      if (type === 'DELETED') {
        this.#owners.delete(current.uid);
        this.#workloads.get(key)?.pods.delete(current.name);
        this.#countOnNode(current.field('spec.nodeName'), -1);
      }
      this.#reconcileSoon(key);
    });
  }

  /** Creates a workload, or changes the template of one that exists. */
  apply(template: WorkloadTemplate): void {
    const key = keyOf(template);
    const known = this.#workloads.get(key);
    if (known === undefined) {
      this.#workloads.set(key, {
        template,
        uid: this.#context.random.uuid(),
        replicaSetUids: new Map(),
        pods: new Set(),
        created: 0,
        deleted: false,
        timer: undefined,
      });
      if (template.kind === 'CronJob') this.#schedule(key);
    } else {
      known.template = template;
      known.deleted = false;
    }
    this.#reconcileSoon(key);
  }

  remove(kind: WorkloadKind, namespace: string, name: string): void {
    const workload = this.#workloads.get(`${kind}/${namespace}/${name}`);
    if (workload === undefined) return;
    workload.deleted = true;
    this.#reconcileSoon(keyOf(workload.template));
  }

  template(kind: WorkloadKind, namespace: string, name: string): WorkloadTemplate | undefined {
    return this.#workloads.get(`${kind}/${namespace}/${name}`)?.template;
  }

  facts(): readonly WorkloadFacts[] {
    return [...this.#workloads].map(([key, { template, deleted }]) => {
      const pods = this.#podsOf(key);
      const hash = templateHash(template);
      return {
        namespace: template.namespace,
        kind: template.kind,
        name: template.name,
        wanted: deleted ? 0 : this.#wanted(template),
        available: pods.filter(isAvailable).length,
        updated: pods.filter((pod) => hashOf(pod) === hash).length,
      };
    });
  }

  #wanted(template: WorkloadTemplate): number {
    if (template.kind === 'DaemonSet') return this.#context.nodes.length;
    return template.kind === 'CronJob' ? 0 : (template.replicas ?? 1);
  }

  #podsOf(key: string): readonly Pod[] {
    const workload = this.#workloads.get(key);
    if (workload === undefined) return [];
    const pods: Pod[] = [];
    for (const name of workload.pods) {
      const pod = this.#context.api.pod(workload.template.namespace, name);
      if (pod !== undefined) pods.push(pod);
    }
    return pods;
  }

  #reconcileSoon(key: string): void {
    const workload = this.#workloads.get(key);
    if (workload === undefined || workload.timer !== undefined) return;
    workload.timer = this.#context.clock.after(reconcileDelayMs, () => {
      workload.timer = undefined;
      this.#reconcile(key, workload);
    });
  }

  #reconcile(key: string, workload: Workload): void {
    const { template } = workload;
    const pods = this.#podsOf(key);
    const alive = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
    if (workload.deleted) {
      for (const pod of alive) this.#delete(pod);
      if (pods.length === 0) this.#workloads.delete(key);
      return;
    }
    switch (template.kind) {
      case 'Deployment':
      case 'Rollout':
        this.#reconcileReplicas(key, workload, pods, alive);
        return;
      case 'StatefulSet':
        this.#reconcileOrdinals(key, workload, pods);
        return;
      case 'DaemonSet':
        this.#reconcileNodes(key, workload, pods);
        return;
      case 'Job':
      case 'Pod':
        while (workload.created < this.#wanted(template)) {
          this.#create(key, workload, template, podName(template, this.#context.random));
        }
        return;
      case 'CronJob':
    }
  }

  #reconcileReplicas(
    key: string,
    workload: Workload,
    pods: readonly Pod[],
    alive: readonly Pod[],
  ): void {
    const { template } = workload;
    const hash = templateHash(template);
    const steps = rolloutSteps({
      wanted: this.#wanted(template),
      strategy: template.strategy ?? 'RollingUpdate',
      newPods: alive.filter((pod) => hashOf(pod) === hash),
      oldPods: alive.filter((pod) => hashOf(pod) !== hash),
      terminating: pods.length - alive.length,
      isAvailable,
    });
    for (const pod of steps.remove) this.#delete(pod);
    for (let i = 0; i < steps.create; i++) {
      const name = `${template.name}-${hash}-${this.#context.random.suffix(5)}`;
      this.#create(key, workload, template, name);
    }
  }

  /** One after the other, the first that is missing; an update replaces from the highest down. */
  #reconcileOrdinals(key: string, workload: Workload, pods: readonly Pod[]): void {
    const { template } = workload;
    const byName = new Map(pods.map((pod) => [pod.metadata.name, pod]));
    for (let i = 0; i < this.#wanted(template); i++) {
      const name = `${template.name}-${i}`;
      const pod = byName.get(name);
      if (pod === undefined) {
        this.#create(key, workload, template, name);
        return;
      }
      if (!isAvailable(pod)) return;
    }
    const outdated = pods.findLast(
      (pod) =>
        hashOf(pod) !== templateHash(template) && pod.metadata.deletionTimestamp === undefined,
    );
    if (outdated !== undefined) this.#delete(outdated);
  }

  #reconcileNodes(key: string, workload: Workload, pods: readonly Pod[]): void {
    const { template } = workload;
    const hash = templateHash(template);
    for (const node of this.#context.nodes) {
      const pod = pods.find((candidate) => candidate.spec.nodeName === node);
      if (pod === undefined) {
        const pinned = { ...template, pod: { ...template.pod, nodeName: node } };
        this.#create(key, workload, pinned, `${template.name}-${this.#context.random.suffix(5)}`);
      } else if (hashOf(pod) !== hash && pod.metadata.deletionTimestamp === undefined) {
        this.#delete(pod);
        return;
      }
    }
  }

  /** A CronJob makes a Job at whole multiples of its interval, named by the minute. */
  #schedule(key: string): void {
    const workload = this.#workloads.get(key);
    if (workload === undefined || workload.deleted) return;
    const { clock, random } = this.#context;
    const intervalMs = (workload.template.everyMinutes ?? 5) * 60_000;
    const due = (Math.floor(clock.now() / intervalMs) + 1) * intervalMs;
    clock.at(due, () => {
      const { template } = workload;
      if (workload.deleted) return;
      // concurrencyPolicy Forbid: a run that cannot start holds back the next one.
      const unfinished = this.#podsOf(key).filter(
        (pod) => pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed',
      );
      if (unfinished.length === 0) {
        for (const pod of this.#podsOf(key)) this.#delete(pod);
        const job = `${template.name}-${Math.floor(due / 60_000)}`;
        this.#create(key, workload, template, `${job}-${random.suffix(5)}`, job);
      }
      this.#schedule(key);
    });
  }

  #delete(pod: Pod): void {
    this.#context.api.deletePod(pod.metadata.namespace, pod.metadata.name);
  }

  #create(
    key: string,
    workload: Workload,
    template: WorkloadTemplate,
    name: string,
    job?: string,
  ): void {
    const { api, clock, random, podBehaviours } = this.#context;
    workload.created++;
    workload.pods.add(name);
    const { metadata, spec } = podObject(workload, template, name, job, random);
    const pod = api.createPod({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata,
      spec,
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
    this.#owners.set(pod.metadata.uid, key);
    if (template.behaviour !== undefined) podBehaviours.set(pod.metadata.uid, template.behaviour);
    if (spec.nodeName === undefined) clock.after(random.integer(3, 20), () => this.#bind(pod));
    else this.#countOnNode(spec.nodeName, 1);
  }

  #bind(pod: Pod): void {
    const { api, nodes, clock } = this.#context;
    const node = [...nodes].sort(
      (a, b) => (this.#podsOnNode.get(a) ?? 0) - (this.#podsOnNode.get(b) ?? 0),
    )[0];
    if (node === undefined) return;
    const bound = api.bindPod(pod, node, apiTime(clock.now()));
    if (bound === undefined) return;
    this.#countOnNode(node, 1);
    this.#context.onScheduled(bound);
  }

  #countOnNode(node: string, change: number): void {
    this.#podsOnNode.set(node, (this.#podsOnNode.get(node) ?? 0) + change);
  }
}

function keyOf(template: WorkloadTemplate): string {
  return `${template.kind}/${template.namespace}/${template.name}`;
}
