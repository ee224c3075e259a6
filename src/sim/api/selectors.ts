// The selectors of a request -> a test for stored objects.
import type { Stored } from './store.ts';

export type Selector = (object: Stored) => boolean;

export type Resource = 'pods' | 'events';

const everything = ['metadata.name', 'metadata.namespace'];

/** Fields that a real API server selects by; any other is an error 400. */
const selectable: Readonly<Record<Resource, readonly string[]>> = {
  pods: [
    ...everything,
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    ...everything,
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

/** @returns the selector, or the field that cannot be selected by */
export function parseFieldSelector(
  resource: Resource,
  text: string,
): Selector | { readonly unknownField: string } {
  const terms: { path: string; value: string; equal: boolean }[] = [];
  for (const part of text.split(',')) {
    if (part === '') continue;
    const match = /^(.*?)(!=|==|=)(.*)$/.exec(part);
    const [, path = part, operator = '=', value = ''] = match ?? [];
    if (match === null || !selectable[resource].includes(path)) return { unknownField: path };
    terms.push({ path, value, equal: operator !== '!=' });
  }
  return (object) =>
    terms.every(({ path, value, equal }) => (fieldValue(object, path) === value) === equal);
}

function fieldValue(object: Stored, path: string): string {
  if (path === 'source')
    return object.field('source.component') || object.field('reportingComponent');
  return object.field(path);
}

/** `a=b,c!=d,e`: what kubectl -l sends in the usual cases; set operators are not simulated. */
export function parseLabelSelector(text: string): Selector {
  const terms = text.split(',').filter((part) => part !== '');
  if (terms.length === 0) return () => true;
  return (object) => {
    const labels = object.object().metadata.labels ?? {};
    return terms.every((term) => {
      const [, key = term, operator, value] = /^([^!=]+)(!=|==|=)(.*)$/.exec(term) ?? [];
      if (operator === undefined) return labels[key] !== undefined;
      return (labels[key] === value) === (operator !== '!=');
    });
  };
}

/**
 * `shardRange(object.metadata.uid, '0x…', '0x…')`: objects whose uid hashes (64-bit FNV-1a) into the
 * half-open range; an upper end of 2^64 is written as 17 digits.
 */
export function parseShardSelector(text: string): Selector | undefined {
  const match =
    /^shardRange\(\s*object\.metadata\.uid\s*,\s*'(0x[0-9a-fA-F]+)'\s*,\s*'(0x[0-9a-fA-F]+)'\s*\)$/.exec(
      text,
    );
  if (match === null) return undefined;
  const from = BigInt(match[1] ?? 0);
  const to = BigInt(match[2] ?? 0);
  return (object) => {
    const hash = fnv1a(object.uid);
    return hash >= from && hash < to;
  };
}

export function fnv1a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash;
}

/** All must hold. */
export function both(...selectors: readonly Selector[]): Selector {
  return (object) => selectors.every((selector) => selector(object));
}
