// The generated Alertmanager snippet, in Alertmanager: it loads, each alert goes to who can act, and
// what follows from something else is quiet.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generateRules } from '../../src/generate/rules.ts';
import type { RulesSettings } from '../../src/generate/rules-settings.ts';
import {
  alertsOf,
  postAlerts,
  startAlertmanager,
  type RunningAlertmanager,
} from '../support/alertmanager.ts';
import { runTool } from '../support/run-tool.ts';
import { toolOrReason, type Tool } from '../support/tools.ts';
import { until } from '../support/until.ts';

const amtool = await toolOrReason('amtool');
const program = await toolOrReason('alertmanager');
let folder: string;

beforeEach(({ skip }) => {
  if (typeof amtool === 'string') skip(amtool);
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagepull-alertmanager-'));
  await writeSnippet({ muteUpstream: true });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function writeSnippet(settings: Partial<RulesSettings>): Promise<void> {
  for (const { name, content } of generateRules(settings, ['alertmanager']).files) {
    await writeFile(join(folder, name), content);
  }
}

async function amtoolSays(...args: readonly string[]): Promise<string> {
  const { ok, output } = await runTool(amtool as Tool, args, folder);
  expect({ ok, output }).toMatchObject({ ok: true });
  return output;
}

test.each([
  [{}],
  [{ clusterLabel: undefined }],
  [{ clusterLabel: 'k8s_cluster', muteUpstream: true }],
  [{ disabled: ['ImagePullRegistryUnavailable', 'ImagePullFailing'] as const }],
])('amtool accepts it with %j', async (settings) => {
  await writeSnippet(settings);
  expect(await amtoolSays('check-config', 'alertmanager.yaml')).toContain('SUCCESS');
  await writeSnippet({ muteUpstream: true });
});

const platform = { team: 'platform', registry: 'docker.io' };
const namespace = { namespace: 'shop', workload: 'cart' };

test.each([
  [
    'ImagePullRegistryUnavailable',
    { severity: 'critical', ...platform },
    'imagepull-platform-page',
  ],
  ['ImagePullRegistryDegraded', { severity: 'warning', ...platform }, 'imagepull-platform'],
  [
    'ImagePullNodeFailing',
    { severity: 'warning', team: 'platform', node: 'a' },
    'imagepull-platform',
  ],
  ['ImagePullSlow', { severity: 'info', ...platform }, 'imagepull-nobody'],
  ['ImagePullFailing', { severity: 'warning', ...namespace }, 'imagepull-namespace'],
  ['ImagePullWorkloadDown', { severity: 'critical', ...namespace }, 'imagepull-namespace-page'],
  ['ImagePullForgotten', { severity: 'info', ...namespace }, 'imagepull-nobody'],
  [
    'ImagePullPolicyRejected',
    { severity: 'warning', team: 'security', ...namespace },
    'imagepull-security,imagepull-namespace',
  ],
  ['ImagePullExporterAbsent', { severity: 'warning', team: 'monitoring' }, 'imagepull-monitoring'],
  ['ImagePullUnclassified', { severity: 'info', team: 'monitoring' }, 'imagepull-nobody'],
  ['ImagePullRegistryInhibitor', { severity: 'none', registry: 'docker.io' }, 'imagepull-nobody'],
  // A namespace whose owner, by its label, is the platform team.
  [
    'ImagePullWorkloadDown',
    { severity: 'critical', team: 'platform', ...namespace },
    'imagepull-platform-page',
  ],
  ['SomethingElse', { severity: 'critical' }, 'imagepull-nobody'],
])('%s %j goes to %s', async (alertname, labels, receivers) => {
  const matchers = Object.entries({ alertname, ...labels }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const output = await amtoolSays(
    'config',
    'routes',
    'test',
    '--config.file=alertmanager.yaml',
    ...matchers,
  );
  expect(output.replace(/Warning:.*/s, '').trim()).toBe(receivers);
});

describe('an Alertmanager with it', () => {
  let alertmanager: RunningAlertmanager;

  beforeAll(async () => {
    if (typeof program === 'string') return;
    alertmanager = await startAlertmanager(program, folder);
  }, 60_000);

  afterAll(async () => {
    await alertmanager?.close();
  });

  /** Each incident has a cluster of its own, so that all of them can be there at once. */
  async function suppressedOf(
    cluster: string,
    alerts: readonly Readonly<Record<string, string>>[],
  ): Promise<readonly string[]> {
    await postAlerts(
      alertmanager.url,
      alerts.map((labels) => ({ cluster, ...labels })),
    );
    const seen = await until(
      'Alertmanager has seen all alerts',
      async () =>
        (await alertsOf(alertmanager.url)).filter(({ labels }) => labels['cluster'] === cluster),
      (found) =>
        found.length === alerts.length &&
        found.every(({ status }) => status.state !== 'unprocessed'),
    );
    return seen
      .filter(({ status }) => status.state === 'suppressed')
      .map(({ labels }) =>
        ['alertname', 'namespace', 'workload', 'pod', 'registry']
          .flatMap((label) => labels[label] ?? [])
          .join(' ')
          .replace('ImagePull', ''),
      )
      .sort();
  }

  const a = { registry: 'a.example' };
  const b = { registry: 'b.example' };
  const cart = { namespace: 'shop', workload_kind: 'Deployment', workload: 'cart' };
  const api = { ...cart, workload: 'api' };

  test('mutes during an outage what could be about the registry, and nothing else', async () => {
    const suppressed = await suppressedOf('outage', [
      { alertname: 'ImagePullRegistryInhibitor', ...a },
      { alertname: 'ImagePullRegistryUnavailable', ...a },
      { alertname: 'ImagePullFailing', ...cart, ...a },
      { alertname: 'ImagePullFailing', ...cart, ...b },
      { alertname: 'ImagePullRegistryDegraded', ...a },
      { alertname: 'ImagePullRegistryDegraded', ...b },
      { alertname: 'ImagePullSlow', ...a },
      // A typo on the same registry still reaches its team.
      { alertname: 'ImagePullReferenceInvalid', ...api, ...a },
      { alertname: 'ImagePullCredentialsRejected', ...api, ...a },
      { alertname: 'ImagePullPolicyRejected', ...api, ...a },
      { alertname: 'ImagePullWorkloadDown', ...cart },
    ]);
    expect(suppressed).toEqual([
      'Failing shop cart a.example',
      'RegistryDegraded a.example',
      'Slow a.example',
    ]);
  });

  test('says a rejected account once, and not again as a failing workload', async () => {
    const suppressed = await suppressedOf('account', [
      { alertname: 'ImagePullCredentialsInhibitor', ...a },
      { alertname: 'ImagePullCredentialsRejectedEverywhere', ...a },
      { alertname: 'ImagePullCredentialsRejected', ...cart, ...a },
      { alertname: 'ImagePullFailing', ...cart, ...a },
      { alertname: 'ImagePullCredentialsRejected', ...api, ...b },
    ]);
    expect(suppressed).toEqual([
      'CredentialsRejected shop cart a.example',
      'Failing shop cart a.example',
    ]);
  });

  test('says of a workload that is down just that, and of others what there is to say', async () => {
    const suppressed = await suppressedOf('rollout', [
      { alertname: 'ImagePullWorkloadInhibitor', ...cart },
      { alertname: 'ImagePullWorkloadDown', ...cart },
      { alertname: 'ImagePullFailing', ...cart, ...a },
      { alertname: 'ImagePullReferenceInvalid', ...cart, ...a },
      { alertname: 'ImagePullPolicyRejected', ...cart, ...a },
      { alertname: 'ImagePullReferenceInvalid', ...api, ...a },
      { alertname: 'ImagePullFailing', ...api, ...a },
    ]);
    expect(suppressed).toEqual([
      'Failing shop api a.example',
      'Failing shop cart a.example',
      'PolicyRejected shop cart a.example',
      'ReferenceInvalid shop cart a.example',
    ]);
  });

  test('does not mute another cluster', async () => {
    await suppressedOf('one', [{ alertname: 'ImagePullRegistryInhibitor', ...a }]);
    expect(await suppressedOf('other', [{ alertname: 'ImagePullFailing', ...cart, ...a }])).toEqual(
      [],
    );
  });

  test('mutes doubts about an exporter that is gone', async () => {
    const suppressed = await suppressedOf('gone', [
      { alertname: 'ImagePullExporterAbsent' },
      { alertname: 'ImagePullExporterWatchStale' },
      { alertname: 'ImagePullStateDisagrees', namespace: 'shop' },
    ]);
    expect(suppressed).toEqual(['ExporterWatchStale', 'StateDisagrees shop']);
  });

  test("mutes other packs' alerts about the pod, where that was asked for", async () => {
    const suppressed = await suppressedOf('upstream', [
      { alertname: 'ImagePullPodInhibitor', namespace: 'shop', pod: 'cart-0' },
      { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'cart-0' },
      { alertname: 'KubeContainerWaiting', namespace: 'shop', pod: 'cart-0' },
      { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-0' },
      { alertname: 'KubePodNotReady', namespace: 'shop', pod: 'cart-1' },
    ]);
    expect(suppressed).toEqual(['KubeContainerWaiting shop cart-0', 'KubePodNotReady shop cart-0']);
  });
});

describe('the message', () => {
  const alert = {
    status: 'firing',
    labels: { alertname: 'ImagePullWorkloadDown', namespace: 'shop', workload: 'cart' },
    annotations: {
      summary: 'A workload is down.',
      description: 'Deployment shop/cart has no available replica.',
      runbook_url: 'https://runbooks/ImagePullWorkloadDown.md',
      dashboard_url: 'https://grafana/d/imagepull-workload?var-workload=cart',
    },
    startsAt: '2026-11-21T03:12:00Z',
    endsAt: '2026-11-21T03:42:00Z',
  };

  async function rendered(
    template: string,
    status: string,
    alerts: readonly object[],
  ): Promise<string> {
    const commonLabels = { ...alert.labels, severity: 'critical' };
    const data = { status, alerts, commonLabels, commonAnnotations: {}, groupLabels: {} };
    await writeFile(join(folder, 'data.json'), JSON.stringify(data));
    const output = await amtoolSays(
      'template',
      'render',
      '--template.glob=imagepull.tmpl',
      `--template.text={{ template "${template}" . }}`,
      '--template.data=data.json',
    );
    return output.trimEnd();
  }

  test('has a title of one line', async () => {
    expect(await rendered('imagepull.title', 'firing', [alert])).toBe(
      '[CRITICAL] ImagePullWorkloadDown shop/cart',
    );
    expect(await rendered('imagepull.title', 'firing', [alert, alert])).toBe(
      '[CRITICAL x2] ImagePullWorkloadDown shop/cart',
    );
    expect(await rendered('imagepull.title', 'resolved', [{ ...alert, status: 'resolved' }])).toBe(
      '[OK] ImagePullWorkloadDown shop/cart',
    );
  });

  test('says what, since when, what to do and where to look', async () => {
    expect(await rendered('imagepull.text', 'firing', [alert])).toBe(
      `Deployment shop/cart has no available replica.
Since Nov 21 03:12 UTC
Do: https://runbooks/ImagePullWorkloadDown.md
See: https://grafana/d/imagepull-workload?var-workload=cart`,
    );
  });

  test('has no link that leads nowhere', async () => {
    const annotations = { ...alert.annotations, dashboard_url: '/d/imagepull-workload' };
    expect(await rendered('imagepull.text', 'firing', [{ ...alert, annotations }])).not.toContain(
      'See:',
    );
  });

  test('stays short when there are many', async () => {
    const text = await rendered(
      'imagepull.text',
      'firing',
      Array.from({ length: 40 }, () => alert),
    );
    expect(text.match(/Since/g)).toHaveLength(5);
    expect(text).toMatch(/\.\.\. 40 in all\.$/);
  });

  test('says what is over', async () => {
    expect(await rendered('imagepull.text', 'resolved', [{ ...alert, status: 'resolved' }])).toBe(
      'OK since 03:42 UTC: A workload is down. shop/cart',
    );
  });
});
