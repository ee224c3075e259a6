// The wall clock's time -> the demo cluster, in the middle of its life and running on.
import { createSimulatedCluster } from './cluster.ts';
import type { SimulatedCluster } from './cluster.ts';
import { demoScenario, demoWarmUpMs } from './scenarios/demo.ts';

/**
 * The cluster of `imagepull-exporter demo`: 40 virtual minutes are over when it returns, virtual time
 * is `now`, and with `listen` it goes on at `speed` times the wall clock.
 *
 * @param now Unix time, ms
 */
export function createDemoCluster(options: {
  readonly now: number;
  readonly seed?: number | string;
  readonly speed?: number;
}): SimulatedCluster {
  const cluster = createSimulatedCluster({
    seed: options.seed ?? 'demo',
    scenario: demoScenario(),
    now: options.now - demoWarmUpMs,
    speed: options.speed ?? 1,
    keepTruth: false,
    watchHistory: 1500,
  });
  cluster.advanceTo(options.now);
  return cluster;
}
