// Where the server is, and through which proxy -> a connected socket, TLS included.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

export interface Route {
  readonly server: URL;
  readonly proxy: URL | undefined;
  /** Of KubeConfig: knows how to talk to the proxy where that is a SOCKS one. */
  readonly socksAgent: SocksAgent | undefined;
  readonly tls: TlsSettings;
}

/** Certificates and keys are PEM. */
export interface TlsSettings {
  readonly ca: Buffer | string | undefined;
  readonly cert: Buffer | string | undefined;
  readonly key: Buffer | string | undefined;
  /** Instead of the server's name. */
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** What is used of SocksProxyAgent. */
export interface SocksAgent {
  readonly connect: (
    request: { readonly emit: () => void; readonly destroy: () => void },
    options: object,
  ) => Promise<Socket>;
}

const bufferSize = 64 * 1024;
const keepAliveMs = 30_000;
/**
 * After a short read, the next one waits so long: in a busy cluster one wake-up brings many events
 * instead of one, at half of the CPU (measured; npm run bench -- churn; a fifth less than with 20 ms).
 * A change that comes alone does not wait.
 */
const gatherMs = 50;

/**
 * Resolves when the connection stands; rejects with what Node says. What comes in is given to
 * `receive` as it lies in one buffer that is used again and again: hundreds of megabytes go by without
 * an allocation. It says whether the next bytes may wait a little. Only behind a proxy Node gives a
 * buffer for each piece, at once.
 */
export async function openSocket(
  { server, proxy, socksAgent, tls }: Route,
  signal: AbortSignal,
  receive: (bytes: Buffer) => boolean,
): Promise<Socket> {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const isSecure = server.protocol === 'https:';
  const port = Number(server.port) || (isSecure ? 443 : 80);
  let isGathering = false;
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(bufferSize),
    callback: (length, buffer) => {
      const mayWait = receive((buffer as Buffer).subarray(0, length));
      // A full buffer: there is more, and the server must not be kept waiting.
      if (!mayWait || length === bufferSize) return true;
      // TLS hands over what it has deciphered before it waits.
      if (!isGathering) {
        isGathering = true;
        setTimeout(() => {
          isGathering = false;
          socket.resume();
        }, gatherMs);
      }
      return false;
    },
  };
  const { servername, ...tlsSettings } = tls;
  const tlsOptions = {
    ...tlsSettings,
    servername: servername ?? (isIP(host) === 0 ? host : undefined),
    ALPNProtocols: ['http/1.1'],
  } as ConnectionOptions;

  let socket: Socket;
  if (proxy === undefined) {
    const options = { host, port, onread, noDelay: true, keepAlive: true };
    socket = isSecure ? connectTls({ ...tlsOptions, ...options }) : connectTcp(options);
  } else {
    const tunnel = await (socksAgent === undefined
      ? openTunnel(proxy, host, port, signal)
      : openSocksTunnel(socksAgent, host, port, signal));
    socket = isSecure ? connectTls({ ...tlsOptions, host, socket: tunnel }) : tunnel;
    // What happens to the tunnel happens to what goes through it.
    if (isSecure) tunnel.on('error', (error) => socket.destroy(error));
    socket.on('data', receive);
  }
  socket.setKeepAlive(true, keepAliveMs);
  await connected(socket, isSecure, signal);
  return socket;
}

function connected(socket: Socket, isSecure: boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      socket.destroy(signal.reason);
    };
    const settle = (error?: Error): void => {
      signal.removeEventListener('abort', abort);
      socket.off('error', settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    socket.once('error', settle);
    if (!isSecure && !socket.connecting) settle();
    else socket.once(isSecure ? 'secureConnect' : 'connect', () => settle());
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

function openTunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const login = [proxy.username, proxy.password].map(decodeURIComponent).join(':');
  const send = proxy.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send({
      host: proxy.hostname,
      port: proxy.port || undefined,
      method: 'CONNECT',
      path: target,
      headers: {
        Host: target,
        ...(proxy.username !== '' && {
          'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}`,
        }),
      },
      agent: false,
      signal,
    });
    request.on('connect', (answer, socket: Socket) => {
      if (answer.statusCode === 200) return resolve(socket);
      socket.destroy();
      return reject(
        new Error(`the proxy ${proxy.host} answers ${answer.statusCode} to CONNECT ${target}`),
      );
    });
    request.on('response', (answer) => {
      request.destroy(
        new Error(`the proxy ${proxy.host} answers ${answer.statusCode} to CONNECT ${target}`),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

function openSocksTunnel(
  agent: SocksAgent,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const nothing = (): void => undefined;
  const request = { emit: nothing, destroy: nothing };
  const options = {
    host,
    port,
    secureEndpoint: false,
    // As in Go, names are resolved by the proxy.
    lookup: (name: string, _: object, done: (error: null, address: string) => void) => {
      done(null, name);
    },
  };
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    const open = async (): Promise<void> => {
      const socket = await agent.connect(request, options);
      if (signal.aborted) socket.destroy();
      else resolve(socket);
    };
    open().catch(reject);
  });
}
