// The flags of the exporter: the one schema behind --help, the environment, and docs/configuration.md.
import { list, oneOf, parsed, readDurationMs, readWholeNumber, text } from './option.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const dnsName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

export interface ListenAddress {
  /** Undefined for all addresses. */
  readonly host: string | undefined;
  readonly port: number;
}

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly total: number;
}

/** Which cluster, with which credentials; shared by the verbs that talk to one. */
export const clusterOptions = {
  kubeconfig: text({
    name: 'kubeconfig',
    value: 'FILE',
    help: 'Kubeconfig to use. Without it, as kubectl: $KUBECONFIG, else ~/.kube/config, else the service account inside a cluster.',
    group: 'Cluster',
  }),
  context: text({
    name: 'context',
    value: 'NAME',
    help: 'Context of the kubeconfig instead of the current one.',
    group: 'Cluster',
  }),
  namespaces: list({
    name: 'namespace',
    short: 'n',
    value: 'NS',
    expected: 'the name of a namespace',
    accepts: (given) => dnsLabel.test(given),
    help: 'Watch only this namespace.',
    group: 'Cluster',
    defaultText: 'all',
  }),
};

export const loggingOptions = {
  logLevel: oneOf({
    name: 'log.level',
    values: ['debug', 'info', 'warn', 'error'],
    fallback: 'info',
    help: 'Only messages of this level or above, on standard error.',
    group: 'Logging',
  }),
  logFormat: oneOf({
    name: 'log.format',
    values: ['logfmt', 'json'],
    fallback: 'logfmt',
    help: 'Format of the log lines.',
    group: 'Logging',
  }),
};

export const rulesFileOption = text({
  name: 'classify.rules-file',
  value: 'FILE',
  help: 'YAML file of your own classification rules, tried before the built-in ones; see docs/configuration.md.',
  group: 'Pulls',
});

export const serveOptions = {
  ...clusterOptions,
  node: parsed({
    name: 'node',
    value: 'NAME',
    expected: 'the name of a node',
    read: (given) => (dnsName.test(given) ? given : undefined),
    help: 'Watch only the pods of this node: one exporter per node, as a DaemonSet. Events are off then unless --events=on.',
    group: 'Cluster',
  }),
  shard: parsed({
    name: 'shard',
    value: 'I/N',
    expected: 'i/n with 1 <= i <= n <= 1000',
    read: readShard,
    help: 'Watch only the i-th of n parts of all pods, split by the hash of their uid.',
    group: 'Cluster',
  }),
  events: oneOf({
    name: 'events',
    values: ['auto', 'on', 'off'],
    fallback: 'auto',
    help: 'Watch events too: first failures to the second, successes and durations of pulls, slow pulls, missing secrets. auto: on, but off with --node.',
    group: 'Cluster',
  }),
  listenAddress: parsed({
    name: 'web.listen-address',
    value: 'HOST:PORT',
    expected: 'HOST:PORT or :PORT',
    read: readListenAddress,
    fallback: { host: undefined, port: 9836 } satisfies ListenAddress,
    defaultText: ':9836',
    help: 'Where to serve /metrics and the page.',
    group: 'Web',
  }),
  webConfigFile: text({
    name: 'web.config.file',
    value: 'FILE',
    help: "TLS and basic auth, in the format of Prometheus' exporter-toolkit.",
    group: 'Web',
  }),
  slowThresholdMs: parsed({
    name: 'pull.slow-threshold',
    value: 'DURATION',
    expected: 'a duration such as 30s or 2m, from 1s to 24h',
    read: (given) => {
      const ms = readDurationMs(given);
      return ms !== undefined && ms >= 1000 && ms <= 86_400_000 ? ms : undefined;
    },
    fallback: 30_000,
    defaultText: '30s',
    help: 'Report a pull that has had no result for this long.',
    group: 'Pulls',
  }),
  rulesFile: rulesFileOption,
  maxFailingContainers: parsed({
    name: 'metrics.max-failing-containers',
    value: 'N',
    expected: 'a whole number from 1 to 1000000',
    read: readWholeNumber(1, 1_000_000),
    fallback: 20_000,
    help: 'Expose at most so many failing containers; the rest is counted.',
    group: 'Metrics',
  }),
  maxCounterSeries: parsed({
    name: 'metrics.max-counter-series',
    value: 'N',
    expected: 'a whole number from 100 to 1000000',
    read: readWholeNumber(100, 1_000_000),
    fallback: 10_000,
    help: 'Expose at most so many counter series; past it the registry, then the namespace becomes "other".',
    group: 'Metrics',
  }),
  ...loggingOptions,
};

function readShard(given: string): Shard | undefined {
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(given);
  const index = Number(match?.[1]);
  const total = Number(match?.[2]);
  return index >= 1 && index <= total && total <= 1000 ? { index, total } : undefined;
}

/** `:9836`, `127.0.0.1:9836`, `[::1]:9836`, `localhost:0`. */
export function readListenAddress(given: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:\s]*)):(\d{1,5})$/.exec(given);
  if (match === null) return undefined;
  const port = Number(match[3]);
  const host = match[1] ?? match[2] ?? '';
  return port <= 65_535 ? { host: host === '' ? undefined : host, port } : undefined;
}
