// Simulated cluster -> HTTP -> exporter -> /metrics, compared with what the simulated kubelets really did.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseImageReference } from '../../src/observe/image-reference.ts';
import { demoScenario, demoWarmUpMs } from '../../src/sim/scenarios/demo.ts';
import type { TruthLine } from '../../src/sim/truth.ts';
import { type RunningChain, startChain } from '../support/running-chain.ts';
import { until } from '../support/until.ts';

let chain: RunningChain;

beforeAll(async () => {
  chain = await startChain({ scenario: demoScenario(false), warmUpMs: demoWarmUpMs });
  await untilReady(chain);
});

afterAll(async () => {
  await chain.close();
});

async function untilReady({ get }: RunningChain): Promise<void> {
  await until(
    'ready',
    () => get('/-/ready'),
    ({ status }) => status === 200,
  );
}

/** Pulls that fail now, by what the kubelets did: the last try failed and the pod is still there. */
function failingPulls({ cluster }: RunningChain): readonly TruthLine[] {
  return cluster
    .truth()
    .filter(
      ({ failures, recovered_at, deleted_at }) =>
        deleted_at === null &&
        failures.length > 0 &&
        (recovered_at === null || recovered_at < (failures.at(-1)?.[0] ?? 0)),
    );
}

const keyOf = (labels: Readonly<Record<string, string | undefined>>) =>
  `${labels['namespace']}/${labels['pod']} ${labels['uid']} ${labels['container']}`;

/** The containers whose status shows the failure of a pull. */
function shownKeys(line: TruthLine): readonly string[] {
  const { namespace, pod, uid } = line;
  return (line.status_on ?? [line.container]).map((container) =>
    keyOf({ namespace, pod, uid, container }),
  );
}

async function failingSeries({ scrape }: RunningChain) {
  const family = await scrape();
  return family('imagepull_container_failing');
}

