// A scenario -> what a Prometheus would have scraped of it, minute by minute: the exporter's own code
// on virtual time, and beside it what kube-state-metrics, kubelet and node-exporter say of the cluster.
import { classify } from '../../src/classify/classify.ts';
import { createExposition } from '../../src/metrics/exposition.ts';
import { observeEvent } from '../../src/observe/event.ts';
import type { Observation } from '../../src/observe/observations.ts';
import { observePod } from '../../src/observe/pod.ts';
import {
  createSimulatedCluster,
  type Scenario,
  type SimulatedCluster,
} from '../../src/sim/cluster.ts';
import { Tracker } from '../../src/track/tracker.ts';
import { projectEvent, projectPod } from '../../src/wire/json.ts';
import { version } from '../../src/version.ts';

export interface ScrapeOptions {
  readonly scenario: Scenario;
  /** Unix time, ms. */
  readonly from: number;
  readonly durationMs: number;
  readonly intervalMs: number;
  readonly cluster: string;
  /** Names of series that anybody reads; the others are left out. */
  readonly wanted: (name: string) => boolean;
}

const tickMs = 5000;

/** Lines of the OpenMetrics format with their times, in order. */
export async function* scrapes(options: ScrapeOptions): AsyncGenerator<string> {
  const { scenario, from, durationMs, intervalMs, wanted } = options;
  const cluster = createSimulatedCluster({ seed: 3, scenario, now: from });
  const now = (): number => cluster.clock.now();
  const exposition = createExposition({
    build: { version, revision: 'preview' },
    shard: undefined,
    maxFailingContainers: 20_000,
    maxCounterSeries: 10_000,
    eventsWatched: () => true,
    now,
  });
  const { health } = exposition;
  const tracker = new Tracker({
    slowPullThresholdMs: 30_000,
    classify: (input) => {
      const verdict = classify(input);
      if (verdict !== undefined) health.classified(verdict.cause, verdict.rule);
      return verdict;
    },
  });
  const observe = (observation: Observation): void => {
    const changes = tracker.apply(observation, now());
    if (changes.length > 0) exposition.apply(changes, now());
    health.timeToMetric(0.2);
  };
  cluster.api.pods.listen(({ type, current }) => {
    health.watchEvent('pods', type);
    if (type === 'DELETED') return observe({ type: 'podDeleted', uid: current.uid });
    const pod = projectPod(current.object());
    if (pod !== undefined) observe(observePod(pod));
  });
  cluster.api.events.listen(({ type, current }) => {
    if (type === 'DELETED') return;
    health.watchEvent('events', type);
    const event = projectEvent(current.object());
    const observation = event === undefined ? undefined : observeEvent(event, false);
    if (observation !== undefined) observe(observation);
  });
  for (const resource of ['pods', 'events'] as const) {
    observe({ type: 'listed', resource, uids: new Set() });
    health.synced(resource);
  }
  const end = from + durationMs;
  for (let scrapedAt = from + intervalMs; scrapedAt <= end; scrapedAt += intervalMs) {
    while (now() < scrapedAt) {
      cluster.advanceTo(Math.min(now() + tickMs, scrapedAt));
      const changes = tracker.tick(now());
      if (changes.length > 0) exposition.apply(changes, now());
    }
    for (const resource of ['pods', 'events'] as const) health.contact(resource, now());
    // The API server ends watches after 5 to 10 minutes.
    if (scrapedAt % (8 * 60_000) < intervalMs) health.restarted('pods', 'ended');
    const own = await textOf(exposition.render('text', false).parts);
    yield* stamped(own, options, 'imagepull-exporter', '10.40.9.9:9836', scrapedAt, wanted);
    const others = [
      ['imagepull-exporter', '10.40.9.9:9836', scrapeSeries(own)],
      ['kube-state-metrics', '10.40.9.8:8080', stateMetrics(cluster)],
      ['kubelet', '', kubeletMetrics(cluster)],
      ['node-exporter', '', nodeMetrics(cluster)],
    ] as const;
    for (const [job, instance, text] of others) {
      yield* stamped(text, options, job, instance, scrapedAt, wanted);
    }
  }
}

async function textOf(parts: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all).toString();
}

function* stamped(
  text: string,
  { cluster }: ScrapeOptions,
  job: string,
  instance: string,
  at: number,
  wanted: (name: string) => boolean,
): Generator<string> {
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value = ''] =
      /^([a-zA-Z_:]\w*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === '' || !wanted(name)) continue;
    const scraped = [
      ...(labels === '' ? [] : [labels.replace(/,$/, '')]),
      `cluster="${cluster}"`,
      `job="${job}"`,
      // Several nodes stand in one text and say which of them they are.
      ...(instance === '' ? [] : [`instance="${instance}"`]),
    ].join(',');
    yield `${name}{${scraped}} ${value} ${at / 1000}\n`;
  }
}

function scrapeSeries(own: string): string {
  return `up 1\nscrape_samples_scraped ${own.split('\n').length}\nscrape_duration_seconds 0.0${own.length % 9}4\n`;
}

function stateMetrics(cluster: SimulatedCluster): string {
  const kinds: Readonly<Record<string, readonly [name: string, label: string]>> = {
    Deployment: ['kube_deployment_status_replicas_available', 'deployment'],
    StatefulSet: ['kube_statefulset_status_replicas_available', 'statefulset'],
    DaemonSet: ['kube_daemonset_status_number_available', 'daemonset'],
  };
  return cluster
    .workloads()
    .flatMap(({ kind, namespace, name, available }) => {
      const [metric, label] = kinds[kind] ?? [];
      if (metric === undefined) return [];
      return [`${metric}{namespace="${namespace}",${label}="${name}"} ${available}\n`];
    })
    .join('');
}

function kubeletMetrics(cluster: SimulatedCluster): string {
  const errors = new Map<string, number>();
  for (const { node, failed } of cluster.truth()) {
    errors.set(node, (errors.get(node) ?? 0) + failed.length);
  }
  return [...errors]
    .map(
      ([node, count]) =>
        `kubelet_runtime_operations_errors_total{node="${node}",instance="${node}:10250",operation_type="pull_image"} ${count}\n`,
    )
    .join('');
}

const diskBytes = 200e9;

function nodeMetrics(cluster: SimulatedCluster): string {
  const full = new Set(
    cluster
      .truth()
      .filter(({ failures, recovered_at, deleted_at }) => {
        const isOver = recovered_at !== null || deleted_at !== null;
        return !isOver && failures.at(-1)?.[1] === 'disk_full';
      })
      .map(({ node }) => node),
  );
  const nodes = [...new Set(cluster.pods().flatMap(({ spec }) => spec.nodeName ?? []))].sort();
  return nodes
    .map((node) => {
      const free =
        diskBytes *
        (full.has(node)
          ? 0.004
          : 0.3 + ((node.length * 7 + node.charCodeAt(node.length - 1) * 13) % 40) / 100);
      const labels = `{instance="${node}:9100",mountpoint="/var/lib/containerd"}`;
      return `node_filesystem_avail_bytes${labels} ${free}\nnode_filesystem_size_bytes${labels} ${diskBytes}\n`;
    })
    .join('');
}
