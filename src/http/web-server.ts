// A web config -> the HTTP or HTTPS servers under fastify, with the certificates and the client
// authentication of the moment.
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { FastifyServerFactoryHandler } from 'fastify';
import { acceptsClient } from './client-certificate.ts';
import type { LoadedWebConfig, WebConfigFile } from './web-config-file.ts';

/** Time for a request's header and body; none of ours has a body. */
const requestTimeoutMs = 10_000;
/** Longer than any scrape interval that people use, so that connections are not made again and again. */
const keepAliveTimeoutMs = 150_000;
/** A client that takes nothing for so long, while it is being sent something, is gone. */
const idleTimeoutMs = 180_000;
const maxConnections = 500;

export function createWebServer(
  handler: FastifyServerFactoryHandler,
  webConfig: WebConfigFile | undefined,
): Server {
  const config = webConfig?.current();
  const server =
    config?.secureContext === undefined || webConfig === undefined
      ? createHttpServer(handler)
      : createTlsServer(handler, webConfig, config);
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.setTimeout(idleTimeoutMs);
  server.maxConnections = maxConnections;
  return server;
}

function createTlsServer(
  handler: FastifyServerFactoryHandler,
  webConfig: WebConfigFile,
  initial: LoadedWebConfig,
): Server {
  const options: ServerOptions = {
    ...initial.secureContext,
    // Certificates are judged below, one rule for all five client_auth_types.
    requestCert: initial.tls?.clientAuth !== 'NoClientCert',
    rejectUnauthorized: false,
    handshakeTimeout: requestTimeoutMs,
  };
  const server = createHttpsServer(options, handler);
  let used = initial;
  // Before the handshake of this very connection begins.
  server.prependListener('connection', () => {
    const config = webConfig.current();
    if (config === used) return;
    used = config;
    if (config.secureContext !== undefined) server.setSecureContext(config.secureContext);
  });
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (used.tls !== undefined && !acceptsClient(used.tls, socket)) socket.destroy();
  });
  return server;
}
