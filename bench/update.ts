// `npm run bench -- update`: how long after a pod's write /metrics shows it, in a cluster of 100,000 pods.
// `--kubeconfig FILE`: of the independent load server (../shared/load).
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  buildBundle,
  end,
  type Exporter,
  startExporter,
  startLoad,
  table,
} from './measured-process.ts';

const pods = 100_000;
const updates = 25;
/** Not at the beat of anything. */
const pauseMs = 137;
const patienceMs = 10_000;

export async function benchUpdate(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { kubeconfig: { type: 'string' } } });
  await buildBundle();
  const times: number[] = [];
  if (values.kubeconfig === undefined) {
    const { kubeconfig, server, remove } = await startLoad(pods, pods / 100, 0);
    try {
      const fail = async (index: number) => void server.send({ fail: index });
      times.push(...(await measure(kubeconfig, fail)));
    } finally {
      await end(server);
      remove();
    }
  } else {
    const url = /server: (\S+)/.exec(readFileSync(values.kubeconfig, 'utf8'))?.[1] ?? '';
    const fail = (index: number) => fetch(`${url}/admin/fail?i=${index}`);
    times.push(...(await measure(values.kubeconfig, fail)));
  }
  times.sort((a, b) => a - b);
  const row = [times[0], times[Math.floor(times.length / 2)], times.at(-1)];
  process.stdout.write(
    [
      `From the request that makes a healthy pod fail to the end of the first scrape that shows it, ms;`,
      `${updates} times, one scrape after the other; 1 % of ${pods} pods fail already.`,
      '',
      table([['least', 'median', 'most'], row.map((ms) => (ms ?? Number.NaN).toFixed(0))]),
      '',
    ].join('\n'),
  );
}

async function measure(
  kubeconfig: string,
  fail: (index: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const exporter = await startExporter(kubeconfig, false);
  try {
    await sleep(2000);
    const times: number[] = [];
    let failing = await exporter.failing();
    for (let count = 0; count < updates; count++) {
      await sleep(pauseMs);
      const startedAt = performance.now();
      // Every hundredth fails, whatever the server: these do not.
      await fail(count * 200 + 50);
      await untilShown(exporter, ++failing);
      times.push(performance.now() - startedAt);
    }
    return times;
  } finally {
    await end(exporter.child);
  }
}

async function untilShown({ failing }: Exporter, count: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while ((await failing()) < count) {
    if (performance.now() > deadline) throw new Error(`${count} failing containers are not shown`);
  }
}
