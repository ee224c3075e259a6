// Protobuf -> the same plain objects that JSON.parse gives, of the wanted fields only. Numbers and
// names are those of k8s.io/api and k8s.io/apimachinery (generated.proto, v0.37); they never change.
import { initialEventsEnd, wantedAnnotations, wantedLabels } from './objects.ts';
import type { ProtobufFields } from './protobuf-fields.ts';
import { decodeText } from './text.ts';

/** Field number -> how it is read. */
export type Schema = Readonly<Record<number, Field>>;

type Field =
  | { readonly type: 'text' | 'integer' | 'boolean' | 'time'; readonly name: string }
  | { readonly type: 'object' | 'list'; readonly name: string; readonly schema: Schema }
  /** The fields of a nested message appear as the parent's own in JSON. */
  | { readonly type: 'inline'; readonly schema: Schema }
  | { readonly type: 'map'; readonly name: string; readonly wanted: readonly string[] };

type Scalar = Extract<Field, { readonly type: 'text' | 'integer' | 'boolean' | 'time' }>;
const text = (name: string): Scalar => ({ type: 'text', name });
const integer = (name: string): Scalar => ({ type: 'integer', name });
const boolean = (name: string): Scalar => ({ type: 'boolean', name });
const time = (name: string): Scalar => ({ type: 'time', name });
const object = (name: string, schema: Schema): Field => ({ type: 'object', name, schema });
const list = (name: string, schema: Schema): Field => ({ type: 'list', name, schema });
const inline = (schema: Schema): Field => ({ type: 'inline', schema });
const map = (name: string, wanted: readonly string[]): Field => ({ type: 'map', name, wanted });

const metadata: Schema = {
  1: text('name'),
  2: text('generateName'),
  3: text('namespace'),
  5: text('uid'),
  6: text('resourceVersion'),
  8: time('creationTimestamp'),
  9: time('deletionTimestamp'),
  11: map('labels', wantedLabels),
  12: map('annotations', wantedAnnotations),
  13: list('ownerReferences', {
    1: text('kind'),
    3: text('name'),
    5: text('apiVersion'),
    6: boolean('controller'),
  }),
};

const container: Schema = {
  1: text('name'),
  2: text('image'),
  9: list('volumeMounts', { 1: text('name') }),
  14: text('imagePullPolicy'),
  24: text('restartPolicy'),
};

const containerState: Schema = {
  1: object('waiting', { 1: text('reason'), 2: text('message') }),
  2: object('running', { 1: time('startedAt') }),
  3: object('terminated', {
    1: integer('exitCode'),
    3: text('reason'),
    5: time('startedAt'),
    6: time('finishedAt'),
    7: text('containerID'),
  }),
};

const containerStatus: Schema = {
  1: text('name'),
  2: object('state', containerState),
  3: object('lastState', containerState),
  5: integer('restartCount'),
  8: text('containerID'),
};

export const podSchema: Schema = {
  1: object('metadata', metadata),
  2: object('spec', {
    1: list('volumes', {
      1: text('name'),
      2: inline({ 30: object('image', { 1: text('reference'), 2: text('pullPolicy') }) }),
    }),
    2: list('containers', container),
    10: text('nodeName'),
    20: list('initContainers', container),
    34: list('ephemeralContainers', { 1: inline(container) }),
  }),
  3: object('status', {
    1: text('phase'),
    2: list('conditions', { 1: text('type'), 2: text('status'), 4: time('lastTransitionTime') }),
    7: time('startTime'),
    8: list('containerStatuses', containerStatus),
    10: list('initContainerStatuses', containerStatus),
    13: list('ephemeralContainerStatuses', containerStatus),
  }),
};

export const eventSchema: Schema = {
  1: object('metadata', metadata),
  2: object('involvedObject', {
    1: text('kind'),
    2: text('namespace'),
    3: text('name'),
    4: text('uid'),
    7: text('fieldPath'),
  }),
  3: text('reason'),
  4: text('message'),
  5: object('source', { 1: text('component'), 2: text('host') }),
  6: time('firstTimestamp'),
  7: time('lastTimestamp'),
  8: integer('count'),
  9: text('type'),
  10: time('eventTime'),
  11: object('series', { 1: integer('count'), 2: time('lastObservedTime') }),
  14: text('reportingComponent'),
  15: text('reportingInstance'),
};

/** Of a bookmark: that of a streaming list bears an annotation. */
export const bookmarkSchema: Schema = {
  1: object('metadata', { 12: map('annotations', [initialEventsEnd]) }),
};

export const statusSchema: Schema = {
  3: text('message'),
  4: text('reason'),
  5: object('details', {
    4: list('causes', { 2: text('message') }),
    5: integer('retryAfterSeconds'),
  }),
  6: integer('code'),
};

export const listMetadataSchema: Schema = {
  2: text('resourceVersion'),
  3: text('continue'),
  5: object('shardInfo', { 1: text('selector') }),
};

/** Throws WireError `malformed`. Times become Date; a message that comes twice is merged. */
export function decodeObject(
  fields: ProtobufFields,
  schema: Schema,
  target: Record<string, unknown> = {},
): Record<string, unknown> {
  while (fields.next()) {
    const field = schema[fields.number];
    if (field === undefined) continue;
    switch (field.type) {
      case 'text':
        target[field.name] = fields.text();
        break;
      case 'integer':
        target[field.name] = fields.integer();
        break;
      case 'boolean':
        target[field.name] = fields.integer() !== 0;
        break;
      case 'time':
        target[field.name] = decodeTime(fields.message());
        break;
      case 'object':
        target[field.name] = decodeObject(
          fields.message(),
          field.schema,
          ownRecord(target, field.name),
        );
        break;
      case 'inline':
        decodeObject(fields.message(), field.schema, target);
        break;
      case 'list': {
        const items = (target[field.name] ??= []) as unknown[];
        items.push(decodeObject(fields.message(), field.schema));
        break;
      }
      case 'map': {
        const entries = (target[field.name] ??= {}) as Record<string, string>;
        readMapEntry(fields.message(), field.wanted, entries);
        break;
      }
    }
  }
  return target;
}

function ownRecord(target: Record<string, unknown>, name: string): Record<string, unknown> {
  return (target[name] ?? {}) as Record<string, unknown>;
}

/** Only wanted keys and their values are decoded: pods have dozens of labels and annotations. */
function readMapEntry(
  fields: ProtobufFields,
  wanted: readonly string[],
  entries: Record<string, string>,
): void {
  let key: string | undefined;
  let value: { readonly start: number; readonly end: number } = { start: 0, end: 0 };
  while (fields.next()) {
    if (fields.number === 1) key = wanted.find((candidate) => fields.holds(candidate));
    else if (fields.number === 2) value = { start: fields.start, end: fields.end };
  }
  if (key !== undefined) entries[key] = decodeText(fields.bytes, value.start, value.end);
}

// What JSON can express: years 1 to 9999.
const earliestSecond = -62_135_596_800;
const latestSecond = 253_402_300_799;

/** Of Time and MicroTime; undefined for the zero time, which is an empty message. */
function decodeTime(fields: ProtobufFields): Date | undefined {
  let seconds = Number.NaN;
  let nanos = 0;
  while (fields.next()) {
    if (fields.number === 1) seconds = fields.integer();
    else if (fields.number === 2) nanos = fields.integer();
  }
  if (!(seconds >= earliestSecond && seconds <= latestSecond)) return undefined;
  return new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
}
