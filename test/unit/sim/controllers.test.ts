// Workloads and what becomes of them.
import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../src/sim/objects.ts';
import { createSimulatedCluster } from '../../../src/sim/cluster.ts';
import type { SimulatedCluster } from '../../../src/sim/cluster.ts';
import { fails } from '../../../src/sim/registries.ts';
import type { WorkloadTemplate } from '../../../src/sim/workload.ts';
import { aNode, start } from './simulated-traffic.ts';

function run(seconds: number, ...templates: readonly WorkloadTemplate[]): SimulatedCluster {
  const cluster = createSimulatedCluster({
    seed: 1,
    now: start,
    scenario: {
      nodes: [
        aNode(),
        aNode({ name: 'lab-2', ip: '10.40.0.2' }),
        aNode({ name: 'lab-3', ip: '10.40.0.3' }),
      ],
      start: ({ actions, registries }) => {
        registries.setImage('r.example/app:bad', fails('manifest-unknown'));
        for (const template of templates) actions.apply(template);
      },
    },
  });
  cluster.advanceBy(seconds * 1000);
  return cluster;
}

function app(tag = 'v1'): WorkloadTemplate['pod'] {
  return { containers: [{ name: 'app', image: `r.example/app:${tag}` }] };
}

function of(
  kind: WorkloadTemplate['kind'],
  more: Partial<WorkloadTemplate> = {},
): WorkloadTemplate {
  return { namespace: 'shop', kind, name: 'checkout', pod: app(), ...more };
}

function owner({ metadata }: Pod): string {
  const [first] = metadata.ownerReferences ?? [];
  return first === undefined ? '' : `${first.kind}/${first.name}`;
}

describe('names and owners', () => {
  test('a Deployment owns its pods through a ReplicaSet with the hash of the template', () => {
    const [pod] = run(10, of('Deployment')).pods();
    const hash = pod?.metadata.labels?.['pod-template-hash'] ?? '';
    expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
    expect(pod?.metadata.name).toMatch(
      new RegExp(`^checkout-${hash}-[bcdfghjklmnpqrstvwxz2456789]{5}$`),
    );
    expect(pod?.metadata.generateName).toBe(`checkout-${hash}-`);
    expect(pod === undefined ? '' : owner(pod)).toBe(`ReplicaSet/checkout-${hash}`);
  });

  test('a Rollout has its own label', () => {
    const [pod] = run(10, of('Rollout')).pods();
    expect(Object.keys(pod?.metadata.labels ?? {})).toContain('rollouts-pod-template-hash');
  });

  test('a StatefulSet numbers its pods, one after the other', () => {
    const cluster = run(60, of('StatefulSet', { replicas: 3 }));
    expect(cluster.pods().map(({ metadata }) => metadata.name)).toEqual([
      'checkout-0',
      'checkout-1',
      'checkout-2',
    ]);
    const stuck = run(60, of('StatefulSet', { replicas: 3, pod: app('bad') }));
    expect(stuck.pods().map(({ metadata }) => metadata.name)).toEqual(['checkout-0']);
  });

  test('a DaemonSet has a pod on every node', () => {
    const nodes = run(10, of('DaemonSet'))
      .pods()
      .map(({ spec }) => spec.nodeName);
    expect(new Set(nodes)).toEqual(new Set(['lab-1', 'lab-2', 'lab-3']));
  });

  test('a CronJob makes Jobs that end in the minute of their schedule', () => {
    const cluster = run(
      900,
      of('CronJob', {
        everyMinutes: 5,
        pod: { ...app(), restartPolicy: 'Never' },
        behaviour: { containers: { app: { exitsAfterMs: 5000 } } },
      }),
    );
    const [pod] = cluster.pods();
    const minute = Math.floor((start + 900_000) / 300_000) * 5;
    expect(pod === undefined ? '' : owner(pod)).toBe(`Job/checkout-${minute}`);
    expect(pod?.metadata.name.startsWith(`checkout-${minute}-`)).toBe(true);
  });

  test('a bare pod has a name of its own or a generated one', () => {
    const plain = run(5, of('Pod')).pods()[0];
    const generated = run(5, of('Pod', { generatedName: true })).pods()[0];
    expect([plain?.metadata.name, plain?.metadata.generateName]).toEqual(['checkout', undefined]);
    expect(generated?.metadata.generateName).toBe('checkout-');
    expect(generated?.metadata.ownerReferences).toBeUndefined();
  });

  test('pods are spread over the nodes and told by the scheduler', () => {
    const cluster = run(10, of('Deployment', { replicas: 6 }));
    const nodes = cluster.pods().map(({ spec }) => spec.nodeName ?? '');
    expect(
      ['lab-1', 'lab-2', 'lab-3'].map((node) => nodes.filter((one) => one === node).length),
    ).toEqual([2, 2, 2]);
    const scheduled = cluster.events().filter(({ reason }) => reason === 'Scheduled');
    expect(scheduled.length).toBe(6);
    expect(scheduled[0]).toMatchObject({
      source: {},
      firstTimestamp: null,
      reportingComponent: 'default-scheduler',
    });
  });
});

