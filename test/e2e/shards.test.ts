// Three exporters that share one cluster -> each failing container in the /metrics of exactly one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { shownBy, writeKubeconfig } from '../../bench/chaos/scene.ts';
import { chaosScenario, failingNow, stir } from '../../bench/chaos/workloads.ts';
import { createSimulatedCluster } from '../../src/sim/cluster.ts';
import { startReader } from '../support/reader.ts';
import { until } from '../support/until.ts';

const total = 3;
const warmUpMs = 180_000;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startShards(shardedWatch: boolean) {
  const cluster = createSimulatedCluster({
    seed: 1,
    scenario: chaosScenario(200),
    now: Date.now() - warmUpMs,
    speed: 1,
    server: { shardedWatch },
  });
  cluster.advanceBy(warmUpMs);
  const { url } = await cluster.listen();
  cleanups.push(() => cluster.close());
  const folder = mkdtempSync(join(tmpdir(), 'imagepull-shards-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const kubeconfig = writeKubeconfig(folder, { server: url });
  const exporters = await Promise.all(
    [...Array(total).keys()].map((index) =>
      startReader(kubeconfig, { now: cluster.now, shard: { index: index + 1, total } }),
    ),
  );
  for (const exporter of exporters) cleanups.push(() => exporter.close());
  return { cluster, exporters };
}

/** What the shards show, one after the other. */
async function shownByAll(exporters: readonly { readonly url: string }[]) {
  const shown = await Promise.all(exporters.map(({ url }) => shownBy(url)));
  return shown.map((keys) => [...keys]);
}

describe.each([
  { server: 'selects for each shard', shardedWatch: true },
  { server: 'knows no shards', shardedWatch: false },
])('three shards of a server that $server', ({ shardedWatch }) => {
  test('show each failing container exactly once, also after everything has changed', async () => {
    const { cluster, exporters } = await startShards(shardedWatch);
    const isRight = (shown: readonly (readonly string[])[]) =>
      JSON.stringify(shown.flat().sort()) === JSON.stringify([...failingNow(cluster)].sort());
    const first = await until('all are shown', () => shownByAll(exporters), isRight);
    for (let round = 0; round < 6; round++) stir(cluster, round);
    cluster.server.expireHistory();
    cluster.server.endWatches();
    const second = await until(
      'the changes are shown',
      () => shownByAll(exporters),
      (shown) => isRight(shown) && shown.flat().some((key) => key.startsWith('shop/new-5-')),
    );

    for (const shown of [first, second]) {
      // A third each, as far as chance has it.
      for (const keys of shown) expect(keys.length).toBeGreaterThan(5);
    }
    const metrics = await (await fetch(`${exporters[1]?.url}/metrics`)).text();
    expect(metrics).toMatch(/^imagepull_container_failing\{.*,shard="2\/3"\} 1$/m);
  });
});

test('a server that selects for each shard sends all of them together hardly more than one would get', async () => {
  const bytesOf = async (shardedWatch: boolean): Promise<number> => {
    const { exporters } = await startShards(shardedWatch);
    await until(
      'all are synced',
      () => exporters.map((exporter) => exporter.status().pods.synced),
      (synced) => synced.every(Boolean),
    );
    let bytes = 0;
    for (const { url } of exporters) {
      const text = await (await fetch(`${url}/metrics`)).text();
      const line = /^imagepull_exporter_watch_bytes_total\{resource="pods".*\} (\d+)/m.exec(text);
      bytes += Number(line?.[1]);
    }
    return bytes;
  };
  const [apart, everything] = [await bytesOf(true), await bytesOf(false)];
  expect(everything / apart).toBeGreaterThan(2.5);
  expect(everything / apart).toBeLessThan(3.5);
});
