// List, watch and everything around them, over real HTTP.
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createSimulatedCluster } from '../../../src/sim/cluster.ts';
import type { ClusterOptions, SimulatedCluster } from '../../../src/sim/cluster.ts';
import { fnv1a } from '../../../src/sim/api/selectors.ts';
import { fails } from '../../../src/sim/registries.ts';
import { Reader, get, settle } from './http-client.ts';
import type { Answer } from './http-client.ts';
import { aNode, start } from './simulated-traffic.ts';

const open: { close: () => Promise<void> | void }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** Five pods in two namespaces on two nodes; two of them cannot pull. */
async function aCluster(
  options: Partial<ClusterOptions> = {},
): Promise<{ readonly cluster: SimulatedCluster; readonly url: string }> {
  const cluster = createSimulatedCluster({
    seed: 1,
    now: start,
    scenario: {
      nodes: [aNode(), aNode({ name: 'lab-2', ip: '10.40.0.2' })],
      start: ({ registries, actions }) => {
        registries.setImage('r.example/bad:v1', fails('manifest-unknown'));
        for (const [namespace, name, image] of [
          ['a', 'bad-1', 'r.example/bad:v1'],
          ['a', 'good-1', 'r.example/good:v1'],
          ['b', 'bad-2', 'r.example/bad:v1'],
          ['b', 'good-2', 'r.example/good:v1'],
          ['b', 'good-3', 'r.example/good:v1'],
        ] as const) {
          actions.apply({
            namespace,
            kind: 'Pod',
            name,
            pod: { containers: [{ name: 'app', image }] },
          });
        }
      },
    },
    ...options,
  });
  open.push(cluster);
  cluster.advanceBy(20_000);
  return { cluster, url: (await cluster.listen()).url };
}

function watching(url: string, headers?: Readonly<Record<string, string>>): Reader {
  const reader = new Reader(url, headers);
  open.push(reader);
  return reader;
}

