// A kubeconfig -> the real exporter in this process, on a free port, with a quiet log.
import { type Exporter, type ExporterOptions, startExporter } from '../../src/app.ts';
import { classify } from '../../src/classify/classify.ts';
import { openConnection } from '../../src/kube/connection.ts';

export function startReader(
  kubeconfig: string,
  options: Partial<ExporterOptions> & Pick<ExporterOptions, 'now'>,
): Promise<Exporter> {
  return startExporter({
    connection: openConnection({ kubeconfig, context: undefined, environment: {} }),
    namespaces: [],
    node: undefined,
    shard: undefined,
    events: true,
    listenAddress: { host: '127.0.0.1', port: 0 },
    webConfig: undefined,
    slowThresholdMs: 30_000,
    classify,
    maxFailingContainers: 100_000,
    maxCounterSeries: 10_000,
    log: () => undefined,
    ...options,
  });
}
