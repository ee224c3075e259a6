// The scenarios that come with the simulator: the demo and the incidents of the end-to-end tests.
import { describe, expect, test } from 'vitest';
import { causes } from '../../../src/classify/causes.ts';
import type { Cause } from '../../../src/classify/causes.ts';
import { createSimulatedCluster } from '../../../src/sim/cluster.ts';
import type { ScenarioCluster, SimulatedCluster } from '../../../src/sim/cluster.ts';
import type { NodeConfig } from '../../../src/sim/node-config.ts';
import { demoScenario, demoWarmUpMs } from '../../../src/sim/scenarios/demo.ts';
import type { Heal } from '../../../src/sim/scenarios/incidents.ts';
import {
  badRollout,
  expiredRobotAccount,
  fullDisk,
  registryOutage,
  runWorkloads,
  stalledLayer,
  typo,
} from '../../../src/sim/scenarios/incidents.ts';
import type { TruthLine } from '../../../src/sim/truth.ts';
import { aNode, start } from './simulated-traffic.ts';

/** Failing now: the last try failed, and the pod is still there. */
function failing(cluster: SimulatedCluster): readonly TruthLine[] {
  const alive = new Set(cluster.pods().map(({ metadata }) => metadata.uid));
  return cluster
    .truth()
    .filter(
      (line) => alive.has(line.uid) && line.failures.length > 0 && line.recovered_at === null,
    );
}

function lastCause(line: TruthLine): Cause {
  return (line.failures.at(-1)?.[1] ?? 'unknown') as Cause;
}

const now = Date.parse('2026-11-21T12:00:00Z');

/** As the `demo` verb starts it. */
function createDemo(seed: string, keepDeleted = false): SimulatedCluster {
  const cluster = createSimulatedCluster({
    seed,
    scenario: demoScenario(),
    now: now - demoWarmUpMs,
    keepDeleted,
  });
  cluster.advanceBy(demoWarmUpMs);
  return cluster;
}

