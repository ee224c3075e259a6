// What kubelets, scheduler and controllers write -> objects in the API server's store.
import { eventManagedFields, podManagedFields } from './api/managed-fields.ts';
import { ObjectStore, Revision, WholeObject, eventOf, podOf } from './api/store.ts';
import type { VirtualClock } from './clock.ts';
import { apiTime } from './objects.ts';
import type { Event, ObjectMeta, Pod, PodStatus } from './objects.ts';
import type { Random } from './random.ts';

const eventLifetimeMs = 3_600_000;

type Created<T> = Omit<T, 'metadata'> & {
  readonly metadata: Omit<ObjectMeta, 'uid' | 'resourceVersion' | 'creationTimestamp'>;
};

/** The API server as its clients inside the cluster see it; readers come over HTTP (api/server). */
export class ApiClient {
  readonly pods: ObjectStore;
  readonly events: ObjectStore;
  readonly revision: Revision;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #managedFields: boolean;
  /** Events in order of their last write, for the lease that deletes them. */
  readonly #eventWrites = new Map<string, number>();
  #expiryTimer = false;
  #reachable = true;
  readonly #onReturn = new Set<() => void>();

  constructor(options: {
    readonly clock: VirtualClock;
    readonly random: Random;
    readonly historyLimit: number;
    readonly managedFields: boolean;
    readonly firstRevision?: number;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#managedFields = options.managedFields;
    this.revision = new Revision(options.firstRevision ?? options.random.integer(40_000, 90_000));
    this.pods = new ObjectStore(this.revision, options.historyLimit);
    this.events = new ObjectStore(this.revision, options.historyLimit);
  }

  /** False while the API server is away: kubelets go on, their writes come late or never. */
  reachable(): boolean {
    return this.#reachable;
  }

  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
    if (reachable) for (const go of this.#onReturn) go();
  }

  onReturn(listener: () => void): void {
    this.#onReturn.add(listener);
  }

  pod(namespace: string, name: string): Pod | undefined {
    const stored = this.pods.get(namespace, name);
    return stored === undefined ? undefined : podOf(stored);
  }

  podsOn(node: string): readonly Pod[] {
    return this.pods
      .list()
      .filter((stored) => stored.field('spec.nodeName') === node)
      .map(podOf);
  }

  createPod(pod: Created<Pod>): Pod {
    return this.#putPod(
      { ...pod, metadata: { ...this.#newMetadata(), ...pod.metadata } },
      undefined,
    );
  }

  /** A change of the spec or metadata; `generation` counts changes of the spec. */
  changePod(namespace: string, name: string, change: (pod: Pod) => Pod): Pod | undefined {
    const before = this.pod(namespace, name);
    if (before === undefined) return undefined;
    const after = change(before);
    if (after === before) return before;
    const sameSpec = after.spec === before.spec && after.metadata === before.metadata;
    const generation = (before.metadata.generation ?? 1) + (sameSpec ? 0 : 1);
    return this.#putPod({ ...after, metadata: { ...after.metadata, generation } }, undefined);
  }

  /** What the scheduler does: nodeName and the condition in one write. */
  bindPod(pod: Pod, nodeName: string, at: string): Pod | undefined {
    const { namespace, name, uid } = pod.metadata;
    const current = this.pod(namespace, name);
    if (current === undefined || current.metadata.uid !== uid) return undefined;
    const conditions = [
      { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: at },
    ];
    return this.#putPod(
      {
        ...current,
        spec: { ...current.spec, nodeName },
        status: { ...current.status, conditions },
      },
      undefined,
    );
  }

  writeStatus(namespace: string, name: string, uid: string, status: PodStatus): void {
    const pod = this.pod(namespace, name);
    if (pod === undefined || pod.metadata.uid !== uid) return;
    this.#putPod(
      { ...pod, status: { ...status, qosClass: pod.status.qosClass } },
      this.#clock.now(),
    );
  }

  /** Sets deletionTimestamp; the kubelet removes the pod (`removePod`) when all is stopped. */
  deletePod(namespace: string, name: string, graceSeconds?: number): void {
    const unscheduled = this.pod(namespace, name);
    if (unscheduled !== undefined && unscheduled.spec.nodeName === undefined) {
      this.removePod(namespace, name, unscheduled.metadata.uid);
      return;
    }
    this.changePod(namespace, name, (pod) => {
      if (pod.metadata.deletionTimestamp !== undefined) return pod;
      const grace = graceSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
      const deletionTimestamp = apiTime(this.#clock.now() + grace * 1000);
      return {
        ...pod,
        metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: grace },
      };
    });
  }

  removePod(namespace: string, name: string, uid: string): void {
    const pod = this.pod(namespace, name);
    if (pod === undefined || pod.metadata.uid !== uid) return;
    const last: Pod = {
      ...pod,
      metadata: {
        ...pod.metadata,
        deletionTimestamp: apiTime(this.#clock.now()),
        deletionGracePeriodSeconds: 0,
      },
    };
    this.pods.put((version) => new WholeObject(last, version));
    this.pods.remove(namespace, name, (version) => new WholeObject(last, version));
  }

  /** Creates an event, or a new version of the one of the same name. */
  writeEvent(event: Omit<Event, 'metadata'> & { readonly name: string }): void {
    const { name, ...content } = event;
    const { namespace } = event.involvedObject;
    const key = `${namespace}/${name}`;
    const before = this.events.get(namespace, name);
    const metadata: ObjectMeta =
      before === undefined ? { name, namespace, ...this.#newMetadata() } : eventOf(before).metadata;
    const managedFields = this.#managedFields
      ? { managedFields: eventManagedFields(apiTime(this.#clock.now())) }
      : {};
    this.events.put(
      (version) =>
        new WholeObject({ ...content, metadata: { ...metadata, ...managedFields } }, version),
    );
    this.#eventWrites.delete(key);
    this.#eventWrites.set(key, this.#clock.now());
    this.#expireLater();
  }

  #putPod(pod: Pod, statusAt: number | undefined): Pod {
    const managedFields = this.#managedFields
      ? {
          managedFields: podManagedFields(
            pod,
            statusAt === undefined ? statusTime(pod) : apiTime(statusAt),
          ),
        }
      : {};
    const metadata = { ...pod.metadata, ...managedFields };
    return podOf(this.pods.put((version) => new WholeObject({ ...pod, metadata }, version)));
  }

  #newMetadata(): Pick<ObjectMeta, 'uid' | 'resourceVersion' | 'creationTimestamp'> {
    return {
      uid: this.#random.uuid(),
      resourceVersion: '0',
      creationTimestamp: apiTime(this.#clock.now()),
    };
  }

  /** One timer, for the event whose last write is the oldest. */
  #expireLater(): void {
    if (this.#expiryTimer) return;
    for (const [key, writtenAt] of this.#eventWrites) {
      this.#expiryTimer = true;
      this.#clock.at(writtenAt + eventLifetimeMs, () => {
        this.#expiryTimer = false;
        if (this.#eventWrites.get(key) === writtenAt) this.#expire(key);
        this.#expireLater();
      });
      return;
    }
  }

  #expire(key: string): void {
    this.#eventWrites.delete(key);
    const [namespace = '', name = ''] = key.split('/');
    const stored = this.events.get(namespace, name);
    if (stored === undefined) return;
    this.events.remove(namespace, name, (version) => new WholeObject(stored.object(), version));
  }
}

function statusTime(pod: Pod): string | undefined {
  const entries = pod.metadata.managedFields as
    | readonly { manager: string; time: string }[]
    | undefined;
  return entries?.find((entry) => entry.manager === 'kubelet')?.time;
}
