// Very many pods that fail at once -> what the exporter shows of them, with room for all and without.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timing } from '../../src/kube/timing.ts';
import { createLoadCluster } from '../../src/sim/load.ts';
import type { Outcome } from './run.ts';
import { startReader } from '../../test/support/reader.ts';
import { shownBy, writeKubeconfig } from './scene.ts';

export interface CrowdOptions {
  readonly pods: number;
  /** As --metrics.max-failing-containers. */
  readonly room: number;
  readonly timing: Timing;
  readonly limitMs: number;
}

/**
 * All pods of a healthy cluster fail at once, then recover at once. Reconnected in: until the picture
 * is complete; right after: until the last one is gone again. Where there is no room for all, every
 * workload that has nothing shown counts as lost.
 */
export async function runCrowd(options: CrowdOptions): Promise<Outcome> {
  const { limitMs, pods, room, timing } = options;
  const cluster = createLoadCluster({ seed: 1, pods, failing: 0, now: Date.now() });
  const { url } = await cluster.listen();
  const folder = mkdtempSync(join(tmpdir(), 'imagepull-chaos-'));
  const exporter = await startReader(writeKubeconfig(folder, { server: url }), {
    now: Date.now,
    timing,
    events: false,
    maxFailingContainers: room,
  });
  const shown = async (): Promise<readonly string[]> =>
    [...(await shownBy(exporter.url))].map((key) => key.split(' ', 1)[0] ?? '');
  const until = async (isRight: (keys: readonly string[]) => boolean) => {
    const startedAt = performance.now();
    while (performance.now() - startedAt < limitMs) {
      await sleep(250);
      if (isRight(await shown())) return performance.now() - startedAt;
    }
    return undefined;
  };
  try {
    await until(() => exporter.status().pods.synced);
    for (let index = 0; index < pods; index++) cluster.setState(index, 'err-image-pull');
    const failing = new Set(cluster.failing());
    const all = room < pods ? new Set([...failing].map(workloadOf)) : failing;
    const missing = (keys: readonly string[]): readonly string[] => {
      const there = new Set(room < pods ? keys.map(workloadOf) : keys);
      return [...all].filter((one) => !there.has(one));
    };
    const completeMs = await until((keys) => keys.length >= Math.min(room, pods));
    const keys = await shown();
    const phantom = keys.filter((key) => !failing.has(key));
    const lost = missing(keys);
    for (let index = 0; index < pods; index++) cluster.setState(index, 'running');
    const goneMs = await until((left) => left.length === 0);
    phantom.push(...(await shown()));
    return {
      fault: `${pods} fail at once${room < pods ? `, room for ${room}` : ''}`,
      noticed: [],
      reconnectedMs: completeMs,
      rightMs: goneMs,
      lost,
      phantom,
      missed: completeMs === undefined || goneMs === undefined || lost.length + phantom.length > 0,
    };
  } finally {
    await exporter.close();
    await cluster.close();
    rmSync(folder, { recursive: true });
  }
}

/** `namespace/app-hash-suffix` */
function workloadOf(key: string): string {
  return key.split('-').slice(0, -2).join('-');
}
