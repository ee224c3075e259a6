// `npm run bench -- idle`: what the exporter costs where there is nothing to do: ten pods, one of them
// failing, scraped every 15 s; beside what a TypeScript team would write.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  buildBundle,
  cpuSeconds,
  end,
  memoryMb,
  startExporter,
  startLoad,
  startPeer,
  table,
} from './measured-process.ts';

const scrapes = 4;
const scrapeEveryMs = 15_000;

export async function benchIdle(): Promise<void> {
  await buildBundle();
  const { kubeconfig, server, remove } = await startLoad(10, 1, 10);
  try {
    const exporter = await startExporter(kubeconfig, true);
    const ours = await measure(exporter.child, exporter.metrics);
    const peer = await startPeer(kubeconfig, 60_000);
    const theirs = await measure(peer.child, async () => undefined);
    const ratio = (theirs.memory.all / ours.memory.all).toFixed(1);
    process.stdout.write(
      [
        `Ten pods, a scrape every ${scrapeEveryMs / 1000} s: MB of memory (in parentheses: without the pages of the`,
        'node binary, which processes share), CPU seconds of the start, CPU milliseconds a minute after it.',
        'Peer: the informer of @kubernetes/client-node with gauges of prom-client, without a scrape.',
        '',
        table([
          ['', 'ratio', 'MB', '', 'start CPU', 'CPU ms a minute'],
          ['ours', `${ratio}x`, ...cells(ours)],
          ['peer', '', ...cells(theirs)],
        ]),
        '',
      ].join('\n'),
    );
  } finally {
    await end(server);
    remove();
  }
}

type Idle = Awaited<ReturnType<typeof measure>>;

async function measure(child: ChildProcess, scrape: () => Promise<unknown>) {
  await sleep(2000);
  const start = cpuSeconds(child);
  for (let count = 0; count < scrapes; count++) {
    await scrape();
    await sleep(scrapeEveryMs);
  }
  const cpu = cpuSeconds(child) - start;
  const memory = memoryMb(child);
  await end(child);
  return { start, cpuMs: (cpu * 1000 * 60_000) / (scrapes * scrapeEveryMs), memory };
}

function cells({ cpuMs, memory, start }: Idle): string[] {
  return [memory.all.toFixed(0), `(${memory.own.toFixed(0)})`, start.toFixed(2), cpuMs.toFixed(0)];
}
