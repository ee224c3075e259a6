// A watch of a fake API server, with short waits, and all that it told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import {
  type ClusterWatch,
  watchCluster,
  type WatchOptions,
} from '../../../src/kube/cluster-watch.ts';
import { type Connection, openConnection } from '../../../src/kube/connection.ts';
import type { KubeError } from '../../../src/kube/kube-error.ts';
import type { Timing } from '../../../src/kube/timing.ts';
import type { WatchMonitor } from '../../../src/kube/watch-monitor.ts';
import type { Observation } from '../../../src/observe/observations.ts';
import type { Json } from '../../support/fake-api-server.ts';

/** A hundredth of the real waits and less. */
export const shortTiming: Partial<Timing> = {
  connectMs: 500,
  answerMs: 500,
  listSilenceMs: 300,
  listMs: 3000,
  podSilenceMs: 400,
  podWatchMs: [20_000, 20_000],
  eventWatchMs: [20_000, 20_000],
  watchGraceMs: 300,
  firstBackOffMs: 10,
  longestBackOffMs: 100,
  longestRetryAfterMs: 2000,
  forbiddenEventsMs: 200,
  soundAfterMs: 1000,
  reconcileMs: 60_000,
  lossAfterMs: 100,
};

/** A kubeconfig in a folder of its own; `remove` it. */
export function kubeconfigFile(
  cluster: Json,
  user: Json = {},
): { readonly path: string; readonly write: (user: Json) => void; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'imagepull-kube-'));
  const path = join(folder, 'config');
  const write = (contents: Json): void => {
    writeFileSync(
      path,
      stringify({
        'current-context': 'test',
        clusters: [{ name: 'test', cluster }],
        users: [{ name: 'test', user: contents }],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      }),
    );
  };
  write(user);
  return { path, write, remove: () => rmSync(folder, { recursive: true }) };
}

export function connectTo(cluster: Json, user: Json = {}): Connection {
  const file = kubeconfigFile(cluster, user);
  const connection = openConnection({ kubeconfig: file.path, context: undefined, environment: {} });
  return { ...connection, close: () => (connection.close(), file.remove()) };
}

export interface Watched {
  readonly watch: ClusterWatch;
  readonly observations: readonly Observation[];
  /** Of pods that the sink was shown and not told to be gone: what a tracker would hold. */
  readonly held: ReadonlyMap<string, string>;
  readonly restarts: readonly string[];
  readonly skipped: readonly string[];
  readonly problems: readonly { readonly error: KubeError; readonly waitMs: number }[];
  readonly lists: () => number;
  readonly bytes: () => number;
  readonly close: () => Promise<void>;
}

/** The sink holds a pod as long as it fails, as the tracker does. */
export function watchWith(
  server: { readonly url: string } | Connection,
  given: Partial<WatchOptions> = {},
): Watched {
  const connection = 'authorize' in server ? server : connectTo({ server: server.url });
  const observations: Observation[] = [];
  const held = new Map<string, string>();
  const restarts: string[] = [];
  const skipped: string[] = [];
  const problems: { error: KubeError; waitMs: number }[] = [];
  let lists = 0;
  let bytes = 0;
  const monitor: WatchMonitor = {
    received: (_, count) => {
      bytes += count;
    },
    watchEvent: () => undefined,
    skipped: (resource, reason) => skipped.push(`${resource} ${reason}`),
    listed: () => {
      lists += 1;
    },
    restarted: (resource, reason) => restarts.push(`${resource} ${reason}`),
    problem: (_, problem) => problems.push(problem),
    recovered: () => undefined,
  };
  const watch = watchCluster({
    connection,
    namespaces: [],
    events: false,
    now: Date.now,
    monitor,
    sink: {
      wants: (uid) => held.has(uid),
      apply: (observation) => {
        observations.push(observation);
        hold(held, observation);
      },
    },
    ...given,
    timing: { ...shortTiming, ...given.timing },
  });
  return {
    watch,
    observations,
    held,
    restarts,
    skipped,
    problems,
    lists: () => lists,
    bytes: () => bytes,
    close: async () => {
      await watch.close();
      connection.close();
    },
  };
}

function hold(held: Map<string, string>, observation: Observation): void {
  if (observation.type === 'podDeleted') held.delete(observation.uid);
  if (observation.type === 'listed' && observation.resource === 'pods') {
    for (const uid of held.keys()) if (!observation.uids.has(uid)) held.delete(uid);
  }
  if (observation.type !== 'pod') return;
  const failing = observation.containers.find(({ state }) => state.type === 'waiting');
  if (failing?.state.type === 'waiting') held.set(observation.uid, failing.state.reason);
  else held.delete(observation.uid);
}

/** Waits until it is so; fails with what it was told to wait for. */
export async function until(what: string, isSo: () => boolean, withinMs = 5000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > deadline)
      throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await sleep(5);
  }
}

/** A pod whose one container waits; `reason` '' for one that runs. */
export function aPod(name: string, version: number, reason = 'ErrImagePull'): Json {
  const state = reason === '' ? { running: {} } : { waiting: { reason, message: 'no such image' } };
  return {
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(version) },
    spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'registry.example/app:1' }] },
    status: { phase: 'Pending', containerStatuses: [{ name: 'app', state }] },
  };
}

export function anEvent(name: string, version: number, pod: string, host = 'node-1'): Json {
  return {
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(version) },
    involvedObject: { kind: 'Pod', namespace: 'shop', name: pod, uid: `uid-${pod}` },
    reason: 'Pulling',
    message: 'Pulling image "registry.example/app:1"',
    source: { component: 'kubelet', host },
    type: 'Normal',
    count: 1,
    firstTimestamp: '2026-11-21T12:00:00Z',
    lastTimestamp: '2026-11-21T12:00:00Z',
  };
}
