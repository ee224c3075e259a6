// The program as a process: what it says and how it ends, when used rightly and wrongly.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuseWith } from '../../src/sim/api/faults.ts';
import { forbidden } from '../../src/sim/api/statuses.ts';
import { createSimulatedCluster, type SimulatedCluster } from '../../src/sim/cluster.ts';
import { demoScenario, demoWarmUpMs } from '../../src/sim/scenarios/demo.ts';
import { type RunningProcess, runProcess, startProcess } from '../support/process.ts';
import { until } from '../support/until.ts';

const snapshotFile = join(import.meta.dirname, '../recordings/snapshot.json.gz');

/** What the recording's truth says of the moment of the snapshot: workload, container, cause, failed tries. */
const truthOfSnapshot = [
  ['Pod/bad-space', 'app', 'invalid_reference', 0],
  ['Pod/manifest-unknown', 'app', 'image_not_found', 16],
  ['Pod/imagevolume-fail', 'app', 'image_not_found', 14],
  ['Pod/two-diff', 'b', 'image_not_found', 15],
  ['Deployment/web', 'app', 'image_not_found', 14],
  ['Pod/never', 'app', 'never_pull', 0],
  ['Pod/http-429', 'app', 'rate_limited', 14],
  ['Pod/hub-toomany', 'app', 'rate_limited', 15],
  ['Pod/two-diff', 'a', 'registry_unavailable', 15],
  ['Pod/dns-nxdomain', 'app', 'dns_failure', 15],
  ['Pod/conn-refused', 'app', 'connection_refused', 14],
  ['Pod/tls-notyetvalid', 'app', 'tls_untrusted', 14],
] as const;

const nobodyThere = join(import.meta.dirname, 'kubeconfig-of-nobody.yaml');

let folder: string;
let kubeconfig: string;
let cluster: SimulatedCluster;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagepull-test-'));
  kubeconfig = join(folder, 'kubeconfig');
  cluster = createSimulatedCluster({
    seed: 1,
    scenario: demoScenario(false),
    now: Date.now() - demoWarmUpMs,
    speed: 1,
  });
  cluster.advanceBy(demoWarmUpMs);
  await cluster.listen();
  await writeFile(kubeconfig, cluster.kubeconfig());
});

afterAll(async () => {
  await cluster.close();
  await rm(folder, { recursive: true, force: true });
});

async function urlOf(running: RunningProcess): Promise<string> {
  const log = await until('serving', running.stderr, (text) => text.includes('msg=serving'));
  return /msg=serving url=(\S+)/.exec(log)?.[1] ?? '';
}

async function status(url: string): Promise<{ code: number; body: string }> {
  const answer = await fetch(url);
  return { code: answer.status, body: await answer.text() };
}

const anyPort = ['--web.listen-address', '127.0.0.1:0'];

describe('serve', () => {
  test('serves a cluster until SIGTERM, and then ends with 0', async () => {
    const running = startProcess(['serve', '--kubeconfig', kubeconfig, ...anyPort]);
    const url = await urlOf(running);
    await until(
      'ready',
      () => status(`${url}/-/ready`),
      ({ code }) => code === 200,
    );
    expect((await status(`${url}/metrics`)).body).toContain('cause="platform_mismatch"');
    running.kill('SIGTERM');
    expect(await running.ended).toBe(0);
  });

  test('an API server that is away at the start is tried again and again; own health is served meanwhile', async () => {
    const lost = join(folder, 'lost');
    await writeFile(lost, cluster.kubeconfig().replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1'));
    const running = startProcess(['serve', '--kubeconfig', lost, ...anyPort]);
    const url = await urlOf(running);
    const log = await until('two tries', running.stderr, (text) => /failures=2/.test(text));
    expect(log).toMatch(
      /level=error msg="cannot list and watch pods in all namespaces: .*ECONNREFUSED.*retry_in_ms=\d+/,
    );
    expect(await status(`${url}/-/ready`)).toMatchObject({ code: 503 });
    expect((await status(`${url}/-/healthy`)).code).toBe(200);
    const { body } = await status(`${url}/metrics`);
    expect(body).toContain('imagepull_exporter_synced{resource="pods"} 0');
    expect(body).not.toContain('imagepull_container_failing{');
    running.kill('SIGINT');
    expect(await running.ended).toBe(0);
  });

  test('forbidden pods: the message names the rule of RBAC that is missing', async () => {
    const remove = cluster.faults.inject(
      refuseWith(forbidden('list', 'pods', undefined), { resource: 'pods' }),
    );
    const running = startProcess(['serve', '--kubeconfig', kubeconfig, ...anyPort]);
    try {
      const url = await urlOf(running);
      const log = await until('the message', running.stderr, (text) => text.includes('forbidden'));
      expect(log).toMatch(/level=error msg=.*pods.*grant.*list.*watch/);
      expect((await status(`${url}/-/ready`)).body).toMatch(/forbidden/);
    } finally {
      remove();
      running.kill('SIGTERM');
      await running.ended;
    }
  });

  test('forbidden events: said once, and everything else goes on', async () => {
    const remove = cluster.faults.inject(
      refuseWith(forbidden('list', 'events', undefined), { resource: 'events' }),
    );
    const running = startProcess(['serve', '--kubeconfig', kubeconfig, ...anyPort]);
    try {
      const url = await urlOf(running);
      await until(
        'ready',
        () => status(`${url}/-/ready`),
        ({ code }) => code === 200,
      );
      expect(running.stderr().match(/level=warn/g)).toHaveLength(1);
      const { body } = await status(`${url}/metrics`);
      expect(body).toContain('imagepull_exporter_synced{resource="events"} 0');
      expect(body).toContain('imagepull_container_failing{');
      expect(body).not.toContain('result="success"');
    } finally {
      remove();
      running.kill('SIGTERM');
      await running.ended;
    }
  });

  test('a port in use is one line and exit code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stderr } = await runProcess([
      'serve',
      '--kubeconfig',
      kubeconfig,
      '--web.listen-address',
      `127.0.0.1:${port}`,
    ]);
    other.close();
    expect(stderr).toBe(
      `imagepull-exporter: --web.listen-address: cannot listen on 127.0.0.1:${port}: the port is in use; choose another one\n`,
    );
    expect(code).toBe(1);
  });
});

