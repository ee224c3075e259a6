// `npm run bench -- rules`: how long a real Prometheus takes to evaluate the committed rules while
// many containers fail, beside the interval that it has for it.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { causes, type Cause } from '../src/classify/causes.ts';
import { startPrometheus } from '../src/cli/prometheus.ts';
import { findTool } from '../test/support/tools.ts';

const sizes = [1000, 20_000];
const intervalSeconds = 30;
const deployments = 5000;
const pods = 20_000;

export async function benchRules(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { minutes: { type: 'string', default: '6' } },
  });
  const program = await findTool('prometheus');
  if (program === undefined) throw new Error("needs Debian's package prometheus");
  const rows = [['failing', 'group', 'median s', 'max s', `max of ${intervalSeconds} s`]];
  const cpu: string[] = [];
  for (const size of sizes) {
    const { groups, cpuSeconds } = await measure(program.path, size, Number(values.minutes));
    cpu.push(`${cpuSeconds.toFixed(1)} s with ${size}`);
    for (const [group, durations] of groups) {
      const ordered = [...durations].sort((a, b) => a - b);
      const median = ordered[Math.floor(ordered.length / 2)] ?? Number.NaN;
      const most = ordered.at(-1) ?? Number.NaN;
      const share = `${((100 * most) / intervalSeconds).toFixed(1)} %`;
      rows.push([String(size), group, median.toFixed(3), most.toFixed(3), share]);
    }
  }
  const load = loadavg()[0]?.toFixed(1);
  process.stdout.write(
    [
      `Evaluation of each group of rules, every ${intervalSeconds} s, with ${deployments} deployments and ${pods} pods in kube-state-metrics.`,
      ...rows.map(([size, group, ...cells]) =>
        [size?.padStart(7), group?.padEnd(22), ...cells.map((cell) => cell.padStart(12))].join(
          '  ',
        ),
      ),
      `CPU of Prometheus in ${intervalSeconds} s, scraping and garbage collection included: ${cpu.join(', ')}.`,
      `Load of the machine at the end: ${load}`,
      '',
    ].join('\n'),
  );
}

interface Cost {
  /** Wall clock, evaluation by evaluation: on a machine that others use, it is theirs, too. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  /** Of the whole process, for each interval. */
  readonly cpuSeconds: number;
}

/** In the second half of the time. */
async function measure(program: string, size: number, minutes: number): Promise<Cost> {
  const text = exposed(size);
  const server = createServer((_, response) => {
    const contact = `imagepull_exporter_last_contact_timestamp_seconds{resource="pods"} ${Date.now() / 1000}\n`;
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(text + contact);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'imagepull-bench-rules-'));
  const rules = await readFile(
    join(import.meta.dirname, '../rules/generated/prometheus-rules.yaml'),
    'utf8',
  );
  const { port } = server.address() as AddressInfo;
  const targets = [`127.0.0.1:${port}`];
  const prometheus = await startPrometheus({ program, folder, targets, rules, intervalSeconds });
  try {
    const readMetrics = async (): Promise<string> =>
      (await fetch(`${prometheus.url}/metrics`)).text();
    await sleep(minutes * 30_000);
    const cpuBefore = cpuSecondsOf(await readMetrics());
    let metrics = '';
    const seen = new Map<string, number[]>();
    for (let i = 0; i < minutes; i++) {
      await sleep(intervalSeconds * 1000);
      metrics = await readMetrics();
      const line =
        /^prometheus_rule_group_last_duration_seconds\{rule_group="[^"]*;([^"]+)"\} (\S+)$/gm;
      for (const [, group = '', seconds] of metrics.matchAll(line)) {
        seen.set(group, [...(seen.get(group) ?? []), Number(seconds)]);
      }
    }
    return { groups: seen, cpuSeconds: (cpuSecondsOf(metrics) - cpuBefore) / minutes };
  } finally {
    await prometheus.close();
    server.close();
    await rm(folder, { recursive: true });
  }
}

function cpuSecondsOf(metrics: string): number {
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(metrics)?.[1]);
}

/** Five containers a workload, of all causes, on 500 nodes, in 500 namespaces, of 20 registries. */
function exposed(size: number): string {
  const all = Object.keys(causes) as Cause[];
  const began = Date.now() / 1000 - 100;
  const lines: string[] = [];
  for (let i = 0; i < size; i++) {
    const workload = i % Math.ceil(size / 5);
    const cause = all[workload % all.length] as Cause;
    const place = `namespace="ns-${workload % 500}",pod="app-${workload}-5c8d7f6b9-${i}",uid="uid-${i}",container="app"`;
    const registry = `registry-${workload % 20}.example.com`;
    lines.push(
      `imagepull_container_failing{${place},container_type="container",node="node-${i % 500}",workload_kind="Deployment",workload="app-${workload}",image="${registry}/app-${workload}:v1",registry="${registry}",endpoint="${registry}",class="${causes[cause].class}",cause="${cause}",backoff_attempt="6+"} 1`,
      `imagepull_container_first_failure_timestamp_seconds{${place}} ${began}`,
      `imagepull_container_attempts{${place}} 7`,
      `imagepull_container_last_attempt_timestamp_seconds{${place}} ${began}`,
      `imagepull_container_next_retry_timestamp_seconds{${place}} ${began}`,
      `kube_pod_container_status_waiting_reason{job="kube-state-metrics",${place},reason="ImagePullBackOff"} 1`,
    );
  }
  for (let i = 0; i < 10_000; i++) {
    const cause = all[i % all.length] as Cause;
    lines.push(
      `imagepull_attempts_total{namespace="ns-${i % 500}",registry="registry-${i % 20}.example.com",result="failure",class="${causes[cause].class}",cause="${cause}",backoff_attempt="${i}"} 5`,
    );
  }
  for (let i = 0; i < deployments; i++) {
    lines.push(
      `kube_deployment_status_replicas_available{job="kube-state-metrics",namespace="ns-${i % 500}",deployment="app-${i}"} 3`,
    );
  }
  for (let i = 0; i < pods; i++) {
    for (const phase of ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']) {
      lines.push(
        `kube_pod_status_phase{job="kube-state-metrics",namespace="ns-${i % 500}",pod="pod-${i}",uid="${i}",phase="${phase}"} ${phase === 'Running' ? 1 : 0}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
