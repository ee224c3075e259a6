// Simulated cluster -> exporter -> a real Prometheus with the generated rules: alerts fire with the
// right labels, and resolve.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningPrometheus, startPrometheus } from '../../src/cli/prometheus.ts';
import { generateRules } from '../../src/generate/rules.ts';
import type { Scenario } from '../../src/sim/cluster.ts';
import { registryOutage, typo } from '../../src/sim/scenarios/incidents.ts';
import { type RunningChain, startChain } from '../support/running-chain.ts';
import { toolOrReason } from '../support/tools.ts';
import { until } from '../support/until.ts';

const program = await toolOrReason('prometheus');

const quietCluster: Scenario = {
  nodes: [
    { name: 'worker-1', ip: '10.0.0.1' },
    { name: 'worker-2', ip: '10.0.0.2' },
  ],
  start: () => undefined,
};

/** Every duration of the rules is divided by it: 5 minutes become 5 seconds. */
const speed = 60;

let chain: RunningChain;
let prometheus: RunningPrometheus;

beforeAll(async () => {
  if (typeof program === 'string') return;
  chain = await startChain({ scenario: quietCluster, warmUpMs: 60_000 });
  const { files } = generateRules({ scrapeIntervalSeconds: 1, speed }, ['rules']);
  prometheus = await startPrometheus({
    program: program.path,
    folder: chain.folder,
    targets: [new URL(chain.exporter.url).host],
    rules: files[0]?.content ?? '',
    intervalSeconds: 1,
  });
});

afterAll(async () => {
  await prometheus?.close();
  await chain?.close();
});

beforeEach(({ skip }) => {
  if (typeof program === 'string') skip(program);
});

interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

async function firing(): Promise<readonly FiringAlert[]> {
  const answer = await fetch(`${prometheus.url}/api/v1/alerts`);
  const { data } = (await answer.json()) as {
    data: { alerts: readonly (FiringAlert & { state: string })[] };
  };
  return data.alerts.filter(({ state }) => state === 'firing');
}

const named = (alerts: readonly FiringAlert[], name: string) =>
  alerts.filter(({ labels }) => labels['alertname'] === name);

test('a typo fires ImagePullReferenceInvalid for its workload; healed, the series vanish and the alert resolves', async () => {
  const heal = typo(chain.cluster, { namespace: 'shop', name: 'cart' });
  const alerts = await until(
    'the alert fires',
    firing,
    (seen) => named(seen, 'ImagePullReferenceInvalid').length > 0,
  );
  expect(named(alerts, 'ImagePullReferenceInvalid')).toEqual([
    {
      labels: {
        alertname: 'ImagePullReferenceInvalid',
        class: 'reference',
        namespace: 'shop',
        registry: 'registry.corp.example',
        severity: 'warning',
        workload: 'cart',
        workload_kind: 'Deployment',
      },
      annotations: expect.objectContaining({
        summary: expect.stringMatching(/^[A-Z].*\.$/),
        description: expect.stringContaining('image_not_found'),
        runbook_url: expect.stringMatching(/ImagePullReferenceInvalid/),
      }),
      state: 'firing',
      activeAt: expect.any(String),
      value: expect.any(String),
    },
  ]);
  heal();
  await until(
    'the series are gone',
    async () => (await chain.scrape())('imagepull_container_failing').length,
    (count) => count === 0,
  );
  await until('the alert resolves', firing, (seen) => seen.length === 0, 60_000);
});

test('a registry that is down for many workloads pages once, its inhibitor fires, and a success ends it', async () => {
  const heal = registryOutage(chain.cluster, {
    host: 'registry.corp.example',
    workloads: 5,
    namespaces: 3,
  });
  const alerts = await until(
    'the page',
    firing,
    (seen) => named(seen, 'ImagePullRegistryUnavailable').length > 0,
    60_000,
  );
  expect(named(alerts, 'ImagePullRegistryUnavailable').map(({ labels }) => labels)).toEqual([
    {
      alertname: 'ImagePullRegistryUnavailable',
      registry: 'registry.corp.example',
      severity: 'critical',
      team: 'platform',
    },
  ]);
  expect(
    named(alerts, 'ImagePullRegistryInhibitor').map(({ labels }) => labels['registry']),
  ).toEqual(['registry.corp.example']);
  heal();
  await until(
    'the page resolves',
    firing,
    (seen) => named(seen, 'ImagePullRegistryUnavailable').length === 0,
    100_000,
  );
});

test('an exporter that cannot reach its API server fires ImagePullExporterWatchStale', async () => {
  await chain.cluster.server.refuse();
  chain.cluster.server.abortConnections();
  const alerts = await until(
    'the alert',
    firing,
    (seen) => named(seen, 'ImagePullExporterWatchStale').length > 0,
    60_000,
  );
  expect(named(alerts, 'ImagePullExporterWatchStale').map(({ labels }) => labels)).toEqual([
    expect.objectContaining({ resource: 'pods', severity: 'warning' }),
  ]);
});
