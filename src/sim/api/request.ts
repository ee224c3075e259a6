// An HTTP request -> what it asks of the API server, checked as a real one checks it.
import { both, parseFieldSelector, parseLabelSelector, parseShardSelector } from './selectors.ts';
import type { Resource, Selector } from './selectors.ts';
import {
  badParameter,
  invalidOptions,
  noSuchResource,
  notAcceptable,
  unknownField,
} from './statuses.ts';
import type { Status } from './statuses.ts';

export type Format = 'json' | 'protobuf' | 'table';

export interface ApiRequest {
  readonly verb: 'list' | 'watch' | 'get';
  readonly resource: Resource;
  readonly namespace: string | undefined;
  /** Of `get`. */
  readonly name: string;
  readonly format: Format;
  readonly gzip: boolean;
  readonly selector: Selector;
  /** As asked for, to be echoed; '' when nothing was, or the server does not know it. */
  readonly shardSelector: string;
  readonly limit: number;
  readonly continueToken: string;
  /** '' when unset. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly sendInitialEvents: boolean;
  readonly allowWatchBookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

export interface Abilities {
  /** sendInitialEvents; off in 1.27 to 1.31 and in 1.33. */
  readonly watchList: boolean;
  /** shardSelector; off means that the parameter is not known and ignored. */
  readonly shardedWatch: boolean;
}

const paths = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?(pods|events)(?:\/([^/]+))?$/;

/** @returns a Status where a real server refuses */
export function parseRequest(
  url: URL,
  headers: { readonly accept: string; readonly acceptEncoding: string },
  abilities: Abilities,
): ApiRequest | Status {
  const match = paths.exec(url.pathname);
  if (match === null) return noSuchResource;
  const [, namespace, resourceName, name] = match;
  const resource: Resource = resourceName === 'events' ? 'events' : 'pods';
  if (name !== undefined && namespace === undefined) return noSuchResource;
  const parameters = url.searchParams;
  const watch = ['1', 'true'].includes(parameters.get('watch') ?? '');
  const format = negotiate(headers.accept);
  if (format === undefined) return notAcceptable();

  const fieldSelector = parameters.get('fieldSelector') ?? '';
  const byField = parseFieldSelector(resource, fieldSelector);
  if ('unknownField' in byField) return unknownField(byField.unknownField);
  const shardSelector = abilities.shardedWatch ? (parameters.get('shardSelector') ?? '') : '';
  const byShard = shardSelector === '' ? undefined : parseShardSelector(shardSelector);
  if (shardSelector !== '' && byShard === undefined) {
    return badParameter(`invalid shardSelector ${JSON.stringify(shardSelector)}`);
  }
  const resourceVersion = parameters.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(resourceVersion)) {
    return badParameter(
      `Invalid value: "${resourceVersion}": strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`,
    );
  }
  const resourceVersionMatch = parameters.get('resourceVersionMatch') ?? '';
  const sendInitialEvents = parameters.get('sendInitialEvents') === 'true';
  if (parameters.has('sendInitialEvents')) {
    if (!abilities.watchList) {
      return invalidOptions(
        'sendInitialEvents',
        'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
      );
    }
    if (resourceVersionMatch !== 'NotOlderThan') {
      return invalidOptions(
        'resourceVersionMatch',
        'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      );
    }
  } else if (watch && resourceVersionMatch !== '') {
    return invalidOptions(
      'resourceVersionMatch',
      'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  const inNamespace: Selector =
    namespace === undefined ? () => true : (object) => object.namespace === namespace;
  return {
    verb: name === undefined ? (watch ? 'watch' : 'list') : 'get',
    resource,
    namespace,
    name: name ?? '',
    format,
    gzip: /\bgzip\b/.test(headers.acceptEncoding),
    selector: both(
      inNamespace,
      byField,
      parseLabelSelector(parameters.get('labelSelector') ?? ''),
      byShard ?? (() => true),
    ),
    shardSelector,
    limit: Number(parameters.get('limit') ?? 0),
    continueToken: parameters.get('continue') ?? '',
    resourceVersion,
    resourceVersionMatch,
    sendInitialEvents,
    allowWatchBookmarks: ['1', 'true'].includes(parameters.get('allowWatchBookmarks') ?? ''),
    timeoutSeconds: parameters.has('timeoutSeconds')
      ? Number(parameters.get('timeoutSeconds'))
      : undefined,
  };
}

/** The first media type of Accept that the server has; JSON when nothing is asked for. */
export function negotiate(accept: string): Format | undefined {
  if (accept === '') return 'json';
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (type === 'application/vnd.kubernetes.protobuf') return 'protobuf';
    if (['application/json', 'application/*', '*/*'].includes(type)) {
      const as = parameters.find((parameter) => parameter.startsWith('as='));
      if (as === 'as=Table' && parameters.includes('v=v1')) return 'table';
      if (as === undefined) return 'json';
    }
  }
  return undefined;
}
