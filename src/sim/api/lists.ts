// A list request -> the page that a real API server gives: consistent with its version, in pieces.
import type { ApiObject } from '../objects.ts';
import { encodeList } from './protobuf.ts';
import type { ApiRequest } from './request.ts';
import { badContinue, continueExpired, tooLargeVersion, tooOldVersion } from './statuses.ts';
import type { Status } from './statuses.ts';
import type { ObjectStore, Stored } from './store.ts';
import { table } from './tables.ts';

export interface Page {
  readonly items: readonly Stored[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
    readonly shardInfo?: { readonly selector: string };
  };
}

/** Where the next page begins, and the version that all pages show. */
interface Continuation {
  /** -1: go on with whatever is there now. */
  readonly version: number;
  readonly after: string;
}

export function listPage(store: ObjectStore, request: ApiRequest): Page | Status {
  const { current } = store.revision;
  const asked = Number(request.resourceVersion || 0);
  if (request.resourceVersionMatch === 'Exact' && asked < store.oldestVersion) {
    return tooOldVersion(asked, store.oldestVersion);
  }
  if (asked > current) return tooLargeVersion(asked, current);
  const continuation = request.continueToken === '' ? undefined : decode(request.continueToken);
  if (request.continueToken !== '' && continuation === undefined) return badContinue;
  const exact = request.resourceVersionMatch === 'Exact' ? asked : current;
  const wantedVersion = continuation?.version ?? exact;
  const version = wantedVersion === -1 ? current : wantedVersion;
  const all = store.listAt(version);
  if (all === undefined) {
    return continueExpired(encode({ version: -1, after: continuation?.after ?? '' }));
  }
  const selected = all.filter(
    (object) =>
      (continuation === undefined || keyOf(object) > continuation.after) &&
      request.selector(object),
  );
  // A list from the cache (version 0) is not cut into pages.
  const limit =
    request.limit > 0 && request.resourceVersion !== '0' ? request.limit : selected.length;
  const items = selected.slice(0, limit);
  const last = items.at(-1);
  const remaining = selected.length - items.length;
  return {
    items,
    metadata: {
      resourceVersion: String(version),
      ...(remaining > 0 && last !== undefined
        ? { continue: encode({ version, after: keyOf(last) }), remainingItemCount: remaining }
        : {}),
      ...(request.shardSelector === '' ? {} : { shardInfo: { selector: request.shardSelector } }),
    },
  };
}

const comma = Buffer.from(',');

/** The body, piece by piece: lists of 100,000 pods are never in memory as a whole. */
export function* pageBody(request: ApiRequest, page: Page, now: number): Generator<Uint8Array> {
  const kind = request.resource === 'pods' ? 'PodList' : 'EventList';
  if (request.format === 'protobuf') {
    yield* encodeList(kind, page.metadata, page.items);
    return;
  }
  if (request.format === 'table') {
    const objects = page.items.map((item): ApiObject => item.object());
    yield Buffer.from(JSON.stringify(table(request.resource, objects, page.metadata, now)));
    return;
  }
  yield Buffer.from(
    `{"kind":"${kind}","apiVersion":"v1","metadata":${JSON.stringify(page.metadata)},"items":[`,
  );
  let first = true;
  for (const item of page.items) {
    if (!first) yield comma;
    first = false;
    yield item.json();
  }
  yield Buffer.from(']}');
}

function keyOf(object: Stored): string {
  return `${object.namespace}/${object.name}`;
}

function encode(continuation: Continuation): string {
  return Buffer.from(
    JSON.stringify({ v: 'meta.k8s.io/v1', rv: continuation.version, start: continuation.after }),
  ).toString('base64url');
}

function decode(token: string): Continuation | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const { rv, start } = value as { rv?: unknown; start?: unknown };
    return typeof rv === 'number' && typeof start === 'string'
      ? { version: rv, after: start }
      : undefined;
  } catch {
    return undefined;
  }
}
