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
  readonly ms: number;
  readonly blockMs: number;
  readonly bytes: number;
}

interface Side {
  readonly plain: Measurement;
  readonly gzip: Measurement;
  readonly rssMb: number;
}

export async function benchScrape(): Promise<void> {
  const rows: string[][] = [];
  for (const size of sizes) {
    const ours = await measureSide('ours', size);
    const peer = await measureSide('peer', size);
    rows.push([
      String(size),
      `${(peer.plain.ms / ours.plain.ms).toFixed(1)}x`,
      `${(peer.gzip.ms / ours.gzip.ms).toFixed(1)}x`,
      ...cells(ours),
      ...cells(peer),
    ]);
  }
  process.stdout.write(
    [
      `Scrape of N failing containers, plain and gzipped: ms until the body is there, ms for which the`,
      `event loop was held at a time (medians of ${runs}), MB of body, MB of resident memory. Peer: the same`,
      'families as gauges of prom-client. `faster` and `gzipped`: the time of the peer, divided by ours.',
      '',
      ...aligned([
        [
          'N',
          'faster',
          'gzipped',
          ...['ours', 'peer'].flatMap((side) =>
            ['plain', 'block', 'gzip', 'block', 'MB', 'MB gz', 'RSS'].map(
              (name) => `${side} ${name}`,
            ),
          ),
        ],
        ...rows,
      ]),
      '',
    ].join('\n'),
  );
}

function cells({ plain, gzip, rssMb }: Side): string[] {
  return [
    plain.ms.toFixed(1),
    plain.blockMs.toFixed(1),
    gzip.ms.toFixed(1),
    gzip.blockMs.toFixed(1),
    (plain.bytes / 1e6).toFixed(2),
    (gzip.bytes / 1e6).toFixed(2),
    rssMb.toFixed(0),
  ];
}

async function measureSide(side: 'ours' | 'peer', size: number): Promise<Side> {
  const server = fork(join(import.meta.dirname, 'scrape-server.ts'), [side, String(size)]);
  const agent = new Agent({ keepAlive: true });
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const plain = await measure(server, agent, port, false);
    const gzip = await measure(server, agent, port, true);
    return { plain, gzip, rssMb: gzip.rss / 1e6 };
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
): Promise<Measurement & { readonly rss: number }> {
  const times: number[] = [];
  const blocks: number[] = [];
  let bytes = 0;
  let rss = 0;
  for (let run = 0; run < warmups + runs; run++) {
    server.send('begin');
    await once(server, 'message');
    const startedAt = performance.now();
    bytes = await scrape(agent, port, gzip);
    const ms = performance.now() - startedAt;
    server.send('end');
    const [told] = (await once(server, 'message')) as [{ blockMs: number; rss: number }];
    rss = told.rss;
    if (run < warmups) continue;
    times.push(ms);
    blocks.push(told.blockMs);
  }
  return { ms: median(times), blockMs: median(blocks), bytes, rss };
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
