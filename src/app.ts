// A connection to a cluster -> one running exporter: watch, observe, classify, track, expose.
import type { AddressInfo } from 'node:net';
import { remembered } from './classify/remembered.ts';
import type { Classify } from './classify/verdict.ts';
import type { Log } from './cli/log.ts';
import type { ListenAddress, Shard } from './config/serve-options.ts';
import { eventsAreWatched, type ExporterStatus } from './http/exporter-status.ts';
import { createServer } from './http/server.ts';
import type { WebConfigFile } from './http/web-config-file.ts';
import { type ResourceStatus, watchCluster } from './kube/cluster-watch.ts';
import type { Connection } from './kube/connection.ts';
import type { Timing } from './kube/timing.ts';
import type { WatchMonitor } from './kube/watch-monitor.ts';
import { createExposition } from './metrics/exposition.ts';
import type { OwnHealth } from './metrics/own-health.ts';
import type { Change, FailingContainer, SlowPull } from './track/states.ts';
import { Tracker } from './track/tracker.ts';
import { revision, version } from './version.ts';
import type { Resource } from './wire/objects.ts';

export interface ExporterOptions {
  readonly connection: Connection;
  /** Empty for all. */
  readonly namespaces: readonly string[];
  readonly node: string | undefined;
  readonly shard: Shard | undefined;
  readonly events: boolean;
  readonly listenAddress: ListenAddress;
  /** Undefined for plain HTTP without a login. */
  readonly webConfig: WebConfigFile | undefined;
  readonly slowThresholdMs: number;
  readonly classify: Classify;
  readonly maxFailingContainers: number;
  readonly maxCounterSeries: number;
  readonly now: () => number;
  readonly log: Log;
  /** For tests: the waits of the client, which are no settings. */
  readonly timing?: Partial<Timing>;
}

export interface Exporter {
  /** Where it serves, with the real port. */
  readonly url: string;
  readonly failing: () => Iterable<FailingContainer>;
  readonly slowPulls: () => Iterable<SlowPull>;
  readonly status: () => ExporterStatus;
  /** Readiness goes first, then the watches, then requests under way within 20 s. */
  readonly close: () => Promise<void>;
}

const tickMs = 1000;
/** The picture is shown without what events add when their first list takes longer. */
const eventsPatienceMs = 10_000;

