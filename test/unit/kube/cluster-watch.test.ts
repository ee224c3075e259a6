// Which requests a watch of a cluster makes, and how their answers become one picture.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openConnection } from '../../../src/kube/connection.ts';
import type { Observation } from '../../../src/observe/observations.ts';
import { shardFilter, shardSelector } from '../../../src/kube/shard.ts';
import {
  type Answer,
  type FakeApiServer,
  type Json,
  type Reply,
  startFakeApiServer,
} from '../../support/fake-api-server.ts';
import { anEvent, aPod, kubeconfigFile, until, watchWith, type Watched } from './watched.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(answer: Answer): Promise<FakeApiServer> {
  const server = await startFakeApiServer(answer);
  cleanups.push(() => server.close());
  return server;
}

function watch(...given: Parameters<typeof watchWith>): Watched {
  const watched = watchWith(...given);
  cleanups.push(() => watched.close());
  return watched;
}

const types = ({ observations }: Watched): readonly string[] =>
  observations.map((one) => (one.type === 'listed' ? `listed ${one.resource}` : one.type));

describe('events', () => {
  test('only those of the kubelet about pods are asked for; what they tell comes as facts', async () => {
    const server = await serve((request, reply) => {
      reply.watch();
      if (request.path.endsWith('pods')) reply.initial('10', []);
      else reply.initial('10', [anEvent('e1', 3, 'a')]).event('MODIFIED', anEvent('e2', 11, 'b'));
    });
    const watched = watch(server, { events: true });
    await until(
      'both events are there',
      () => types(watched).filter((one) => one === 'event').length === 2,
    );

    const asked = server.requests.find(({ path }) => path === '/api/v1/events');
    expect(asked?.query).toMatchObject({ fieldSelector: 'involvedObject.kind=Pod,source=kubelet' });
    expect(watched.observations.filter(({ type }) => type === 'event')).toMatchObject([
      {
        podUid: 'uid-a',
        pod: 'a',
        image: 'registry.example/app:1',
        fact: { type: 'pulling' },
        listed: true,
      },
      { podUid: 'uid-b', fact: { type: 'pulling' }, listed: false },
    ]);
  });

  test('that are forbidden are done without, told once for each time that they are asked for', async () => {
    const server = await serve((request, reply) => {
      if (request.path.endsWith('pods')) reply.watch().initial('10', [aPod('a', 5)]);
      else reply.refuse(403, { reason: 'Forbidden', message: 'events is forbidden' });
    });
    const watched = watch(server, { events: true, timing: { podSilenceMs: 5000 } });
    await sleep(300);

    expect(watched.held.size).toBe(1);
    expect(watched.watch.status()).toMatchObject({
      pods: { synced: true, lastError: undefined },
      events: { synced: false, lastError: { code: 'forbidden' } },
    });
    // Every 200 ms in this test.
    expect(watched.problems.length).toBeLessThanOrEqual(2);
  });

  test('that are deleted are not news', async () => {
    const server = await serve((request, reply) => {
      reply.watch().initial('10', []);
      if (!request.path.endsWith('events')) return;
      reply.event('DELETED', anEvent('e1', 11, 'a')).event('ADDED', anEvent('e2', 12, 'b'));
    });
    const watched = watch(server, { events: true });
    await until('the second is there', () => types(watched).includes('event'));

    expect(watched.observations.find(({ type }) => type === 'event')).toMatchObject({
      podUid: 'uid-b',
    });
  });

  test('do not keep a pod that a list lacks: it was deleted while nobody watched', async () => {
    let endPods: () => void = () => undefined;
    let sendEvent: () => void = () => undefined;
    const server = await serve((request, reply) => {
      reply.watch();
      if (request.path.endsWith('events')) {
        reply.initial('10', []);
        sendEvent = () => reply.event('ADDED', anEvent('e', 12, 'gone'));
        return;
      }
      reply.event('ADDED', aPod('a', 6));
      endPods = () => reply.initial('11', []);
    });
    const observations: Observation[] = [];
    const watched = watch(server, {
      events: true,
      sink: {
        // As a tracker follows a pod that failed when the watch broke.
        wants: (uid) => uid === 'uid-gone',
        apply: (observation) => observations.push(observation),
      },
    });
    await until('the list of pods is coming in', () =>
      observations.some(({ type }) => type === 'pod'),
    );
    await until('events are watched', () => server.requests.length === 2);
    sendEvent();
    await until('the event is there', () => observations.some(({ type }) => type === 'event'));
    endPods();
    await until('pods are listed', () => watched.lists() === 2);

    const listed = observations.find((one) => one.type === 'listed' && one.resource === 'pods');
    expect(listed).toMatchObject({ uids: new Set(['uid-a']) });
  });

  test('are off when they are not wanted', async () => {
    const server = await serve((_, reply) => reply.watch().initial('10', []));
    const watched = watch(server, { events: false });
    await until('pods are listed', () => types(watched).includes('listed pods'));

    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v1/pods']);
    expect(watched.watch.status().events).toBeUndefined();
  });
});

