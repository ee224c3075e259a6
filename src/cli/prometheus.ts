// A Prometheus of its own, on a free port, that scrapes the exporter and loads the alert rules.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UsageError } from '../config/option.ts';
import { toYaml } from '../generate/yaml.ts';

export interface RunningPrometheus {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const startLimitMs = 30_000;

export interface PrometheusOptions {
  readonly program: string;
  /** Everything it writes goes in here. */
  readonly folder: string;
  /** HOST:PORT of each exporter, or of what its labels say. */
  readonly targets: readonly (string | Target)[];
  /** A file of recording and alert rules, as text. */
  readonly rules: string;
  /** HOST:PORT of each Alertmanager. */
  readonly alertmanagers?: readonly string[];
  /** Of scrapes and evaluations. */
  readonly intervalSeconds: number;
  /** How often a firing alert is sent again; Prometheus' own default is a minute. */
  readonly resendSeconds?: number;
}

export interface Target {
  /** HOST:PORT. */
  readonly address: string;
  /** `job` in place of that of the exporter, `cluster`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Resolves when it is ready. */
export async function startPrometheus(options: PrometheusOptions): Promise<RunningPrometheus> {
  const { program, folder, targets, alertmanagers = [], resendSeconds = 60 } = options;
  const interval = `${options.intervalSeconds}s`;
  await writeFile(join(folder, 'rules.yaml'), options.rules);
  await writeFile(
    join(folder, 'prometheus.yaml'),
    toYaml(
      {
        global: {
          scrape_interval: interval,
          scrape_timeout: interval,
          evaluation_interval: interval,
        },
        rule_files: ['rules.yaml'],
        scrape_configs: [
          {
            job_name: 'imagepull-exporter',
            honor_labels: true,
            static_configs: targets.map((target) =>
              typeof target === 'string'
                ? { targets: [target] }
                : { targets: [target.address], labels: target.labels },
            ),
          },
        ],
        ...(alertmanagers.length > 0 && {
          alerting: { alertmanagers: [{ static_configs: [{ targets: [...alertmanagers] }] }] },
        }),
      },
      [],
    ),
  );
  return runPrometheus(program, [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--rules.alert.resend-delay=${resendSeconds}s`,
    '--log.level=warn',
  ]);
}

/** On a free port of 127.0.0.1. Resolves when it is ready; throws with what it said when it does not start. */
export async function runPrometheus(
  program: string,
  args: readonly string[],
): Promise<RunningPrometheus> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(program, [...args, `--web.listen-address=127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const exited = once(child, 'exit');
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await exited;
    }
  };
  for (const startedAt = Date.now(); !(await isReady(url)); await setTimeout(200)) {
    if (child.exitCode !== null || Date.now() - startedAt > startLimitMs) {
      await close();
      throw new Error(`${program} did not start: ${said.trim() || 'it said nothing'}`);
    }
  }
  return { url, close };
}

/** Throws UsageError when there is none. */
export async function findPrometheus(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const program = await findOnPath('prometheus', environment['PATH'] ?? '');
  if (program !== undefined) return program;
  throw new UsageError(
    "--prometheus: expected a prometheus on PATH, found none; install Debian's package prometheus, or leave the flag out",
  );
}

async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, name);
    const isExecutable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return file;
  }
  return undefined;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
