// The exposition, the tracker's states and the exporter's own state -> the HTTP server, not yet
// listening.
import type { Server } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { constants, createGzip } from 'node:zlib';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Exposition } from '../metrics/exposition.ts';
import type { FailingContainer, SlowPull } from '../track/states.ts';
import { BasicAuth } from './basic-auth.ts';
import { type ExporterStatus, readiness } from './exporter-status.ts';
import { failuresBody } from './failures-json.ts';
import { acceptsGzip, negotiateFormat } from './negotiation.ts';
import { type Overview, OverviewBuilder } from './overview.ts';
import { pageSecurityPolicy, renderPage } from './page.ts';
import { createWebServer } from './web-server.ts';
import type { WebConfigFile } from './web-config-file.ts';

export interface ServerOptions {
  readonly render: Exposition['render'];
  /** The states of now; read at once, kept no longer than the answer takes. */
  readonly failing: () => Iterable<FailingContainer>;
  readonly slowPulls: () => Iterable<SlowPull>;
  readonly status: () => ExporterStatus;
  /** Undefined for plain HTTP without a login. */
  readonly webConfig: WebConfigFile | undefined;
  /** Told what the client is not: why an answer failed. */
  readonly onError?: (error: unknown) => void;
  readonly now: () => number;
}

/** After close() has begun, requests under way have so long. */
const closeLimitMs = 20_000;

/** About half a megabyte of HTML, however much fails. */
const pageLimits = { maxProblems: 30, maxWorkloads: 10, maxContainers: 4 };
const maxSlowPulls = 50;

/** Containers that are looked at before other work gets its turn. */
const batchSize = 1000;

const paths = ['/', '/metrics', '/api/v1/failures', '/-/healthy', '/-/ready'];

/** `close()` refuses new requests, ends those under way within 20 s, and then cuts them off. */
export function createServer(options: ServerOptions): FastifyInstance {
  const servers = new Set<Server>();
  const app = fastify({
    bodyLimit: 1024,
    // It would fail close() as well, after 10 s, while requests still end.
    pluginTimeout: 0,
    // `localhost` may have two addresses, and then fastify makes two servers.
    serverFactory: (handler) => {
      const server = createWebServer(handler, options.webConfig);
      servers.add(server);
      return server;
    },
  });
  const auth = new BasicAuth();
  const reportError = (error: unknown): void => options.onError?.(error);
  let closing = false;

  app.addHook('preClose', () => {
    closing = true;
    const cut = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
    }, closeLimitMs);
    cut.unref();
  });

  app.addHook('onRequest', async (request, reply) => {
    const config = options.webConfig?.current();
    void reply.headers({ ...securityHeaders, ...config?.headers });
    if (config === undefined || config.users.size === 0) return;
    const admission = await auth.admit(request.headers.authorization, config.users);
    if (admission === 'busy') {
      return reply.code(429).header('retry-after', '2').send('too many log-ins, try again\n');
    }
    if (admission === 'refused') {
      return reply.code(401).header('www-authenticate', 'Basic').send('a login is needed\n');
    }
  });

  // Else close() waits for the keep-alive of every connection that had a request under way.
  app.addHook('onResponse', async () => {
    if (!closing) return;
    await setImmediate();
    for (const server of servers) server.closeIdleConnections();
  });

  app.get('/metrics', (request, reply) => {
    const format = negotiateFormat(request.headers.accept);
    const gzip = acceptsGzip(request.headers['accept-encoding']);
    const { contentType, encoding, parts } = options.render(format, gzip);
    void reply.headers({
      'content-type': contentType,
      vary: 'accept, accept-encoding',
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    });
    return reply.send(Readable.from(parts).on('error', reportError));
  });

  app.get('/', async (request, reply) => {
    const now = options.now();
    const slowPulls = [...options.slowPulls()].sort((a, b) => a.since - b.since);
    const page = renderPage({
      now,
      status: options.status(),
      overview: await overviewOf([...options.failing()]),
      slowPulls: slowPulls.slice(0, maxSlowPulls),
      slowPullCount: slowPulls.length,
    });
    const policy = options.webConfig?.current().headers['Content-Security-Policy'];
    void reply.header('content-security-policy', policy ?? pageSecurityPolicy);
    return sendCompressed(request, reply, 'text/html; charset=utf-8', Readable.from([page]));
  });

  app.get('/api/v1/failures', (request, reply) => {
    const pieces = failuresBody(
      options.status(),
      [...options.failing()],
      [...options.slowPulls()],
      options.now(),
    );
    const body = Readable.from(pieces, { objectMode: false }).on('error', reportError);
    return sendCompressed(request, reply, 'application/json; charset=utf-8', body);
  });

  app.get('/-/healthy', () => 'healthy\n');

  app.get('/-/ready', (_request, reply) => {
    const state = closing
      ? ({ ready: false, reason: 'shutting down' } as const)
      : readiness(options.status(), options.now());
    return state.ready
      ? reply.send('ready\n')
      : reply.code(503).send(`not ready: ${state.reason}\n`);
  });

  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    if (paths.includes(path)) {
      return reply.code(405).header('allow', 'GET, HEAD').send('only GET and HEAD are answered\n');
    }
    return reply.code(404).send(`nothing is here; try one of ${paths.join(' ')}\n`);
  });

  app.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) => {
    const code = error.statusCode ?? 500;
    if (code >= 500) reportError(error);
    return reply
      .code(code)
      .send(code < 500 ? 'the request cannot be read\n' : 'an error in the exporter\n');
  });

  return app;
}

/** What an answer may be used for; the page has its own policy. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'sameorigin',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
};

async function overviewOf(failing: readonly FailingContainer[]): Promise<Overview> {
  const builder = new OverviewBuilder();
  let count = 0;
  for (const container of failing) {
    builder.add(container);
    if (++count % batchSize === 0) await setImmediate();
  }
  return builder.finish(pageLimits);
}

function sendCompressed(
  request: FastifyRequest,
  reply: FastifyReply,
  contentType: string,
  body: Readable,
): FastifyReply {
  void reply.headers({ 'content-type': contentType, vary: 'accept-encoding' });
  if (!acceptsGzip(request.headers['accept-encoding'])) return reply.send(body);
  void reply.header('content-encoding', 'gzip');
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  // What goes wrong on the way ends the answer; fastify sees it at the end of the pipeline.
  pipeline(body, gzip, () => undefined);
  return reply.send(gzip);
}
