// A resource of one namespace or of all, of one node or one shard -> what is asked of the API server.
import type { Resource } from '../wire/objects.ts';
import type { ObjectKind } from '../wire/stream.ts';
import { type Shard, shardSelector } from './shard.ts';

export interface Target {
  readonly resource: Resource;
  readonly kind: ObjectKind;
  /** `/api/v1/pods`. */
  readonly path: string;
  readonly fieldSelector: string | undefined;
  readonly shardSelector: string | undefined;
  /** For messages: `pods in all namespaces`. */
  readonly description: string;
}

export function podTarget(
  namespace: string | undefined,
  { node, shard }: { readonly node?: string | undefined; readonly shard?: Shard | undefined },
): Target {
  return {
    resource: 'pods',
    kind: 'Pod',
    path: pathOf('pods', namespace),
    fieldSelector: node === undefined ? undefined : `spec.nodeName=${node}`,
    shardSelector: shard === undefined ? undefined : shardSelector(shard),
    description: `pods ${node === undefined ? '' : `of node ${node} `}${scopeName(namespace)}`,
  };
}

export function eventTarget(namespace: string | undefined): Target {
  return {
    resource: 'events',
    kind: 'Event',
    path: pathOf('events', namespace),
    // What others say of pods, and the kubelet of nodes, is never about a pull.
    fieldSelector: 'involvedObject.kind=Pod,source=kubelet',
    // An event has another uid than its pod.
    shardSelector: undefined,
    description: `events ${scopeName(namespace)}`,
  };
}

function pathOf(resource: Resource, namespace: string | undefined): string {
  const scope = namespace === undefined ? '' : `namespaces/${encodeURIComponent(namespace)}/`;
  return `/api/v1/${scope}${resource}`;
}

function scopeName(namespace: string | undefined): string {
  return namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
}
