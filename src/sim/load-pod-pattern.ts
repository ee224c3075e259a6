// A workload and a state -> a pod as large as those of real clusters: sidecar, init container, probes, managedFields.
import { podManagedFields } from './api/managed-fields.ts';
import type { Container, ContainerStatus, Pod, PodCondition } from './objects.ts';
import { Random, stableDigest } from './random.ts';

export type LoadPodState = 'running' | 'not-ready' | 'err-image-pull' | 'image-pull-back-off';

/** Stand in a pattern where the pods differ; as long as what replaces them. */
export const marks = {
  name: '~name',
  uid: '~uid'.padEnd(36, '~'),
  version: '~version~~',
  podIp: '~podip~~~~~~~~~',
  node: '~node~',
} as const;

/** The pod with marks where pods of one workload differ. */
export function loadPodPattern(
  workload: {
    readonly namespace: string;
    readonly app: string;
    readonly replicaSet: string;
    readonly image: string;
  },
  state: LoadPodState,
  createdAt: string,
): Pod {
  const { namespace, app, replicaSet, image } = workload;
  const random = new Random(replicaSet);
  const hash = replicaSet.slice(-10);
  const waiting = state === 'err-image-pull' || state === 'image-pull-back-off';
  const ready = state === 'running';
  const pod: Pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: `${replicaSet}-${marks.name}`,
      generateName: `${replicaSet}-`,
      namespace,
      uid: marks.uid,
      resourceVersion: marks.version,
      generation: 1,
      creationTimestamp: createdAt,
      labels: {
        'app.kubernetes.io/component': app.split('-')[1] ?? '',
        'app.kubernetes.io/name': app,
        'app.kubernetes.io/version': '1.4.2',
        'pod-template-hash': hash,
        'security.istio.io/tlsMode': 'istio',
        team: namespace,
      },
      annotations: {
        'cni.projectcalico.org/podIP': `${marks.podIp}/32`,
        'prometheus.io/path': '/metrics',
        'prometheus.io/port': '9102',
        'prometheus.io/scrape': 'true',
      },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: replicaSet,
          uid: random.uuid(),
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      volumes: [
        { name: 'config', configMap: { name: `${app}-config`, defaultMode: 420 } },
        tokenVolume,
      ],
      initContainers: [initContainer(app)],
      containers: [mainContainer(app, namespace, image), sidecar],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      serviceAccountName: app,
      serviceAccount: app,
      nodeName: `ip-10-40-${marks.node}.eu-central-1.compute.internal`,
      securityContext: { runAsUser: 1000, runAsNonRoot: true, fsGroup: 1000 },
      imagePullSecrets: [{ name: 'harbor-robot' }],
      schedulerName: 'default-scheduler',
      tolerations: [toleration('not-ready'), toleration('unreachable')],
      priority: 0,
      enableServiceLinks: false,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: {
      observedGeneration: 1,
      phase: waiting ? 'Pending' : 'Running',
      conditions: conditions(createdAt, ready),
      hostIP: '10.40.12.7',
      hostIPs: [{ ip: '10.40.12.7' }],
      podIP: marks.podIp,
      podIPs: [{ ip: marks.podIp }],
      startTime: createdAt,
      initContainerStatuses: [done('wait-for-db', initImage, createdAt, random)],
      containerStatuses: [
        waiting ? failing(image, state) : running('app', image, createdAt, random, ready),
        running('istio-proxy', sidecarImage, createdAt, random, true),
      ],
      qosClass: 'Burstable',
    },
  };
  return { ...pod, metadata: { ...pod.metadata, managedFields: podManagedFields(pod, createdAt) } };
}

const sidecarImage = 'docker.io/istio/proxyv2:1.27.1';
const initImage = 'docker.io/library/busybox:1.37.0';

const tokenMount = {
  name: 'kube-api-access-x7k2p',
  readOnly: true,
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
};

const tokenVolume = {
  name: 'kube-api-access-x7k2p',
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [
            { path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } },
          ],
        },
      },
    ],
    defaultMode: 420,
  },
};

