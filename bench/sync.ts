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
  { pods: 1000, failing: 10, events: 0 },
  { pods: 1000, failing: 100, events: 0 },
  // As many failing as in 100,000 pods: what memory grows by is due to the healthy ones.
  { pods: 1000, failing: 1000, events: 0 },
  { pods: 20_000, failing: 200, events: 0 },
  { pods: 20_000, failing: 2000, events: 0 },
  { pods: 100_000, failing: 1000, events: 0 },
  { pods: 100_000, failing: 1000, events: 20_000 },
  { pods: 100_000, failing: 10_000, events: 0 },
];
/** A list of 100,000 pods passes the longest string of V8: the peer never gets there. */
const peerPatienceMs = 60_000;

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
  readonly peak: number;
}

/** What both cost without a cluster worth the name. */
interface Starts {
  readonly ours: Cost;
  readonly peer: Cost;
}

export async function benchSync(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { kubeconfig: { type: 'string' } } });
  await buildBundle();
  const starts = await measureStarts();
  const rows: string[][] = [];
  if (values.kubeconfig === undefined) {
    for (const size of sizes) rows.push(await measureSize(size, starts));
  } else {
    const { shown, ...ours } = await sync(values.kubeconfig, false);
    rows.push(['', String(shown), '', '-', '-', ...cells(ours, starts.ours), '-', '-', '-', '-']);
  }
  const names = 'pods,failing,events,CPU ratio,MB ratio,s,CPU,MB,peer s,CPU,MB,server CPU';
  process.stdout.write(
    [
      'From the start of the process to a complete picture: seconds, CPU seconds without those of the',
      `start (ours ${starts.ours.cpu.toFixed(2)}, peer ${starts.peer.cpu.toFixed(2)}), peak MB of memory ` +
        `(${starts.ours.peak.toFixed(0)}, ${starts.peer.peak.toFixed(0)} without pods). Ratios: peer / ours.`,
      'Peer: the informer of @kubernetes/client-node with gauges of prom-client, of pods alone. The load',
      'generator is another process. That all that fails is shown is checked.',
      '',
      table([names.split(','), ...rows]),
      '',
    ].join('\n'),
  );
}

async function measureStarts(): Promise<Starts> {
  const { kubeconfig, server, remove } = await startLoad(10, 0, 0);
  try {
    const ours = await sync(kubeconfig, false);
    const peer = await syncPeer(kubeconfig);
    if (peer === undefined) throw new Error('the peer does not even list ten pods');
    return { ours, peer };
  } finally {
    await end(server);
    remove();
  }
}

async function measureSize(
  { pods, failing, events }: (typeof sizes)[number],
  starts: Starts,
): Promise<string[]> {
  const { kubeconfig, server, remove } = await startLoad(pods, failing, events);
  try {
    const before = cpuSeconds(server);
    const { shown, ...ours } = await sync(kubeconfig, events > 0);
    const serverCpu = cpuSeconds(server) - before;
    if (shown !== failing) throw new Error(`${failing} containers fail, ${shown} are shown`);
    const peer = await syncPeer(kubeconfig);
    const ratios =
      peer === undefined
        ? ['-', '-']
        : [
            `${((peer.cpu - starts.peer.cpu) / (ours.cpu - starts.ours.cpu)).toFixed(1)}x`,
            `${(peer.peak / ours.peak).toFixed(1)}x`,
          ];
    return [
      ...[pods, failing, events].map(String),
      ...ratios,
      ...cells(ours, starts.ours),
      ...(peer === undefined ? ['never', '-', '-'] : cells(peer, starts.peer)),
      serverCpu.toFixed(2),
    ];
  } finally {
    await end(server);
    remove();
  }
}

async function sync(
  kubeconfig: string,
  events: boolean,
): Promise<Cost & { readonly shown: number }> {
  const begunAt = performance.now();
  const exporter = await startExporter(kubeconfig, events);
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

function cells({ seconds, cpu, peak }: Cost, start: Cost): string[] {
  return [seconds.toFixed(1), (cpu - start.cpu).toFixed(2), peak.toFixed(0)];
}
