import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  defaultManifestsSettings,
  generateManifests,
  type ManifestsSettings,
} from '../../../src/generate/manifests.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

function manifests(given: Partial<ManifestsSettings> = {}): readonly Manifest[] {
  const { content } = generateManifests({ ...defaultManifestsSettings, ...given });
  return parseAllDocuments(content).map((document) => document.toJS() as Manifest);
}

function argsOf(manifest: Manifest | undefined): unknown {
  const text = JSON.stringify(manifest);
  return JSON.parse(/"args":(\[.*?\])/.exec(text)?.[1] ?? 'null');
}

test('access, workload, Service and ServiceMonitor', () => {
  expect(manifests().map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
    ['ServiceAccount', 'monitoring'],
    ['ClusterRole', undefined],
    ['ClusterRoleBinding', undefined],
    ['Deployment', 'monitoring'],
    ['Service', 'monitoring'],
    ['ServiceMonitor', 'monitoring'],
  ]);
});

test('it may list and watch pods and events, and nothing else', () => {
  const [, role] = manifests();
  expect(role?.['rules']).toEqual([
    { apiGroups: [''], resources: ['pods', 'events'], verbs: ['list', 'watch'] },
  ]);
});

test('the ServiceMonitor keeps the labels of the exporter', () => {
  const monitor = manifests({ monitorLabels: { release: 'kube-prometheus-stack' } }).at(-1);
  expect(monitor?.['spec']).toMatchObject({ endpoints: [{ honorLabels: true, port: 'http' }] });
  expect(monitor?.metadata.labels['release']).toBe('kube-prometheus-stack');
});

describe('more than one exporter', () => {
  test('shards cover every part, each with a selector of its own', () => {
    const deployments = manifests({ shards: 3 }).filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(argsOf)).toEqual([
      ['serve', '--shard=1/3'],
      ['serve', '--shard=2/3'],
      ['serve', '--shard=3/3'],
    ]);
    const selectors = deployments.map(({ spec }) =>
      JSON.stringify((spec as { selector: unknown }).selector),
    );
    expect(new Set(selectors).size).toBe(3);
  });

  test('one for each node watches its own pods, on every node', () => {
    const daemonSet = manifests({ perNode: true }).find(({ kind }) => kind === 'DaemonSet');
    expect(argsOf(daemonSet)).toEqual(['serve', '--node=$(NODE_NAME)']);
    expect(daemonSet?.['spec']).toMatchObject({
      template: { spec: { tolerations: [{ operator: 'Exists' }] } },
    });
  });
});

test('the container runs without privileges, as the image is built', () => {
  const deployment = manifests({ image: 'registry.example/exporter:1' })[3];
  expect(deployment?.['spec']).toMatchObject({
    template: {
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 65_532 },
        containers: [
          {
            image: 'registry.example/exporter:1',
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
          },
        ],
      },
    },
  });
});
