// What an API server, or what stands before it, can do to a watch; and that the picture is right after.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Answer,
  type FakeApiServer,
  refuseStreaming,
  type Reply,
  startFakeApiServer,
} from '../../support/fake-api-server.ts';
import { aPod, until, watchWith, type Watched } from './watched.ts';

let server: FakeApiServer;
let watched: Watched;

afterEach(async () => {
  await watched.close();
  await server.close();
});

/** Starts both; the watch is there when this resolves, unless told not to wait. */
async function start(answer: Answer, given: Parameters<typeof watchWith>[1] = {}): Promise<void> {
  server = await startFakeApiServer(answer);
  watched = watchWith(server, given);
}

const isListed = (): boolean => watched.observations.some(({ type }) => type === 'listed');
const gaps = (): readonly string[] =>
  watched.observations.flatMap(({ type }) => (type === 'gap' || type === 'listed' ? [type] : []));

describe('lists', () => {
  test('a streaming list and its watch are one request', async () => {
    await start((_, reply) => {
      reply
        .watch()
        .initial('10', [aPod('a', 5), aPod('b', 6, '')])
        .event('ADDED', aPod('c', 11));
    });
    await until('c is seen', () => watched.held.has('uid-c'));

    expect([...watched.held]).toEqual([
      ['uid-a', 'ErrImagePull'],
      ['uid-c', 'ErrImagePull'],
    ]);
    expect(server.requests.map(({ path, query }) => ({ path, query }))).toEqual([
      {
        path: '/api/v1/pods',
        query: {
          watch: '1',
          allowWatchBookmarks: 'true',
          timeoutSeconds: '23',
          resourceVersion: '',
          sendInitialEvents: 'true',
          resourceVersionMatch: 'NotOlderThan',
        },
      },
    ]);
    expect(watched.watch.status().pods).toMatchObject({
      synced: true,
      mode: 'streaming',
      encoding: 'protobuf',
      lastError: undefined,
    });
    expect(watched.observations.find(({ type }) => type === 'listed')).toEqual({
      type: 'listed',
      resource: 'pods',
      uids: new Set(['uid-a']),
    });
  });

  test('a server without streaming lists is asked for pages, then watched from their version', async () => {
    await start((request, reply) => {
      if (request.query['sendInitialEvents']) refuseStreaming(reply);
      else if (request.isWatch) reply.watch().event('ADDED', aPod('c', 11));
      else if (request.query['continue'] === undefined) {
        reply.list({ resourceVersion: '10', continue: 'more' }, [aPod('a', 5)]);
      } else reply.list({ resourceVersion: '10' }, [aPod('b', 6)]);
    });
    await until('c is seen', () => watched.held.has('uid-c'));

    expect([...watched.held.keys()]).toEqual(['uid-a', 'uid-b', 'uid-c']);
    expect(server.requests.slice(1, 3).map(({ query }) => query)).toEqual([
      { limit: '500' },
      { limit: '500', continue: 'more' },
    ]);
    expect(server.requests[3]?.query).toMatchObject({ watch: '1', resourceVersion: '10' });
    expect(watched.watch.status().pods.mode).toBe('paged');
    // One connection does for all that comes one after the other.
    expect(server.connections()).toBe(1);
    // However short an answer is, its bytes are counted; refusals are not.
    expect(watched.bytes()).toBeGreaterThan(500);
  });

  test('a server that refuses pages too is asked for everything at once', async () => {
    await start((request, reply) => {
      if (request.query['sendInitialEvents']) refuseStreaming(reply);
      else if (request.query['limit']) reply.refuse(400, { message: 'no limit here' });
      else if (request.isWatch) reply.watch();
      else reply.list({ resourceVersion: '10' }, [aPod('a', 5)]);
    });
    await until('it is listed', isListed);

    expect(watched.watch.status().pods.mode).toBe('plain');
    expect([...watched.held.keys()]).toEqual(['uid-a']);
  });

  test.each([
    {
      what: 'sends bookmarks without the end of the list',
      rest: (reply: Reply) => reply.bookmark('10'),
    },
    {
      what: 'sends nothing more after all objects',
      rest: () => undefined,
    },
    {
      what: 'goes on with changes as if nothing had been asked',
      rest: (reply: Reply) => reply.event('DELETED', aPod('a', 7)),
    },
  ])('a server that ignores sendInitialEvents and $what is found out', async ({ rest }) => {
    await start((request, reply) => {
      if (request.query['sendInitialEvents']) rest(reply.watch().event('ADDED', aPod('old', 5)));
      else if (request.isWatch) reply.watch();
      else reply.list({ resourceVersion: '10' }, [aPod('a', 5)]);
    });
    await until('it is listed', isListed);

    expect(watched.watch.status().pods.mode).toBe('paged');
    expect([...watched.held.keys()]).toEqual(['uid-a']);
  });

  test('JSON does as well, listed and watched', async () => {
    await start((request, reply) => {
      if (request.query['sendInitialEvents']) refuseStreaming(reply.asJson());
      else if (request.isWatch) reply.asJson().watch().event('ADDED', aPod('c', 11));
      else reply.asJson().list({ resourceVersion: '10' }, [aPod('a', 5), aPod('b', 6, '')]);
    });
    await until('c is seen', () => watched.held.has('uid-c'));

    expect([...watched.held.keys()]).toEqual(['uid-a', 'uid-c']);
    expect(watched.watch.status().pods.encoding).toBe('json');
    expect(server.requests[0]?.headers.accept).toBe(
      'application/vnd.kubernetes.protobuf;stream=watch, application/json',
    );
  });

  test('a token that expires between pages starts the list again', async () => {
    let attempts = 0;
    await start((request, reply) => {
      if (request.query['sendInitialEvents']) refuseStreaming(reply);
      else if (request.isWatch) reply.watch();
      else if (request.query['continue'] === undefined) {
        attempts += 1;
        const more = attempts < 3 ? 'more' : '';
        reply.list({ resourceVersion: `${attempts}0`, continue: more }, [aPod(`a${attempts}`, 5)]);
      } else reply.refuse(410, { reason: 'Expired', message: 'too old' });
    });
    await until('it is listed', isListed);

    expect([...watched.held.keys()]).toEqual(['uid-a3']);
    expect(watched.restarts).toEqual(['pods invalid', 'pods expired', 'pods expired']);
  });

  test('where tokens never last, everything is asked for at once', async () => {
    await start((request, reply) => {
      if (request.query['sendInitialEvents']) refuseStreaming(reply);
      else if (request.isWatch) reply.watch();
      else if (request.query['limit'] === undefined) {
        reply.list({ resourceVersion: '10' }, [aPod('a', 5)]);
      } else if (request.query['continue'] === undefined) {
        reply.list({ resourceVersion: '10', continue: 'more' }, []);
      } else reply.refuse(410, { reason: 'Expired' });
    });
    await until('it is listed', isListed);

    expect(watched.watch.status().pods.mode).toBe('plain');
  });

  test('a list that never ends is given up', async () => {
    await start((request, reply) => {
      if (request.query['sendInitialEvents']) refuseStreaming(reply);
      else reply.list({ resourceVersion: '10', continue: 'again' }, [aPod('a', 5)]);
    });
    await until('it is given up', () => watched.restarts.includes('pods endless'));

    expect(watched.watch.status().pods.synced).toBe(false);
  });

  test('a streaming list without end is given up in time', async () => {
    await start(
      (_, reply) => {
        reply.watch();
        let version = 1;
        const timer = setInterval(() => {
          version += 1;
          reply.event('ADDED', aPod(`p${version}`, version, ''));
        }, 20);
        reply.response.on('close', () => clearInterval(timer));
      },
      { timing: { listMs: 300 } },
    );
    await until('it is given up', () => watched.restarts.includes('pods endless'));

    expect(watched.held.size).toBe(0);
  });

  test('a list without a version is none', async () => {
    await start((request, reply) => {
      if (request.query['sendInitialEvents']) refuseStreaming(reply);
      else reply.list({}, [aPod('a', 5)]);
    });
    await until('it fails', () => watched.restarts.includes('pods unexpected_answer'));

    expect(watched.watch.status().pods.synced).toBe(false);
  });

  test('a relist removes what it lacks, and nothing before it is complete', async () => {
    let lists = 0;
    let finish: () => void = () => undefined;
    await start((request, reply) => {
      if (!request.query['sendInitialEvents']) {
        reply.watch().event('ERROR', { code: 410, reason: 'Expired', message: 'too old' });
        return;
      }
      lists += 1;
      if (lists === 1)
        reply
          .watch()
          .initial('10', [aPod('a', 5), aPod('b', 6)])
          .end();
      else {
        reply.watch().event('ADDED', aPod('c', 20));
        finish = () => reply.initial('21', [aPod('b', 6)]);
      }
    });
    await until('the relist has begun', () => watched.held.has('uid-c'));

    expect([...watched.held.keys()]).toEqual(['uid-a', 'uid-b', 'uid-c']);
    finish();
    await until('a is gone', () => !watched.held.has('uid-a'));
    expect([...watched.held.keys()]).toEqual(['uid-b', 'uid-c']);
  });
});

