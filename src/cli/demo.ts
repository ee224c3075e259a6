// `imagepull-exporter demo`: the exporter against a simulated cluster, with everything a real one has.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Exporter, startExporter } from '../app.ts';
import { classify } from '../classify/classify.ts';
import { readCommandLine } from '../config/command-line.ts';
import { parsed, readWholeNumber, toggle } from '../config/option.ts';
import { loggingOptions, readListenAddress, serveOptions } from '../config/serve-options.ts';
import { createSimulatedCluster } from '../sim/cluster.ts';
import { demoScenario, demoWarmUpMs } from '../sim/scenarios/demo.ts';
import { connect } from './cluster.ts';
import type { Command, CommandContext } from './command.ts';
import { failureTable } from './failure-table.ts';
import { createLog } from './log.ts';
import { findPrometheus, startPrometheus } from './prometheus.ts';
import { generateRules } from '../generate/rules.ts';

const options = {
  seed: parsed({
    name: 'seed',
    value: 'N',
    expected: 'a whole number',
    read: readWholeNumber(0, 999_999_999),
    fallback: 1,
    help: 'Another seed is another cluster; the same seed is the same one.',
    group: 'Simulated cluster',
  }),
  speed: parsed({
    name: 'speed',
    value: 'FACTOR',
    expected: 'a number from 0.1 to 100',
    read: (given: string) => {
      const speed = /^\d+(\.\d+)?$/.test(given) ? Number(given) : 0;
      return speed >= 0.1 && speed <= 100 ? speed : undefined;
    },
    fallback: 1,
    help: 'How fast time runs in the cluster and in the exporter. Prometheus has a clock of its own: leave it at 1 with --prometheus.',
    group: 'Simulated cluster',
  }),
  listenAddress: parsed({
    name: 'web.listen-address',
    value: 'HOST:PORT',
    expected: 'HOST:PORT or :PORT',
    read: readListenAddress,
    fallback: { host: '127.0.0.1', port: 0 },
    defaultText: 'a free port of 127.0.0.1',
    help: 'Where to serve /metrics and the page.',
    group: 'Web',
  }),
  prometheus: toggle({
    name: 'prometheus',
    help: 'Also start Prometheus, if there is one on PATH, with the alert rules.',
    group: 'Web',
  }),
  logLevel: { ...loggingOptions.logLevel, fallback: 'warn' as const, defaultText: 'warn' },
  logFormat: loggingOptions.logFormat,
};

const terminalRefreshMs = 2000;
/** Where output is no terminal, the table would otherwise fill a log. */
const logRefreshMs = 60_000;

export const command: Command = {
  description: {
    name: 'demo',
    summary:
      'Show the exporter at work on a simulated cluster whose image pulls fail in every way: no Kubernetes needed.',
    usage: '[flags]',
    options,
    examples: [
      'imagepull-exporter demo',
      'imagepull-exporter demo --prometheus                # with alerts, if prometheus is on PATH',
      'imagepull-exporter demo --speed 20 --seed 7',
    ],
  },
  run: async (context) => {
    const { values } = readCommandLine('demo', options, context.argv, context.environment);
    const log = createLog({
      level: values.logLevel,
      format: values.logFormat,
      now: Date.now,
      write: (line) => context.writeError(`${line}\n`),
    });
    const program = values.prometheus ? await findPrometheus(context.environment) : undefined;
    const folder = await mkdtemp(join(tmpdir(), 'imagepull-demo-'));
    const closers: (() => Promise<unknown>)[] = [
      () => rm(folder, { recursive: true, force: true }),
    ];
    try {
      const cluster = createSimulatedCluster({
        seed: values.seed,
        scenario: demoScenario(),
        now: context.now() - demoWarmUpMs,
        speed: values.speed,
        keepDeleted: false,
      });
      // It has a past: failures of every age are there when the exporter comes.
      cluster.advanceBy(demoWarmUpMs);
      const { url: clusterUrl } = await cluster.listen();
      closers.push(() => cluster.close());
      const kubeconfig = join(folder, 'kubeconfig');
      await writeFile(kubeconfig, cluster.kubeconfig());
      const exporter = await startExporter({
        connection: connect({ kubeconfig, context: undefined }, {}),
        namespaces: [],
        node: undefined,
        shard: undefined,
        events: true,
        listenAddress: values.listenAddress,
        webConfig: undefined,
        slowThresholdMs: serveOptions.slowThresholdMs.fallback,
        classify,
        maxFailingContainers: serveOptions.maxFailingContainers.fallback,
        maxCounterSeries: serveOptions.maxCounterSeries.fallback,
        now: cluster.now,
        log,
      });
      closers.push(() => exporter.close());
      const prometheus =
        program === undefined
          ? undefined
          : await startPrometheus({
              program,
              folder,
              targets: [new URL(exporter.url).host],
              rules: generateRules({}, ['rules'])
                .files.map(({ content }) => content)
                .join(''),
              intervalSeconds: 15,
            });
      if (prometheus !== undefined) closers.push(prometheus.close);
      const places = [
        'imagepull-exporter demo: a simulated cluster of 6 nodes. Ctrl-C ends it.',
        '',
        `  page        ${exporter.url}/`,
        `  metrics     ${exporter.url}/metrics`,
        `  JSON        ${exporter.url}/api/v1/failures`,
        `  API server  ${clusterUrl}   (kubectl --kubeconfig ${kubeconfig} get pods -A)`,
        ...(prometheus === undefined ? [] : [`  Prometheus  ${prometheus.url}/alerts`]),
      ];
      await show(context, exporter, places, cluster.now);
    } finally {
      // In reverse: what was started last depends on the others.
      for (const close of closers.reverse()) await close();
    }
    return 0;
  },
};

/** Until the signal comes: drawn over the last one on a terminal, else printed now and then. */
async function show(
  { write, columns, signal }: CommandContext,
  exporter: Exporter,
  places: readonly string[],
  now: () => number,
): Promise<void> {
  await write(`${places.join('\n')}\n\n`);
  const pause = (ms: number): Promise<unknown> =>
    setTimeout(ms, undefined, { signal }).catch(() => undefined);
  while (!exporter.status().pods.synced && !signal.aborted) await pause(100);
  while (!signal.aborted) {
    const rows = failureTable(exporter.failing(), now());
    const heading = `${rows.length - 1} containers cannot pull their image (${new Date(now()).toISOString()})`;
    const lines = [heading, '', ...rows];
    if (columns === undefined) {
      await write(`${lines.join('\n')}\n\n`);
      await pause(logRefreshMs);
    } else {
      // Home, then each line up to its end: no flicker, and nothing stays of a longer table.
      const cut = [...places, '', ...lines].map((line) => `${line.slice(0, columns)}\u001B[K\n`);
      await write(`\u001B[H${cut.join('')}\u001B[J`);
      await pause(terminalRefreshMs);
    }
  }
}
