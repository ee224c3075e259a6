// Scrapes of the past -> a Prometheus that has them, with the recording rules and alerts of the pack
// as it would have evaluated them at the time.
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { AlertRule, RecordRule } from '../../rules/pack.ts';
import { runPrometheus, type RunningPrometheus } from '../../src/cli/prometheus.ts';
import { configuredPack } from '../../src/generate/configured-pack.ts';
import { defaultRulesSettings, isAlert } from '../../src/generate/rules-settings.ts';
import { scrapes, type ScrapeOptions } from './scrapes.ts';

const run = promisify(execFile);

export interface History {
  readonly url: string;
  /** Samples that were scraped. */
  readonly samples: number;
  readonly close: () => Promise<void>;
}

export interface HistoryOptions extends Omit<ScrapeOptions, 'wanted'> {
  readonly prometheus: string;
  readonly promtool: string;
  readonly folder: string;
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: number, value: string])[];
}

export async function startHistory(options: HistoryOptions): Promise<History> {
  const { from, durationMs, intervalMs } = options;
  const groups = configuredPack({
    ...defaultRulesSettings,
    scrapeIntervalSeconds: intervalMs / 1000,
  });
  const rules = groups.flatMap((group) => group.rules);
  let samples = 0;
  await backfill(
    options,
    'scrapes',
    (async function* () {
      for await (const line of scrapes({ ...options, wanted: isWanted })) {
        samples++;
        yield line;
      }
    })(),
  );
  const range = { start: from / 1000, end: (from + durationMs) / 1000, step: intervalMs / 1000 };
  let server = await serve(options);
  const evaluate = async (expr: string): Promise<readonly Series[]> => {
    const query = new URLSearchParams({
      query: expr,
      ...Object.fromEntries(Object.entries(range).map(([key, value]) => [key, String(value)])),
    });
    const answer = await fetch(`${server.url}/api/v1/query_range`, { method: 'POST', body: query });
    const { data, error } = (await answer.json()) as {
      data?: { result: readonly Series[] };
      error?: string;
    };
    if (data === undefined) throw new Error(`${expr}: ${error}`);
    return data.result;
  };
  // Records may read records: those that come first must be there.
  const records = rules.filter((rule): rule is RecordRule => !isAlert(rule));
  const pending = [...records];
  for (let turn = 1; pending.length > 0; turn++) {
    const names = new Set(pending.map(({ record }) => record));
    const ready = pending.filter(({ expr }) => ![...names].some((name) => expr.includes(name)));
    const lines: string[] = [];
    for (const { record, expr, labels } of ready) {
      for (const { metric, values } of await evaluate(expr)) {
        lines.push(...written({ ...metric, ...labels, __name__: record }, values));
      }
    }
    pending.splice(0, pending.length, ...pending.filter((rule) => !ready.includes(rule)));
    server = await withBlocks(server, options, `records-${turn}`, lines);
  }
  const alerts: string[] = [];
  for (const rule of rules.filter(isAlert)) {
    for (const { metric, values } of await evaluate(rule.expr)) {
      alerts.push(...written(alertLabels(rule, metric), firingTimes(rule, values, range)));
    }
  }
  server = await withBlocks(server, options, 'alerts', alerts);
  return { url: server.url, samples, close: server.close };
}

/** Own series without buckets of no panel, and those of others that panels and alerts read. */
function isWanted(name: string): boolean {
  if (/^imagepull_exporter_(list|time_to)/.test(name)) return false;
  return /^(imagepull_|up$|scrape_|process_(cpu_seconds_total|resident)|nodejs_eventloop_lag_p99|kube|node_filesystem)/.test(
    name,
  );
}

async function withBlocks(
  server: RunningPrometheus,
  options: HistoryOptions,
  name: string,
  lines: readonly string[],
): Promise<RunningPrometheus> {
  await backfill(options, name, lines.toSorted(byTime));
  await server.close();
  return serve(options);
}

function byTime(a: string, b: string): number {
  return Number(a.slice(a.lastIndexOf(' '))) - Number(b.slice(b.lastIndexOf(' ')));
}

async function backfill(
  { promtool, folder }: HistoryOptions,
  name: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  const file = join(folder, `${name}.om`);
  const blocks = join(folder, 'blocks');
  await mkdir(blocks, { recursive: true });
  async function* all(): AsyncGenerator<string> {
    let text = '';
    for await (const line of lines) {
      text += line;
      if (text.length < 1 << 20) continue;
      yield text;
      text = '';
    }
    yield `${text}# EOF\n`;
  }
  await pipeline(all(), createWriteStream(file));
  await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, blocks]);
}

function written(
  labels: Readonly<Record<string, string>>,
  values: Series['values'],
): readonly string[] {
  const { __name__: name = '', ...own } = labels;
  const text = Object.entries(own).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return values.map(([time, value]) => `${name}{${text.join(',')}} ${value} ${time}\n`);
}

function alertLabels(
  { alert, severity, audience }: AlertRule,
  metric: Series['metric'],
): Readonly<Record<string, string>> {
  return {
    ...metric,
    __name__: 'ALERTS',
    alertname: alert,
    alertstate: 'firing',
    severity,
    ...(audience === 'namespace' || audience === 'nobody' ? {} : { team: audience }),
  };
}

/** Firing once the condition has held for `for`, and until it has been gone for `keep_firing_for`. */
function firingTimes(
  rule: AlertRule,
  values: Series['values'],
  range: { readonly start: number; readonly end: number; readonly step: number },
): Series['values'] {
  const holds = new Set(values.map(([time]) => time));
  const firing: [number, string][] = [];
  let since: number | undefined;
  let lastHeld = Number.NEGATIVE_INFINITY;
  let isFiring = false;
  for (let time = range.start; time <= range.end; time += range.step) {
    if (holds.has(time)) {
      since ??= time;
      lastHeld = time;
      if (time - since >= rule.for) isFiring = true;
    } else {
      since = undefined;
      if (time - lastHeld >= rule.keepFiringFor) isFiring = false;
    }
    if (isFiring) firing.push([time, '1']);
  }
  return firing;
}

async function serve({
  prometheus,
  folder,
  intervalMs,
}: HistoryOptions): Promise<RunningPrometheus> {
  const config = join(folder, 'empty.yaml');
  await writeFile(config, '{}\n');
  return runPrometheus(prometheus, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'blocks')}`,
    '--storage.tsdb.retention.time=10y',
    // What was not scraped has no staleness markers: only the newest sample counts.
    `--query.lookback-delta=${intervalMs / 1000 - 1}s`,
    '--log.level=error',
  ]);
}