describe('the demo', () => {
  const demo = createDemo('demo');

  test('opens now, in the middle of its life', () => {
    expect(demo.clock.now()).toBe(now);
    expect(demo.pods().length).toBeGreaterThan(50);
  });

  test.each(['1', '2', '3'])('shows failures of every class and many causes (seed %s)', (seed) => {
    const shown = new Set(failing(createDemo(seed)).map(lastCause));
    expect(new Set([...shown].map((cause) => causes[cause].class))).toEqual(
      new Set(['reference', 'credentials', 'registry', 'node', 'policy', 'unknown']),
    );
    expect(shown.size).toBeGreaterThanOrEqual(20);
  });

  test.each(['1', '2', '3'])('shows steps 1 to 6 and more (seed %s)', (seed) => {
    const steps = new Set(
      failing(createDemo(seed))
        .filter((line) => line.kubelet_pulling.length > 0)
        .map((line) => Math.min(line.failed.length, 6)),
    );
    expect(steps).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });

  test('some have healed, and what only looks like a failing pull is none', () => {
    expect(demo.truth().some((line) => line.recovered_at !== null)).toBe(true);
    const lookAlikes = ['recommendations', 'fraud-rules', 'warehouse', 'edi-bridge'];
    const states = demo
      .pods()
      .filter(({ metadata }) => lookAlikes.some((name) => metadata.name.startsWith(name)))
      .map(({ status }) => status.containerStatuses?.[0]?.state);
    expect(states.length).toBe(4);
    expect(
      failing(demo).filter((line) => lookAlikes.some((name) => line.pod.startsWith(name))),
    ).toEqual([]);
  });

  test('a layer that stalls holds up the pulls of its node', () => {
    const waiting = demo
      .truth()
      .filter(
        (line) => line.node === 'worker-b2' && line.kubelet_pulling.length > line.failed.length,
      );
    expect(waiting.length).toBeGreaterThanOrEqual(2);
  });

  test('goes on: new failures come every minute, and some heal', () => {
    const cluster = createDemo('another', true);
    const known = new Set(cluster.truth().map(({ uid }) => uid));
    const healed = cluster.truth().filter((line) => line.recovered_at !== null).length;
    cluster.advanceBy(20 * 60_000);
    const fresh = failing(cluster).filter((line) => !known.has(line.uid));
    expect(fresh.length).toBeGreaterThan(5);
    expect(cluster.truth().filter((line) => line.recovered_at !== null).length).toBeGreaterThan(
      healed,
    );
  });

  test('does not grow without end', () => {
    const cluster = createDemo('long');
    const before = cluster.pods().length;
    cluster.advanceBy(4 * 3_600_000);
    expect(cluster.pods().length).toBeLessThan(before * 1.5);
    expect(cluster.truth().length).toBeLessThan(400);
    expect(cluster.events().length).toBeLessThan(4000);
  }, 30_000);

  test('names only example domains, public registries and private addresses', () => {
    const text = JSON.stringify(demo.pods());
    const hosts = new Set(text.match(/https?:\/\/[^/"\\:]+/g) ?? []);
    for (const host of hosts) {
      expect(host).toMatch(
        /\.example$|docker\.io$|ghcr\.io$|quay\.io$|amazonaws\.com$|pkg\.dev$|docker\.com$/,
      );
    }
  });
});

function run(
  seconds: number,
  incident: (cluster: ScenarioCluster) => Heal,
  node: Partial<NodeConfig> = {},
): { readonly cluster: SimulatedCluster; readonly heal: Heal } {
  let heal: Heal = () => undefined;
  const cluster = createSimulatedCluster({
    seed: 1,
    now: start,
    scenario: {
      nodes: [
        aNode(node),
        aNode({ name: 'lab-2', ip: '10.40.0.2' }),
        aNode({ name: 'lab-3', ip: '10.40.0.3' }),
      ],
      start: (started) => {
        heal = incident(started);
      },
    },
  });
  cluster.advanceBy(seconds * 1000);
  return { cluster, heal };
}

describe('incidents', () => {
  test('a registry outage hits 40 workloads in 10 namespaces and heals', () => {
    const { cluster, heal } = run(240, (one) =>
      registryOutage(one, { host: 'harbor.corp.example', workloads: 40, namespaces: 10 }),
    );
    const lines = failing(cluster);
    expect(new Set(lines.map(({ namespace }) => namespace)).size).toBe(10);
    expect(lines.length).toBe(40);
    // A few of so many pods at once are refused by their own kubelet first.
    expect(new Set(lines.map(lastCause))).toContain('registry_unavailable');
    heal();
    cluster.advanceBy(400_000);
    expect(failing(cluster)).toEqual([]);
    expect(cluster.workloads().every(({ available }) => available === 1)).toBe(true);
  });

  test('workloads that are up can be run beforehand', () => {
    const { cluster } = run(60, (one) => {
      runWorkloads(one, { host: 'harbor.corp.example', workloads: 6, namespaces: 3, replicas: 2 });
      return () => undefined;
    });
    expect(cluster.workloads().map(({ available }) => available)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('a typo hits one workload', () => {
    const { cluster, heal } = run(60, (one) =>
      typo(one, { namespace: 'shop', name: 'cart', replicas: 2 }),
    );
    expect(failing(cluster).map(lastCause)).toEqual(['image_not_found', 'image_not_found']);
    heal();
    cluster.advanceBy(120_000);
    expect(failing(cluster)).toEqual([]);
  });

  test('an expired robot account hits five namespaces', () => {
    const { cluster, heal } = run(60, (one) =>
      expiredRobotAccount(one, { host: 'harbor.corp.example', namespaces: 5 }),
    );
    expect(failing(cluster).map(lastCause)).toEqual(
      Array.from({ length: 5 }, () => 'credentials_expired'),
    );
    heal();
    cluster.advanceBy(200_000);
    expect(failing(cluster)).toEqual([]);
  });

  test('a full disk hits one node', () => {
    const { cluster, heal } = run(60, (one) => fullDisk(one, { node: 'lab-2', workloads: 4 }));
    expect(failing(cluster).map((line) => [line.node, lastCause(line)])).toEqual(
      Array.from({ length: 4 }, () => ['lab-2', 'disk_full']),
    );
    heal();
    cluster.advanceBy(200_000);
    expect(failing(cluster)).toEqual([]);
  });

  test.each([
    ['Recreate', 0],
    ['RollingUpdate', 3],
  ] as const)('a bad rollout with %s leaves %i of 4 replicas', (strategy, available) => {
    const { cluster, heal } = run(300, (one) =>
      badRollout(one, { namespace: 'shop', name: 'cart', replicas: 4, strategy, afterMs: 120_000 }),
    );
    expect(cluster.workloads()[0]?.available).toBe(available);
    heal();
    cluster.advanceBy(300_000);
    expect(cluster.workloads()[0]?.available).toBe(4);
  });

  test('a stalled layer blocks every other pull of a node with serialized pulls', () => {
    const { cluster, heal } = run(
      60,
      (one) => {
        const healed = stalledLayer(one, { node: 'lab-1' });
        one.clock.after(10_000, () =>
          one.actions.apply({
            namespace: 'shop',
            kind: 'Pod',
            name: 'behind',
            pod: { nodeName: 'lab-1', containers: [{ name: 'app', image: 'r.example/app:v1' }] },
          }),
        );
        return healed;
      },
      { serializeImagePulls: true },
    );
    cluster.advanceBy(1_200_000);
    const behind = (): string | undefined =>
      cluster.pods().find(({ metadata }) => metadata.name === 'behind')?.status.phase;
    expect([behind(), failing(cluster)]).toEqual(['Pending', []]);
    heal();
    cluster.advanceBy(60_000);
    expect(behind()).toBe('Running');
  });
});
