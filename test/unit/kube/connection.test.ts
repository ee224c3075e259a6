// From a kubeconfig to bytes of an answer: TLS, proxies, credentials, and connections that are kept.
import { copyFileSync, readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createTcp,
  type Server,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { type Connection, openConnection } from '../../../src/kube/connection.ts';
import { get } from '../../../src/kube/request.ts';
import { acceptedByList } from '../../../src/wire/encoding.ts';
import { type Answer, type Json, startFakeApiServer } from '../../support/fake-api-server.ts';
import { encodeList } from '../../support/kubernetes-protobuf.ts';
import { startSocksProxy } from '../../support/proxies.ts';
import { aPod, connectTo, kubeconfigFile, until } from './watched.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function certificate(name: string): string {
  return new URL(`../http/certificates/${name}`, import.meta.url).pathname;
}

function pem(name: string): string {
  return readFileSync(certificate(name), 'utf8');
}

const serverCertificate = { key: pem('server-1.key'), cert: pem('server-1.pem') };

async function startServer(answer: Answer, tls?: Parameters<typeof startFakeApiServer>[1]) {
  const server = await startFakeApiServer(answer, tls);
  cleanups.push(() => server.close());
  return server;
}

function open(cluster: Json, user?: Json): Connection {
  const connection = connectTo(cluster, user);
  cleanups.push(() => connection.close());
  return connection;
}

/** Names of the pods that a list has; `readAt` gets the time of each read. */
async function list(
  connection: Connection,
  signal = new AbortController().signal,
  readAt: number[] = [],
): Promise<string[]> {
  const names: string[] = [];
  await get(connection, {
    path: '/api/v1/pods',
    query: { limit: '500', continue: undefined },
    accept: acceptedByList,
    attempted: 'list pods',
    permission: 'list on pods',
    connectMs: 1000,
    answerMs: 1000,
    signal,
    answered: (encoding) =>
      encoding.readList('Pod', (object) => names.push(object.pod()?.name ?? '')),
    received: () => readAt.push(performance.now()),
    mayWait: () => true,
  });
  return names;
}

const onePod: Answer = (_, reply) => reply.list({ resourceVersion: '1' }, [aPod('a', 1)]);
const manyPods: Answer = (_, reply) => {
  const pods = Array.from({ length: 500 }, (__, index) => aPod(`pod-${index}`, index + 1));
  reply.list({ resourceVersion: '501' }, pods);
};

describe('TLS', () => {
  test('a server that the CA of the kubeconfig vouches for is read, however long its answer', async () => {
    const server = await startServer(manyPods, serverCertificate);
    const ca = Buffer.from(pem('ca.pem')).toString('base64');
    const names = await list(open({ server: server.url, 'certificate-authority-data': ca }));

    expect(names).toHaveLength(500);
    expect(names.at(-1)).toBe('pod-499');
  });

  test('a server that nobody vouches for is not trusted, and the message says what to check', async () => {
    const server = await startServer(onePod, serverCertificate);

    await expect(list(open({ server: server.url }))).rejects.toMatchObject({
      code: 'tls',
      message: expect.stringMatching(
        /^cannot list pods: https:\/\/127\.0\.0\.1:\d+: [a-z -]*certificate[a-z ]*; check certificate-authority, tls-server-name and the client certificate$/,
      ),
    });
  });

  test('insecure-skip-tls-verify trusts any', async () => {
    const server = await startServer(onePod, serverCertificate);

    expect(await list(open({ server: server.url, 'insecure-skip-tls-verify': true }))).toEqual([
      'a',
    ]);
  });

  test('tls-server-name is the name that the certificate must have', async () => {
    const stranger = { key: pem('stranger.key'), cert: pem('stranger.pem') };
    const server = await startServer(onePod, stranger);
    const cluster = { server: server.url, 'certificate-authority': certificate('stranger.pem') };

    await expect(list(open(cluster))).rejects.toMatchObject({ code: 'tls' });
    expect(await list(open({ ...cluster, 'tls-server-name': 'prometheus.example' }))).toEqual([
      'a',
    ]);
  });

  test('a server that goes by its name is told which one is meant', async () => {
    const names: (string | false | null)[] = [];
    const server = await startServer((request, reply) => {
      names.push((reply.response.socket as TLSSocket).servername);
      onePod(request, reply);
    }, serverCertificate);
    const url = server.url.replace('127.0.0.1', 'localhost');
    const cluster = { server: url, 'certificate-authority': certificate('ca.pem') };

    expect(await list(open(cluster))).toEqual(['a']);
    expect(names).toEqual(['localhost']);
  });

  test('a client certificate is shown to a server that wants one', async () => {
    const server = await startServer(onePod, { ...serverCertificate, ca: pem('ca.pem') });
    const cluster = { server: server.url, 'certificate-authority': certificate('ca.pem') };
    const user = {
      'client-certificate': certificate('client.pem'),
      'client-key': certificate('client.key'),
    };

    expect(await list(open(cluster, user))).toEqual(['a']);
    await expect(list(open(cluster))).rejects.toMatchObject({
      code: expect.stringMatching(/tls|network/),
    });
  });

  test('a CA that is replaced in its file counts from the next request on', async () => {
    const stranger = { key: pem('stranger.key'), cert: pem('stranger.pem') };
    const server = await startServer(onePod, stranger);
    const file = kubeconfigFile({
      server: server.url,
      'certificate-authority': 'ca.pem',
      'tls-server-name': 'prometheus.example',
    });
    const caFile = join(file.path, '..', 'ca.pem');
    copyFileSync(certificate('ca.pem'), caFile);
    const connection = openConnection({
      kubeconfig: file.path,
      context: undefined,
      environment: {},
    });
    cleanups.push(() => (connection.close(), file.remove()));

    await expect(list(connection)).rejects.toMatchObject({ code: 'tls' });
    copyFileSync(certificate('stranger.pem'), caFile);
    expect(await list(connection)).toEqual(['a']);
  });
});

