// Pod, Event and Status as JSON.parse gives them (or protobuf-schema.ts, with Date for times) -> the
// projected objects. Whatever has the wrong type counts as absent: nothing here throws.
import { eventOf } from './event.ts';
import {
  initialEventsEnd,
  type Container,
  type ContainerState,
  type ContainerStatus,
  type ContainerType,
  type Event,
  type ImageVolume,
  type OwnerReference,
  type Pod,
  type PodCondition,
  type Status,
  wantedAnnotations,
  wantedLabels,
} from './objects.ts';
import { boundedText, parseTime } from './text.ts';

/** Undefined for an object without uid or name: nothing can be told about it. */
export function projectPod(object: unknown): Pod | undefined {
  const { metadata, spec, status } = objectOf(object);
  const meta = objectOf(metadata);
  const uid = textOf(meta['uid']);
  const name = textOf(meta['name']);
  if (uid === '' || name === '') return undefined;
  const { nodeName, volumes, containers, initContainers, ephemeralContainers } = objectOf(spec);
  const { phase, startTime, conditions, ...statuses } = objectOf(status);
  return {
    uid,
    namespace: textOf(meta['namespace']),
    name,
    generateName: textOf(meta['generateName']),
    resourceVersion: textOf(meta['resourceVersion']),
    createdAt: timeOf(meta['creationTimestamp']),
    deleting: timeOf(meta['deletionTimestamp']) !== undefined,
    labels: pick(meta['labels'], wantedLabels),
    annotations: pick(meta['annotations'], wantedAnnotations),
    controller: controllerOf(meta['ownerReferences']),
    nodeName: textOf(nodeName),
    imageVolumes: listOf(volumes).flatMap(imageVolumeOf),
    containers: [
      ...listOf(ephemeralContainers).map((container) => containerOf(container, 'ephemeral')),
      ...listOf(initContainers).map((container) => containerOf(container, 'init')),
      ...listOf(containers).map((container) => containerOf(container, 'container')),
    ],
    phase: textOf(phase),
    startTime: timeOf(startTime),
    conditions: listOf(conditions).map(conditionOf),
    statuses: [
      ...listOf(statuses['ephemeralContainerStatuses']),
      ...listOf(statuses['initContainerStatuses']),
      ...listOf(statuses['containerStatuses']),
    ].map(statusOf),
  };
}

/** Undefined for an object without uid or name. */
export function projectEvent(object: unknown): Event | undefined {
  const event = objectOf(object);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = objectOf(event['metadata']);
  const involved = objectOf(event['involvedObject']);
  const source = objectOf(event['source']);
  const series = objectOf(event['series']);
  return eventOf({
    uid: textOf(uid),
    namespace: textOf(namespace),
    name: textOf(name),
    resourceVersion: textOf(resourceVersion),
    createdAt: timeOf(creationTimestamp),
    involvedObject: {
      kind: textOf(involved['kind']),
      namespace: textOf(involved['namespace']),
      name: textOf(involved['name']),
      uid: textOf(involved['uid']),
      fieldPath: textOf(involved['fieldPath']),
    },
    reason: textOf(event['reason']),
    message: textOf(event['message']),
    type: textOf(event['type']),
    source: { component: textOf(source['component']), host: textOf(source['host']) },
    count: integerOf(event['count']),
    firstTimestamp: timeOf(event['firstTimestamp']),
    lastTimestamp: timeOf(event['lastTimestamp']),
    eventTime: timeOf(event['eventTime']),
    series: {
      count: integerOf(series['count']),
      lastObservedTime: timeOf(series['lastObservedTime']),
    },
    reportingComponent: textOf(event['reportingComponent']),
    reportingInstance: textOf(event['reportingInstance']),
  });
}

/** Undefined for what is no Status: neither code nor reason nor message. */
export function projectStatus(object: unknown): Status | undefined {
  const { code, reason, message, details } = objectOf(object);
  const { causes, retryAfterSeconds } = objectOf(details);
  const status = {
    code: integerOf(code),
    reason: textOf(reason),
    message: textOf(message),
    retryAfterSeconds: integerOf(retryAfterSeconds) || undefined,
    causes: listOf(causes)
      .map((cause) => textOf(objectOf(cause)['message']))
      .filter((text) => text !== '')
      .join('; '),
  };
  return status.code === 0 && status.reason === '' && status.message === '' ? undefined : status;
}

