import { once } from 'node:events';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { hashSync } from 'bcryptjs';
import { describe, expect, test, vi } from 'vitest';
import { aFailingContainer } from '../metrics/failing-container.ts';
import { testTime } from '../metrics/scrape.ts';
import { aServer, aStatus, aWebConfig } from './a-server.ts';

describe('/metrics', () => {
  test('is text for those who do not ask for anything else', async () => {
    const answer = await aServer().inject('/metrics');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      vary: 'accept, accept-encoding',
    });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.body).toContain('\nimagepull_exporter_tracked_containers 0\n');
  });

  test('is compressed OpenMetrics for a Prometheus', async () => {
    const answer = await aServer().inject({
      url: '/metrics',
      headers: {
        accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5',
        'accept-encoding': 'gzip',
      },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      'content-encoding': 'gzip',
    });
    expect(gunzipSync(answer.rawPayload).toString()).toMatch(/\n# EOF\n$/);
  });

  test('answers HEAD with headers and nothing else', async () => {
    const answer = await aServer().inject({ method: 'HEAD', url: '/metrics' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.rawPayload).toHaveLength(0);
  });

  test('says that it is broken when it is; why, only the operator is told', async () => {
    const errors: unknown[] = [];
    const broken = new Error('secret path');
    const server = aServer({
      render: () => {
        throw broken;
      },
      onError: (error) => errors.push(error),
    });
    const answer = await server.inject('/metrics');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).toBe('an error in the exporter\n');
    expect(errors).toEqual([broken]);
  });

  test('a body that breaks off halfway ends the connection, so that no scraper takes it for whole', async () => {
    const errors: unknown[] = [];
    const broken = new Error('half-way');
    const parts = (async function* () {
      yield Buffer.from('a beginning');
      await new Promise((resolve) => setImmediate(resolve));
      throw broken;
    })();
    const server = aServer({
      render: () => ({ contentType: 'text/plain', encoding: undefined, parts }),
      onError: (error) => errors.push(error),
    });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    await expect(fetch(`${url}/metrics`).then((answer) => answer.text())).rejects.toThrow(
      'terminated',
    );
    expect(errors).toEqual([broken]);
    await server.close();
  });
});

describe('/-/ready', () => {
  test.each([
    { status: aStatus(), code: 200, body: 'ready\n' },
    { status: aStatus({ events: undefined }), code: 200, body: 'ready\n' },
    {
      status: aStatus({ pods: { synced: false, lastContactAt: undefined, problem: '' } }),
      code: 503,
      body: 'not ready: the first list of pods is not complete\n',
    },
    {
      status: aStatus({
        pods: {
          synced: false,
          lastContactAt: undefined,
          problem: 'connect ECONNREFUSED 10.96.0.1:443',
        },
      }),
      code: 503,
      body: 'not ready: the first list of pods is not complete: connect ECONNREFUSED 10.96.0.1:443\n',
    },
    {
      status: aStatus({
        pods: { synced: true, lastContactAt: testTime - 400_000, problem: '' },
      }),
      code: 503,
      body: 'not ready: no contact with the API server for 6 min\n',
    },
    {
      status: aStatus({
        pods: { synced: true, lastContactAt: testTime - 1000, problem: 'forbidden' },
      }),
      code: 503,
      body: 'not ready: pods cannot be watched: forbidden\n',
    },
  ])('answers $code: $body', async ({ status, code, body }) => {
    const answer = await aServer({ status: () => status }).inject('/-/ready');
    expect(answer.statusCode).toBe(code);
    expect(answer.body).toBe(body);
  });
});

test('/-/healthy does not depend on the API server', async () => {
  const pods = { synced: false, lastContactAt: undefined, problem: 'away' };
  const answer = await aServer({ status: () => aStatus({ pods }) }).inject('/-/healthy');
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toBe('healthy\n');
});

test.each([
  {
    method: 'GET',
    url: '/metric',
    code: 404,
    body: 'nothing is here; try one of / /metrics /api/v1/failures /-/healthy /-/ready\n',
  },
  { method: 'POST', url: '/metrics', code: 405, body: 'only GET and HEAD are answered\n' },
  { method: 'DELETE', url: '/', code: 405, body: 'only GET and HEAD are answered\n' },
  {
    method: 'POST',
    url: '/elsewhere',
    code: 404,
    body: 'nothing is here; try one of / /metrics /api/v1/failures /-/healthy /-/ready\n',
  },
] as const)(
  '$method $url is answered with $code and a helpful line',
  async ({ method, url, code, body }) => {
    const answer = await aServer().inject({ method, url });
    expect(answer.statusCode).toBe(code);
    expect(answer.body).toBe(body);
  },
);

test.each(['/', '/metrics', '/api/v1/failures', '/-/ready', '/nowhere'])(
  '%s says what it may be used for',
  async (url) => {
    const answer = await aServer().inject(url);
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; /);
  },
);

