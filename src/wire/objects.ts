// The few fields of Pod, Event and Status that the exporter reads, the same whether they came as
// protobuf or as JSON. Times are Unix milliseconds. A field that the object lacks is '' or undefined.

/** Labels that say which workload a pod belongs to; all others are skipped while decoding. */
export const wantedLabels = ['pod-template-hash', 'rollouts-pod-template-hash'] as const;

/** Annotations that are kept: the static pod's own uid, under which its events are reported. */
export const wantedAnnotations = ['kubernetes.io/config.mirror'] as const;

/** The annotation, `"true"`, of the bookmark that ends the initial events of a streaming list. */
export const initialEventsEnd = 'k8s.io/initial-events-end';

export type ContainerType = 'container' | 'init' | 'sidecar' | 'ephemeral';

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export interface ImageVolume {
  readonly name: string;
  readonly reference: string;
  readonly pullPolicy: string;
}

export interface Container {
  readonly name: string;
  readonly type: ContainerType;
  /** The image string of the spec, exactly as written: half of the kubelet's back-off key. */
  readonly image: string;
  readonly imagePullPolicy: string;
  /** Names of the volumes that it mounts, in spec order. */
  readonly volumeMounts: readonly string[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: number | undefined;
}

export type ContainerState =
  | { readonly type: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly type: 'running'; readonly startedAt: number | undefined }
  | {
      readonly type: 'terminated';
      readonly exitCode: number;
      readonly reason: string;
      readonly startedAt: number | undefined;
      readonly finishedAt: number | undefined;
      readonly containerId: string;
    }
  | { readonly type: 'none' };

export interface ContainerStatus {
  readonly name: string;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
  readonly restartCount: number;
  readonly containerId: string;
}

export interface Pod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly generateName: string;
  readonly resourceVersion: string;
  readonly createdAt: number | undefined;
  /** True once deletionTimestamp is set: the kubelet no longer retries. */
  readonly deleting: boolean;
  /** Only `wantedLabels`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Only `wantedAnnotations`. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The owner with controller=true. */
  readonly controller: OwnerReference | undefined;
  readonly nodeName: string;
  /** Volumes with an image source only. */
  readonly imageVolumes: readonly ImageVolume[];
  /** In the kubelet's sync order: ephemeral, init (sidecars among them), then containers. */
  readonly containers: readonly Container[];
  readonly phase: string;
  readonly startTime: number | undefined;
  readonly conditions: readonly PodCondition[];
  /** Of all three status lists; container names are unique within a pod. */
  readonly statuses: readonly ContainerStatus[];
}

/** The kubelet pulls no more for a pod in one of these phases. */
export function hasEnded(phase: string): boolean {
  return phase === 'Failed' || phase === 'Succeeded';
}

export interface Event {
  readonly uid: string;
  readonly namespace: string;
  readonly resourceVersion: string;
  readonly createdAt: number | undefined;
  readonly involvedObject: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly fieldPath: string;
  };
  readonly reason: string;
  readonly message: string;
  readonly type: string;
  readonly source: { readonly component: string; readonly host: string };
  readonly count: number;
  readonly firstTimestamp: number | undefined;
  readonly lastTimestamp: number | undefined;
}

/** What the API server answers when it cannot do as asked, as a body or inside a watch. */
export interface Status {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterSeconds: number | undefined;
  /** `details.causes[].message`, joined; names the field that a 422 refuses. */
  readonly causes: string;
}

export type Resource = 'pods' | 'events';
export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