export function projectIdentity(object: unknown): {
  readonly uid: string;
  readonly resourceVersion: string;
} {
  const { uid, resourceVersion } = objectOf(objectOf(object)['metadata']);
  return { uid: textOf(uid), resourceVersion: textOf(resourceVersion) };
}

/** Is this the bookmark that ends the initial events of a streaming list? */
export function endsInitialEvents(object: unknown): boolean {
  const { annotations } = objectOf(objectOf(object)['metadata']);
  return objectOf(annotations)[initialEventsEnd] === 'true';
}

export interface ListMetadata {
  readonly resourceVersion: string;
  /** '' on the last page. */
  readonly continueToken: string;
  /** The shard selector that the server applied; '' when it applied none. */
  readonly shardSelector: string;
}

export function projectListMetadata(metadata: unknown): ListMetadata {
  const { resourceVersion, continue: continueToken, shardInfo } = objectOf(metadata);
  return {
    resourceVersion: textOf(resourceVersion),
    continueToken: textOf(continueToken),
    shardSelector: textOf(objectOf(shardInfo)['selector']),
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? boundedText(value) : '';
}

function integerOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}

function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'string' ? parseTime(value) : undefined;
}

function pick(value: unknown, wanted: readonly string[]): Readonly<Record<string, string>> {
  const map = objectOf(value);
  const picked: Record<string, string> = {};
  for (const key of wanted) {
    if (typeof map[key] === 'string') picked[key] = boundedText(map[key]);
  }
  return picked;
}

function controllerOf(owners: unknown): OwnerReference | undefined {
  const owner = listOf(owners)
    .map(objectOf)
    .find(({ controller }) => controller === true);
  if (owner === undefined) return undefined;
  const { apiVersion, kind, name } = owner;
  return { apiVersion: textOf(apiVersion), kind: textOf(kind), name: textOf(name) };
}

function imageVolumeOf(volume: unknown): ImageVolume[] {
  const { name, image } = objectOf(volume);
  if (!isObject(image)) return [];
  const { reference, pullPolicy } = image;
  return [{ name: textOf(name), reference: textOf(reference), pullPolicy: textOf(pullPolicy) }];
}

function containerOf(value: unknown, type: ContainerType): Container {
  const { name, image, imagePullPolicy, restartPolicy, volumeMounts } = objectOf(value);
  return {
    name: textOf(name),
    type: type === 'init' && restartPolicy === 'Always' ? 'sidecar' : type,
    image: textOf(image),
    imagePullPolicy: textOf(imagePullPolicy),
    volumeMounts: listOf(volumeMounts).map((mount) => textOf(objectOf(mount)['name'])),
  };
}

function conditionOf(value: unknown): PodCondition {
  const { type, status, lastTransitionTime } = objectOf(value);
  return {
    type: textOf(type),
    status: textOf(status),
    lastTransitionTime: timeOf(lastTransitionTime),
  };
}

function statusOf(value: unknown): ContainerStatus {
  const { name, state, lastState, restartCount, containerID } = objectOf(value);
  return {
    name: textOf(name),
    state: stateOf(state),
    lastState: stateOf(lastState),
    restartCount: integerOf(restartCount),
    containerId: textOf(containerID),
  };
}

function stateOf(value: unknown): ContainerState {
  const state = objectOf(value);
  if (isObject(state['waiting'])) {
    const { reason, message } = state['waiting'];
    return { type: 'waiting', reason: textOf(reason), message: textOf(message) };
  }
  if (isObject(state['running'])) {
    return { type: 'running', startedAt: timeOf(state['running']['startedAt']) };
  }
  if (isObject(state['terminated'])) {
    const { exitCode, reason, startedAt, finishedAt, containerID } = state['terminated'];
    return {
      type: 'terminated',
      exitCode: integerOf(exitCode),
      reason: textOf(reason),
      startedAt: timeOf(startedAt),
      finishedAt: timeOf(finishedAt),
      containerId: textOf(containerID),
    };
  }
  return { type: 'none' };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}