describe('watches', () => {
  test('a watch that ends at its time is resumed from the newest version, bookmarks included', async () => {
    await start((request, reply) => {
      if (request.number === 1)
        reply
          .watch()
          .initial('10', [aPod('a', 5)])
          .bookmark('17')
          .end();
      else reply.watch().event('MODIFIED', aPod('a', 18, 'ImagePullBackOff'));
    });
    await until('the change is seen', () => watched.held.get('uid-a') === 'ImagePullBackOff');

    expect(server.requests[1]?.query['resourceVersion']).toBe('17');
    expect(watched.restarts).toEqual(['pods ended']);
    expect(watched.problems).toEqual([]);
    expect(gaps()).toEqual(['listed']);
  });

  test('a connection that is reset in the middle of an event is resumed without loss', async () => {
    await start((request, reply) => {
      if (request.number === 1) {
        reply.watch().initial('10', [aPod('a', 5)]);
        const bytes = reply.eventBytes('MODIFIED', aPod('a', 11, 'ImagePullBackOff'));
        reply.response.write(bytes.slice(0, 40));
        setTimeout(() => reply.reset(), 30);
      } else {
        reply
          .watch()
          .event('MODIFIED', aPod('a', 11, 'ImagePullBackOff'))
          .event('ADDED', aPod('b', 12));
      }
    });
    await until('b is seen', () => watched.held.has('uid-b'));

    expect(server.requests[1]?.query['resourceVersion']).toBe('10');
    expect([...watched.held]).toEqual([
      ['uid-a', 'ImagePullBackOff'],
      ['uid-b', 'ErrImagePull'],
    ]);
    expect(watched.restarts).toEqual(['pods network']);
    expect(gaps()).toEqual(['listed']);
  });

  test('an answer that ends in the middle of an event is known as cut', async () => {
    await start((request, reply) => {
      if (request.number > 1) {
        reply.watch();
        return;
      }
      reply.watch().initial('10', []);
      reply.response.end(reply.eventBytes('ADDED', aPod('a', 11)).slice(0, 40));
    });
    await until('it is resumed', () => server.requests.length === 2);

    expect(watched.restarts).toEqual(['pods truncated']);
  });

  test('one byte at a time makes no difference', async () => {
    await start((_, reply) => {
      reply.watch().initial('10', []);
      const bytes = reply.eventBytes('ADDED', aPod('a', 11));
      const send = (at: number): void => {
        reply.response.write(bytes.slice(at, at + 1));
        if (at + 1 < bytes.length) setImmediate(send, at + 1);
      };
      send(0);
    });
    await until('a is seen', () => watched.held.has('uid-a'));

    expect(watched.restarts).toEqual([]);
  });

  test('a clock that jumps makes no difference', async () => {
    let calls = 0;
    await start(
      (_, reply) => {
        reply.watch().initial('10', [aPod('a', 5)]);
        setTimeout(() => reply.event('ADDED', aPod('b', 11)), 100);
      },
      { now: () => (calls++ % 2 === 0 ? 0 : 4_102_444_800_000) },
    );
    await until('b is seen', () => watched.held.has('uid-b'));

    expect(watched.restarts).toEqual([]);
    expect(gaps()).toEqual(['listed']);
  });

  test('a connection that is silent for too long is dead', async () => {
    await start((request, reply) => {
      if (request.number === 1) reply.watch().initial('10', [aPod('a', 5)]);
      else reply.watch().event('ADDED', aPod('b', 11));
    });
    await until('b is seen', () => watched.held.has('uid-b'));

    expect(watched.restarts).toEqual(['pods silent']);
    expect(server.requests[1]?.query['resourceVersion']).toBe('10');
  });

  test('a server that does not end a watch at its time is not waited for', async () => {
    await start(
      (request, reply) => {
        reply.watch();
        if (request.number > 1) return;
        reply.initial('10', []);
        const timer = setInterval(() => reply.bookmark('11'), 20);
        reply.response.on('close', () => clearInterval(timer));
      },
      { timing: { podWatchMs: [100, 100], listMs: 100, watchGraceMs: 100 } },
    );
    await until('it is resumed', () => server.requests.length === 2);

    expect(watched.restarts[0]).toBe('pods endless');
  });

  test.each([
    { where: 'inside the watch', refuse: (reply: Reply) => reply.watch().event('ERROR', expired) },
    { where: 'as the answer', refuse: (reply: Reply) => reply.refuse(410, expired) },
  ])('history that is gone, said $where, is listed again', async ({ refuse }) => {
    await start((request, reply) => {
      if (request.number === 1)
        reply
          .watch()
          .initial('10', [aPod('a', 5), aPod('b', 6)])
          .end();
      else if (request.number === 2) refuse(reply);
      else reply.watch().initial('30', [aPod('b', 25, 'ImagePullBackOff')]);
    });
    await until('it is listed again', () => watched.lists() === 2);

    expect([...watched.held]).toEqual([['uid-b', 'ImagePullBackOff']]);
    expect(watched.restarts).toEqual(['pods ended', 'pods expired']);
    // It was away for a moment only: what happened shows for longer than that.
    expect(gaps()).toEqual(['listed', 'listed']);
  });

  test('history that is gone over and over does not make a storm of lists', async () => {
    await start(
      (request, reply) => {
        if (request.query['sendInitialEvents'])
          reply.watch().initial('10', []).event('ERROR', expired);
        else reply.watch().event('ERROR', expired);
      },
      { random: () => 1 },
    );
    await sleep(600);

    // 10, 20, 40, 80, 100, 100, ... ms
    expect(server.requests.length).toBeGreaterThan(4);
    expect(server.requests.length).toBeLessThan(11);
  });

  test('versions that have gone back behind a broken watch are found out before it is resumed', async () => {
    await start((request, reply) => {
      reply.watch();
      if (request.number === 1) reply.initial('1000', [aPod('a', 5), aPod('b', 6)]).end();
      else if (request.query['sendInitialEvents']) reply.initial('900', [aPod('b', 6)]);
    });
    server.newestVersion = '900';
    await until('it is listed again', () => watched.lists() === 2);

    expect([...watched.held.keys()]).toEqual(['uid-b']);
    expect(watched.restarts).toEqual(['pods ended', 'pods stale']);
    expect(server.requests.map(({ query }) => query['resourceVersion'])).toEqual(['', '']);
  });

  test('a list that is due when the server comes back, and breaks off, is asked for again: a gap was told', async () => {
    let lists = 0;
    await start(
      (request, reply) => {
        if (request.query['sendInitialEvents'] === undefined) {
          if (lists === 1) reply.reset();
          else reply.watch();
          return;
        }
        lists += 1;
        reply.watch();
        if (lists === 1) reply.initial('10', [aPod('a', 5)]).end();
        else if (lists === 3) reply.initial('12', [aPod('b', 11)]);
        else {
          reply.event('ADDED', aPod('b', 11));
          setTimeout(() => reply.reset(), 30);
        }
      },
      {
        timing: { firstBackOffMs: 200, longestBackOffMs: 200, reconcileMs: 150 },
        random: () => 1,
      },
    );
    await until('it is listed again', () => watched.lists() === 2);

    expect(gaps()).toEqual(['listed', 'gap', 'gap', 'listed']);
    expect(watched.restarts).toEqual(['pods ended', 'pods network', 'pods network']);
    expect([...watched.held.keys()]).toEqual(['uid-b']);
  });

  test('an event that was sent before changes nothing', async () => {
    await start((_, reply) => {
      const back = aPod('a', 12, 'ImagePullBackOff');
      reply
        .watch()
        .initial('10', [aPod('a', 5)])
        .event('MODIFIED', back)
        .event('MODIFIED', back);
      reply.event('ADDED', aPod('b', 13));
    });
    await until('b is seen', () => watched.held.has('uid-b'));

    expect(
      watched.observations.filter((one) => one.type === 'pod' && one.uid === 'uid-a'),
    ).toHaveLength(2);
    expect(watched.restarts).toEqual([]);
  });

  test.each([
    { what: 'events out of order', type: 'MODIFIED' },
    { what: 'a bookmark of a restored etcd', type: 'BOOKMARK' },
  ])('$what make the picture doubtful: everything is listed again', async ({ type }) => {
    await start((request, reply) => {
      if (request.number === 1) {
        reply.watch().initial('100', [aPod('a', 50), aPod('b', 51)]);
        reply.event('MODIFIED', aPod('a', 102, '')).event(type, aPod('a', 42));
      } else reply.watch().initial('43', [aPod('a', 42)]);
    });
    await until('it is listed again', () => watched.lists() === 2);

    expect([...watched.held]).toEqual([['uid-a', 'ErrImagePull']]);
    expect(watched.restarts).toEqual(['pods stale']);
  });

  test('a version that this server has not reached is that of another past', async () => {
    await start(
      (request, reply) => {
        if (request.number === 1)
          reply
            .watch()
            .initial('100', [aPod('a', 50)])
            .end();
        else if (request.query['sendInitialEvents']) reply.watch().initial('40', [aPod('b', 39)]);
        else {
          reply.refuse(504, {
            reason: 'Timeout',
            message: 'Timeout: Too large resource version: 100, current: 40',
            details: {
              causes: [
                { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' },
              ],
            },
          });
        }
      },
      { timing: { lossAfterMs: 60_000 } },
    );
    await until('it is listed again', () => watched.lists() === 2);

    expect([...watched.held.keys()]).toEqual(['uid-b']);
  });

  test('a flood of bookmarks is taken in', async () => {
    await start((_, reply) => {
      reply.watch().initial('10', []);
      for (let version = 11; version < 1000; version++) reply.bookmark(String(version));
      reply.event('ADDED', aPod('a', 6000));
    });
    await until('a is seen', () => watched.held.has('uid-a'));

    expect(watched.restarts).toEqual([]);
  });

  test('a DELETED that was lost is made good by the list that comes every so often', async () => {
    await start(
      (request, reply) => {
        if (request.number === 1) reply.watch().initial('10', [aPod('a', 5), aPod('b', 6)]);
        else if (request.query['sendInitialEvents']) reply.watch().initial('20', [aPod('b', 6)]);
        else {
          reply.watch().bookmark('11');
          setTimeout(() => reply.end(), Number(request.query['timeoutSeconds']) * 1000);
        }
        if (request.number === 1) setTimeout(() => reply.end(), 50);
      },
      { timing: { reconcileMs: 1000, podSilenceMs: 5000, watchGraceMs: 5000 } },
    );
    await until('a is gone', () => watched.held.size === 1);

    expect([...watched.held.keys()]).toEqual(['uid-b']);
    expect(watched.restarts).toEqual(['pods ended', 'pods reconcile']);
    expect(gaps()).toEqual(['listed', 'listed']);
  });

  test('a reconciling list that is refused does not stop the watch', async () => {
    await start(
      (request, reply) => {
        if (request.number === 1) {
          reply.watch().initial('10', [aPod('a', 5)]);
          setTimeout(() => reply.end(), 300);
        } else if (request.query['sendInitialEvents']) reply.refuse(429, { message: 'busy' });
        else reply.watch().event('ADDED', aPod('b', 11));
      },
      { timing: { reconcileMs: 100, podSilenceMs: 5000 } },
    );
    await until('b is seen', () => watched.held.has('uid-b'));

    expect([...watched.held.keys()]).toEqual(['uid-a', 'uid-b']);
  });
});

const expired = { code: 410, reason: 'Expired', message: 'too old resource version' };

describe('refusals', () => {
  test('a server that is busy is left alone for as long as it asks', async () => {
    const at: number[] = [];
    await start((request, reply) => {
      at.push(performance.now());
      if (request.number === 1) reply.refuse(429, { message: 'too many' }, { 'Retry-After': '1' });
      else reply.watch().initial('10', []);
    });
    await until('it is listed', isListed);

    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(990);
    expect(watched.problems[0]?.error).toMatchObject({
      code: 'throttled',
      retryAfterMs: 1000,
      message: `cannot list and watch pods in all namespaces: ${server.url} answers 429 too many`,
    });
  });

  test('a server that asks for a year is asked again sooner', async () => {
    await start(
      (request, reply) => {
        if (request.number === 1) reply.refuse(503, {}, { 'Retry-After': '31536000' });
        else reply.watch().initial('10', []);
      },
      { timing: { longestRetryAfterMs: 50 } },
    );
    await until('it is listed', isListed);

    expect(watched.restarts).toEqual(['pods server_error']);
  });

  test.each([
    { status: 500, code: 'server_error' },
    { status: 502, code: 'server_error' },
    { status: 404, code: 'not_found' },
    { status: 302, code: 'unexpected_answer' },
  ])('$status is tried again', async ({ status, code }) => {
    await start((request, reply) => {
      if (request.number < 3) reply.refuse(status);
      else reply.watch().initial('10', [aPod('a', 5)]);
    });
    await until('it is listed', isListed);

    expect(watched.restarts).toEqual([`pods ${code}`, `pods ${code}`]);
    expect([...watched.held.keys()]).toEqual(['uid-a']);
  });

  test('HTML with status 200 is no answer, and the message says what to look for', async () => {
    await start((request, reply) => {
      if (request.number < 2) reply.html(200);
      else reply.watch().initial('10', []);
    });
    await until('it is listed', isListed);

    expect(watched.problems[0]?.error.message).toBe(
      `cannot list and watch pods in all namespaces: the answer of ${server.url} is "text/html", ` +
        'not Kubernetes objects; is there a proxy or a login page in between?',
    );
  });

  test('HTML with an error status is an error of the server', async () => {
    await start((request, reply) => {
      if (request.number < 2) reply.html(503);
      else reply.watch().initial('10', []);
    });
    await until('it is listed', isListed);

    expect(watched.restarts).toEqual(['pods server_error']);
  });

  test('a body that is not what its Content-Type says ends that answer', async () => {
    await start((request, reply) => {
      if (request.number > 1) {
        reply.watch().initial('10', []);
        return;
      }
      reply.watch();
      reply.response.end('<html>this is no frame of protobuf at all</html>');
    });
    await until('it is listed', isListed);

    expect(watched.restarts[0]).toMatch(/^pods (oversized|malformed)$/);
  });

  test('an answer of compressed bytes that nobody asked for is refused', async () => {
    await start((request, reply) => {
      reply.response.setHeader('Content-Encoding', request.number === 1 ? 'gzip' : 'identity');
      reply.watch().initial('10', []);
    });
    await until('it is listed', isListed);

    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
    expect(watched.restarts).toEqual(['pods unexpected_answer']);
  });

  test('objects of another kind are left out and counted', async () => {
    await start((_, reply) => {
      const node = { kind: 'Node', ...aPod('n', 11) };
      reply.asJson().watch().initial('10', []).event('ADDED', node).event('ADDED', aPod('a', 12));
    });
    await until('a is seen', () => watched.held.has('uid-a'));

    expect(watched.skipped).toEqual(['pods unexpected_kind']);
    expect([...watched.held.keys()]).toEqual(['uid-a']);
  });

  test('forbidden pods: the message names the rule that is missing', async () => {
    await start((_, reply) => {
      reply.refuse(403, {
        reason: 'Forbidden',
        message:
          'pods is forbidden: User "system:serviceaccount:mon:exporter" cannot list resource "pods" in API group "" at the cluster scope',
      });
    });
    await until('it was told', () => watched.problems.length > 1);

    expect(watched.watch.status().pods).toMatchObject({
      synced: false,
      lastContactAt: undefined,
      lastError: {
        code: 'forbidden',
        message: `cannot list and watch pods in all namespaces: ${server.url} answers 403 pods is forbidden: User "system:serviceaccount:mon:exporter" cannot list resource "pods" in API group "" at the cluster scope; grant the verbs list and watch on pods`,
      },
    });
  });

  test('a server that never answers is given up, and asked again', async () => {
    await start(
      (request, reply) => {
        if (request.number > 1) reply.watch().initial('10', []);
      },
      { timing: { answerMs: 100 } },
    );
    await until('it is listed', isListed);

    expect(watched.problems[0]?.error).toMatchObject({
      code: 'timeout',
      message: `cannot list and watch pods in all namespaces: ${server.url}: no answer within 0.1 s`,
    });
    // Which says nothing of the way to list.
    expect(watched.watch.status().pods.mode).toBe('streaming');
  });
});

describe('a server that is away', () => {
  async function restartServer(port: string, answer: Answer): Promise<void> {
    server = await startFakeApiServer(answer, undefined, Number(port));
  }

  test('is tried until it is there; at the start as well', async () => {
    await start(() => undefined);
    const { port } = new URL(server.url);
    await server.close();
    await until('it was told', () => watched.problems.length > 2);
    expect(watched.watch.status().pods.lastError).toMatchObject({
      code: expect.stringMatching(/refused|network/),
    });
    await restartServer(port, (_, reply) => reply.watch().initial('10', [aPod('a', 5)]));
    await until('it is listed', isListed);

    expect([...watched.held.keys()]).toEqual(['uid-a']);
    expect(watched.watch.status().pods.lastError).toBeUndefined();
    expect(gaps()).toEqual(['listed']);
  });

  test('for a moment: the watch is resumed, nothing was lost', async () => {
    await start((_, reply) => reply.watch().initial('10', [aPod('a', 5)]), {
      timing: { lossAfterMs: 5000 },
    });
    await until('it is listed', isListed);
    const { port } = new URL(server.url);
    await server.close();
    await until('it was tried in vain', () => watched.problems.length > 1);
    await restartServer(port, (_, reply) => reply.watch().event('ADDED', aPod('b', 11)));
    await until('b is seen', () => watched.held.has('uid-b'));

    expect(server.requests[0]?.query['resourceVersion']).toBe('10');
    expect(gaps()).toEqual(['listed']);
  });

  test('for longer: kubelets could not write either, so there is a gap, and everything is listed', async () => {
    await start((_, reply) => reply.watch().initial('10', [aPod('a', 5), aPod('b', 6)]));
    await until('it is listed', isListed);
    const { port } = new URL(server.url);
    const before = Date.now();
    await server.close();
    await sleep(250);
    await restartServer(port, (_, reply) => {
      reply.watch().initial('20', [aPod('a', 15, 'ImagePullBackOff')]);
    });
    await until('it is listed again', () => watched.lists() === 2);

    expect([...watched.held]).toEqual([['uid-a', 'ImagePullBackOff']]);
    expect(gaps()).toEqual(['listed', 'gap', 'listed']);
    const gap = watched.observations.find((one) => one.type === 'gap');
    expect(gap).toMatchObject({ resource: 'pods' });
    expect(gap?.from).toBeGreaterThan(before - 500);
    expect(gap?.from).toBeLessThan(before + 50);
    expect(gap?.to).toBeGreaterThan(before + 250);
    // Sent before what the list shows.
    const types = watched.observations.map(({ type }) => type);
    expect(types.indexOf('gap')).toBeLessThan(types.lastIndexOf('pod'));
  });
});

describe('what comes is never trusted', () => {
  test('a bad object is left out, the next one is read', async () => {
    await start((_, reply) => {
      reply
        .watch()
        .event('ADDED', { metadata: { name: 'no-uid' }, status: aPod('x', 1)['status'] });
      reply.initial('10', [aPod('a', 5)]);
      reply.event('MODIFIED', {
        metadata: { uid: 'no-name', resourceVersion: '11' },
        status: aPod('x', 1)['status'],
      });
      reply.event('MAYBE', aPod('b', 12)).event('ADDED', aPod('c', 13));
    });
    await until('c is seen', () => watched.held.has('uid-c'));

    expect(watched.skipped).toEqual(['pods no_identity', 'pods no_identity', 'pods unknown_type']);
    expect([...watched.held.keys()]).toEqual(['uid-a', 'uid-c']);
  });

  test('a sink that throws is counted, and the watch goes on', async () => {
    let calls = 0;
    await start(
      (_, reply) =>
        reply
          .watch()
          .initial('10', [aPod('a', 5)])
          .event('ADDED', aPod('b', 11)),
      {
        sink: {
          wants: () => false,
          apply: () => {
            calls += 1;
            throw new TypeError('a fault of ours');
          },
        },
      },
    );
    await until('all was shown', () => calls === 3);

    expect(watched.skipped).toEqual(['pods failed', 'pods failed', 'pods failed']);
    expect(watched.restarts).toEqual([]);
  });
});
