// `npm run bench -- scrape`: one scrape of many failing containers, over HTTP from another process: the
// time until the body is there, for how long the event loop was held, bytes; beside gauges of prom-client.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';

const sizes = [10, 1000, 10_000, 50_000];
/** The first ones warm up, the others count. */
const warmups = 10;
const runs = 15;

interface Measurement {
  /** Until the client has the whole body. */
  readonly ms: number;
  /** Longest time for which the event loop of the server was held. */
  readonly blockMs: number;
  /** Of the server, all threads. */
  readonly cpuMs: number;
  readonly bytes: number;
  readonly rss: number;
}

interface Side {
  readonly plain: Measurement;
  readonly gzip: Measurement;
}

export async function benchScrape(): Promise<void> {
  const ratios: string[][] = [['N', 'plain', 'CPU', 'gzip', 'CPU']];
  const rows: string[][] = [
    ['N', '', 'plain ms', 'block', 'CPU', 'MB', 'gzip ms', 'block', 'CPU', 'MB', 'RSS MB'],
  ];
  for (const size of sizes) {
    const ours = await measureSide('ours', size);
    const peer = await measureSide('peer', size);
    ratios.push([
      String(size),
      ratio(peer.plain.ms, ours.plain.ms),
      ratio(peer.plain.cpuMs, ours.plain.cpuMs),
      ratio(peer.gzip.ms, ours.gzip.ms),
      ratio(peer.gzip.cpuMs, ours.gzip.cpuMs),
    ]);
    rows.push([String(size), 'ours', ...cells(ours)], ['', 'peer', ...cells(peer)]);
  }
  process.stdout.write(
    [
      'One scrape of N failing containers; the peer has the same families as gauges of prom-client.',
      'Peer divided by ours:',
      ...aligned(ratios),
      '',
      `Medians of ${runs}, in ms: until the body is there, longest hold of the event loop, CPU of the server.`,
      ...aligned(rows),
      '',
    ].join('\n'),
  );
}

function ratio(peer: number, ours: number): string {
  return `${(peer / ours).toFixed(1)}x`;
}

function cells({ plain, gzip }: Side): string[] {
  return [
    ...[plain, gzip].flatMap(({ ms, blockMs, cpuMs, bytes }) => [
      ms.toFixed(1),
      blockMs.toFixed(1),
      cpuMs.toFixed(0),
      (bytes / 1e6).toFixed(2),
    ]),
    (gzip.rss / 1e6).toFixed(0),
  ];
}

async function measureSide(side: 'ours' | 'peer', size: number): Promise<Side> {
  const server = fork(join(import.meta.dirname, 'scrape-server.ts'), [side, String(size)]);
  const agent = new Agent({ keepAlive: true });
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const plain = await measure(server, agent, port, false);
    const gzip = await measure(server, agent, port, true);
    return { plain, gzip };
  } finally {
    agent.destroy();
    server.kill();
  }
}

async function measure(
  server: ChildProcess,
  agent: Agent,
  port: number,
  gzip: boolean,
): Promise<Measurement> {
  const times: number[] = [];
  const blocks: number[] = [];
  const cpus: number[] = [];
  let bytes = 0;
  let rss = 0;
  for (let run = 0; run < warmups + runs; run++) {
    server.send('begin');
    await once(server, 'message');
    const startedAt = performance.now();
    bytes = await scrape(agent, port, gzip);
    const ms = performance.now() - startedAt;
    server.send('end');
    const [told] = (await once(server, 'message')) as [
      { blockMs: number; cpuMs: number; rss: number },
    ];
    rss = told.rss;
    if (run < warmups) continue;
    times.push(ms);
    blocks.push(told.blockMs);
    cpus.push(told.cpuMs);
  }
  return { ms: median(times), blockMs: median(blocks), cpuMs: median(cpus), bytes, rss };
}

function scrape(agent: Agent, port: number, gzip: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = gzip ? { 'accept-encoding': 'gzip' } : {};
    get({ host: '127.0.0.1', port, path: '/metrics', agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    }).on('error', reject);
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '),
  );
}

if (import.meta.main) await benchScrape();
