// `imagepull-exporter serve`: the exporter, against the API server of the cluster, until it is stopped.
import { once } from 'node:events';
import { startExporter } from '../app.ts';
import { readCommandLine } from '../config/command-line.ts';
import { UsageError } from '../config/option.ts';
import { serveOptions } from '../config/serve-options.ts';
import { openWebConfig, type WebConfigFile } from '../http/web-config-file.ts';
import { WebConfigError } from '../http/web-config.ts';
import { loadClassifier } from './classifier.ts';
import { connect } from './cluster.ts';
import type { Command } from './command.ts';
import { createLog, type Log } from './log.ts';

export const command: Command = {
  description: {
    name: 'serve',
    summary: 'Watch a cluster and serve what fails to be pulled, and why, as Prometheus metrics.',
    usage: '[flags]',
    options: serveOptions,
    examples: [
      'imagepull-exporter                                  # the current context, http://localhost:9836',
      'imagepull-exporter --namespace shop -n payments',
      'imagepull-exporter --shard 1/3 --log.format json',
    ],
    notes:
      'Needs list and watch on pods; on events too, for all that only events tell. Reads no secrets, talks to no registry.',
  },
  run: async ({ argv, environment, writeError, signal, now }) => {
    const { values } = readCommandLine('serve', serveOptions, argv, environment);
    if (values.node !== undefined && values.shard !== undefined) {
      throw new UsageError('--node and --shard: expected one of them, got both');
    }
    const log = createLog({
      level: values.logLevel,
      format: values.logFormat,
      now: Date.now,
      write: (line) => writeError(`${line}\n`),
    });
    const classify = await loadClassifier(values.rulesFile);
    const webConfig = readWebConfig(values.webConfigFile, log);
    const exporter = await startExporter({
      ...values,
      connection: connect(values, environment),
      events: values.events === 'on' || (values.events === 'auto' && values.node === undefined),
      classify,
      webConfig,
      now,
      log,
    });
    log('info', 'serving', { url: exporter.url });
    if (!signal.aborted) await once(signal, 'abort');
    log('info', 'stopping');
    await exporter.close();
    return 0;
  },
};

function readWebConfig(file: string | undefined, log: Log): WebConfigFile | undefined {
  if (file === undefined) return undefined;
  try {
    return openWebConfig(file, {
      now: Date.now,
      onProblem: (message) => log('error', 'the web config stays as it was', { error: message }),
    });
  } catch (error) {
    if (error instanceof WebConfigError) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}
