// Any pod and any event that an API server could store, as JSON objects.
import * as fc from 'fast-check';

const text = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom('', 'a', '"waiting"', '{"uid":"x"}', '\\', '\u0000\n') },
);
const time = fc
  .date({ min: new Date('1969-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`);
const microTime = fc
  .tuple(time, fc.integer({ min: 0, max: 999_999 }))
  .map(([seconds, micros]) => seconds.replace('Z', `.${String(micros).padStart(6, '0')}Z`));
const map = fc.dictionary(
  fc.oneof(
    text,
    fc.constantFrom(
      'pod-template-hash',
      'rollouts-pod-template-hash',
      'kubernetes.io/config.mirror',
      'kubernetes.io/config.mirror.not',
      '__proto__',
    ),
  ),
  text,
  { maxKeys: 2, noNullPrototype: true },
);

function some<T>(arbitraries: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(arbitraries, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

function few<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { maxLength: 2 });
}

const metadata = some({
  name: text,
  generateName: text,
  namespace: text,
  uid: fc.oneof(text, fc.constantFrom('uid-1', 'uid-2')),
  resourceVersion: fc.integer({ min: 1, max: 99_999_999 }).map(String),
  generation: fc.nat(),
  creationTimestamp: time,
  deletionTimestamp: time,
  labels: map,
  annotations: map,
  ownerReferences: few(
    some({ kind: text, name: text, uid: text, apiVersion: text, controller: fc.boolean() }),
  ),
});

const container = some({
  name: text,
  image: text,
  imagePullPolicy: text,
  restartPolicy: fc.constantFrom('Always', 'Never'),
  workingDir: text,
  volumeMounts: few(some({ name: text, mountPath: text })),
});

/** Of which the tests ask for `Err...` only. */
const reason = fc.constantFrom('ErrImagePull', 'ErrFree text ä', 'ContainerCreating', '');
const state = fc.oneof(
  fc.constant({}),
  some({ waiting: some({ reason, message: text }) }),
  some({ running: some({ startedAt: time }) }),
  some({
    terminated: some({
      exitCode: fc.integer({ min: -1, max: 255 }),
      signal: fc.nat(15),
      reason: text,
      message: text,
      startedAt: time,
      finishedAt: time,
      containerID: text,
    }),
  }),
);
const containerStatus = some({
  name: text,
  state,
  lastState: state,
  ready: fc.boolean(),
  restartCount: fc.nat(),
  image: text,
  imageID: text,
  containerID: text,
});

export const aPodObject = some({
  metadata,
  spec: some({
    volumes: few(
      some({
        name: text,
        hostPath: some({ path: text }),
        image: some({ reference: text, pullPolicy: text }),
      }),
    ),
    containers: few(container),
    initContainers: few(container),
    ephemeralContainers: few(container),
    nodeName: text,
    restartPolicy: text,
  }),
  status: some({
    phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'),
    conditions: few(some({ type: text, status: text, lastTransitionTime: time, reason: text })),
    message: text,
    hostIP: text,
    startTime: time,
    containerStatuses: few(containerStatus),
    initContainerStatuses: few(containerStatus),
    ephemeralContainerStatuses: few(containerStatus),
  }),
});

export const anEventObject = some({
  metadata,
  involvedObject: some({
    kind: text,
    namespace: text,
    name: text,
    uid: text,
    resourceVersion: text,
    fieldPath: text,
  }),
  reason: text,
  message: text,
  source: some({ component: text, host: text }),
  firstTimestamp: time,
  lastTimestamp: time,
  count: fc.nat(),
  type: text,
  eventTime: microTime,
  series: some({ count: fc.nat(), lastObservedTime: microTime }),
  action: text,
  reportingComponent: text,
  reportingInstance: text,
});