test('who is late to say that credentials were refused does not have them read again', async () => {
  const connection = open({ server: 'http://127.0.0.1:1' }, { token: 't' });
  const first = await connection.authorize();
  connection.reject(first);
  connection.reject(first);
  const second = await connection.authorize();
  connection.reject(first);
  const third = await connection.authorize();

  expect([first, second, third].map(({ reading }) => reading)).toEqual([1, 2, 2]);
});

describe('connections', () => {
  test('one is used for request after request', async () => {
    const server = await startServer(onePod);
    const connection = open({ server: server.url });
    for (let round = 0; round < 5; round++) expect(await list(connection)).toEqual(['a']);

    expect(server.connections()).toBe(1);
  });

  test('one that the server has closed meanwhile is replaced, and nobody notices', async () => {
    const sockets: Socket[] = [];
    const server = await startServer((request, reply) => {
      if (reply.response.socket !== null) sockets.push(reply.response.socket);
      onePod(request, reply);
    });
    const connection = open({ server: server.url });
    expect(await list(connection)).toEqual(['a']);
    // Closed at the very moment of the next request, so that it cannot be known before.
    const second = list(connection);
    sockets[0]?.destroy();

    expect(await second).toEqual(['a']);
    expect(server.connections()).toBe(2);
  });

  test('one that was closed in peace is not tried again', async () => {
    const server = await startServer((request, reply) => {
      reply.response.on('finish', () => setTimeout(() => reply.response.socket?.end(), 5));
      onePod(request, reply);
    });
    const connection = open({ server: server.url });
    expect(await list(connection)).toEqual(['a']);
    await sleep(50);

    expect(await list(connection)).toEqual(['a']);
    expect(server.requests).toHaveLength(2);
  });

  test('a name with several addresses is tried at each', async () => {
    const server = await startServer(manyPods);
    const { port } = new URL(server.url);

    expect(await list(open({ server: `http://localhost:${port}` }))).toHaveLength(500);
  });

  test.each([{ tls: undefined }, { tls: serverCertificate }])(
    'what comes drop by drop is read by the cupful ($tls.cert)',
    async ({ tls }) => {
      const pods = Array.from({ length: 100 }, (_, index) => aPod(`pod-${index}`, index + 1));
      const body = encodeList('Pod', { resourceVersion: '101' }, pods);
      const server = await startServer((_, reply) => {
        reply.response.writeHead(200, { 'Content-Type': 'application/vnd.kubernetes.protobuf' });
        let at = 0;
        const timer = setInterval(() => {
          reply.response.write(body.subarray(at, (at += 50)));
          if (at < body.length) return;
          clearInterval(timer);
          reply.response.end();
        }, 1);
      }, tls);
      const readAt: number[] = [];
      const cluster = { server: server.url, 'insecure-skip-tls-verify': true };
      const names = await list(open(cluster), undefined, readAt);

      expect(names).toEqual(pods.map((_, index) => `pod-${index}`));
      const pauses = readAt.filter((at, index) => at - (readAt[index - 1] ?? at) > 10);
      expect(pauses.length).toBeGreaterThan(2);
      // TLS tells of each of its records, though it reads many of them at once.
      if (tls === undefined) expect(readAt.length).toBeLessThan(body.length / 50 / 2);
    },
  );

  test('a server below a path is asked there', async () => {
    const server = await startServer(onePod);
    await list(open({ server: `${server.url}/clusters/c-1/` }));

    expect(server.requests[0]).toMatchObject({
      path: '/clusters/c-1/api/v1/pods',
      query: { limit: '500' },
    });
  });

  test('a name that nobody knows is told as such', async () => {
    await expect(list(open({ server: 'http://no-such-host.invalid' }))).rejects.toMatchObject({
      code: 'dns',
    });
  });

  test('a server that speaks before it is asked is none of ours', async () => {
    const url = await startTcp((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));

    await expect(list(open({ server: url }))).rejects.toMatchObject({
      code: expect.stringMatching(/network|malformed/),
    });
  });

  test('a server that takes the connection and never says a word of TLS is given up', async () => {
    const url = await startTcp(() => undefined);

    await expect(list(open({ server: url.replace('http', 'https') }))).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/no connection within 1 s$/),
    });
  });

  test('a request ends with its signal, whatever it is doing', async () => {
    const server = await startServer(() => undefined);
    const controller = new AbortController();
    const listed = list(open({ server: server.url }), controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 50);

    await expect(listed).rejects.toThrow('enough');
  });
});

