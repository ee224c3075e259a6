// `npm run bench -- sync`: from the start of the process to a complete picture of a cluster: time, CPU and
// peak memory, beside what a TypeScript team would write. `--kubeconfig FILE`: of that cluster, ours alone.
import { parseArgs } from 'node:util';
import {
  buildBundle,
  cpuSeconds,
  end,
  peakMb,
  startExporter,
  startLoad,
  startPeer,
  table,
} from './measured-process.ts';

const sizes = [
  { pods: 10, failing: 0 },
  { pods: 1000, failing: 1000 },
  { pods: 1000, failing: 10 },
  { pods: 1000, failing: 100 },
  { pods: 20_000, failing: 200 },
  { pods: 20_000, failing: 2000 },
  { pods: 100_000, failing: 1000 },
  { pods: 100_000, failing: 10_000 },
];
/** A list of 100,000 pods passes the longest string of V8: the peer never gets there. */
const peerPatienceMs = 60_000;

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly peak: number;
}

export async function benchSync(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { kubeconfig: { type: 'string' } } });
  await buildBundle();
  const rows: string[][] = [];
  if (values.kubeconfig === undefined) {
    for (const size of sizes) rows.push(await measureSize(size.pods, size.failing));
  } else rows.push(['', '', '', '', ...(await measureOurs(values.kubeconfig))]);
  process.stdout.write(
    [
      'From the start of the process to a complete picture: seconds, CPU seconds, peak MB of memory.',
      'Peer: the informer of @kubernetes/client-node with gauges of prom-client. Ratios: peer / ours.',
      'The first row is what the process costs without pods. No events; the load generator is another',
      'process, its CPU shown apart.',
      '',
      table([
        'pods,failing,CPU ratio,memory ratio,ours s,CPU,MB,shown,peer s,CPU,MB,server CPU'.split(
          ',',
        ),
        ...rows,
      ]),
      '',
    ].join('\n'),
  );
}

async function measureSize(pods: number, failing: number): Promise<string[]> {
  const { kubeconfig, server, remove } = await startLoad(pods, failing, 0);
  try {
    const before = cpuSeconds(server);
    const ours = await sync(kubeconfig);
    const serverCpu = cpuSeconds(server) - before;
    if (ours.shown !== failing) {
      throw new Error(`${failing} containers fail, ${ours.shown} are shown`);
    }
    const peer = await syncPeer(kubeconfig);
    return [
      String(pods),
      String(failing),
      peer === undefined ? '-' : `${(peer.cpu / ours.cpu).toFixed(1)}x`,
      peer === undefined ? '-' : `${(peer.peak / ours.peak).toFixed(1)}x`,
      ...cells(ours),
      String(ours.shown),
      ...(peer === undefined ? ['never', '-', '-'] : cells(peer)),
      serverCpu.toFixed(2),
    ];
  } finally {
    await end(server);
    remove();
  }
}

async function measureOurs(kubeconfig: string): Promise<string[]> {
  const ours = await sync(kubeconfig);
  return [...cells(ours), String(ours.shown), '-', '-', '-', '-'];
}

async function sync(kubeconfig: string): Promise<Cost & { readonly shown: number }> {
  const begunAt = performance.now();
  const exporter = await startExporter(kubeconfig, false);
  const seconds = (performance.now() - begunAt) / 1000;
  const cost = { seconds, cpu: cpuSeconds(exporter.child), peak: peakMb(exporter.child) };
  const shown = await exporter.failing();
  await end(exporter.child);
  return { ...cost, shown };
}

async function syncPeer(kubeconfig: string): Promise<Cost | undefined> {
  const begunAt = performance.now();
  const { child, synced } = await startPeer(kubeconfig, peerPatienceMs);
  const seconds = (performance.now() - begunAt) / 1000;
  const cost = synced ? { seconds, cpu: cpuSeconds(child), peak: peakMb(child) } : undefined;
  await end(child);
  return cost;
}

function cells({ seconds, cpu, peak }: Cost): string[] {
  return [seconds.toFixed(1), cpu.toFixed(2), peak.toFixed(0)];
}
