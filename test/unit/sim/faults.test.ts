// Each fault, seen by a reader.
import { afterEach, describe, expect, test } from 'vitest';
import {
  answerWith,
  duplicateChanges,
  failInternally,
  halfOpen,
  htmlFromProxy,
  loseDeletions,
  oneByteAtATime,
  refuseCredentials,
  refuseWith,
  resetMidFrame,
  slowBytes,
  swapChanges,
  throttle,
  unavailableFor,
  wrongContentType,
} from '../../../src/sim/api/faults.ts';
import { forbidden } from '../../../src/sim/api/statuses.ts';
import { createSimulatedCluster } from '../../../src/sim/cluster.ts';
import type { SimulatedCluster } from '../../../src/sim/cluster.ts';
import { fails } from '../../../src/sim/registries.ts';
import { Reader, get, settle } from './http-client.ts';
import { aNode, start } from './simulated-traffic.ts';

const open: { close: () => Promise<void> | void }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function aCluster(): Promise<{ readonly cluster: SimulatedCluster; readonly url: string }> {
  const cluster = createSimulatedCluster({
    seed: 1,
    now: start,
    scenario: {
      nodes: [aNode()],
      start: ({ registries, actions }) => {
        registries.setImage('r.example/bad:v1', fails('manifest-unknown'));
        actions.apply({
          namespace: 'a',
          kind: 'Deployment',
          name: 'bad',
          replicas: 3,
          pod: { containers: [{ name: 'app', image: 'r.example/bad:v1' }] },
        });
      },
    },
  });
  open.push(cluster);
  cluster.advanceBy(20_000);
  return { cluster, url: (await cluster.listen()).url };
}

function watching(url: string): Reader {
  const reader = new Reader(url);
  open.push(reader);
  return reader;
}

/** A watch from now on, connected. */
async function watchFromNow(cluster: SimulatedCluster, url: string): Promise<Reader> {
  const reader = watching(
    `${url}/api/v1/pods?watch=1&resourceVersion=${cluster.api.revision.current}`,
  );
  await reader.until(({ status }) => status === 200);
  return reader;
}

describe('answers in place of the server', () => {
  test.each([
    [throttle(7, {}, 1), 429, '7', 'TooManyRequests'],
    [unavailableFor(3, {}, 1), 503, '3', 'ServiceUnavailable'],
    [unavailableFor(undefined, {}, 1), 503, undefined, 'ServiceUnavailable'],
    [failInternally({}, 1), 500, undefined, 'InternalError'],
    [refuseCredentials({}, 1), 401, undefined, 'Unauthorized'],
    [refuseWith(forbidden('list', 'pods', undefined), {}, 1), 403, undefined, 'Forbidden'],
  ])(
    'fault %#: the status is real, and once is once',
    async (fault, status, retryAfter, reason) => {
      const { cluster, url } = await aCluster();
      cluster.faults.inject(fault);
      const answer = await get(`${url}/api/v1/pods`);
      expect([answer.status, answer.headers['retry-after'], answer.json()['reason']]).toEqual([
        status,
        retryAfter,
        reason,
      ]);
      expect((await get(`${url}/api/v1/pods`)).status).toBe(200);
    },
  );

  test('one resource can be forbidden while the other is not', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(
      refuseWith(forbidden('list', 'events', undefined), { resource: 'events' }),
    );
    const events = await get(`${url}/api/v1/events`);
    expect(events.json()['message']).toBe(
      'events is forbidden: User "system:serviceaccount:monitoring:imagepull-exporter" cannot list resource "events" in API group "" at the cluster scope',
    );
    expect((await get(`${url}/api/v1/pods`)).status).toBe(200);
  });

  test('a proxy answers with HTML', async () => {
    const { cluster, url } = await aCluster();
    const heal = cluster.faults.inject(htmlFromProxy(200));
    const answer = await get(`${url}/api/v1/pods`);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html']);
    expect(answer.body.toString()).toContain('<title>Sign in</title>');
    heal();
    expect((await get(`${url}/api/v1/pods`)).headers['content-type']).toBe('application/json');
  });

  test('any answer can be given', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(
      answerWith({ type: 'raw', code: 200, contentType: 'application/json', body: '{"kind":"Pod' }),
    );
    expect((await get(`${url}/api/v1/pods`)).body.toString()).toBe('{"kind":"Pod');
  });

  test('the Content-Type can be wrong while the bytes are right', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(wrongContentType('text/plain'));
    const answer = await get(`${url}/api/v1/pods`);
    expect(answer.headers['content-type']).toBe('text/plain');
    expect(answer.json()['kind']).toBe('PodList');
  });
});

