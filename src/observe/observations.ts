// What the cluster tells about image pulls, free of Kubernetes' object shapes: all that the tracker
// ever sees. Times are Unix milliseconds; those inside an observation are by the node's or the API
// server's clock, never the exporter's.
import type { ContainerType, PodCondition, Resource } from '../wire/objects.ts';

export type { ContainerType, Resource };

export interface Workload {
  /** Deployment, StatefulSet, CronJob, ...; `Pod` for a pod without a lasting owner. */
  readonly kind: string;
  readonly name: string;
}

export type ObservedState =
  | { readonly type: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly type: 'running'; readonly startedAt: number | undefined }
  | {
      readonly type: 'terminated';
      readonly containerId: string;
      readonly finishedAt: number | undefined;
    }
  | { readonly type: 'none' };

export interface ContainerObservation {
  readonly name: string;
  readonly type: ContainerType;
  /** The image string of the spec, never that of the status (which keeps the old image). */
  readonly image: string;
  readonly pullPolicy: string;
  /** References of the image volumes that it mounts, in the order of its mounts. */
  readonly imageVolumes: readonly string[];
  readonly state: ObservedState;
  /** When the container that ran before started and ended; undefined when none ever ran. */
  readonly lastTermination:
    | { readonly startedAt: number | undefined; readonly finishedAt: number | undefined }
    | undefined;
  /** Of the last container that was created, '' when none ever was. */
  readonly containerId: string;
}

export interface PodObservation {
  readonly type: 'pod';
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly phase: string;
  readonly deleting: boolean;
  readonly createdAt: number | undefined;
  readonly startTime: number | undefined;
  readonly conditions: readonly PodCondition[];
  readonly workload: Workload;
  /** The uid that the kubelet's events carry: another one for static pods. */
  readonly eventUid: string;
  /** In the kubelet's sync order. */
  readonly containers: readonly ContainerObservation[];
}

/** What one Event object says. Only those of the kubelet about image pulls become observations. */
export type EventFact =
  | { readonly type: 'pulling' }
  | {
      readonly type: 'pulled';
      /** As the kubelet measured it, without waiting for other pulls; undefined in old formats. */
      readonly durationMs: number | undefined;
      readonly sizeBytes: number | undefined;
    }
  | { readonly type: 'alreadyPresent' }
  | { readonly type: 'pullFailed'; readonly message: string }
  | { readonly type: 'backOff' }
  /** `Error: ErrImagePull` and the like: the reason that a sync ended with. */
  | { readonly type: 'syncFailed'; readonly reason: string }
  | { readonly type: 'inspectFailed'; readonly message: string }
  | { readonly type: 'neverPull'; readonly message: string }
  | { readonly type: 'secretMissing'; readonly secrets: readonly string[] }
  /** `Created` or `Started`: a container exists, so its image was pulled. */
  | { readonly type: 'created' };

export interface EventObservation {
  readonly type: 'event';
  /** Of the Event object itself. */
  readonly uid: string;
  /** Of the pod; for static pods the uid of their manifest, not of the mirror pod. */
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  /** '' when the event is about the pod as a whole: pulls of image volumes. */
  readonly container: string;
  /** As quoted in the message: the spec's string; '' when the message has none. */
  readonly image: string;
  readonly fact: EventFact;
  readonly count: number;
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  /** True when it came in a list, and so may tell of the past; false when a watch brought it. */
  readonly listed: boolean;
}

export type StreamObservation =
  | { readonly type: 'podDeleted'; readonly uid: string }
  /**
   * A list is complete; its items were observed before this. A pod that the tracker knows and `uids`
   * lacks is gone. `uids` holds at least those listed uids for which `Tracker.wants` says yes.
   */
  | { readonly type: 'listed'; readonly resource: Resource; readonly uids: ReadonlySet<string> }
  /**
   * The watch was broken and changes between these times may never be shown; sent before the relist.
   * Receive times of the exporter's clock. Not sent where a watch resumed without loss.
   */
  | {
      readonly type: 'gap';
      readonly resource: Resource;
      readonly from: number;
      readonly to: number;
    };

export type Observation = PodObservation | EventObservation | StreamObservation;
