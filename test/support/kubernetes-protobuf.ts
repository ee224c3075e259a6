// Kubernetes objects -> protobuf as an API server writes them: the encoder that the tests of the
// decoder are checked with. Field numbers of k8s.io/api (generated.proto), written down a second time.

type Message = Readonly<Record<string, readonly [number: number, type: FieldType]>>;
type FieldType =
  | 'string'
  | 'int'
  | 'bool'
  | 'time'
  | 'map'
  | { readonly message: Message }
  | { readonly list: Message }
  /** Its fields stand in the parent in JSON, and in a message of their own here. */
  | { readonly inline: Message };

const objectMeta: Message = {
  name: [1, 'string'],
  generateName: [2, 'string'],
  namespace: [3, 'string'],
  uid: [5, 'string'],
  resourceVersion: [6, 'string'],
  generation: [7, 'int'],
  creationTimestamp: [8, 'time'],
  deletionTimestamp: [9, 'time'],
  labels: [11, 'map'],
  annotations: [12, 'map'],
  ownerReferences: [
    13,
    {
      list: {
        kind: [1, 'string'],
        name: [3, 'string'],
        uid: [4, 'string'],
        apiVersion: [5, 'string'],
        controller: [6, 'bool'],
        blockOwnerDeletion: [7, 'bool'],
      },
    },
  ],
};

const container: Message = {
  name: [1, 'string'],
  image: [2, 'string'],
  workingDir: [5, 'string'],
  volumeMounts: [
    9,
    { list: { name: [1, 'string'], readOnly: [2, 'bool'], mountPath: [3, 'string'] } },
  ],
  imagePullPolicy: [14, 'string'],
  tty: [18, 'bool'],
  restartPolicy: [24, 'string'],
};

const containerState: Message = {
  waiting: [1, { message: { reason: [1, 'string'], message: [2, 'string'] } }],
  running: [2, { message: { startedAt: [1, 'time'] } }],
  terminated: [
    3,
    {
      message: {
        exitCode: [1, 'int'],
        signal: [2, 'int'],
        reason: [3, 'string'],
        message: [4, 'string'],
        startedAt: [5, 'time'],
        finishedAt: [6, 'time'],
        containerID: [7, 'string'],
      },
    },
  ],
};

const containerStatus: Message = {
  name: [1, 'string'],
  state: [2, { message: containerState }],
  lastState: [3, { message: containerState }],
  ready: [4, 'bool'],
  restartCount: [5, 'int'],
  image: [6, 'string'],
  imageID: [7, 'string'],
  containerID: [8, 'string'],
  started: [9, 'bool'],
};

export const pod: Message = {
  metadata: [1, { message: objectMeta }],
  spec: [
    2,
    {
      message: {
        volumes: [
          1,
          {
            list: {
              name: [1, 'string'],
              source: [
                2,
                {
                  inline: {
                    hostPath: [1, { message: { path: [1, 'string'] } }],
                    image: [
                      30,
                      { message: { reference: [1, 'string'], pullPolicy: [2, 'string'] } },
                    ],
                  },
                },
              ],
            },
          },
        ],
        containers: [2, { list: container }],
        restartPolicy: [3, 'string'],
        terminationGracePeriodSeconds: [4, 'int'],
        nodeName: [10, 'string'],
        initContainers: [20, { list: container }],
        ephemeralContainers: [
          34,
          { list: { common: [1, { inline: container }], targetContainerName: [2, 'string'] } },
        ],
      },
    },
  ],
  status: [
    3,
    {
      message: {
        phase: [1, 'string'],
        conditions: [
          2,
          {
            list: {
              type: [1, 'string'],
              status: [2, 'string'],
              lastTransitionTime: [4, 'time'],
              reason: [5, 'string'],
            },
          },
        ],
        message: [3, 'string'],
        hostIP: [5, 'string'],
        startTime: [7, 'time'],
        containerStatuses: [8, { list: containerStatus }],
        initContainerStatuses: [10, { list: containerStatus }],
        ephemeralContainerStatuses: [13, { list: containerStatus }],
      },
    },
  ],
};