const ends = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' };

function mainContainer(app: string, namespace: string, image: string): Container {
  return {
    name: 'app',
    image,
    ports: [
      { name: 'http', containerPort: 8080, protocol: 'TCP' },
      { name: 'metrics', containerPort: 9102, protocol: 'TCP' },
    ],
    env: [
      { name: 'DB_HOST', value: `${app}-db.${namespace}.svc.cluster.local` },
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: `${app}-db`, key: 'password' } } },
      { name: 'POD_NAMESPACE', valueFrom: fieldRef('metadata.namespace') },
      { name: 'LOG_LEVEL', value: 'info' },
    ],
    resources: { limits: { memory: '512Mi' }, requests: { cpu: '250m', memory: '256Mi' } },
    volumeMounts: [{ name: 'config', readOnly: true, mountPath: '/etc/app' }, tokenMount],
    readinessProbe: probe('/readyz'),
    ...ends,
    imagePullPolicy: 'IfNotPresent',
    securityContext: {
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    },
  };
}

const sidecar: Container = {
  name: 'istio-proxy',
  image: sidecarImage,
  ports: [{ name: 'http-envoy-prom', containerPort: 15_090, protocol: 'TCP' }],
  env: [{ name: 'POD_NAMESPACE', valueFrom: fieldRef('metadata.namespace') }],
  resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m', memory: '128Mi' } },
  volumeMounts: [tokenMount],
  ...ends,
  imagePullPolicy: 'IfNotPresent',
};

function initContainer(app: string): Container {
  return {
    name: 'wait-for-db',
    image: initImage,
    command: ['sh', '-c', `until nc -z ${app}-db 5432; do sleep 2; done`],
    resources: {},
    volumeMounts: [tokenMount],
    ...ends,
    imagePullPolicy: 'IfNotPresent',
  };
}

function fieldRef(fieldPath: string): object {
  return { fieldRef: { apiVersion: 'v1', fieldPath } };
}

function probe(path: string): object {
  return {
    httpGet: { path, port: 8080, scheme: 'HTTP' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
}

function toleration(problem: string): object {
  return {
    key: `node.kubernetes.io/${problem}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  };
}

function conditions(at: string, ready: boolean): readonly PodCondition[] {
  const make = (type: string, holds: boolean): PodCondition => ({
    type,
    observedGeneration: 1,
    status: holds ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: at,
    ...(holds
      ? {}
      : { reason: 'ContainersNotReady', message: 'containers with unready status: [app]' }),
  });
  return [
    make('PodReadyToStartContainers', true),
    make('Initialized', true),
    make('Ready', ready),
    make('ContainersReady', ready),
    make('PodScheduled', true),
  ];
}

function running(
  name: string,
  image: string,
  startedAt: string,
  random: Random,
  ready: boolean,
): ContainerStatus {
  return {
    name,
    state: { running: { startedAt } },
    lastState: {},
    ready,
    restartCount: 0,
    image,
    imageID: `${image.replace(/:[^:/]*$/, '')}@${stableDigest(image)}`,
    containerID: `containerd://${random.hex(64)}`,
    started: true,
    resources: {},
  };
}

function done(name: string, image: string, at: string, random: Random): ContainerStatus {
  const containerID = `containerd://${random.hex(64)}`;
  return {
    ...running(name, image, at, random, true),
    state: {
      terminated: { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at, containerID },
    },
    containerID,
    started: false,
  };
}

function failing(image: string, state: LoadPodState): ContainerStatus {
  const text = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve image: ${image}: not found`;
  const waiting =
    state === 'err-image-pull'
      ? { reason: 'ErrImagePull', message: text }
      : {
          reason: 'ImagePullBackOff',
          message: `Back-off pulling image "${image}": ErrImagePull: ${text}`,
        };
  return {
    name: 'app',
    state: { waiting },
    lastState: {},
    ready: false,
    restartCount: 0,
    image,
    imageID: '',
    started: false,
  };
}