describe('proxies', () => {
  test('the request goes through the proxy-url of the kubeconfig, with its password', async () => {
    const server = await startServer(manyPods, serverCertificate);
    const { url, seen } = await startProxy((authorization) => authorization !== undefined);
    const cluster = {
      server: server.url,
      'certificate-authority': certificate('ca.pem'),
      'proxy-url': url.replace('//', '//user:p%40ss@'),
    };

    expect(await list(open(cluster))).toHaveLength(500);
    expect(seen).toEqual([
      `${new URL(server.url).host} Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    ]);
  });

  test('a proxy that refuses is named', async () => {
    const server = await startServer(onePod, serverCertificate);
    const { url } = await startProxy(() => false);

    await expect(list(open({ server: server.url, 'proxy-url': url }))).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining(`the proxy ${new URL(url).host} answers 407 to CONNECT`),
    });
  });

  test('a tunnel that breaks breaks the request, and no more', async () => {
    const server = await startServer(() => undefined, serverCertificate);
    const proxy = await startProxy(() => true);
    const cluster = {
      server: server.url,
      'certificate-authority': certificate('ca.pem'),
      'proxy-url': proxy.url,
    };
    const listed = list(open(cluster));
    await until('it is asked', () => server.requests.length === 1);
    proxy.reset();

    await expect(listed).rejects.toMatchObject({ code: 'network' });
  });

  test('SOCKS works as well', async () => {
    const server = await startServer(manyPods, serverCertificate);
    const { close, url } = await startSocksProxy();
    cleanups.push(close);
    const cluster = {
      server: server.url,
      'certificate-authority': certificate('ca.pem'),
      'proxy-url': url,
    };

    expect(await list(open(cluster))).toHaveLength(500);
  });

  test('a proxy that does not answer is given up', async () => {
    const url = await startTcp(() => undefined);
    const proxies = [url, url.replace('http', 'socks5')];
    for (const proxy of proxies) {
      const cluster = { server: 'https://k8s.example', 'proxy-url': proxy };
      await expect(list(open(cluster))).rejects.toMatchObject({ code: 'timeout' });
    }
  });
});

async function startTcp(accept: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcp((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    accept(socket);
  });
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await closed(server);
  });
  return `http://127.0.0.1:${await port(server)}`;
}

/** CONNECT, and only that. */
async function startProxy(allows: (authorization: string | undefined) => boolean) {
  const seen: string[] = [];
  const server = createHttp();
  const sockets = new Set<Socket>();
  server.on('connect', (request, client: Socket) => {
    sockets.add(client);
    const authorization = request.headers['proxy-authorization'];
    seen.push(`${request.url} ${authorization}`);
    if (!allows(authorization)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { hostname, port: target } = new URL(`http://${request.url}`);
    const upstream = connect(Number(target), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
  });
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await closed(server);
  });
  return {
    url: `http://127.0.0.1:${await port(server)}`,
    seen,
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

function port(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
