// What the exporter does -> its own metrics, and those of the process and of Node.js.
import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Cause } from '../classify/causes.ts';
import type { Resource, WatchEventType } from '../wire/objects.ts';
import { ownFamilies } from './catalog.ts';

/** Told by those who read from the API server, classify and track. Durations in milliseconds. */
export interface OwnHealth {
  /** The first list of the resource is complete; with `pods` the state families begin. */
  readonly synced: (resource: Resource) => void;
  /** The API server sent something; `at` is the oldest such time where several namespaces are watched. */
  readonly contact: (resource: Resource, at: number) => void;
  readonly listed: (resource: Resource, durationMs: number) => void;
  readonly restarted: (resource: Resource, reason: string) => void;
  readonly watchEvent: (resource: Resource, type: WatchEventType) => void;
  readonly received: (resource: Resource, bytes: number) => void;
  readonly skipped: (resource: Resource, reason: string) => void;
  readonly classified: (cause: Cause, rule: string) => void;
  readonly timeToMetric: (durationMs: number) => void;
}

export type LimitReason = 'failing_containers' | 'slow_pulls' | 'endpoints' | 'counter_series';

const limitReasons = [
  'failing_containers',
  'slow_pulls',
  'endpoints',
  'counter_series',
] as const satisfies readonly LimitReason[];

const resources = ['pods', 'events'] as const satisfies readonly Resource[];

/** Of the client library: promtool rejects their names, and no panel or alert needs them. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
  'nodejs_eventloop_utilization_histogram',
  'nodejs_eventloop_utilization_summary',
];

export interface Build {
  readonly version: string;
  readonly revision: string;
}

export class OwnMetrics {
  readonly health: OwnHealth;
  readonly #tracked: Gauge<string>;
  readonly #overLimit: Gauge<string>;
  readonly #dropped: Counter<string>;

  constructor(registry: Registry, build: Build, synced: (resource: Resource) => void) {
    const gauge = (name: keyof typeof ownFamilies) => new Gauge(describe(name, registry));
    const counter = (name: keyof typeof ownFamilies) => new Counter(describe(name, registry));
    const histogram = (name: 'list_duration_seconds' | 'time_to_metric_seconds') => {
      const full = `imagepull_exporter_${name}` as const;
      return new Histogram({
        ...describe(full, registry),
        buckets: [...ownFamilies[full].buckets],
      });
    };
    gauge('imagepull_exporter_build_info').set({ ...build, node_version: process.version }, 1);
    const syncedGauge = gauge('imagepull_exporter_synced');
    const lastContact = gauge('imagepull_exporter_last_contact_timestamp_seconds');
    this.#tracked = gauge('imagepull_exporter_tracked_containers');
    this.#overLimit = gauge('imagepull_exporter_series_over_limit');
    const restarts = counter('imagepull_exporter_watch_restarts_total');
    const events = counter('imagepull_exporter_watch_events_total');
    const bytes = counter('imagepull_exporter_watch_bytes_total');
    const skipped = counter('imagepull_exporter_objects_skipped_total');
    const classifications = counter('imagepull_exporter_classifications_total');
    this.#dropped = counter('imagepull_exporter_series_dropped_total');
    const listDuration = histogram('list_duration_seconds');
    const timeToMetric = histogram('time_to_metric_seconds');

    for (const resource of resources) {
      syncedGauge.set({ resource }, 0);
      bytes.inc({ resource }, 0);
      listDuration.zero({ resource });
    }
    // 0 until the first contact, so that an exporter that never had one raises the alert as well.
    lastContact.set({ resource: 'pods' }, 0);
    for (const reason of limitReasons) this.#dropped.inc({ reason }, 0);
    // Ten wake-ups a second for the utilization families, which are taken out below: not one.
    collectDefaultMetrics({ register: registry, eventLoopUtilizationTimeout: 2 ** 31 - 1 });
    for (const name of misnamed) registry.removeSingleMetric(name);

    this.health = {
      synced: (resource) => {
        syncedGauge.set({ resource }, 1);
        synced(resource);
      },
      contact: (resource, at) => lastContact.set({ resource }, at / 1000),
      listed: (resource, durationMs) => listDuration.observe({ resource }, durationMs / 1000),
      restarted: (resource, reason) => restarts.inc({ resource, reason }),
      watchEvent: (resource, type) => events.inc({ resource, type }),
      received: (resource, length) => bytes.inc({ resource }, length),
      skipped: (resource, reason) => skipped.inc({ resource, reason }),
      classified: (cause, rule) => classifications.inc({ cause, rule }),
      timeToMetric: (durationMs) => timeToMetric.observe(durationMs / 1000),
    };
  }

  dropped(reason: LimitReason): void {
    this.#dropped.inc({ reason });
  }

  setTracked(containers: number, overLimit: Readonly<Record<LimitReason, number>>): void {
    this.#tracked.set(containers);
    for (const reason of limitReasons) this.#overLimit.set({ reason }, overLimit[reason]);
  }
}

function describe(name: keyof typeof ownFamilies, registry: Registry) {
  const { help, labels } = ownFamilies[name];
  return { name, help, labelNames: [...labels] as string[], registers: [registry] };
}