describe('namespaces', () => {
  test('each has requests of its own, and the picture is complete when all are', async () => {
    let endBlue: () => void = () => undefined;
    const server = await serve((request, reply) => {
      reply.watch();
      if (request.path === '/api/v1/namespaces/red/pods') reply.initial('10', [aPod('r', 5)]);
      else {
        reply.event('ADDED', aPod('b', 6));
        endBlue = () => reply.initial('11', []);
      }
    });
    const watched = watch(server, { namespaces: ['red', 'blue', 'red'] });
    await until('all pods are there', () => watched.held.size === 2);
    await sleep(50);
    expect(watched.watch.status().pods.synced).toBe(false);
    expect(types(watched)).toEqual(['pod', 'pod']);
    endBlue();
    await until('it is synced', () => watched.watch.status().pods.synced);

    expect(server.requests.map(({ path }) => path).sort()).toEqual([
      '/api/v1/namespaces/blue/pods',
      '/api/v1/namespaces/red/pods',
    ]);
    expect(watched.observations.at(-1)).toEqual({
      type: 'listed',
      resource: 'pods',
      uids: new Set(['uid-r', 'uid-b']),
    });
  });

  test('a relist of one removes nothing of the other', async () => {
    let reds = 0;
    const server = await serve((request, reply) => {
      reply.watch();
      if (request.path.includes('blue')) {
        reply.initial('10', [aPod('b', 5), aPod('healed', 6)]);
        reply.event('MODIFIED', aPod('healed', 11, '')).event('ADDED', aPod('late', 12));
      } else if (!request.query['sendInitialEvents']) {
        reply.event('ERROR', { code: 410, reason: 'Expired' });
      } else {
        reds += 1;
        reply.initial('10', reds === 1 ? [aPod('r', 5)] : [aPod('r2', 7)]);
        if (reds === 1) setTimeout(() => reply.end(), 100);
      }
    });
    const watched = watch(server, { namespaces: ['red', 'blue'], timing: { podSilenceMs: 5000 } });
    await until('red is listed again', () => watched.held.has('uid-r2') && watched.lists() === 3);

    expect([...watched.held.keys()].sort()).toEqual(['uid-b', 'uid-late', 'uid-r2']);
  });

  test('the poorest state of all of them is shown', async () => {
    const server = await serve((request, reply) => {
      if (request.path.includes('blue')) reply.refuse(403, { message: 'not yours' });
      else reply.watch().initial('10', []);
    });
    const watched = watch(server, { namespaces: ['red', 'blue'] });
    await until('blue is refused', () => watched.problems.length > 0);

    expect(watched.watch.status().pods).toMatchObject({
      synced: false,
      lastContactAt: undefined,
      lastError: { code: 'forbidden', message: expect.stringContaining('pods in namespace blue') },
    });
  });
});

describe('one node', () => {
  test('its pods are selected by the server, its events here', async () => {
    const server = await serve((request, reply) => {
      reply.watch();
      if (request.path.endsWith('pods')) reply.initial('10', [aPod('a', 5)]);
      else reply.initial('10', [anEvent('e1', 3, 'x', 'node-2'), anEvent('e2', 4, 'a', 'node-1')]);
    });
    const watched = watch(server, { node: 'node-1', events: true });
    await until('events are listed', () => types(watched).includes('listed events'));

    expect(server.requests.find(({ path }) => path.endsWith('pods'))?.query).toMatchObject({
      fieldSelector: 'spec.nodeName=node-1',
    });
    expect(watched.observations.filter(({ type }) => type === 'event')).toMatchObject([
      { podUid: 'uid-a', node: 'node-1' },
    ]);
  });
});

