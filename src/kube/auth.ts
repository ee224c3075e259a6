// Kubeconfig or service account -> where the API server is, and the credentials of the next request.
import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import path from 'node:path';
// Its index loads the whole generated API; this file needs a tenth of that.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster, User } from '@kubernetes/client-node/dist/config_types.js';
import { parse } from 'yaml';
import { type ExecConfig, ExecPlugin } from './exec-plugin.ts';
import { KubeError } from './kube-error.ts';
import { type Environment, proxyFor } from './proxy.ts';
import type { SocksAgent, TlsSettings } from './transport.ts';

export interface AuthOptions {
  /** File given by the operator; undefined for the search that kubectl does. */
  readonly kubeconfig: string | undefined;
  /** Undefined for the current context. */
  readonly context: string | undefined;
  readonly environment: Environment;
}

/** What a request needs beside its path. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly impersonate: string | undefined;
  readonly tls: TlsSettings;
  readonly proxy: URL | undefined;
  readonly socksAgent: SocksAgent | undefined;
}

/** One cluster with one user, as read at one time; read it again after a 401. */
export interface ClusterAccess {
  readonly server: URL;
  /** For messages: where the credentials come from. */
  readonly source: string;
  /** Throws KubeError `credentials`. Reads files and asks plugins anew where that is due. */
  credentials(now: number): Promise<Credentials>;
}

/** Throws KubeError `config`. */
export function readClusterAccess(options: AuthOptions): ClusterAccess {
  const { config, source } = loadConfig(options);
  const name = options.context ?? config.getCurrentContext();
  const context = config.contexts.find((candidate) => candidate.name === name);
  if (context === undefined) {
    const known = config.contexts.map((candidate) => candidate.name).join(', ') || 'none';
    throw configError(
      name
        ? `${source} has no context ${JSON.stringify(name)}; it has: ${known}`
        : `${source} has no current context; give --context, one of: ${known}`,
    );
  }
  const cluster = config.getCluster(context.cluster);
  if (!cluster) {
    throw configError(
      `${source}: context ${context.name} names cluster ${context.cluster}, which it lacks`,
    );
  }
  const user = context.user ? config.getUser(context.user) : undefined;
  if (context.user && !user) {
    throw configError(
      `${source}: context ${context.name} names user ${context.user}, which it lacks`,
    );
  }
  return clusterAccess(
    cluster,
    user ?? { name: 'anonymous' },
    `context ${context.name} of ${source}`,
    options,
  );
}

function clusterAccess(
  cluster: Cluster,
  user: User,
  source: string,
  { environment }: AuthOptions,
): ClusterAccess {
  const server = parseUrl(cluster.server, `${source}: server`);
  const proxy = proxyOf(server, cluster.proxyUrl, source, environment);
  const plugin = execPlugin(cluster, user, environment);
  const isSocks = proxy?.protocol.startsWith('socks') ?? false;
  const { exec: _, ...userWithoutPlugin } = user;
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      ...cluster,
      // KubeConfig makes an agent of its own, which is of use for SOCKS only; for plain http it
      // refuses to, unless told that there is no TLS to verify.
      skipTLSVerify: cluster.skipTLSVerify || server.protocol === 'http:',
      proxyUrl: isSocks ? proxy?.href : undefined,
    } as Cluster,
    userWithoutPlugin,
  );
  return { server, source, credentials };

  async function credentials(now: number): Promise<Credentials> {
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause);
      throw new KubeError('credentials', `cannot get the credentials of ${source}: ${what}`, {
        cause,
      });
    }
    const headers = options.headers as Readonly<Record<string, string | undefined>> | undefined;
    const issued = await plugin?.credential(now);
    const basic = options.auth && `Basic ${Buffer.from(options.auth).toString('base64')}`;
    return {
      // A token file may end in a newline, which no header may hold.
      authorization: issued?.token
        ? `Bearer ${issued.token}`
        : (headers?.['Authorization']?.trim() ?? (basic || undefined)),
      impersonate: headers?.['Impersonate-User'],
      tls: {
        ca: options.ca as Buffer | undefined,
        cert: issued?.clientCertificate ?? (options.cert as Buffer | undefined),
        key: issued?.clientKey ?? (options.key as Buffer | undefined),
        servername: options.servername,
        rejectUnauthorized: !cluster.skipTLSVerify,
      },
      proxy,
      socksAgent: isSocks ? (options.agent as unknown as SocksAgent) : undefined,
    };
  }
}