describe('replacement', () => {
  test('a deleted pod comes back under another name and uid; a bare one does not', () => {
    const cluster = run(30, of('Deployment'), of('Pod', { name: 'alone' }));
    const before = cluster.pods().map(({ metadata }) => metadata.uid);
    for (const { metadata } of cluster.pods()) cluster.actions.deletePod('shop', metadata.name, 1);
    cluster.advanceBy(20_000);
    expect(cluster.pods().length).toBe(1);
    expect(before).not.toContain(cluster.pods()[0]?.metadata.uid);
  });

  test('a StatefulSet pod comes back under the same name and another uid', () => {
    const cluster = run(30, of('StatefulSet'));
    const [before] = cluster.pods();
    cluster.actions.deletePod('shop', 'checkout-0', 1);
    cluster.advanceBy(20_000);
    const [after] = cluster.pods();
    expect(after?.metadata.name).toBe('checkout-0');
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  });

  test('a rolling update that cannot pull stops with the old pods up', () => {
    const cluster = run(60, of('Deployment', { replicas: 4 }));
    cluster.actions.setImage('Deployment', 'shop', 'checkout', 'app', 'r.example/app:bad');
    cluster.advanceBy(300_000);
    expect(cluster.workloads()).toEqual([
      {
        namespace: 'shop',
        kind: 'Deployment',
        name: 'checkout',
        wanted: 4,
        available: 3,
        updated: 2,
      },
    ]);
    cluster.actions.setImage('Deployment', 'shop', 'checkout', 'app', 'r.example/app:v2');
    cluster.advanceBy(300_000);
    expect(cluster.workloads()[0]).toMatchObject({ available: 4, updated: 4 });
    expect(cluster.pods().length).toBe(4);
  });

  test('with Recreate nothing is left of what was up', () => {
    const cluster = run(60, of('Deployment', { replicas: 4, strategy: 'Recreate' }));
    cluster.actions.setImage('Deployment', 'shop', 'checkout', 'app', 'r.example/app:bad');
    cluster.advanceBy(120_000);
    expect(cluster.workloads()[0]).toMatchObject({ wanted: 4, available: 0, updated: 4 });
  });

  test('a workload that is removed takes its pods along', () => {
    const cluster = run(60, of('Deployment', { replicas: 3 }));
    cluster.actions.remove('Deployment', 'shop', 'checkout');
    cluster.advanceBy(60_000);
    expect([cluster.pods(), cluster.workloads()]).toEqual([[], []]);
  });
});

describe('wrong use', () => {
  test.each<[string, (cluster: SimulatedCluster) => void]>([
    [
      'no Deployment shop/none',
      ({ actions }) => actions.setImage('Deployment', 'shop', 'none', 'app', 'x'),
    ],
    ['no pod shop/none', ({ actions }) => actions.patchPodImage('shop', 'none', 'app', 'x')],
    ['no node none', ({ actions }) => actions.restartKubelet('none')],
  ])('%s', (message, act) => {
    expect(() => act(run(1))).toThrow(message);
  });
});
