// Pods and events -> the rows that `kubectl get` prints.
import type { ApiObject, ContainerStatus, Event, Pod } from '../objects.ts';
import type { Resource } from './selectors.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

function columns(names: readonly string[], wide: readonly string[]): readonly Column[] {
  return [...names, ...wide].map((name, index) => ({
    name,
    type: 'string',
    format: name === 'Name' ? 'name' : '',
    description: name,
    priority: index < names.length ? 0 : 1,
  }));
}

const columnsOf: Readonly<Record<Resource, readonly Column[]>> = {
  pods: columns(
    ['Name', 'Ready', 'Status', 'Restarts', 'Age'],
    ['IP', 'Node', 'Nominated Node', 'Readiness Gates'],
  ),
  events: columns(
    ['Last Seen', 'Type', 'Reason', 'Object', 'Message'],
    ['Subobject', 'Source', 'First Seen', 'Count', 'Name'],
  ),
};

export function table(
  resource: Resource,
  objects: readonly ApiObject[],
  metadata: object,
  now: number,
): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columnsOf[resource],
    rows: objects.map((object) => ({
      cells: object.kind === 'Pod' ? podCells(object, now) : eventCells(object, now),
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: object.metadata,
      },
    })),
  };
}

function podCells(pod: Pod, now: number): readonly unknown[] {
  const { metadata, spec, status } = pod;
  const statuses = status.containerStatuses ?? [];
  const ready = statuses.filter((container) => container.ready).length;
  const restarts = statuses.reduce((sum, container) => sum + container.restartCount, 0);
  return [
    metadata.name,
    `${ready}/${spec.containers.length}`,
    podReason(pod),
    String(restarts),
    age(metadata.creationTimestamp, now),
    status.podIP ?? '<none>',
    spec.nodeName ?? '<none>',
    '<none>',
    '<none>',
  ];
}

/** The STATUS column: phase, or what keeps the first container that is not well. */
function podReason(pod: Pod): string {
  const { metadata, spec, status } = pod;
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  const inits = status.initContainerStatuses ?? [];
  const blocked = inits.findIndex(({ state, ready }) => !ready && state.terminated?.exitCode !== 0);
  const init = inits[blocked];
  if (init !== undefined) {
    const reason = stateReason(init);
    return reason === '' || reason === 'PodInitializing'
      ? `Init:${blocked}/${spec.initContainers?.length ?? 0}`
      : `Init:${reason}`;
  }
  const reasons = (status.containerStatuses ?? []).map(stateReason);
  return reasons.find((reason) => reason !== '') ?? status.reason ?? status.phase;
}

function stateReason({ state }: ContainerStatus): string {
  return state.waiting?.reason ?? state.terminated?.reason ?? '';
}

function eventCells(event: Event, now: number): readonly unknown[] {
  const last = event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
  const first = event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp;
  return [
    age(last, now),
    event.type,
    event.reason,
    `${event.involvedObject.kind.toLowerCase()}/${event.involvedObject.name}`,
    event.message.trim(),
    event.involvedObject.fieldPath ?? '',
    [
      event.source.component ?? event.reportingComponent,
      event.source.host ?? event.reportingInstance,
    ].join(', '),
    age(first, now),
    event.count ?? 1,
    event.metadata.name,
  ];
}

/** duration.HumanDuration: about two digits. */
function age(since: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  return hours < 48 ? `${hours}h` : `${days}d`;
}