export const event: Message = {
  metadata: [1, { message: objectMeta }],
  involvedObject: [
    2,
    {
      message: {
        kind: [1, 'string'],
        namespace: [2, 'string'],
        name: [3, 'string'],
        uid: [4, 'string'],
        apiVersion: [5, 'string'],
        resourceVersion: [6, 'string'],
        fieldPath: [7, 'string'],
      },
    },
  ],
  reason: [3, 'string'],
  message: [4, 'string'],
  source: [5, { message: { component: [1, 'string'], host: [2, 'string'] } }],
  firstTimestamp: [6, 'time'],
  lastTimestamp: [7, 'time'],
  count: [8, 'int'],
  type: [9, 'string'],
  eventTime: [10, 'time'],
  series: [11, { message: { count: [1, 'int'], lastObservedTime: [2, 'time'] } }],
  action: [12, 'string'],
  reportingComponent: [14, 'string'],
  reportingInstance: [15, 'string'],
};

export const status: Message = {
  status: [2, 'string'],
  message: [3, 'string'],
  reason: [4, 'string'],
  details: [
    5,
    {
      message: {
        causes: [4, { list: { reason: [1, 'string'], message: [2, 'string'] } }],
        retryAfterSeconds: [5, 'int'],
      },
    },
  ],
  code: [6, 'int'],
};

const listMeta: Message = {
  resourceVersion: [2, 'string'],
  continue: [3, 'string'],
  remainingItemCount: [4, 'int'],
  shardInfo: [5, { message: { selector: [1, 'string'] } }],
};

const messages = { Pod: pod, Event: event, Status: status };
type Kind = keyof typeof messages;

type Json = Readonly<Record<string, unknown>>;

/** The object alone, as lists hold it. */
export function encodeObject(kind: Kind, object: Json): Uint8Array {
  return encode(messages[kind], object);
}

/** With magic bytes and envelope, as an answer or a watch event holds it. */
export function encodeEnvelope(kind: string, raw: Uint8Array): Uint8Array {
  const typeMeta = concat(field(1, text('v1')), field(2, text(kind)));
  return concat(
    text('k8s\0'),
    field(1, typeMeta),
    field(2, raw),
    field(3, text('')),
    field(4, text('')),
  );
}

export function encodeStatus(object: Json): Uint8Array {
  return encodeEnvelope('Status', encodeObject('Status', object));
}

export function encodeList(
  kind: 'Pod' | 'Event',
  metadata: Json,
  items: readonly (Json | Uint8Array)[],
): Uint8Array {
  const encoded = items.map((item) =>
    field(2, item instanceof Uint8Array ? item : encodeObject(kind, item)),
  );
  return encodeEnvelope(`${kind}List`, concat(field(1, encode(listMeta, metadata)), ...encoded));
}

/** One frame of a watch. */
export function encodeWatchEvent(type: string, kind: Kind, object: Json | Uint8Array): Uint8Array {
  const raw = object instanceof Uint8Array ? object : encodeObject(kind, object);
  return encodeFrame(concat(field(1, text(type)), field(2, field(1, encodeEnvelope(kind, raw)))));
}

export function encodeFrame(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(4 + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, 4);
  return frame;
}

function encode(message: Message, object: Json): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, [number, type]] of Object.entries(message)) {
    const value = typeof type === 'object' && 'inline' in type ? object : object[name];
    if (value === undefined || value === null) continue;
    parts.push(...encodeField(number, type, value));
  }
  return concat(...parts);
}

function encodeField(number: number, type: FieldType, value: unknown): readonly Uint8Array[] {
  if (type === 'string') return [field(number, text(value as string))];
  if (type === 'int') return [encodeNumber(number, value as number)];
  if (type === 'bool') return [encodeNumber(number, value === true ? 1 : 0)];
  if (type === 'time') return [field(number, encodeTime(value as string))];
  if (type === 'map') {
    return Object.entries(value as Readonly<Record<string, string>>).map(([key, entry]) =>
      field(number, concat(field(1, text(key)), field(2, text(entry)))),
    );
  }
  if ('list' in type)
    return (value as Json[]).map((item) => field(number, encode(type.list, item)));
  return [field(number, encode('message' in type ? type.message : type.inline, value as Json))];
}

/** Seconds and nanoseconds of an RFC 3339 time. */
function encodeTime(time: string): Uint8Array {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  const seconds = Math.floor(Date.parse(time) / 1000);
  return concat(
    encodeNumber(1, seconds),
    encodeNumber(2, Number(fraction.padEnd(9, '0').slice(0, 9))),
  );
}

function field(number: number, value: Uint8Array): Uint8Array {
  return concat(varint(BigInt(number * 8 + 2)), varint(BigInt(value.length)), value);
}

function encodeNumber(number: number, value: number): Uint8Array {
  return concat(varint(BigInt(number * 8)), varint(BigInt.asUintN(64, BigInt(value))));
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