function execPlugin(
  cluster: Cluster,
  user: User,
  environment: Environment,
): ExecPlugin | undefined {
  if (!user.exec) return undefined;
  const { caFile } = cluster;
  const info = {
    server: cluster.server,
    'certificate-authority-data':
      caFile && existsSync(caFile) ? readFileSync(caFile, 'base64') : cluster.caData,
    'insecure-skip-tls-verify': cluster.skipTLSVerify,
    'tls-server-name': cluster.tlsServerName,
    'proxy-url': cluster.proxyUrl,
  };
  return new ExecPlugin(user.exec as ExecConfig, info, environment);
}

interface LoadedConfig {
  readonly config: KubeConfig;
  /** For messages. */
  readonly source: string;
}

/** In the order of kubectl: the given file, $KUBECONFIG, ~/.kube/config, the service account. */
function loadConfig({ kubeconfig, environment }: AuthOptions): LoadedConfig {
  if (kubeconfig !== undefined) return { config: readFiles([kubeconfig]), source: kubeconfig };
  const listed = (environment['KUBECONFIG'] ?? '')
    .split(path.delimiter)
    .filter((file) => file !== '');
  if (listed.length > 0) {
    const present = listed.filter((file) => existsSync(file));
    const source = `KUBECONFIG=${listed.join(path.delimiter)}`;
    if (present.length === 0) throw configError(`${source}: no such file; correct or unset it`);
    return { config: readFiles(present), source };
  }
  const homeFile = path.join(environment['HOME'] ?? homedir(), '.kube', 'config');
  if (existsSync(homeFile)) return { config: readFiles([homeFile]), source: homeFile };
  if (environment['KUBERNETES_SERVICE_HOST']) {
    const config = new KubeConfig();
    config.loadFromCluster();
    return { config, source: 'the service account' };
  }
  throw configError(
    `no cluster to watch: --kubeconfig is not given, KUBECONFIG is not set, ${homeFile} does not exist, ` +
      'and this is no pod (KUBERNETES_SERVICE_HOST is not set); give --kubeconfig FILE',
  );
}

/** Several files are merged as kubectl does: the first one that says something wins. */
function readFiles(files: readonly string[]): KubeConfig {
  const configs = files.map(readFile);
  const merged = new KubeConfig();
  merged.loadFromOptions({
    clusters: firstOfEachName(configs.flatMap((config) => config.clusters)),
    users: firstOfEachName(configs.flatMap((config) => config.users)),
    contexts: firstOfEachName(configs.flatMap((config) => config.contexts)),
    currentContext: configs.map((config) => config.currentContext).find(Boolean),
  });
  return merged;
}

function firstOfEachName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return [
    ...new Map([...entries].reverse().map((entry) => [entry.name, entry])).values(),
  ].reverse();
}

function readFile(file: string): KubeConfig {
  try {
    const text = readFileSync(file, 'utf8');
    const contents = parse(text) as RawConfig | null;
    if (typeof contents !== 'object' || contents === null) throw new Error('it is no kubeconfig');
    const config = new KubeConfig();
    config.loadFromString(text);
    const folder = path.dirname(path.resolve(file));
    config.makePathsAbsolute(folder);
    completeUsers(config, contents, folder);
    return config;
  } catch (cause) {
    const what = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw configError(`cannot read the kubeconfig ${file}: ${what}`, cause);
  }
}

interface RawConfig {
  readonly users?: readonly { readonly name: string; readonly user?: { tokenFile?: string } }[];
}

/** What KubeConfig does not read: `tokenFile`, and plugins beside the file. */
function completeUsers(config: KubeConfig, { users }: RawConfig, folder: string): void {
  config.users = config.users.map((user) => {
    const { tokenFile } = users?.find(({ name }) => name === user.name)?.user ?? {};
    const command = user.exec?.command as string | undefined;
    const isBeside = command !== undefined && command !== path.basename(command);
    return {
      ...user,
      ...(isBeside && { exec: { ...user.exec, command: path.resolve(folder, command) } }),
      ...(tokenFile !== undefined && {
        token: undefined,
        authProvider: {
          name: 'tokenFile',
          config: { tokenFile: path.resolve(folder, tokenFile) },
        },
      }),
    } as User;
  });
}

function proxyOf(
  server: URL,
  proxyUrl: string | undefined,
  source: string,
  environment: Environment,
): URL | undefined {
  let proxy: URL | undefined;
  try {
    proxy = proxyFor(server, proxyUrl, environment);
  } catch (cause) {
    throw configError(`${source}: its proxy-url, or HTTPS_PROXY, is no URL`, cause);
  }
  if (proxy === undefined || /^(https?|socks5?h?|socks4a?):$/.test(proxy.protocol)) return proxy;
  throw configError(`${source}: a proxy must be http, https or socks5, not ${proxy.protocol}`);
}

function parseUrl(text: string, what: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw configError(`${what} ${JSON.stringify(text)} is no URL`, cause);
  }
}

function configError(message: string, cause?: unknown): KubeError {
  return new KubeError('config', message, { cause });
}
