// The same seed gives the same traffic, byte for byte.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSimulatedCluster } from '../../../src/sim/cluster.ts';
import type { SimulatedCluster } from '../../../src/sim/cluster.ts';
import { demoScenario } from '../../../src/sim/scenarios/demo.ts';
import { start } from './simulated-traffic.ts';

/** Everything that a watch of both resources would bring, as protobuf and JSON. */
function traffic(seed: string, act: (cluster: SimulatedCluster) => void): string {
  const hash = createHash('sha256');
  const cluster = createSimulatedCluster({ seed, now: start, scenario: demoScenario() });
  for (const store of [cluster.api.pods, cluster.api.events]) {
    store.listen(({ type, version, current }) => {
      hash.update(`${cluster.clock.now()} ${type} ${version}`);
      hash.update(current.json());
      hash.update(current.protobuf());
    });
  }
  act(cluster);
  hash.update(JSON.stringify(cluster.truth()));
  return hash.digest('hex');
}

const halfHour = 1_800_000;

describe('determinism', () => {
  test('the same seed gives the same traffic, however time is moved', () => {
    const atOnce = traffic('a', (cluster) => cluster.advanceBy(halfHour));
    const inSteps = traffic('a', (cluster) => {
      for (let i = 0; i < 1800; i++) cluster.advanceBy(1000);
    });
    expect(inSteps).toBe(atOnce);
  }, 30_000);

  test('another seed gives other traffic', () => {
    expect(traffic('a', (cluster) => cluster.advanceBy(halfHour / 3))).not.toBe(
      traffic('b', (cluster) => cluster.advanceBy(halfHour / 3)),
    );
  });
});
