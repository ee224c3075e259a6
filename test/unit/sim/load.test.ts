// The load cluster: many pods of realistic size, cheap to keep, right in both encodings.
import { afterEach, describe, expect, test } from 'vitest';
import { encodeMessage } from '../../../src/sim/api/protobuf.ts';
import { createLoadCluster } from '../../../src/sim/load.ts';
import type { LoadCluster } from '../../../src/sim/load.ts';
import type { Pod } from '../../../src/sim/objects.ts';
import { Reader, get } from './http-client.ts';
import { start } from './simulated-traffic.ts';

const open: { close: () => Promise<void> | void }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function aLoad(pods: number, failing: number, events = 0): LoadCluster {
  const cluster = createLoadCluster({ seed: 1, pods, failing, events, now: start });
  open.push(cluster);
  return cluster;
}

function waiting(pod: Pod): string | undefined {
  return pod.status.containerStatuses?.[0]?.state.waiting?.reason;
}

describe('a load cluster', () => {
  test('has pods of 7 to 9 KB, all different', () => {
    const objects = aLoad(500, 50).api.pods.list();
    const sizes = objects.map((stored) => stored.json().length);
    expect(Math.min(...sizes)).toBeGreaterThan(7000);
    expect(Math.max(...sizes)).toBeLessThan(9000);
    expect(new Set(objects.map((stored) => stored.uid)).size).toBe(500);
    expect(new Set(objects.map((stored) => `${stored.namespace}/${stored.name}`)).size).toBe(500);
  });

  test('cuts the same object for both encodings', () => {
    for (const stored of aLoad(40, 20).api.pods.list()) {
      const object = stored.object() as Pod;
      expect(encodeMessage('Pod', object).equals(Buffer.from(stored.protobuf()))).toBe(true);
      expect(stored.protobufLength()).toBe(stored.protobuf().length);
      expect(object.metadata).toMatchObject({
        name: stored.name,
        namespace: stored.namespace,
        uid: stored.uid,
        resourceVersion: String(stored.version),
      });
      expect(object.status.podIP).toMatch(/^100\.\d{3}\.\d{3}\.\d{3}$/);
      expect(stored.field('spec.nodeName')).toMatch(
        /^ip-10-40-\d{6}\.eu-central-1\.compute\.internal$/,
      );
    }
  });

  test('has as many failing pods as asked for', () => {
    const cluster = aLoad(1000, 10);
    const failing = cluster.api.pods
      .list()
      .filter((stored) => waiting(stored.object() as Pod) !== undefined);
    expect(failing.map((stored) => `${stored.namespace}/${stored.name}`).sort()).toEqual(
      [...cluster.failing()].sort(),
    );
    expect(failing.length).toBe(10);
  });

  test('churns, fails, recovers and deletes over HTTP', async () => {
    const cluster = aLoad(100, 10, 50);
    const { url } = await cluster.listen();
    const list = (await get(`${url}/api/v1/pods`)).json() as {
      items: Pod[];
      metadata: { resourceVersion: string };
    };
    expect(list.items.length).toBe(100);
    const reader = new Reader(
      `${url}/api/v1/pods?watch=1&resourceVersion=${list.metadata.resourceVersion}`,
    );
    open.push(reader);
    await reader.until(({ status }) => status === 200);
    cluster.churn(40, 0.5);
    await reader.until(({ frames }) => frames.length === 40);
    expect(new Set(reader.types)).toEqual(new Set(['MODIFIED']));
    cluster.setState(3, 'err-image-pull');
    expect(cluster.failing().length).toBe(11);
    cluster.setState(3, 'running');
    cluster.remove(3);
    await reader.until(({ frames }) => frames.length === 43);
    expect(reader.types.at(-1)).toBe('DELETED');
    cluster.churnEvents(20);
    expect(cluster.api.events.size).toBe(50);
  });
});
