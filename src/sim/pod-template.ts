// A few words about a workload -> the pod spec that an API server would hold, defaults filled in.
import type { Container, PodSpec, Volume } from './objects.ts';

export interface ContainerTemplate {
  readonly name: string;
  readonly image: string;
  /** Default: Always for the tag `latest` or none, else IfNotPresent, as the API server does. */
  readonly imagePullPolicy?: string;
  /** `Always` makes an init container a sidecar. */
  readonly restartPolicy?: string;
  readonly command?: readonly string[];
  readonly mounts?: readonly string[];
  readonly port?: number;
}

export interface PodTemplate {
  readonly containers: readonly ContainerTemplate[];
  readonly initContainers?: readonly ContainerTemplate[];
  /** Image volumes: name -> reference. */
  readonly imageVolumes?: Readonly<Record<string, string>>;
  readonly imagePullSecrets?: readonly string[];
  readonly restartPolicy?: string;
  readonly activeDeadlineSeconds?: number;
  readonly terminationGracePeriodSeconds?: number;
  /** Pins the pod to a node. */
  readonly nodeName?: string;
}

export function podSpec(template: PodTemplate, serviceAccount: string): PodSpec {
  const volumes: Volume[] = Object.entries(template.imageVolumes ?? {}).map(
    ([name, reference]) => ({
      name,
      image: { reference, pullPolicy: 'IfNotPresent' },
    }),
  );
  const { initContainers = [], imagePullSecrets = [] } = template;
  return {
    volumes: [...volumes, tokenVolume],
    ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(container) }),
    containers: template.containers.map(container),
    restartPolicy: template.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: template.terminationGracePeriodSeconds ?? 30,
    ...(template.activeDeadlineSeconds === undefined
      ? {}
      : { activeDeadlineSeconds: template.activeDeadlineSeconds }),
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: serviceAccount,
    serviceAccount,
    ...(template.nodeName === undefined ? {} : { nodeName: template.nodeName }),
    securityContext: {},
    ...(imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    schedulerName: 'default-scheduler',
    tolerations: [
      toleration('node.kubernetes.io/not-ready'),
      toleration('node.kubernetes.io/unreachable'),
    ],
    priority: 0,
    enableServiceLinks: true,
    preemptionPolicy: 'PreemptLowerPriority',
  };
}

const tokenMount = {
  name: 'kube-api-access',
  readOnly: true,
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
};

const tokenVolume: Volume = {
  name: 'kube-api-access',
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

export function container(template: ContainerTemplate): Container {
  const { name, image, command, port, restartPolicy } = template;
  return {
    name,
    image,
    ...(command === undefined ? {} : { command }),
    ...(port === undefined
      ? {}
      : { ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }] }),
    resources: {},
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
    volumeMounts: [
      ...(template.mounts ?? []).map((mount) => ({ name: mount, mountPath: `/mnt/${mount}` })),
      tokenMount,
    ],
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: template.imagePullPolicy ?? defaultPullPolicy(image),
  };
}

function defaultPullPolicy(image: string): string {
  const name = image.slice(image.lastIndexOf('/') + 1);
  if (image.includes('@')) return 'IfNotPresent';
  const tag = name.includes(':') ? name.slice(name.indexOf(':') + 1) : 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function toleration(key: string): object {
  return { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
}
