// `npm run bench -- churn`: what 10,000 updates of pods at 500 a second cost, a fifth of them on failing
// pods; beside a realistic load of events, and beside what a TypeScript team would write.
// `--kubeconfig FILE`: of the independent load server (../shared/load), ours alone.
import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Churn } from './load-server.ts';
import {
  buildBundle,
  cpuSeconds,
  end,
  startExporter,
  startLoad,
  startPeer,
  table,
} from './measured-process.ts';

const updates = 10_000;
const churn: Churn = { pods: updates, podsPerSecond: 500, shareOnFailing: 0.2, eventsPerSecond: 0 };

const rounds = [
  { pods: 20_000, events: 0, eventsPerSecond: 0, peer: true },
  { pods: 100_000, events: 0, eventsPerSecond: 0, peer: false },
  { pods: 100_000, events: 20_000, eventsPerSecond: 300, peer: false },
];

export async function benchChurn(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { kubeconfig: { type: 'string' } } });
  await buildBundle();
  const rows: string[][] = [];
  if (values.kubeconfig === undefined) {
    for (const round of rounds) rows.push(await measureRound(round));
  } else rows.push(await measureIndependent(values.kubeconfig));
  process.stdout.write(
    [
      `CPU seconds of the process for ${updates} updates of pods at ${churn.podsPerSecond} a second,`,
      '20 % of them on failing pods; 1 % of the pods fail. Events: so many in the list, 300 a second.',
      'Peer: the informer of @kubernetes/client-node with gauges of prom-client. Ratio: peer / ours.',
      '',
      table([['pods', 'events', 'ratio', 'ours CPU', 'peer CPU', 'server CPU'], ...rows]),
      '',
    ].join('\n'),
  );
}

async function measureRound(round: (typeof rounds)[number]): Promise<string[]> {
  const { kubeconfig, server, remove } = await startLoad(
    round.pods,
    round.pods / 100,
    round.events,
  );
  const stir = async (): Promise<void> => {
    server.send({ ...churn, eventsPerSecond: round.eventsPerSecond });
    await once(server, 'message');
  };
  try {
    const before = cpuSeconds(server);
    const exporter = await startExporter(kubeconfig, round.events > 0);
    const ours = await costOf(exporter.child, stir);
    const serverCpu = cpuSeconds(server) - before;
    await end(exporter.child);
    let peer: number | undefined;
    if (round.peer) {
      const { child, synced } = await startPeer(kubeconfig, 60_000);
      if (!synced) throw new Error('the peer does not sync');
      peer = await costOf(child, stir);
      await end(child);
    }
    return [
      String(round.pods),
      String(round.events),
      peer === undefined ? '-' : `${(peer / ours).toFixed(1)}x`,
      ours.toFixed(2),
      peer?.toFixed(2) ?? '-',
      serverCpu.toFixed(2),
    ];
  } finally {
    await end(server);
    remove();
  }
}

async function measureIndependent(kubeconfig: string): Promise<string[]> {
  const server = /server: (\S+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1] ?? '';
  const exporter = await startExporter(kubeconfig, false);
  const ours = await costOf(exporter.child, async () => {
    await fetch(`${server}/admin/churn?rate=${churn.podsPerSecond}&n=${updates}`);
    await sleep((updates / churn.podsPerSecond) * 1000 + 500);
  });
  await end(exporter.child);
  return ['', '', '-', ours.toFixed(2), '-', '-'];
}

async function costOf(child: ChildProcess, stir: () => Promise<void>): Promise<number> {
  // What follows a sync is over by then.
  await sleep(2000);
  const before = cpuSeconds(child);
  await stir();
  await sleep(500);
  return cpuSeconds(child) - before;
}
