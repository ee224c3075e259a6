// A simulated cluster and an exporter that reads it over HTTP, in this process, on free ports.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import type { Exporter, ExporterOptions } from '../../src/app.ts';
import {
  type ClusterOptions,
  createSimulatedCluster,
  type SimulatedCluster,
} from '../../src/sim/cluster.ts';
import { startReader } from './reader.ts';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface RunningChain {
  readonly cluster: SimulatedCluster;
  /** The one that runs now. */
  readonly exporter: Exporter;
  readonly folder: string;
  /** Of one scrape, read back by a parser that is not ours. */
  readonly scrape: () => Promise<(family: string) => readonly Sample[]>;
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: string }>;
  /** A new exporter, which knows nothing of before, on another port. */
  readonly restartExporter: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Virtual time stands at the end of the warm-up, which is now, and runs at `speed` from there. */
export async function startChain(
  options: Pick<ClusterOptions, 'scenario' | 'server' | 'kubernetesVersion'> & {
    readonly warmUpMs: number;
    readonly speed?: number;
  },
  own: Partial<ExporterOptions> = {},
): Promise<RunningChain> {
  const { warmUpMs, speed = 1, ...clusterOptions } = options;
  const folder = await mkdtemp(join(tmpdir(), 'imagepull-test-'));
  const cluster = createSimulatedCluster({
    ...clusterOptions,
    seed: 1,
    now: Date.now() - warmUpMs,
    speed,
  });
  cluster.advanceBy(warmUpMs);
  await cluster.listen();
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig());
  const start = (): Promise<Exporter> =>
    startReader(kubeconfig, { maxFailingContainers: 20_000, now: cluster.now, ...own });
  let exporter = await start();
  const get = async (path: string) => {
    const answer = await fetch(`${exporter.url}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  return {
    cluster,
    get exporter() {
      return exporter;
    },
    folder,
    get,
    restartExporter: async () => {
      await exporter.close();
      exporter = await start();
    },
    scrape: async () => {
      const families = parsePrometheusTextFormat((await get('/metrics')).body);
      return (name) =>
        (families.find((family) => family.name === name)?.metrics ?? []).map((metric) => ({
          labels: metric.labels ?? {},
          value: Number(metric.value),
        }));
    },
    close: async () => {
      await exporter.close();
      await cluster.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
