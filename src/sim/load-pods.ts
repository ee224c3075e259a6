// An index and a state -> a pod of realistic size, cut from a few encoded patterns instead of being kept.
import type { ApiObject } from './objects.ts';
import { apiTime } from './objects.ts';
import { encodeMessage } from './api/protobuf.ts';
import type { Stored } from './api/store.ts';
import { loadPodPattern, marks } from './load-pod-pattern.ts';
import type { LoadPodState } from './load-pod-pattern.ts';
import { Random } from './random.ts';

/** Workloads that the pods belong to; each has a pattern of its own. */
const workloads = 120;

type Mark = keyof typeof marks;

interface Pattern {
  readonly bytes: Buffer;
  readonly places: readonly { readonly mark: Mark; readonly at: number }[];
}

export interface LoadPodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly image: string;
}

/** Names of the pod with this index: the same for every state. */
export function loadPodIdentity(seed: number | string, index: number): LoadPodIdentity {
  const workload = index % workloads;
  const { namespace, replicaSet, image } = workloadOf(seed, workload);
  const random = new Random(`${seed}/${index}`);
  return { namespace, image, uid: random.uuid(), name: `${replicaSet}-${suffixOf(index)}` };
}

export function workloadOf(
  seed: number | string,
  workload: number,
): {
  readonly namespace: string;
  readonly app: string;
  readonly replicaSet: string;
  readonly image: string;
} {
  const random = new Random(`${seed}/workload/${workload}`);
  const team = ['shop', 'search', 'payments', 'media', 'identity', 'data'][workload % 6] ?? 'shop';
  const part = ['api', 'worker', 'gateway', 'batch', 'ui'][workload % 5] ?? 'api';
  const app = `${team}-${part}-${workload}`;
  const host =
    ['harbor.acme.example', 'ghcr.io', 'quay.io', 'docker.io'][workload % 4] ?? 'quay.io';
  return {
    namespace: `${team}-${['prod', 'stage', 'dev'][workload % 3] ?? 'prod'}`,
    app,
    replicaSet: `${app}-${random.suffix(10)}`,
    image: `${host}/acme/${app}:1.${workload}.3`,
  };
}

/** Five letters that are another five for every index. */
function suffixOf(index: number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let rest = index;
  let text = '';
  for (let i = 0; i < 5; i++) {
    text += letters[rest % letters.length];
    rest = Math.floor(rest / letters.length);
  }
  return text;
}

/** Makes the pods of a load cluster. */
export class PodTemplates {
  readonly #seed: number | string;
  readonly #nodes: number;
  readonly #createdAt: string;
  readonly #patterns = new Map<string, Pattern>();

  constructor(seed: number | string, nodes: number, now: number) {
    this.#seed = seed;
    this.#nodes = nodes;
    this.#createdAt = apiTime(now - 3_600_000);
  }

  pod(index: number, state: LoadPodState, version: number): Stored {
    return new LoadPod(this, index, state, version);
  }

  identity(index: number): LoadPodIdentity {
    return loadPodIdentity(this.#seed, index);
  }

  values(
    index: number,
    identity: LoadPodIdentity,
    version: number,
  ): Readonly<Record<Mark, string>> {
    // Three digits each, so that all addresses have the same length.
    const octet = (value: number): number => 100 + (Math.floor(value) % 150);
    return {
      name: identity.name.slice(-5),
      uid: identity.uid,
      version: String(version).padStart(10, '0'),
      podIp: `100.${octet(index / 22_500)}.${octet(index / 150)}.${octet(index)}`,
      node: String(100_000 + (index % this.#nodes)),
    };
  }

  /** Encoded once for each workload, state and encoding. */
  pattern(index: number, state: LoadPodState, encoding: 'json' | 'protobuf'): Pattern {
    const workload = index % workloads;
    const key = `${workload}/${state}/${encoding}`;
    const known = this.#patterns.get(key);
    if (known !== undefined) return known;
    const pod = loadPodPattern(workloadOf(this.#seed, workload), state, this.#createdAt);
    const { kind: _, apiVersion: __, ...item } = pod;
    const bytes =
      encoding === 'json' ? Buffer.from(JSON.stringify(item)) : encodeMessage('Pod', pod);
    const pattern = { bytes, places: findMarks(bytes) };
    this.#patterns.set(key, pattern);
    return pattern;
  }
}

function findMarks(bytes: Buffer): Pattern['places'] {
  return (Object.keys(marks) as Mark[]).flatMap((mark) => {
    const places: { mark: Mark; at: number }[] = [];
    let at = bytes.indexOf(marks[mark]);
    while (at !== -1) {
      places.push({ mark, at });
      at = bytes.indexOf(marks[mark], at + 1);
    }
    return places;
  });
}

class LoadPod implements Stored {
  readonly version: number;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly #templates: PodTemplates;
  readonly #index: number;
  readonly #state: LoadPodState;

  constructor(templates: PodTemplates, index: number, state: LoadPodState, version: number) {
    const { namespace, name, uid } = templates.identity(index);
    this.namespace = namespace;
    this.name = name;
    this.uid = uid;
    this.version = version;
    this.#templates = templates;
    this.#index = index;
    this.#state = state;
  }

  at(version: number): Stored {
    return new LoadPod(this.#templates, this.#index, this.#state, version);
  }

  object(): ApiObject {
    return {
      kind: 'Pod',
      apiVersion: 'v1',
      ...(JSON.parse(Buffer.from(this.json()).toString()) as object),
    } as ApiObject;
  }

  json(): Uint8Array {
    return this.#cut('json');
  }

  protobuf(): Uint8Array {
    return this.#cut('protobuf');
  }

  protobufLength(): number {
    return this.#templates.pattern(this.#index, this.#state, 'protobuf').bytes.length;
  }

  field(path: string): string {
    let value: unknown = this.object();
    for (const part of path.split('.')) {
      value = (value as Readonly<Record<string, unknown>> | undefined)?.[part];
    }
    return typeof value === 'string' ? value : '';
  }

  #cut(encoding: 'json' | 'protobuf'): Buffer {
    const pattern = this.#templates.pattern(this.#index, this.#state, encoding);
    const identity = { namespace: this.namespace, name: this.name, uid: this.uid, image: '' };
    const values = this.#templates.values(this.#index, identity, this.version);
    const bytes = Buffer.from(pattern.bytes);
    for (const { mark, at } of pattern.places) bytes.write(values[mark], at, 'latin1');
    return bytes;
  }
}
