// Cluster access -> connections with the credentials of the moment.
import { version } from '../version.ts';
import {
  type AuthOptions,
  type ClusterAccess,
  type Credentials,
  readClusterAccess,
} from './auth.ts';
import { HttpClient } from './http-client.ts';
import { KubeError } from './kube-error.ts';

/** What one request is made with. */
export interface Authorized {
  readonly server: URL;
  readonly client: HttpClient;
  readonly headers: Readonly<Record<string, string>>;
  /** Counts how often everything was read and asked for. */
  readonly reading: number;
}

export interface Connection {
  /** For messages: where the credentials come from. */
  readonly source: string;
  readonly server: URL;
  /** Throws KubeError: `credentials`, or `config` when a kubeconfig that is read again is broken. */
  readonly authorize: () => Promise<Authorized>;
  /** The server does not accept this: everything is read again, once for all who say so. */
  readonly reject: (authorized: Authorized) => void;
  /** Ends all requests. */
  readonly close: () => void;
}

/** Reads the kubeconfig. Throws KubeError `config` when it names no usable cluster. */
export function openConnection(options: AuthOptions): Connection {
  let access: ClusterAccess = readClusterAccess(options);
  let reading = 1;
  let isRejected = false;
  let client: HttpClient | undefined;
  let clientRoute = '';
  let pending: Promise<Authorized> | undefined;

  return {
    get source() {
      return access.source;
    },
    get server() {
      return access.server;
    },
    authorize: () => {
      pending ??= authorize().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    reject: (authorized) => {
      if (authorized.reading === reading) isRejected = true;
    },
    close: () => client?.close(),
  };

  async function authorize(): Promise<Authorized> {
    if (isRejected) {
      access = readClusterAccess(options);
      reading += 1;
      isRejected = false;
    }
    const credentials = await access.credentials(Date.now());
    const { server, source } = access;
    const headers = {
      'User-Agent': `imagepull-exporter/${version}`,
      ...(credentials.authorization !== undefined && { Authorization: credentials.authorization }),
      ...(credentials.impersonate !== undefined && { 'Impersonate-User': credentials.impersonate }),
    };
    if (Object.values(headers).some((value) => !/^[\x20-\x7e\x80-\xff]*$/.test(value))) {
      throw new KubeError(
        'credentials',
        `the token of ${source} has characters that no header may have`,
      );
    }
    return { server, client: clientFor(server, credentials), headers, reading };
  }

  /** The same connections as long as the certificates are the same: they are rotated in place. */
  function clientFor(server: URL, { proxy, socksAgent, tls }: Credentials): HttpClient {
    const route = JSON.stringify([server, proxy, ...Object.values(tls).map(String)]);
    if (client !== undefined && route === clientRoute) return client;
    client?.retire();
    client = new HttpClient({ server, proxy, socksAgent, tls });
    clientRoute = route;
    return client;
  }
}
