// Incidents in two simulated clusters -> exporters -> a real Prometheus -> real Alertmanagers -> the
// notifications that people get: of each incident one, to who can act.
//
// It is a scale model of the default setup, where Prometheus scrapes and evaluates every 30 s: the
// clusters, the rules and the waits of Alertmanager run `speed` times as fast.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPrometheus, type RunningPrometheus, type Target } from '../../src/cli/prometheus.ts';
import { table } from '../../src/cli/table.ts';
import { readCommandLine } from '../../src/config/command-line.ts';
import { rulesOptions, settingsFromOptions } from '../../src/generate/rules-options.ts';
import { generateRules } from '../../src/generate/rules.ts';
import type { RulesSettings } from '../../src/generate/rules-settings.ts';
import type { Scenario } from '../../src/sim/cluster.ts';
import { startAlertmanager, type RunningAlertmanager } from '../support/alertmanager.ts';
import { kubeStateMetrics } from '../support/kube-state-metrics.ts';
import {
  inWords,
  notifications,
  startWebhook,
  subject,
  type Notification,
  type Webhook,
} from '../support/notifications.ts';
import { startChain, type RunningChain } from '../support/running-chain.ts';
import { onPrometheusClock, serveMetrics } from '../support/scrape-server.ts';
import { toolOrReason, type Tool } from '../support/tools.ts';
import { until } from '../support/until.ts';
import { firstTrouble, incidents, mirror, numbered, type Incident } from './incident-cases.ts';

const speed = 30;
const flags = ['--scrape-interval', '1s', '--group-interval', '1s'];
/** Alertmanager tells what is new in a group after group_interval, 5 minutes. */
const groupIntervalMs = 300_000 / speed;

const prometheusTool = await toolOrReason('prometheus');
const alertmanagerTool = await toolOrReason('alertmanager');

const scenario: Scenario = {
  nodes: numbered('worker', 6).map((name, i) => ({ name, ip: `10.0.0.${i + 1}` })),
  start: () => undefined,
};

interface Receiving {
  readonly alertmanager: RunningAlertmanager;
  readonly webhook: Webhook;
}

const closers: (() => Promise<unknown>)[] = [];
let chains: Readonly<Record<Incident['cluster'], RunningChain>>;
let prometheus: RunningPrometheus;
/** The same alerts go to both; the second one is restarted while all of them fire. */
let steady: Receiving;
let restarted: Receiving;

/** What was seen on the way. */
const seen = {
  muted: 0,
  healedAt: 0,
  /** Told before anything was mended. */
  firing: [] as readonly string[],
  resolved: [] as readonly string[],
};

beforeEach(({ skip }) => {
  for (const tool of [prometheusTool, alertmanagerTool]) if (typeof tool === 'string') skip(tool);
});

beforeAll(async () => {
  if (typeof prometheusTool === 'string' || typeof alertmanagerTool === 'string') return;
  const folder = await mkdtemp(join(tmpdir(), 'imagepull-incidents-'));
  closers.push(() => rm(folder, { recursive: true }));
  const { values } = readCommandLine('generate rules', rulesOptions, flags, {});
  const settings = { ...settingsFromOptions(values), speed };

  steady = await startReceiving(alertmanagerTool, join(folder, 'steady'), settings);
  restarted = await startReceiving(alertmanagerTool, join(folder, 'restarted'), settings);
  const apps = await startScraped('apps');
  const nodes = await startScraped('nodes');
  chains = { apps: apps.chain, nodes: nodes.chain };
  prometheus = await startPrometheus({
    program: prometheusTool.path,
    folder,
    targets: [...apps.targets, ...nodes.targets],
    rules: generateRules(settings, ['rules']).files[0]?.content ?? '',
    alertmanagers: [steady, restarted].map(({ alertmanager }) => new URL(alertmanager.url).host),
    intervalSeconds: 1,
    resendSeconds: 60 / speed,
  });
  closers.push(prometheus.close);
  await until(
    'all targets are scraped',
    () => count('up == 1'),
    (up) => up === 4,
  );

  await liveThrough();
});

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

async function liveThrough(): Promise<void> {
  const heals = incidents.map(({ begin, cluster }) => begin(chains[cluster].cluster));
  await untilTold(
    'firing',
    incidents.filter(({ about }) => !about.includes('worker-2')),
  );
  for (const chain of Object.values(chains)) await chain.restartExporter();

  const muted = `ALERTS{alertname="ImagePullFailing",alertstate="firing",registry="${mirror}"}`;
  seen.muted = await until(
    'the outage fires for each workload',
    () => count(muted),
    (n) => n > 40,
    100_000,
  );
  await restarted.alertmanager.restart();

  await untilTold('firing', incidents);
  await sleep(groupIntervalMs + 2000);
  seen.firing = told(steady, 'firing');
  seen.resolved = told(steady, 'resolved');
  seen.healedAt = Date.now();
  for (const heal of heals) heal();
  await untilTold('resolved', incidents);
  await sleep(groupIntervalMs + 2000);
}

async function untilTold(
  status: Notification['status'],
  expected: readonly Incident[],
): Promise<void> {
  await until(
    `all are told: ${status}`,
    () => told(steady, status),
    () => expected.every(({ about }) => notificationsAbout(about, status).length > 0),
    100_000,
  );
}

test('one incident is one notification, to who can act', () => {
  report();
  const received = incidents.map(({ name, about }) => [
    name,
    notificationsAbout(about, 'firing').map(inWords),
  ]);
  expect(received).toEqual(incidents.map(({ name, expected }) => [name, [expected]]));
});

