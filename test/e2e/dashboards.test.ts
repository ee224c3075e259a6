// 29: every query of every panel, against a real Prometheus: data in the incident, nothing or zero in
// health. First over hours of history that is written into it, then over what it scrapes itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nameOf, transformed } from '../../dashboards/preview/frames.ts';
import { startHistory, type History } from '../../dashboards/preview/history.ts';
import { isQuiet, proofsOf, sameNames, shown, type Proof } from '../../dashboards/preview/proof.ts';
import {
  answersOf,
  dataPanels,
  type Chosen,
  type DashboardJson,
} from '../../dashboards/preview/queries.ts';
import { story, storyMinutes } from '../../dashboards/preview/story.ts';
import { legendOf } from '../../dashboards/preview/view.ts';
import { startPrometheus } from '../../src/cli/prometheus.ts';
import { generateDashboards } from '../../src/generate/dashboards.ts';
import { generateRules } from '../../src/generate/rules.ts';
import { demoScenario, demoWarmUpMs } from '../../src/sim/scenarios/demo.ts';
import { startChain } from '../support/running-chain.ts';
import { toolOrReason } from '../support/tools.ts';
import { until } from '../support/until.ts';

const prometheus = await toolOrReason('prometheus');
const promtool = await toolOrReason('promtool');

const from = Date.parse('2026-11-21T15:10:00Z');
const intervalSeconds = 60;

/** They speak of pulls that work and of the exporter itself, and have data when all is well. */
const always = new Set([
  'Exporter',
  'Registry: Pull time, 95th percentile',
  'Registry: Last pull that worked',
  'Registry: Attempts by result',
  'Registry: How long pulls take',
  'Registry: Pull time: median, 95th, 99th percentile',
  'Workload: Replicas that are available',
  'Nodes: Free space where images are kept',
  'Overview: Registries',
  'Overview: Pull attempts by result',
]);

const placeOf = ({ dashboard, panel }: Pick<Proof, 'dashboard' | 'panel'>): string =>
  `${dashboard.title.replace('Image pulls / ', '')}: ${panel.title}`;

function dashboardsFor(own: Parameters<typeof generateDashboards>[0]): readonly DashboardJson[] {
  const { files } = generateDashboards(own, ['json']);
  return files.map(({ content }) => JSON.parse(content) as DashboardJson);
}

beforeEach(({ skip }) => {
  if (typeof prometheus === 'string') skip(prometheus);
  if (typeof promtool === 'string') skip(promtool);
});

