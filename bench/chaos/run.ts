// One fault -> what became of the exporter's picture: when it was in contact again, when it was right
// again, what it lost and what it made up.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timing } from '../../src/kube/timing.ts';
import type { ChaosFault } from './faults.ts';
import { openScene, type Scene } from './scene.ts';
import { failingNow, rounds, steadyNamespace, stir, touch } from './workloads.ts';

export interface Pace {
  readonly timing: Timing;
  /** How long each fault lasts. */
  readonly faultMs: number;
}

export interface Outcome {
  readonly fault: string;
  /** Why watches were started again: the labels of imagepull_exporter_watch_restarts_total. */
  readonly noticed: readonly string[];
  /** From the end of the fault to contact; undefined when there was none in time. */
  readonly reconnectedMs: number | undefined;
  /** From contact to the right picture; undefined when it never was in time. */
  readonly rightMs: number | undefined;
  /** Failing containers that were not shown when they had to be. */
  readonly lost: readonly string[];
  /** Shown ones that did not fail then, or never. */
  readonly phantom: readonly string[];
  readonly missed: boolean;
}

const lookEveryMs = 200;
/** What changes last has to come to an end: pods are created, pulled for, and deleted. */
const settleMs = 5000;

/** Most at the same time, for they mostly wait. */
export async function runFaults(
  chosen: readonly ChaosFault[],
  pace: Pace,
): Promise<readonly Outcome[]> {
  const [busy, idle] = [true, false].map((is) =>
    chosen.filter(({ isBusy = false }) => isBusy === is),
  );
  const outcomes = await Promise.all((idle ?? []).map((fault) => runFault(fault, pace)));
  for (const fault of busy ?? []) outcomes.push(await runFault(fault, pace));
  return outcomes;
}

async function runFault(fault: ChaosFault, { faultMs, ...pace }: Pace): Promise<Outcome> {
  const timing = { ...pace.timing, ...fault.timing };
  const scene = await openScene(fault, timing);
  try {
    await untilSynced(scene);
    const looks = new Looks(scene);
    const heal = await fault.strike(scene);
    for (let round = 0; round < rounds; round++) {
      stir(scene.cluster, round);
      await looks.goOn((faultMs - settleMs) / rounds);
    }
    await looks.goOn(settleMs);
    const lost = new Set<string>();
    const phantom = new Set<string>();
    if (fault.isHarmless === true) looks.compare(lost, phantom);

    await heal();
    const reconnectLimitMs = fault.reconnectMs?.(timing) ?? timing.longestBackOffMs + 5000;
    const rightLimitMs = fault.rightMs?.(timing) ?? 5000;
    const reconnectedMs = await looks.untilContact(reconnectLimitMs);
    const rightMs = await looks.untilRight(rightLimitMs);
    looks.compare(lost, phantom);
    for (const key of looks.blinked) lost.add(key);
    for (const key of looks.madeUp) phantom.add(key);
    return {
      fault: fault.name,
      noticed: await restartReasons(scene),
      reconnectedMs,
      rightMs,
      lost: [...lost],
      phantom: [...phantom],
      missed:
        reconnectedMs === undefined || rightMs === undefined || lost.size > 0 || phantom.size > 0,
    };
  } finally {
    await scene.close();
  }
}

/** Scrapes all the time. */
class Looks {
  /** Containers that failed throughout, and were missing in a scrape. */
  readonly blinked = new Set<string>();
  /** Containers that never failed, and were in a scrape. */
  readonly madeUp = new Set<string>();
  #shown: ReadonlySet<string> = new Set();
  readonly #scene: Scene;
  readonly #steady: readonly string[];

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#steady = [...failingNow(scene.cluster)].filter((key) =>
      key.startsWith(`${steadyNamespace}/`),
    );
  }

  async goOn(forMs: number): Promise<void> {
    const until = performance.now() + forMs;
    while (performance.now() < until) {
      await sleep(Math.min(lookEveryMs, Math.max(0, until - performance.now())));
      await this.#look();
    }
  }

  /** Adds what is wrong in the last scrape. */
  compare(lost: Set<string>, phantom: Set<string>): void {
    const truth = failingNow(this.#scene.cluster);
    for (const key of truth) if (!this.#shown.has(key)) lost.add(key);
    for (const key of this.#shown) if (!truth.has(key)) phantom.add(key);
  }

  /** Milliseconds until something came that was sent after this call. */
  async untilContact(limitMs: number): Promise<number | undefined> {
    const { cluster, exporter } = this.#scene;
    const startedAt = performance.now();
    const from = cluster.now();
    while (performance.now() - startedAt < limitMs) {
      touch(cluster);
      await this.goOn(lookEveryMs);
      const { lastContactAt = -Infinity, problem } = exporter.status().pods;
      if (problem === '' && lastContactAt > from) return performance.now() - startedAt;
    }
    return undefined;
  }

  /** Milliseconds until the scrapes are right and stay so. */
  async untilRight(limitMs: number): Promise<number | undefined> {
    const startedAt = performance.now();
    let rightSince: number | undefined;
    while (performance.now() - startedAt < limitMs) {
      const lost = new Set<string>();
      const phantom = new Set<string>();
      this.compare(lost, phantom);
      if (lost.size + phantom.size > 0) rightSince = undefined;
      else rightSince ??= performance.now();
      await this.goOn(lookEveryMs);
    }
    return rightSince === undefined ? undefined : rightSince - startedAt;
  }

  async #look(): Promise<void> {
    const { cluster, shown } = this.#scene;
    this.#shown = await shown();
    for (const key of this.#steady) if (!this.#shown.has(key)) this.blinked.add(key);
    const everFailed = new Set(
      cluster
        .truth()
        .flatMap(({ container, failures, namespace, pod, uid }) =>
          failures.length > 0 ? [`${namespace}/${pod} ${uid} ${container}`] : [],
        ),
    );
    for (const key of this.#shown) if (!everFailed.has(key)) this.madeUp.add(key);
  }
}

async function untilSynced({ cluster, exporter, shown }: Scene): Promise<void> {
  const deadline = performance.now() + 30_000;
  const truth = failingNow(cluster);
  while (performance.now() < deadline) {
    await sleep(lookEveryMs);
    const { events, pods } = exporter.status();
    if (!pods.synced || events?.synced === false) continue;
    if (
      [...truth].every(
        (
          (keys) => (key) =>
            keys.has(key)
        )(await shown()),
      )
    )
      return;
  }
  throw new Error('the exporter does not even sync without a fault');
}

async function restartReasons({ exporter }: Scene): Promise<readonly string[]> {
  const body = await (await fetch(`${exporter.url}/metrics`)).text();
  const found = body.matchAll(
    /^imagepull_exporter_watch_restarts_total\{.*resource="pods".*\} (\d+)/gm,
  );
  return [...found].map(([line, count]) => `${/reason="(\w+)"/.exec(line)?.[1]} ${count}`);
}