/** Resolves when it serves; throws when the port cannot be had. */
export async function startExporter(options: ExporterOptions): Promise<Exporter> {
  const { now, log } = options;
  const startedAt = now();
  const synced = new Set<Resource>();
  const shard =
    options.shard === undefined ? options.node : `${options.shard.index}/${options.shard.total}`;
  const exposition = createExposition({
    build: { version, revision },
    shard,
    maxFailingContainers: options.maxFailingContainers,
    maxCounterSeries: options.maxCounterSeries,
    eventsWatched: () => eventsAreWatched(status()),
    now,
  });
  const { health } = exposition;
  const classify = remembered(options.classify);
  const tracker = new Tracker({
    slowPullThresholdMs: options.slowThresholdMs,
    classify: (input) => {
      const verdict = classify(input);
      if (verdict !== undefined) health.classified(verdict.cause, verdict.rule);
      return verdict;
    },
  });
  const expose = (changes: readonly Change[], at: number): void => {
    if (changes.length > 0) exposition.apply(changes, at);
  };

  const server = createServer({
    render: exposition.render,
    failing: () => tracker.failing(),
    slowPulls: () => tracker.slowPulls(),
    status: () => status(),
    webConfig: options.webConfig,
    now,
    onError: (error) =>
      log('error', 'a request failed; please report this', { error: stackOf(error) }),
  });
  await listen(server, options.listenAddress);

  const watch = watchCluster({
    connection: options.connection,
    namespaces: options.namespaces,
    node: options.node,
    shard: options.shard,
    events: options.events,
    ...(options.timing !== undefined && { timing: options.timing }),
    now,
    sink: {
      wants: (podUid) => tracker.wants(podUid),
      apply: (observation, receivedAt) => {
        const startedApplying = performance.now();
        const { type } = observation;
        const ofPods = 'resource' in observation && observation.resource === 'pods';
        // While pods are listed anew, scrapes show the states of before; events only add to them.
        if (type === 'gap' && ofPods) exposition.hold('relist');
        expose(tracker.apply(observation, receivedAt), receivedAt);
        if (type === 'listed' && ofPods) exposition.release('relist');
        health.timeToMetric(now() - receivedAt + performance.now() - startedApplying);
      },
    },
    monitor: monitorFor(health, log),
  });
  log('info', 'watching', {
    server: options.connection.server.href,
    credentials: options.connection.source,
  });

  function status(): ExporterStatus {
    const { pods, events } = watch.status();
    return {
      version,
      revision,
      cluster: clusterName(options),
      shard,
      startedAt,
      // What is listed but not shown yet is not ready.
      pods: { ...resourceStatus(pods), synced: synced.has('pods') },
      events: events === undefined ? undefined : resourceStatus(events),
    };
  }

  const report = (
    resource: Resource,
    { synced: isSynced, lastContactAt }: ResourceStatus,
  ): void => {
    if (lastContactAt !== undefined) health.contact(resource, lastContactAt);
    if (!isSynced || synced.has(resource)) return;
    synced.add(resource);
    health.synced(resource);
    log('info', 'first list complete', { resource });
  };
  const tick = (): void => {
    const at = now();
    try {
      expose(tracker.tick(at), at);
    } catch (error) {
      log('error', 'the tracker failed; please report this', { error: stackOf(error) });
    }
    const { pods, events } = watch.status();
    if (events !== undefined) report('events', events);
    // Events first: what they tell of the past belongs into the first picture that is shown.
    const enough =
      events === undefined ||
      events.synced ||
      events.lastError !== undefined ||
      at - startedAt > eventsPatienceMs;
    if (enough) report('pods', pods);
  };
  const timer = setInterval(tick, tickMs);

  const { port: realPort } = server.server.address() as AddressInfo;
  const scheme = options.webConfig?.current().secureContext === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${urlHost(options.listenAddress.host)}:${realPort}`,
    failing: () => tracker.failing(),
    slowPulls: () => tracker.slowPulls(),
    status,
    close: async () => {
      clearInterval(timer);
      const closed = server.close();
      await watch.close();
      options.connection.close();
      await closed;
    },
  };
}

async function listen(
  server: ReturnType<typeof createServer>,
  { host, port }: ListenAddress,
): Promise<void> {
  try {
    await server.listen({ host: host ?? '::', port }).catch((error: unknown) => {
      // IPv6 is switched off on many nodes.
      if (host !== undefined || errorCode(error) !== 'EAFNOSUPPORT') throw error;
      return server.listen({ host: '0.0.0.0', port });
    });
  } catch (error) {
    throw new Error(
      `--web.listen-address: cannot listen on ${host ?? ''}:${port}: ${listenProblem(error)}`,
      { cause: error },
    );
  }
}

function monitorFor(health: OwnHealth, log: Log): WatchMonitor {
  return {
    received: health.received,
    watchEvent: health.watchEvent,
    skipped: (resource, reason, error) => {
      health.skipped(resource, reason);
      if (error !== undefined) {
        log('error', 'an object was left out; please report this', {
          resource,
          error: stackOf(error),
        });
      }
    },
    listed: (resource, seconds) => health.listed(resource, seconds * 1000),
    restarted: (resource, reason) => {
      health.restarted(resource, reason);
      log('debug', 'watch restarted', { resource, reason });
    },
    problem: (resource, { error, failures, waitMs }) => {
      // Pods are what everything depends on; without events the exporter only knows less: said once.
      const level = resource === 'pods' ? 'error' : failures === 1 ? 'warn' : 'debug';
      log(level, error.message, {
        resource,
        code: error.code,
        failures,
        retry_in_ms: Math.round(waitMs),
      });
    },
    recovered: (resource) => log('info', 'in contact with the API server again', { resource }),
  };
}

function resourceStatus({ synced, lastContactAt, lastError }: ResourceStatus) {
  return { synced, lastContactAt, problem: lastError?.message ?? '' };
}

function clusterName({ connection, namespaces, node }: ExporterOptions): string {
  return [
    connection.server.host,
    ...(namespaces.length === 0 ? [] : [`namespaces ${namespaces.join(', ')}`]),
    ...(node === undefined ? [] : [`node ${node}`]),
  ].join(', ');
}

function urlHost(host: string | undefined): string {
  if (host === undefined || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function listenProblem(error: unknown): string {
  const code = errorCode(error);
  if (code === 'EADDRINUSE') return 'the port is in use; choose another one';
  if (code === 'EACCES') return 'not permitted; choose a port above 1023';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'no such address on this machine';
  return error instanceof Error ? error.message : String(error);
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
