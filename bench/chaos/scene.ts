// A simulated cluster and the real exporter that reads it over HTTP, both in this process, and what its
// /metrics shows.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exporter } from '../../src/app.ts';
import type { Timing } from '../../src/kube/timing.ts';
import type { ApiServerOptions } from '../../src/sim/api/server.ts';
import { createSimulatedCluster, type SimulatedCluster } from '../../src/sim/cluster.ts';
import { startReader } from '../../test/support/reader.ts';
import { chaosScenario } from './workloads.ts';

export interface SceneOptions {
  readonly server?: ApiServerOptions;
  /** Pods that run, beside the few dozen that matter. */
  readonly crowd?: number;
  /** Of the kubeconfig's cluster and user; files are in the folder. */
  readonly access?: (folder: string) => { readonly cluster?: object; readonly user?: object };
}

export interface Scene {
  readonly cluster: SimulatedCluster;
  readonly exporter: Exporter;
  /** Of the kubeconfig, and of the files that it names. */
  readonly folder: string;
  readonly timing: Timing;
  readonly shown: () => Promise<ReadonlySet<string>>;
  readonly close: () => Promise<void>;
}

const warmUpMs = 180_000;

export async function openScene(
  { access, crowd = 0, server }: SceneOptions,
  timing: Timing,
): Promise<Scene> {
  const cluster = createSimulatedCluster({
    seed: 1,
    scenario: chaosScenario(crowd),
    now: Date.now() - warmUpMs,
    speed: 1,
    ...(server !== undefined && { server }),
  });
  cluster.advanceBy(warmUpMs);
  const { url } = await cluster.listen();
  const folder = mkdtempSync(join(tmpdir(), 'imagepull-chaos-'));
  const { cluster: clusterAccess, user } = access?.(folder) ?? {};
  const kubeconfig = writeKubeconfig(folder, { server: url, ...clusterAccess }, user);
  const exporter = await startReader(kubeconfig, { now: cluster.now, timing });
  return {
    cluster,
    exporter,
    folder,
    timing,
    shown: () => shownBy(exporter.url),
    close: async () => {
      await exporter.close();
      await cluster.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** JSON, which is YAML as well. */
export function writeKubeconfig(folder: string, cluster: object, user: object = {}): string {
  const file = join(folder, 'kubeconfig');
  const named = { cluster: 'simulated', user: 'reader' };
  const document = {
    clusters: [{ name: named.cluster, cluster }],
    users: [{ name: named.user, user }],
    contexts: [{ name: 'chaos', context: named }],
    'current-context': 'chaos',
  };
  writeFileSync(file, JSON.stringify(document));
  return file;
}

/** Containers that /metrics says to fail, as `namespace/pod uid container`. */
export async function shownBy(url: string): Promise<ReadonlySet<string>> {
  const body = await (await fetch(`${url}/metrics`)).text();
  const keys = new Set<string>();
  for (const line of body.split('\n')) {
    if (!line.startsWith('imagepull_container_failing{')) continue;
    keys.add(
      `${label(line, 'namespace')}/${label(line, 'pod')} ${label(line, 'uid')} ${label(line, 'container')}`,
    );
  }
  return keys;
}

function label(line: string, name: string): string {
  const from = line.search(new RegExp(`[{,]${name}="`)) + name.length + 3;
  return line.slice(from, line.indexOf('"', from));
}