test('a page says what, how wide, why and where', () => {
  const pages = notifications(steady.webhook, 'firing').filter(({ receiver }) =>
    receiver.endsWith('-page'),
  );
  const said = pages.map(({ alerts }) => alerts[0]?.annotations['description'] ?? '').sort();
  expect(said).toEqual([
    expect.stringMatching(/^Deployment checkout\/api .*: image_not_found 3\..* Cluster apps\.$/),
    expect.stringMatching(/^No pull from mirror.*: registry_unavailable 40\. Cluster apps\.$/),
    expect.stringMatching(/^harbor.* of 5 namespaces,.*: credentials_expired 5\. Cluster apps\.$/),
  ]);
});

test('nobody is told of anything else, though each of the 40 workloads, and the typo, fires by itself', () => {
  expect(seen.muted).toBe(41);
  expect(seen.firing.toSorted()).toEqual(incidents.map(({ expected }) => expected).sort());
});

test('a restart of the exporters ends nothing', () => {
  expect(seen.resolved).toEqual([]);
});

test('when all is mended each end is told once, and nothing new comes of it', () => {
  expect(told(steady, 'resolved').toSorted()).toEqual(
    incidents.map(({ expected }) => expected).sort(),
  );
  expect(told(steady, 'firing')).toEqual(seen.firing);
});

// What it had muted it may tell after the restart, once: Prometheus sends the muted alert and the one
// that mutes it in any order (https://github.com/prometheus/alertmanager/issues/4064).
test('an Alertmanager that restarts in the middle repeats nothing, and tells each end', () => {
  const all = told(restarted, 'firing');
  expect(all.toSorted()).toEqual([...new Set(all)].sort());
  expect(all).toEqual(expect.arrayContaining([...seen.firing]));
  const more = all.filter((one) => !seen.firing.includes(one));
  expect(more.filter((one) => !/^(namespace|platform): /.test(one))).toEqual([]);
  expect(told(restarted, 'resolved')).toEqual(
    expect.arrayContaining(incidents.map(({ expected }) => expected)),
  );
});

async function startReceiving(
  tool: Tool,
  folder: string,
  settings: RulesSettings,
): Promise<Receiving> {
  const webhook = await startWebhook();
  closers.push(webhook.close);
  await mkdir(folder);
  for (const { name, content } of generateRules(settings, ['alertmanager']).files) {
    const isConfig = name === 'alertmanager.yaml';
    await writeFile(join(folder, name), isConfig ? webhook.completed(content) : content);
  }
  const alertmanager = await startAlertmanager(tool, folder);
  closers.push(alertmanager.close);
  return { alertmanager, webhook };
}

async function startScraped(
  cluster: string,
): Promise<{ readonly chain: RunningChain; readonly targets: readonly Target[] }> {
  const server = { bookmarkEveryMs: 60_000 / speed };
  const chain = await startChain({ scenario, server, warmUpMs: 60_000, speed });
  const exporter = await serveMetrics(async () => {
    const { status, body } = await chain.get('/metrics');
    if (status !== 200) throw new Error(`the exporter answers ${status}`);
    return onPrometheusClock(body, chain.cluster.now, speed);
  });
  const stateMetrics = await serveMetrics(() => kubeStateMetrics(chain.cluster));
  closers.push(chain.close, exporter.close, stateMetrics.close);
  return {
    chain,
    targets: [
      { address: exporter.address, labels: { cluster } },
      { address: stateMetrics.address, labels: { cluster, job: 'kube-state-metrics' } },
    ],
  };
}

async function count(query: string): Promise<number> {
  const url = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(`count(${query})`)}`;
  const { data } = (await (await fetch(url)).json()) as {
    data: { result: readonly { value: readonly [number, string] }[] };
  };
  return Number(data.result[0]?.value[1] ?? 0);
}

function told(receiving: Receiving, status: Notification['status']): readonly string[] {
  return notifications(receiving.webhook, status).map(inWords);
}

function notificationsAbout(
  about: readonly string[],
  status: Notification['status'],
): readonly Notification[] {
  return notifications(steady.webhook, status).filter(({ alerts }) =>
    alerts.some((alert) => about.includes(subject(alert))),
  );
}

/** With the times as they would be in the default setup. */
function report(): void {
  const lines = table<Incident>(
    [
      { title: 'incident', text: ({ name }) => name },
      { title: 'expected', text: ({ expected }) => expected, maxWidth: 70 },
      {
        title: 'received',
        text: ({ about }) => notificationsAbout(about, 'firing').map(inWords).join('; '),
        maxWidth: 200,
      },
      {
        title: 'from failure',
        text: (incident) => {
          const { cluster } = chains[incident.cluster];
          const ageMs = cluster.now() - firstTrouble(incident, cluster);
          return sinceInDefaultSetup(Date.now() - ageMs / speed, incident.about, 'firing');
        },
      },
      {
        title: 'from mended to end',
        text: ({ about }) => sinceInDefaultSetup(seen.healedAt, about, 'resolved'),
      },
    ],
    incidents,
  );
  const more = told(restarted, 'firing').length - incidents.length;
  lines.push(`Of what was muted, the Alertmanager that was restarted told: ${more}`);
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

function sinceInDefaultSetup(
  beganAt: number,
  about: readonly string[],
  status: Notification['status'],
): string {
  const [first] = notificationsAbout(about, status);
  if (first === undefined) return 'never';
  const seconds = Math.round(((first.receivedAt - beganAt) * speed) / 1000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}