function names(answer: Answer): readonly string[] {
  const { items } = answer.json() as { items: { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}

function version(answer: Answer): string {
  return (answer.json() as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
}

describe('list', () => {
  test('shows all pods, or those of a namespace, in order', async () => {
    const { url } = await aCluster();
    expect(names(await get(`${url}/api/v1/pods`))).toEqual([
      'bad-1',
      'good-1',
      'bad-2',
      'good-2',
      'good-3',
    ]);
    expect(names(await get(`${url}/api/v1/namespaces/a/pods`))).toEqual(['bad-1', 'good-1']);
  });

  test('items carry no kind, as those of a real server', async () => {
    const { url } = await aCluster();
    const { kind, items } = (await get(`${url}/api/v1/pods`)).json() as {
      kind: string;
      items: object[];
    };
    expect(kind).toBe('PodList');
    expect(Object.keys(items[0] ?? {})).toEqual(['metadata', 'spec', 'status']);
  });

  test('pages show one version, even if pods come and go meanwhile', async () => {
    const { url, cluster } = await aCluster();
    const first = await get(`${url}/api/v1/pods?limit=2`);
    const metadata = first.json()['metadata'] as { continue: string; remainingItemCount: number };
    expect(metadata.remainingItemCount).toBe(3);
    cluster.actions.deletePod('b', 'bad-2', 1);
    cluster.actions.apply({
      namespace: 'b',
      kind: 'Pod',
      name: 'a-new-one',
      pod: { containers: [{ name: 'app', image: 'r.example/good:v1' }] },
    });
    cluster.advanceBy(30_000);
    const second = await get(
      `${url}/api/v1/pods?limit=5&continue=${encodeURIComponent(metadata.continue)}`,
    );
    expect(names(second)).toEqual(['bad-2', 'good-2', 'good-3']);
    expect(version(second)).toBe(version(first));
  });

  test('a continue token that is too old gets 410 and a token that goes on without consistency', async () => {
    const { url, cluster } = await aCluster();
    const { metadata } = (await get(`${url}/api/v1/pods?limit=2`)).json() as {
      metadata: { continue: string };
    };
    cluster.advanceBy(30_000);
    cluster.server.expireHistory();
    const expired = await get(
      `${url}/api/v1/pods?continue=${encodeURIComponent(metadata.continue)}`,
    );
    expect(expired.status).toBe(410);
    const body = expired.json() as { reason: string; metadata: { continue: string } };
    expect(body.reason).toBe('Expired');
    const rest = await get(
      `${url}/api/v1/pods?continue=${encodeURIComponent(body.metadata.continue)}`,
    );
    expect(names(rest)).toEqual(['bad-2', 'good-2', 'good-3']);
  });

  test('from the cache (resourceVersion 0) comes whole', async () => {
    const { url } = await aCluster();
    expect(names(await get(`${url}/api/v1/pods?limit=2&resourceVersion=0`)).length).toBe(5);
  });

  test.each([
    ['spec.nodeName=lab-1', 3],
    ['spec.nodeName!=lab-1', 2],
    ['status.phase=Pending', 2],
    ['status.phase!=Pending,metadata.namespace=b', 2],
    ['metadata.name=bad-1', 1],
  ])('fieldSelector %s finds %i pods', async (selector, count) => {
    const { url } = await aCluster();
    const found = await get(`${url}/api/v1/pods?fieldSelector=${encodeURIComponent(selector)}`);
    expect(names(found).length).toBe(count);
  });

  test('events are selected by what they are about, who tells them and why', async () => {
    const { url } = await aCluster();
    const find = async (selector: string): Promise<number> =>
      names(await get(`${url}/api/v1/events?fieldSelector=${encodeURIComponent(selector)}`)).length;
    expect(await find('involvedObject.kind=Pod,source=kubelet,reason=BackOff')).toBe(2);
    expect(await find('source=default-scheduler')).toBe(5);
    expect(await find('involvedObject.kind=Node')).toBe(0);
    expect(await find('involvedObject.name=bad-1,type=Warning')).toBe(3);
  });

  test('a version from the future gets 504 with its cause', async () => {
    const { url, cluster } = await aCluster();
    const { current } = cluster.api.revision;
    const answer = await get(`${url}/api/v1/pods?resourceVersion=${current + 1000}`);
    expect(answer.status).toBe(504);
    expect(answer.json()).toMatchObject({
      reason: 'Timeout',
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 },
    });
  });

  test.each([
    ['/api/v1/pods?fieldSelector=spec.foo%3D1', 400, 'field label not supported: spec.foo'],
    [
      '/api/v1/pods?continue=%25',
      400,
      'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
    ],
    ['/api/v1/namespaces/a/pods/none', 404, 'pods "none" not found'],
    ['/api/v1/nodes', 404, 'the server could not find the requested resource'],
    [
      '/api/v1/pods?watch=1&resourceVersionMatch=NotOlderThan',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
  ])('%s is refused with %i', async (path, status, message) => {
    const { url } = await aCluster();
    const answer = await get(`${url}${path}`);
    expect([answer.status, answer.json()['message']]).toEqual([status, message]);
  });

  test('large lists are compressed when asked, small ones are not', async () => {
    const { url } = await aCluster();
    const small = await get(`${url}/api/v1/namespaces/a/pods`, { 'accept-encoding': 'gzip' });
    expect(small.headers['content-encoding']).toBeUndefined();
    const { url: large } = await aCluster({
      scenario: {
        nodes: [aNode()],
        start: ({ actions }) =>
          actions.apply({
            namespace: 'a',
            kind: 'Deployment',
            name: 'many',
            replicas: 120,
            pod: { containers: [{ name: 'app', image: 'r.example/good:v1' }] },
          }),
      },
    });
    const plain = await get(`${large}/api/v1/pods`);
    const packed = await get(`${large}/api/v1/pods`, { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
  });

  test('protobuf and JSON are chosen by Accept', async () => {
    const { url } = await aCluster();
    const accept = 'application/vnd.kubernetes.protobuf, application/json';
    const answer = await get(`${url}/api/v1/pods`, { accept });
    expect(answer.headers['content-type']).toBe('application/vnd.kubernetes.protobuf');
    expect(answer.body.subarray(0, 4).toString('latin1')).toBe('k8s\0');
    const other = await get(`${url}/api/v1/pods`, { accept: 'text/html' });
    expect(other.status).toBe(406);
    const refused = await get(`${url}/api/v1/pods?fieldSelector=x%3Dy`, { accept });
    expect(refused.body.subarray(0, 4).toString('latin1')).toBe('k8s\0');
  });

  test('a Table has the columns that kubectl prints', async () => {
    const { url } = await aCluster();
    const answer = await get(`${url}/api/v1/namespaces/a/pods`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    });
    const { rows } = answer.json() as { rows: { cells: unknown[] }[] };
    expect(rows.map(({ cells }) => cells.slice(0, 5))).toEqual([
      ['bad-1', '0/1', 'ImagePullBackOff', '0', '20s'],
      ['good-1', '1/1', 'Running', '0', '20s'],
    ]);
  });
});

describe('watch', () => {
  test('goes on where a list ended, with every change once', async () => {
    const { url, cluster } = await aCluster();
    const list = await get(`${url}/api/v1/pods`);
    const expected: string[] = [];
    cluster.api.pods.listen(({ type, current }) => expected.push(`${type} ${current.version}`));
    cluster.advanceBy(20_000);
    const reader = watching(`${url}/api/v1/pods?watch=1&resourceVersion=${version(list)}`);
    await reader.until(({ frames }) => frames.length >= expected.length);
    cluster.advanceBy(60_000);
    await reader.until(({ frames }) => frames.length >= expected.length);
    expect(expected.length).toBeGreaterThan(5);
    expect(
      reader.frames.map(({ type, object }) => `${type} ${object.metadata.resourceVersion}`),
    ).toEqual(expected);
  });

  test('without a version begins with what is there', async () => {
    const { url } = await aCluster();
    const reader = watching(`${url}/api/v1/pods?watch=1`);
    await reader.until(({ frames }) => frames.length === 5);
    expect(reader.types).toEqual(['ADDED', 'ADDED', 'ADDED', 'ADDED', 'ADDED']);
  });

  test('a streaming list ends with the annotated bookmark', async () => {
    const { url, cluster } = await aCluster();
    const reader = watching(
      `${url}/api/v1/pods?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );
    await reader.until(({ frames }) => frames.length === 6);
    expect(reader.frames.at(-1)).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: {
          resourceVersion: String(cluster.api.revision.current),
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
        spec: { containers: null },
        status: {},
      },
    });
  });

  test.each([
    ['1.31', 422],
    ['1.32', 200],
    ['1.33', 422],
    ['1.34', 200],
  ])('sendInitialEvents of %s is answered with %i', async (kubernetesVersion, status) => {
    const { url } = await aCluster({ kubernetesVersion });
    const path = '/api/v1/pods?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
    const reader = watching(`${url}${path}&timeoutSeconds=1`);
    await reader.until(({ status: now }) => now !== 0);
    expect(reader.status).toBe(status);
  });

  test('a version that is too old gets 410 inside the stream', async () => {
    const { url, cluster } = await aCluster();
    const list = await get(`${url}/api/v1/pods`);
    cluster.advanceBy(60_000);
    cluster.server.expireHistory();
    const reader = watching(`${url}/api/v1/pods?watch=1&resourceVersion=${version(list)}`);
    await reader.until(({ state }) => state === 'end');
    expect(reader.frames.map(({ type, object }) => [type, object.code])).toEqual([['ERROR', 410]]);
  });

  test('a watch that is up to date outlives the history', async () => {
    const { url, cluster } = await aCluster();
    const reader = watching(
      `${url}/api/v1/pods?watch=1&resourceVersion=${cluster.api.revision.current}`,
    );
    await reader.until(({ status }) => status === 200);
    cluster.advanceBy(30_000);
    cluster.server.expireHistory();
    const before = reader.frames.length;
    cluster.advanceBy(60_000);
    await reader.until(({ frames }) => frames.length > before);
    expect([reader.state, reader.types.includes('ERROR')]).toEqual(['open', false]);
  });

  test('or as an HTTP status, where the server is set to', async () => {
    const { url, cluster } = await aCluster({ server: { goneAsHttpStatus: true } });
    cluster.server.expireHistory();
    const answer = await get(`${url}/api/v1/pods?watch=1&resourceVersion=1`);
    expect([answer.status, answer.json()['reason']]).toEqual([410, 'Expired']);
  });

  test('the history is bounded', async () => {
    const { url, cluster } = await aCluster({ watchHistory: 10 });
    const list = await get(`${url}/api/v1/pods`);
    cluster.advanceBy(600_000);
    const reader = watching(`${url}/api/v1/pods?watch=1&resourceVersion=${version(list)}`);
    await reader.until(({ state }) => state === 'end');
    expect(reader.types).toEqual(['ERROR']);
  });

  test('with a selector turns "no longer matches" into DELETED and "matches now" into ADDED', async () => {
    const { url, cluster } = await aCluster();
    cluster.actions.planImage('r.example/bad:v1', () => ({ type: 'ok' }));
    const list = await get(`${url}/api/v1/pods`);
    const query = (phase: string): string =>
      `${url}/api/v1/pods?watch=1&resourceVersion=${version(list)}&fieldSelector=status.phase%3D${phase}`;
    const [pending, running] = [watching(query('Pending')), watching(query('Running'))];
    cluster.advanceBy(60_000);
    await pending.until(({ types }) => types.includes('DELETED'));
    await running.until(({ types }) => types.includes('ADDED'));
    expect(pending.types.filter((type) => type === 'DELETED').length).toBe(2);
  });

  test('pods get bookmarks, events do not', async () => {
    const { url } = await aCluster({ server: { bookmarkEveryMs: 30 } });
    const query = 'watch=1&allowWatchBookmarks=true&resourceVersion=';
    const [pods, events] = [await get(`${url}/api/v1/pods`), await get(`${url}/api/v1/events`)];
    const podReader = watching(`${url}/api/v1/pods?${query}${version(pods)}`);
    const eventReader = watching(`${url}/api/v1/events?${query}${version(events)}`);
    await podReader.until(({ frames }) => frames.length >= 3);
    expect(new Set(podReader.types)).toEqual(new Set(['BOOKMARK']));
    expect(eventReader.frames).toEqual([]);
  });

  test('ends at timeoutSeconds in an orderly way', async () => {
    const { url } = await aCluster();
    const reader = watching(`${url}/api/v1/pods?watch=1&timeoutSeconds=1`);
    await reader.until(({ frames }) => frames.length === 5);
    expect(reader.state).toBe('open');
    await reader.until(({ state }) => state === 'end');
  });

  test('a version from the future stays silent until it is passed', async () => {
    const { url, cluster } = await aCluster();
    const future = cluster.api.revision.current + 5;
    const reader = watching(`${url}/api/v1/pods?watch=1&resourceVersion=${future}`);
    await settle();
    cluster.advanceBy(120_000);
    await reader.until(({ frames }) => frames.length > 0);
    expect(Number(reader.frames[0]?.object.metadata.resourceVersion)).toBeGreaterThan(future);
  });
});

describe('shards', () => {
  const half = '0x8000000000000000';
  const whole = '0x10000000000000000';
  const selector = (from: string, to: string): string =>
    encodeURIComponent(`shardRange(object.metadata.uid, '${from}', '${to}')`);

  test('FNV-1a has 64 bits', () => {
    expect(fnv1a('')).toBe(0xcbf29ce484222325n);
    expect(fnv1a('a')).toBe(0xaf63dc4c8601ec8cn);
    expect(fnv1a('foobar')).toBe(0x85944171f73967e8n);
  });

  test('two halves are the whole, and the selector is echoed', async () => {
    const { url } = await aCluster({ server: { shardedWatch: true } });
    const halves = await Promise.all([
      get(`${url}/api/v1/pods?shardSelector=${selector('0x0', half)}`),
      get(`${url}/api/v1/pods?shardSelector=${selector(half, whole)}`),
    ]);
    expect(halves.flatMap(names).sort()).toEqual(['bad-1', 'bad-2', 'good-1', 'good-2', 'good-3']);
    expect(halves[0]?.json()['metadata']).toMatchObject({
      shardInfo: { selector: `shardRange(object.metadata.uid, '0x0', '${half}')` },
    });
  });

  test('a server without the feature ignores the parameter', async () => {
    const { url } = await aCluster();
    const answer = await get(`${url}/api/v1/pods?shardSelector=${selector('0x0', '0x1')}`);
    expect(names(answer).length).toBe(5);
    expect(answer.json()['metadata']).not.toHaveProperty('shardInfo');
  });
});

describe('access', () => {
  test('a bearer token is asked for where tokens are set, and can expire', async () => {
    const { url, cluster } = await aCluster({ server: { tokens: ['first'] } });
    const ask = async (token: string): Promise<number> =>
      (await get(`${url}/api/v1/pods`, { authorization: `Bearer ${token}` })).status;
    expect([await ask('first'), await ask('other')]).toEqual([200, 401]);
    cluster.server.tokens = new Set(['second']);
    expect([await ask('first'), await ask('second')]).toEqual([401, 200]);
    expect(cluster.kubeconfig()).toContain('"token": "first"');
  });

  test('discovery answers what clients ask first', async () => {
    const { url } = await aCluster();
    expect((await get(`${url}/version`)).json()).toMatchObject({ gitVersion: 'v1.36.0' });
    expect((await get(`${url}/api`)).json()).toMatchObject({ versions: ['v1'] });
    expect((await get(`${url}/apis`)).json()).toMatchObject({ groups: [] });
    const { resources } = (await get(`${url}/api/v1`)).json() as { resources: { name: string }[] };
    expect(resources.map(({ name }) => name)).toEqual(['pods', 'events']);
  });
});