describe('changes of a watch', () => {
  test('come twice', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(duplicateChanges());
    const reader = await watchFromNow(cluster, url);
    cluster.advanceBy(20_000);
    await reader.until(({ frames }) => frames.length >= 4);
    const versions = reader.frames.map(({ object }) => object.metadata.resourceVersion);
    expect(versions[0]).toBe(versions[1]);
    expect(versions[2]).toBe(versions[3]);
  });

  test('come in pairs of the wrong order', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(swapChanges());
    const reader = await watchFromNow(cluster, url);
    cluster.advanceBy(30_000);
    await reader.until(({ frames }) => frames.length >= 4);
    const versions = reader.frames.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions[0]).toBeGreaterThan(versions[1] ?? Infinity);
    expect(versions[2]).toBeGreaterThan(versions[3] ?? Infinity);
  });

  test('lack the deletions', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(loseDeletions());
    const reader = await watchFromNow(cluster, url);
    cluster.actions.remove('Deployment', 'a', 'bad');
    cluster.advanceBy(30_000);
    await settle();
    expect(cluster.pods()).toEqual([]);
    expect(reader.frames.length).toBeGreaterThan(3);
    expect(reader.types).not.toContain('DELETED');
  });
});

describe('bytes', () => {
  test('stop coming on a half-open connection, which stays open', async () => {
    const { cluster, url } = await aCluster();
    const reader = await watchFromNow(cluster, url);
    cluster.faults.inject(halfOpen());
    cluster.advanceBy(120_000);
    cluster.server.endWatches();
    await settle();
    expect([reader.frames.length, reader.state]).toEqual([0, 'open']);
  });

  test('come one at a time', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(oneByteAtATime({ verb: 'list' }));
    const plain = await get(`${url}/api/v1/namespaces/none/pods`);
    expect(plain.json()['kind']).toBe('PodList');
    const reader = watching(`${url}/api/v1/namespaces/none/pods`);
    await reader.until(({ state }) => state === 'end');
    expect(Math.max(...reader.pieces)).toBeLessThan(20);
  });

  test('come slowly', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(slowBytes(2000));
    const startedAt = performance.now();
    const answer = await get(`${url}/api/v1/namespaces/none/pods`);
    const seconds = (performance.now() - startedAt) / 1000;
    expect(answer.body.length / seconds).toBeLessThan(4000);
  });

  test('are cut in the middle of a frame by a reset', async () => {
    const { cluster, url } = await aCluster();
    cluster.faults.inject(resetMidFrame(6000));
    const reader = watching(`${url}/api/v1/pods?watch=1`);
    await reader.until(({ state }) => state === 'broken');
    expect(reader.frames.length).toBe(1);
    expect(reader.rest.length).toBeGreaterThan(100);
  });
});

describe('connections', () => {
  test('are refused and accepted again on the same port', async () => {
    const { cluster, url } = await aCluster();
    await cluster.server.refuse();
    await expect(get(`${url}/api/v1/pods`)).rejects.toThrow('ECONNREFUSED');
    expect((await cluster.listen()).url).toBe(url);
    expect((await get(`${url}/api/v1/pods`)).status).toBe(200);
  });

  test('are reset all at once, as by kill -9', async () => {
    const { cluster, url } = await aCluster();
    const reader = await watchFromNow(cluster, url);
    cluster.server.abortConnections();
    await reader.until(({ state }) => state === 'broken');
  });
});

describe('versions', () => {
  test('go back after an etcd restore: lists are older, old versions are from the future', async () => {
    const { cluster, url } = await aCluster();
    const reader = await watchFromNow(cluster, url);
    const before = cluster.api.revision.current;
    cluster.server.rewindVersions(30);
    await reader.until(({ state }) => state === 'end');
    const { metadata, items } = (await get(`${url}/api/v1/pods`)).json() as {
      metadata: { resourceVersion: string };
      items: { metadata: { resourceVersion: string } }[];
    };
    expect(Number(metadata.resourceVersion)).toBe(before - 30);
    expect(items.length).toBe(3);
    for (const item of items) {
      expect(Number(item.metadata.resourceVersion)).toBeLessThanOrEqual(before - 30);
    }
    const again = await watchFromNow(cluster, url);
    cluster.advanceBy(60_000);
    await again.until(({ frames }) => frames.length > 2);
    expect(again.state).toBe('open');
    const future = await get(`${url}/api/v1/pods?resourceVersion=${before + 100}`);
    expect(future.status).toBe(504);
  });

  test('a storm of 410 meets every resume', async () => {
    const { cluster, url } = await aCluster();
    cluster.server.expireHistory();
    for (let i = 0; i < 3; i++) {
      const reader = watching(`${url}/api/v1/pods?watch=1&resourceVersion=5`);
      await reader.until(({ state }) => state === 'end');
      expect(reader.frames[0]?.object.code).toBe(410);
    }
  });
});

describe('others', () => {
  test('bookmarks come in floods', async () => {
    const { cluster, url } = await aCluster();
    const { current } = cluster.api.revision;
    const reader = watching(
      `${url}/api/v1/pods?watch=1&allowWatchBookmarks=true&resourceVersion=${current}`,
    );
    await reader.until(({ status }) => status === 200);
    cluster.server.floodBookmarks(500);
    await reader.until(({ frames }) => frames.length === 500);
  });

  test("the reader's clock jumps, the cluster's does not", async () => {
    const { cluster } = await aCluster();
    const before = cluster.clock.now();
    cluster.faults.jumpClock(-300_000);
    expect([cluster.now() - before, cluster.clock.now() - before]).toEqual([-300_000, 0]);
  });
});
