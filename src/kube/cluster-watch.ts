// A cluster, or the part of it that was asked for -> observations of its pods and the kubelet's events,
// for as long as it is open.
import type { Connection } from './connection.ts';
import { Delivery, type ObservationSink } from './delivery.ts';
import type { ObjectHandler } from './intake.ts';
import type { ListMode } from './recovery.ts';
import { Reflector, type ReflectorStatus } from './reflector.ts';
import type { Shard } from './shard.ts';
import { eventTarget, podTarget, type Target } from './target.ts';
import { defaultTiming, type Timing } from './timing.ts';
import type { WatchMonitor } from './watch-monitor.ts';

export interface WatchOptions {
  readonly connection: Connection;
  /** Empty for all. */
  readonly namespaces: readonly string[];
  /** Only what this node runs. */
  readonly node?: string | undefined;
  readonly shard?: Shard | undefined;
  readonly events: boolean;
  readonly now: () => number;
  readonly sink: ObservationSink;
  readonly monitor: WatchMonitor;
  readonly timing?: Partial<Timing>;
  readonly random?: () => number;
}

/**
 * Of all the namespaces that are watched: synced when all are, the oldest contact, the poorest mode.
 * Events that are forbidden have lastError.code `forbidden`: they are asked for again now and then.
 */
export type ResourceStatus = ReflectorStatus;

export interface ClusterWatch {
  /** `events` is undefined when they are off. */
  readonly status: () => {
    readonly pods: ResourceStatus;
    readonly events: ResourceStatus | undefined;
  };
  readonly close: () => Promise<void>;
}

/** Starts at once; whatever happens, it goes on until it is closed. */
export function watchCluster(options: WatchOptions): ClusterWatch {
  const { connection, monitor, now, random = Math.random } = options;
  const timing = { ...defaultTiming, ...options.timing };
  const scopes = options.namespaces.length > 0 ? [...new Set(options.namespaces)] : [undefined];
  const delivery = new Delivery(options, scopes.length);
  const reflect = (target: Target, handler: ObjectHandler): Reflector =>
    new Reflector({ target, handler, connection, monitor, timing, now, random });
  const pods = scopes.map((namespace, scope) =>
    reflect(podTarget(namespace, options), delivery.podHandler(scope)),
  );
  const events = (options.events ? scopes : []).map((namespace, scope) =>
    reflect(eventTarget(namespace), delivery.eventHandler(scope)),
  );
  for (const reflector of [...pods, ...events]) reflector.start();
  return {
    status: () => ({
      pods: combine(pods.map((reflector) => reflector.status)),
      events: options.events ? combine(events.map((reflector) => reflector.status)) : undefined,
    }),
    close: async () => {
      await Promise.all([...pods, ...events].map((reflector) => reflector.close()));
    },
  };
}

const modes: readonly ListMode[] = ['streaming', 'paged', 'plain'];

function combine(statuses: readonly ReflectorStatus[]): ResourceStatus {
  const contacts = statuses.map(({ lastContactAt }) => lastContactAt);
  return {
    synced: statuses.every(({ synced }) => synced),
    lastContactAt: contacts.includes(undefined)
      ? undefined
      : Math.min(...contacts.filter((at) => at !== undefined)),
    mode: modes.findLast((mode) => statuses.some((status) => status.mode === mode)) ?? 'streaming',
    encoding: statuses.some(({ encoding }) => encoding === 'json') ? 'json' : statuses[0]?.encoding,
    lastError: statuses.find(({ lastError }) => lastError !== undefined)?.lastError,
  };
}