describe('wrong use is one line that helps, and exit code 2', () => {
  test.each([
    [
      ['serv'],
      /^imagepull-exporter: unknown command "serv" \(did you mean serve\?\); see imagepull-exporter --help\n$/,
    ],
    [
      ['--unknown'],
      /^imagepull-exporter: unknown flag --unknown; see imagepull-exporter serve --help\n$/,
    ],
    [
      ['serve', '--kubeconfig', '/nonexistent/config'],
      /^imagepull-exporter: .*\/nonexistent\/config.*\n$/,
    ],
    [['serve', '--kubeconfig', '/dev/null'], /^imagepull-exporter: .*\/dev\/null.*\n$/],
    [
      ['serve', '--web.config.file', '/nonexistent.yaml'],
      /^imagepull-exporter: .*\/nonexistent\.yaml.*\n$/,
    ],
    [
      ['serve', '--classify.rules-file', '/nonexistent.yaml'],
      /^imagepull-exporter: .*\/nonexistent\.yaml.*\n$/,
    ],
    [['serve', '--node', 'a', '--shard', '1/2'], /^imagepull-exporter: --node and --shard: .*\n$/],
    [['demo', '--seed', 'x'], /^imagepull-exporter: --seed: expected a whole number, got "x"\n$/],
    [['diagnose', '-f', '/nonexistent.json'], /^imagepull-exporter: .*\/nonexistent\.json.*\n$/],
    [
      ['diagnose', '--kubeconfig', nobodyThere],
      /^imagepull-exporter: cannot list.* pods .*127\.0\.0\.1:1.*ECONNREFUSED.*\n$/,
    ],
    [['generate'], /^imagepull-exporter: generate: expected rules.*, got nothing; see .*\n$/],
    [['generate', 'rules', '--disable', 'NoSuchAlert'], /^imagepull-exporter: .*NoSuchAlert.*\n$/],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await runProcess(argv);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test.each(['serve', 'demo', 'diagnose', 'classify', 'generate'])(
  '%s --help tells how to use it',
  async (verb) => {
    const { code, stdout } = await runProcess([verb, '--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: imagepull-exporter ${verb}`));
    expect(stdout).toContain('Examples:');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(code).toBe(0);
  },
);

test("diagnose answers kubectl's output of a real cluster with a table to act on", async () => {
  const { code, stdout } = await runProcess(['diagnose', '-f', '-'], {
    stdin: gunzipSync(readFileSync(snapshotFile)).toString(),
  });
  const rows = stdout.split('\n').filter((line) => line.startsWith('lab '));
  const cells = rows.map((line) => line.split(/ {2,}/));
  expect(cells.map(([, workload, container, cause]) => [workload, container, cause])).toEqual(
    truthOfSnapshot.map(([workload, container, cause]) => [workload, container, cause]),
  );
  const off = cells.map(
    ([, , , , tries = ''], index) =>
      Number(tries.replace('~', '')) - (truthOfSnapshot[index]?.[3] ?? 0),
  );
  expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(1);
  expect(stdout).toContain('   Do     Correct the repository or tag in the workload');
  expect(code).toBe(1);
});

test('the demo shows what fails within seconds, and ends cleanly on SIGTERM and Ctrl-C', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const running = startProcess(['demo']);
    const text = await until('the table', running.stdout, (seen) => seen.includes('NAMESPACE'));
    expect(text).toMatch(/page +http:\/\/127\.0\.0\.1:\d+\//);
    expect(text).toMatch(/\d+ containers cannot pull their image/);
    running.kill(signal);
    expect(await running.ended).toBe(0);
    expect(running.stderr()).toBe('');
  }
});