describe('with users in the web config', () => {
  const webConfig = aWebConfig({ users: new Map([['alice', hashSync('right', 4)]]) });
  const authorization = `Basic ${Buffer.from('alice:right').toString('base64')}`;

  test.each(['/', '/metrics', '/api/v1/failures', '/-/healthy', '/-/ready', '/nowhere'])(
    '%s asks for a log-in',
    async (url) => {
      const server = aServer({ webConfig });
      const refused = await server.inject(url);
      expect(refused.statusCode).toBe(401);
      expect(refused.headers['www-authenticate']).toBe('Basic');
      expect(refused.body).toBe('a login is needed\n');
      const admitted = await server.inject({ url, headers: { authorization } });
      expect(admitted.statusCode).toBe(url === '/nowhere' ? 404 : 200);
    },
  );
});

test('headers of the web config are added, and win', async () => {
  const headers = {
    'X-Frame-Options': 'deny',
    'Content-Security-Policy': "frame-ancestors 'none'",
  };
  const server = aServer({ webConfig: aWebConfig({ headers }) });
  for (const url of ['/', '/metrics']) {
    expect((await server.inject(url)).headers).toMatchObject({
      'x-frame-options': 'deny',
      'content-security-policy': "frame-ancestors 'none'",
    });
  }
});

describe('/api/v1/failures', () => {
  test('tells what the metrics tell, the text, and what to do', async () => {
    const container = aFailingContainer({
      containerType: 'init',
      message: 'a "text"\nof two lines',
      nextRetryAt: undefined,
      verdict: { stage: 'resolve', httpStatus: 404, endpoint: 'cdn.example.com' },
    });
    const answer = await aServer({ failing: () => [container] }).inject('/api/v1/failures');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const body = answer.json();
    expect(body.failures).toEqual([
      {
        namespace: 'shop',
        pod: 'web-7d9f8b6c5d-x2x9z',
        uid: '0f5d9f0e-6a0f-4c70-9d9e-0d6c4f1f2a01',
        container: 'app',
        container_type: 'init',
        node: 'node-1',
        workload_kind: 'Deployment',
        workload: 'web',
        image: 'registry.example.com/shop/web:v2',
        registry: 'registry.example.com',
        endpoint: 'cdn.example.com',
        class: 'reference',
        cause: 'manifest_not_found',
        rule: 'containerd-not-found',
        evidence: 'not found',
        stage: 'resolve',
        http_status: 404,
        backoff_attempt: '2',
        attempts: 2,
        exact: true,
        first_failure: '2025-11-21T14:23:20.000Z',
        last_attempt: '2025-11-21T14:23:33.500Z',
        next_retry: null,
        message: 'a "text"\nof two lines',
      },
    ]);
    expect(body.failing_containers).toBe(1);
    expect(Object.keys(body.causes)).toEqual(['manifest_not_found']);
    expect(body.causes.manifest_not_found).toMatchObject({
      class: 'reference',
      title: 'The tag or digest does not exist',
      heals: 'no',
    });
    expect(body.exporter).toMatchObject({
      version: '1.2.3',
      ready: true,
      not_ready_because: null,
      events_watched: true,
      pods: { synced: true, last_contact: '2025-11-21T14:24:56.000Z', problem: '' },
    });
  });

  test('is whole JSON with nothing, with hundreds, and compressed', async () => {
    const empty = await aServer().inject('/api/v1/failures');
    expect(empty.json()).toMatchObject({ failures: [], slow_pulls: [], causes: {} });
    const many = Array.from({ length: 250 }, (_, index) =>
      aFailingContainer({ uid: `uid-${index}`, firstFailureAt: Number.NaN, image: '\ud800"' }),
    );
    const answer = await aServer({ failing: () => many }).inject({
      url: '/api/v1/failures',
      headers: { 'accept-encoding': 'gzip' },
    });
    const { failures } = JSON.parse(gunzipSync(answer.rawPayload).toString());
    expect(failures).toHaveLength(250);
    expect(failures[249]).toMatchObject({ uid: 'uid-249', first_failure: null });
  });
});

describe('close()', () => {
  /** A server whose body ends when `finish` is called, and a client that has read its beginning. */
  async function underWay() {
    let finish = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const parts = (async function* () {
      yield Buffer.from('beginning');
      await waiting;
      yield Buffer.from(' and end');
    })();
    const server = aServer({
      render: () => ({ contentType: 'text/plain', encoding: undefined, parts }),
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const closed = once(socket, 'close').then(() => received);
    socket.write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise<void>((resolve) => {
      socket.on('data', (data) => {
        received += data.toString();
        if (received.includes('beginning')) resolve();
      });
    });
    return { server, socket, closed, finish };
  }

  test('lets a request end, and then ends itself although the client would keep the connection', async () => {
    const { server, closed, finish } = await underWay();
    const startedAt = performance.now();
    const ended = server.close();
    while (server.server.listening) await new Promise((resolve) => setImmediate(resolve));
    finish();
    await ended;
    expect(await closed).toContain(' and end');
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });

  test('cuts off what does not end in 20 s', async () => {
    const { server, socket, closed } = await underWay();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const ended = server.close();
      await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(19_999);
      expect(socket.destroyed).toBe(false);
      vi.advanceTimersByTime(1);
      expect(await closed).not.toContain(' and end');
      await ended;
    } finally {
      vi.useRealTimers();
    }
  });
});