describe('shards', () => {
  const names = Array.from({ length: 60 }, (_, index) =>
    createHash('md5').update(String(index)).digest('hex'),
  );
  const pods = names.map((name, index) => aPod(name, index + 1));
  const events = names.map((name, index) => anEvent(`event-${index}`, index + 1, name));
  const uid = (object: Json): string => (object['metadata'] as { readonly uid: string }).uid;

  /** An API server with the feature ShardedListAndWatch: only what hashes into the range is sent. */
  function ofShard(selector: string | undefined, objects: readonly Json[]): readonly Json[] {
    const index = [1, 2, 3].find((one) => shardSelector({ index: one, total: 3 }) === selector);
    return index === undefined
      ? objects
      : objects.filter((one) => shardFilter({ index, total: 3 })(uid(one)));
  }

  test.each([
    { what: 'with the feature', knows: true, refuses: false },
    { what: 'that ignores the selector', knows: false, refuses: false },
    { what: 'that refuses the selector', knows: false, refuses: true },
  ])(
    'of a server $what, three shards see each pod and event exactly once',
    async ({ knows, refuses }) => {
      const server = await serve((request, reply) => {
        const selector = request.query['shardSelector'];
        if (refuses && selector !== undefined) {
          reply.refuse(400, { message: 'shardSelector is not known' });
          return;
        }
        reply.watch();
        if (request.path.endsWith('events')) reply.initial('100', events);
        else
          reply
            .initial('100', knows ? ofShard(selector, pods) : pods)
            .event('DELETED', aPod(names[7] ?? '', 101));
      });
      const shards = [1, 2, 3].map((index) =>
        watch(server, { shard: { index, total: 3 }, events: true }),
      );
      for (const watched of shards) {
        await until(
          'both are listed',
          () => types(watched).includes('listed events') && watched.lists() === 2,
        );
      }
      await until('pod 7 is gone', () => shards.every(({ held }) => !held.has(`uid-${names[7]}`)));

      const seen = shards.flatMap(({ held }) => [...held.keys()]).sort();
      expect(seen).toEqual(
        pods
          .map(uid)
          .filter((one) => one !== `uid-${names[7]}`)
          .sort(),
      );
      const told = shards.flatMap(({ observations }) =>
        observations.flatMap((one) => (one.type === 'event' ? [one.podUid] : [])),
      );
      expect(told.sort()).toEqual(pods.map(uid).sort());
      const deleted = shards.flatMap(({ observations }) =>
        observations.filter(({ type }) => type === 'podDeleted'),
      );
      expect(deleted).toHaveLength(1);
      expect(Math.min(...shards.map(({ held }) => held.size))).toBeGreaterThan(5);
    },
  );
});