describe('over eight hours of a cluster, with an evening on which much goes wrong', () => {
  const dashboards = dashboardsFor({ scrapeIntervalSeconds: intervalSeconds });
  let history: History;
  let folder: string;
  let proofs: readonly Proof[];

  const momentAt = (minute: number) => {
    const to = from / 1000 + minute * 60;
    return { url: history.url, from: to - 1800, to };
  };
  const panelOf = (title: string) => {
    const proof = proofs.find(({ panel }) => panel.title === title);
    if (proof === undefined) throw new Error(`no panel ${title}`);
    return proof;
  };

  beforeAll(async () => {
    if (typeof prometheus === 'string' || typeof promtool === 'string') return;
    folder = await mkdtemp(join(tmpdir(), 'imagepull-dashboards-'));
    history = await startHistory({
      prometheus: prometheus.path,
      promtool: promtool.path,
      folder,
      scenario: story,
      from,
      durationMs: storyMinutes.health * 60_000,
      intervalMs: intervalSeconds * 1000,
      cluster: 'prod-eu-1',
    });
    proofs = await proofsOf(dashboards, {
      incident: momentAt(storyMinutes.incident),
      health: momentAt(storyMinutes.health),
    });
  });

  afterAll(async () => {
    await history?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('every panel has data in the incident, from each of its queries', () => {
    expect(proofs.length).toBeGreaterThan(55);
    const empty = proofs.filter(({ incident }) =>
      incident.some(({ series }) => series.length === 0),
    );
    expect(empty.map(placeOf)).toEqual([]);
  });

  test('every panel that speaks of failures has nothing or zeros in health', () => {
    const loud = proofs.filter((proof) => {
      const place = placeOf(proof);
      return !always.has(place) && !always.has(place.split(':')[0] ?? '') && !isQuiet(proof.health);
    });
    expect(loud.map((proof) => `${placeOf(proof)}: ${shown(proof.health)}`)).toEqual([]);
  });

  test('no chart has two series of one name', () => {
    expect(
      proofs.flatMap((proof) => sameNames(proof).map((name) => `${placeOf(proof)}: ${name}`)),
    ).toEqual([]);
  });

  test('the sentence names the registry that is down, and in health says that nothing fails', () => {
    const [headline] = proofs;
    const sentence = (answers: Proof['incident']) =>
      answers.flatMap(({ target, series }) =>
        series.map((one) => legendOf(one, target.legendFormat)),
      );
    expect(sentence(headline?.incident ?? [])).toEqual([
      'registry.search.example is down: nothing can be pulled from it',
    ]);
    expect(sentence(headline?.health ?? [])).toEqual(['Nothing fails: every image is pulled']);
  });

  test('the table of failing workloads has its columns, one row for each, the oldest first', () => {
    const { panel, incident, health } = panelOf('Failing workloads, the oldest first');
    const [frame] = transformed(panel, incident);
    const rows = (frame?.fields[0]?.values ?? []).map((_, i) =>
      Object.fromEntries((frame?.fields ?? []).map((field) => [nameOf(field), field.values[i]])),
    );
    expect(Object.keys(rows[0] ?? {})).toEqual(
      [
        'cluster',
        'Namespace',
        'Kind',
        'Workload',
        'Cause',
        'Class',
        'Registry',
        'Node',
        'Containers',
        'Attempt',
        'Failing for',
        'Next retry in',
        'Runbook',
        'There',
      ].map((name) => (name === 'cluster' ? 'Cluster' : name)),
    );
    const ages = rows.map((row) => Number(row['Failing for']));
    expect(ages).toEqual(ages.toSorted((a, b) => b - a));
    const keys = rows.map((row) =>
      JSON.stringify([row['Namespace'], row['Workload'], row['Registry'], row['Cause']]),
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(rows.find((row) => row['Workload'] === 'session-cache')).toMatchObject({
      Namespace: 'shop',
      Kind: 'StatefulSet',
      Class: 'registry',
      Registry: 'docker.io',
      Node: 'worker-a1',
      Containers: 1,
      Runbook: 'ImagePullFailing',
    });
    expect(rows.some((row) => /^\d nodes$/.test(String(row['Node'])))).toBe(true);
    expect(rows.every((row) => Number(row['Attempt']) >= 1)).toBe(true);
    const [calm] = transformed(panel, health);
    expect(calm?.fields.find((field) => nameOf(field) === 'Cause')?.values).toEqual([
      'nothing fails',
    ]);
  });

  test('nodes and classes are a matrix of failing workloads', () => {
    const { panel, incident } = panelOf('Failing workloads by node and class');
    const [frame] = transformed(panel, incident);
    const columns = new Map(frame?.fields.map((field) => [field.name, field.values]));
    const at = columns.get('node\\class')?.indexOf('worker-a3') ?? -1;
    expect(columns.get('node')?.[at]).toBe(3);
  });

  test.each<[string, Chosen, readonly string[]]>([
    ['one', { registry: ['docker.io'] }, ['docker.io']],
    [
      'two',
      { registry: ['docker.io', 'registry.search.example'] },
      ['docker.io', 'registry.search.example'],
    ],
    ['one of another cluster', { registry: ['docker.io'], cluster: ['prod-us-1'] }, []],
  ])('variables choose: %s', async (_, chosen, registries) => {
    const { dashboard, panel } = panelOf('Registries: failing workloads over time');
    const answers = await answersOf(panel, dashboard, chosen, momentAt(storyMinutes.incident));
    const names = answers.flatMap(({ series }) => series.map(({ metric }) => metric['registry']));
    expect(new Set(names)).toEqual(new Set(registries));
  });

  test('where no exporter answers the sentence says so, and nothing is green', async () => {
    const { dashboard, panel } = panelOf('Containers failing');
    const [headline] = dataPanels(dashboard);
    const before = { url: history.url, from: from / 1000 - 7200, to: from / 1000 - 3600 };
    if (headline === undefined) throw new Error('no headline');
    const said = await answersOf(headline, dashboard, {}, before);
    expect(said[0]?.series.map(({ metric }) => metric['sentence'])).toEqual([
      'No exporter answers: nothing can be said about image pulls',
    ]);
    expect((await answersOf(panel, dashboard, {}, before))[0]?.series).toEqual([]);
  });
});

describe('over what a Prometheus scrapes itself', () => {
  test('all panels but those of other exporters have data, without an error', async () => {
    if (typeof prometheus === 'string') return;
    const speed = 60;
    const chain = await startChain({ scenario: demoScenario(false), warmUpMs: demoWarmUpMs });
    const { files } = generateRules({ scrapeIntervalSeconds: 1, speed }, ['rules']);
    const server = await startPrometheus({
      program: prometheus.path,
      folder: chain.folder,
      targets: [new URL(chain.exporter.url).host],
      rules: files[0]?.content ?? '',
      intervalSeconds: 1,
    });
    try {
      const dashboards = dashboardsFor({ scrapeIntervalSeconds: 1, speed });
      const empty = async (): Promise<readonly string[]> => {
        const to = Date.now() / 1000;
        const found: string[] = [];
        for (const dashboard of dashboards) {
          for (const panel of dataPanels(dashboard)) {
            const close = { ...panel, interval: '5s' };
            const answers = await answersOf(
              close,
              dashboard,
              {},
              { url: server.url, from: to - 30, to },
            );
            if (answers.every(({ series }) => series.length === 0))
              found.push(placeOf({ dashboard, panel }));
          }
        }
        return found;
      };
      // What happened before its first list is history, and no success.
      await until(
        'ready',
        () => chain.get('/-/ready'),
        ({ status }) => status === 200,
      );
      // One pull that works, and one watch that ends.
      chain.cluster.actions.apply({
        namespace: 'shop',
        kind: 'Deployment',
        name: 'fresh',
        pod: { containers: [{ name: 'app', image: 'quay.io/acme/fresh:1' }] },
      });
      await setTimeout(10_000);
      chain.cluster.server.abortConnections();
      const others = new Set([
        'Workload: Replicas that are available',
        'Nodes: Errors of pulls as the kubelet counts them',
        'Nodes: Free space where images are kept',
        // Nothing is pulled with success within half a minute.
        'Registry: Pull time: median, 95th, 99th percentile',
        'Registry: Pull time, 95th percentile',
      ]);
      await until(
        'every panel has data',
        async () => (await empty()).filter((place) => !others.has(place)),
        (places) => places.length === 0,
        60_000,
      );
    } finally {
      await server.close();
      await chain.close();
    }
  });
});
