// Who wrote a pod or event and when -> the managedFields block that a real API server adds.
import type { Container, ObjectMeta, Pod } from '../objects.ts';

type Fields = Readonly<Record<string, object>>;

function entry(manager: string, time: string, fieldsV1: object, subresource?: string): object {
  const base = {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time,
    fieldsType: 'FieldsV1',
    fieldsV1,
  };
  return subresource === undefined ? base : { ...base, subresource };
}

const condition = {
  '.': {},
  'f:lastProbeTime': {},
  'f:lastTransitionTime': {},
  'f:status': {},
  'f:type': {},
};

const statusFields = {
  'f:status': {
    'f:conditions': Object.fromEntries(
      ['ContainersReady', 'Initialized', 'PodReadyToStartContainers', 'Ready'].map((type) => [
        `k:{"type":"${type}"}`,
        condition,
      ]),
    ),
    'f:containerStatuses': {},
    'f:hostIP': {},
    'f:hostIPs': {},
    'f:phase': {},
    'f:podIP': {},
    'f:podIPs': { '.': {}, 'k:{"ip":""}': { '.': {}, 'f:ip': {} } },
    'f:startTime': {},
  },
};

const eventFields = {
  'f:count': {},
  'f:firstTimestamp': {},
  'f:involvedObject': {},
  'f:lastTimestamp': {},
  'f:message': {},
  'f:reason': {},
  'f:reportingComponent': {},
  'f:reportingInstance': {},
  'f:source': { 'f:component': {}, 'f:host': {} },
  'f:type': {},
};

/** @param statusAt when the kubelet last wrote the status; undefined before it did */
export function podManagedFields(pod: Pod, statusAt: string | undefined): readonly object[] {
  const { metadata, spec } = pod;
  const manager =
    metadata.ownerReferences === undefined ? 'kubectl-create' : 'kube-controller-manager';
  const created = entry(manager, metadata.creationTimestamp, {
    'f:metadata': metadataFields(metadata),
    'f:spec': {
      'f:containers': Object.fromEntries(
        spec.containers.map((container) => [
          `k:{"name":"${container.name}"}`,
          containerFields(container),
        ]),
      ),
      'f:dnsPolicy': {},
      'f:enableServiceLinks': {},
      'f:restartPolicy': {},
      'f:schedulerName': {},
      'f:securityContext': {},
      'f:terminationGracePeriodSeconds': {},
    },
  });
  return statusAt === undefined
    ? [created]
    : [created, entry('kubelet', statusAt, statusFields, 'status')];
}

export function eventManagedFields(time: string): readonly object[] {
  return [entry('kubelet', time, eventFields)];
}

function metadataFields(metadata: ObjectMeta): Fields {
  const fields: Record<string, object> = {};
  if (metadata.generateName !== undefined) fields['f:generateName'] = {};
  if (metadata.labels !== undefined) fields['f:labels'] = keys(metadata.labels);
  for (const owner of metadata.ownerReferences ?? []) {
    fields['f:ownerReferences'] = { '.': {}, [`k:{"uid":"${owner.uid}"}`]: {} };
  }
  return fields;
}

function containerFields(container: Container): Fields {
  return keys(container);
}

function keys(value: object): Fields {
  return { '.': {}, ...Object.fromEntries(Object.keys(value).map((key) => [`f:${key}`, {}])) };
}