describe('the demo cluster in the middle of its life', () => {
  test('every failing pull is there with its cause and registry, and nothing else is', async () => {
    const series = await failingSeries(chain);
    const shown = new Map(series.map(({ labels }) => [keyOf(labels), labels]));
    const truth = failingPulls(chain);
    expect(truth.length).toBeGreaterThan(25);
    expect([...shown.keys()].sort()).toEqual([...new Set(truth.flatMap(shownKeys))].sort());
    const definite = ({ failures }: TruthLine) =>
      failures.map(([, cause]) => cause).findLast((cause) => cause !== 'node_pull_qps_exceeded');
    const wrong = truth.flatMap((line) =>
      shownKeys(line).flatMap((key) => {
        const labels = shown.get(key);
        const expected = {
          cause: definite(line),
          registry: parseImageReference(line.image).registry,
        };
        const seen = { cause: labels?.['cause'], registry: labels?.['registry'] };
        return JSON.stringify(seen) === JSON.stringify(expected) ? [] : [{ key, seen, expected }];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('attempts are at most one off after the cold start, and the next retry is inside the slack of the kubelet', async () => {
    const family = await chain.scrape();
    const valueOf = (name: string) =>
      new Map(family(name).map(({ labels, value }) => [keyOf(labels), value]));
    const attempts = valueOf('imagepull_container_attempts');
    const retries = valueOf('imagepull_container_next_retry_timestamp_seconds');
    // Those that share no key, that the kubelet backs off, and that do not wait behind a stalled pull:
    // that this began before the start, no event tells once the pod has used up its events.
    const plain = failingPulls(chain).filter(
      ({ kubelet_pulling, failures, recovered_at, status_on }) =>
        kubelet_pulling.length > 0 &&
        kubelet_pulling.length === failures.length &&
        recovered_at === null &&
        status_on === undefined,
    );
    expect(plain.length).toBeGreaterThan(20);
    const off = plain.flatMap((line) => {
      const [key = ''] = shownKeys(line);
      const seen = attempts.get(key);
      return Math.abs((seen ?? Number.NaN) - line.failures.length) <= 1
        ? []
        : [{ key, seen, tries: line.failures.length }];
    });
    expect(off.length / plain.length).toBeLessThan(0.05);
    const now = chain.cluster.now();
    // Past by a minute it is gone: the tick of the tracker is a second.
    const [earliest, latest] = [now - 62_000, now + 301_000];
    expect(
      [...retries].filter(([, retry]) => retry * 1000 < earliest || retry * 1000 > latest),
    ).toEqual([]);
  });

  test('pods that crash, miss a config or a volume, or lack a sandbox never appear', async () => {
    const series = await failingSeries(chain);
    const failing = new Set(failingPulls(chain).map(({ uid }) => uid));
    const lookAlikes = chain.cluster
      .pods()
      .filter(({ metadata, status }) => status.phase !== 'Running' && !failing.has(metadata.uid));
    expect(lookAlikes.length).toBeGreaterThan(3);
    const uids = new Set(series.map(({ labels }) => labels['uid']));
    expect(lookAlikes.filter(({ metadata }) => uids.has(metadata.uid))).toEqual([]);
  });

  test('a relist neither loses nor doubles anything', async () => {
    const before = new Set((await failingSeries(chain)).map(({ labels }) => keyOf(labels)));
    const lists = async () =>
      (await chain.scrape())('imagepull_exporter_watch_restarts_total').find(
        ({ labels }) => labels['resource'] === 'pods' && labels['reason'] === 'expired',
      )?.value ?? 0;
    expect(await lists()).toBe(0);
    // Away for a while, and what happened meanwhile is compacted.
    await chain.cluster.server.refuse();
    chain.cluster.server.abortConnections();
    chain.cluster.advanceBy(20_000);
    chain.cluster.server.expireHistory();
    await chain.cluster.listen();
    const seen: Set<string>[] = [];
    await until(
      'a relist',
      async () => {
        seen.push(new Set((await failingSeries(chain)).map(({ labels }) => keyOf(labels))));
        return lists();
      },
      (count) => count >= 1,
    );
    await untilReady(chain);
    seen.push(new Set((await failingSeries(chain)).map(({ labels }) => keyOf(labels))));
    for (const keys of seen) expect([...keys].sort()).toEqual([...before].sort());
  });

  test('a healed pull and a deleted pod leave no series behind', async () => {
    const series = await failingSeries(chain);
    const deleted = series.find(({ labels }) => labels['workload_kind'] === 'Job')?.labels ?? {};
    chain.cluster.actions.deletePod(deleted['namespace'] ?? '', deleted['pod'] ?? '');
    const healing =
      series.find(({ labels }) => labels['cause'] === 'content_missing')?.labels ?? {};
    const [namespace = '', workload = ''] = [healing['namespace'], healing['workload']];
    chain.cluster.actions.setImage(
      'Deployment',
      namespace,
      workload,
      workload,
      'docker.io/library/good:1',
    );
    await until(
      'both gone',
      async () => {
        const uids = new Set((await failingSeries(chain)).map(({ labels }) => labels['uid']));
        return [deleted['uid'], healing['uid']].filter((uid) => uids.has(uid));
      },
      (left) => left.length === 0,
      60_000,
    );
  });
});

describe('an API server that is killed', () => {
  test('readiness says so meanwhile; afterwards the exporter is right again by itself', async () => {
    const { server } = chain.cluster;
    const before = (await failingSeries(chain)).map(({ labels }) => keyOf(labels)).sort();
    await server.refuse();
    server.abortConnections();
    const state = await until(
      'not ready',
      () => chain.get('/-/ready'),
      ({ body }) => body.includes('ECONNREFUSED'),
    );
    expect(state.status).toBe(503);
    expect(state.body).toMatch(/^not ready: pods cannot be watched: /);
    // What is known stays while nobody can say better.
    expect((await failingSeries(chain)).map(({ labels }) => keyOf(labels)).sort()).toEqual(before);
    await chain.cluster.listen();
    await untilReady(chain);
    const after = await failingSeries(chain);
    expect(after.map(({ labels }) => keyOf(labels)).sort()).toEqual(
      [...new Set(failingPulls(chain).flatMap(shownKeys))].sort(),
    );
  });
});
