// Pods and events as the wire gives them, with defaults for whatever a test does not care about.
import type { Container, ContainerStatus, Event, Pod } from '../../../src/wire/objects.ts';

export function aPod(fields: Partial<Pod> = {}): Pod {
  return {
    uid: 'pod-1',
    namespace: 'shop',
    name: 'web',
    generateName: '',
    resourceVersion: '1',
    createdAt: undefined,
    deleting: false,
    labels: {},
    annotations: {},
    controller: undefined,
    nodeName: 'node-1',
    imageVolumes: [],
    containers: [aContainer()],
    phase: 'Pending',
    startTime: undefined,
    conditions: [],
    statuses: [],
    ...fields,
  };
}

export function aContainer(fields: Partial<Container> = {}): Container {
  return {
    name: 'app',
    type: 'container',
    image: 'nginx:1',
    imagePullPolicy: 'IfNotPresent',
    volumeMounts: [],
    ...fields,
  };
}

export function aStatus(fields: Partial<ContainerStatus> = {}): ContainerStatus {
  return {
    name: 'app',
    state: { type: 'none' },
    lastState: { type: 'none' },
    restartCount: 0,
    containerId: '',
    ...fields,
  };
}

export function anEvent(fields: Partial<Event> = {}): Event {
  return {
    uid: 'event-1',
    namespace: 'shop',
    resourceVersion: '1',
    createdAt: undefined,
    involvedObject: {
      kind: 'Pod',
      namespace: 'shop',
      name: 'web',
      uid: 'pod-1',
      fieldPath: 'spec.containers{app}',
    },
    reason: 'Pulling',
    message: 'Pulling image "nginx:1"',
    type: 'Normal',
    source: { component: 'kubelet', host: 'node-1' },
    count: 3,
    firstTimestamp: 1000,
    lastTimestamp: 5000,
    ...fields,
  };
}

export function anOwner(kind: string, name: string): NonNullable<Pod['controller']> {
  return { apiVersion: 'apps/v1', kind, name };
}