describe('credentials', () => {
  function connectionWith(server: FakeApiServer, user: Json) {
    const file = kubeconfigFile({ server: server.url }, user);
    const connection = openConnection({
      kubeconfig: file.path,
      context: undefined,
      environment: process.env,
    });
    cleanups.push(file.remove);
    return { connection, file };
  }

  test('a token that expires is read again from its file, and tried at once', async () => {
    let valid = 'Bearer first';
    const server = await serve((request, reply) => {
      if (request.headers.authorization !== valid) reply.refuse(401, { message: 'Unauthorized' });
      else if (request.query['sendInitialEvents'])
        reply
          .watch()
          .initial('10', [aPod('a', 5)])
          .end();
      else reply.watch().event('ADDED', aPod('b', 11));
    });
    const { connection, file } = connectionWith(server, { tokenFile: 'token' });
    const tokenFile = join(file.path, '..', 'token');
    writeFileSync(tokenFile, 'first\n');
    // Rotated while the first answer is read: the old one is not accepted any more.
    const answer = server.answer;
    server.answer = (request, reply) => {
      answer(request, reply);
      valid = 'Bearer second';
      writeFileSync(tokenFile, 'second\n');
    };
    const watched = watch(connection, {
      random: () => 1,
      timing: { firstBackOffMs: 60_000, longestBackOffMs: 60_000 },
    });
    await until('the watch goes on', () => watched.held.has('uid-b'));

    expect(watched.restarts).toEqual(['pods ended', 'pods unauthorized']);
    expect(watched.problems.map(({ waitMs }) => waitMs)).toEqual([0]);
  });

  test('a kubeconfig that is rewritten is read again', async () => {
    const server = await serve((request, reply) => {
      if (request.headers.authorization === 'Bearer new')
        reply.watch().initial('10', [aPod('a', 5)]);
      else reply.refuse(401);
    });
    const { connection, file } = connectionWith(server, { token: 'old' });
    const watched = watch(connection);
    await until('it is refused', () => watched.problems.length > 1);
    file.write({ token: 'new' });
    await until('it is listed', () => watched.lists() === 1);

    expect(watched.watch.status().pods.lastError).toBeUndefined();
  });

  test('a plugin is asked again after a 401, once for all requests that were refused', async () => {
    const script = 'console.log(JSON.stringify({status:{token:String(Date.now())}}))';
    const tokens = new Set<string>();
    const server = await serve((request, reply) => {
      tokens.add(request.headers.authorization ?? '');
      if (tokens.size < 2) reply.refuse(401);
      else reply.watch().initial('10', []);
    });
    const { connection } = connectionWith(server, {
      exec: { command: process.execPath, args: ['-e', script] },
    });
    const watched = watch(connection, { events: true });
    await until('both are listed', () => watched.lists() === 2);

    expect(tokens.size).toBe(2);
  });

  test('a plugin that fails is told, and tried again', async () => {
    const server = await serve(() => undefined);
    const { connection } = connectionWith(server, {
      exec: {
        command: process.execPath,
        args: ['-e', 'console.error("log in first"); process.exit(1)'],
      },
    });
    const watched = watch(connection);
    await until('it was tried again', () => watched.problems.length > 1);

    expect(watched.problems[0]?.error).toMatchObject({
      code: 'credentials',
      message: `exec plugin ${process.execPath} of the kubeconfig: log in first`,
    });
  });

  test('a token that no header can carry is told instead of sent', async () => {
    const server = await serve(() => undefined);
    const { connection } = connectionWith(server, { token: 'a\r\nHost: elsewhere' });
    const watched = watch(connection);
    await until('it was told', () => watched.problems.length > 0);

    expect(watched.problems[0]?.error.code).toBe('credentials');
    expect(server.requests).toEqual([]);
  });
});

describe('memory', () => {
  test('of a healthy pod nothing is told, unless it is followed', async () => {
    const server = await serve((_, reply) => {
      reply.watch().initial('10', [aPod('healthy', 5, ''), aPod('a', 6)]);
      reply.event('MODIFIED', aPod('healthy', 11, '')).event('MODIFIED', aPod('a', 12, ''));
      reply.event('MODIFIED', aPod('a', 13, '')).event('DELETED', aPod('healthy', 14, ''));
      reply.event('ADDED', aPod('end', 15));
    });
    const watched = watch(server);
    await until('all was read', () => watched.held.has('uid-end'));

    expect(watched.observations.map((one) => [one.type, 'uid' in one ? one.uid : ''])).toEqual([
      ['pod', 'uid-a'],
      ['listed', ''],
      // It is followed until it has healed.
      ['pod', 'uid-a'],
      ['pod', 'uid-end'],
    ]);
  });

  test('pods that wait for other things than images are not told of', async () => {
    const server = await serve((_, reply) => {
      reply
        .watch()
        .initial('10', [
          aPod('crash', 5, 'CrashLoopBackOff'),
          aPod('config', 6, 'CreateContainerConfigError'),
        ]);
    });
    const watched = watch(server);
    await until('it is listed', () => watched.lists() === 1);

    expect(types(watched)).toEqual(['listed pods']);
  });
});

test('close ends everything at once, whatever is going on', async () => {
  const replies: Reply[] = [];
  const server = await serve((request, reply) => {
    if (request.path.endsWith('events')) replies.push(reply);
    else reply.watch().initial('10', []);
  });
  const watched = watchWith(server, { events: true, timing: { answerMs: 60_000 } });
  await until(
    'pods are watched, events asked for',
    () => watched.lists() === 1 && replies.length === 1,
  );
  const begun = performance.now();
  await watched.close();
  await sleep(50);

  expect(performance.now() - begun).toBeLessThan(500);
  expect(server.requests).toHaveLength(2);
  expect(watched.restarts).toEqual([]);
});
