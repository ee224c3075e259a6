// `imagepull-exporter diagnose`: one look at a cluster, or at what kubectl printed -> what fails, why,
// and what to do.
import { createReadStream } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { readCommandLine } from '../config/command-line.ts';
import { oneOf, text, UsageError } from '../config/option.ts';
import { clusterOptions, rulesFileOption, serveOptions } from '../config/serve-options.ts';
import { failureJson } from '../http/failures-json.ts';
import { watchCluster } from '../kube/cluster-watch.ts';
import type { KubeError } from '../kube/kube-error.ts';
import { observeEvent } from '../observe/event.ts';
import { observePod } from '../observe/pod.ts';
import { Tracker } from '../track/tracker.ts';
import { loadClassifier } from './classifier.ts';
import { connect } from './cluster.ts';
import type { Command, CommandContext } from './command.ts';
import { diagnosis } from './diagnosis.ts';
import { type KubectlObjects, readKubectlObjects } from './kubectl-objects.ts';

const options = {
  file: text({
    name: 'filename',
    short: 'f',
    value: 'FILE',
    help: 'Look at the output of `kubectl get pods,events -A -o json` instead of a cluster; - for standard input.',
    group: 'Input',
  }),
  ...clusterOptions,
  rulesFile: { ...rulesFileOption, group: 'Input' },
  output: oneOf({
    name: 'output',
    short: 'o',
    values: ['table', 'wide', 'json'],
    fallback: 'table',
    help: 'wide: with pod and image. json: the fields of /api/v1/failures.',
    group: 'Output',
  }),
};

const syncLimitMs = 60_000;
/** A file whose newest time is older is taken for what it was then. */
const liveMs = 10 * 60_000;

export const command: Command = {
  description: {
    name: 'diagnose',
    summary:
      'Show once what fails to be pulled, why, and what to do. Exit code 1: something fails; 2: no answer.',
    usage: '[flags]',
    options,
    examples: [
      'imagepull-exporter diagnose',
      'imagepull-exporter diagnose -n shop -o wide',
      'kubectl get pods,events -A -o json | imagepull-exporter diagnose -f -',
    ],
  },
  run: async (context) => {
    const { values } = readCommandLine('diagnose', options, context.argv, context.environment);
    if (values.file !== undefined && (values.kubeconfig ?? values.context) !== undefined) {
      throw new UsageError('--filename and a cluster: expected one of them, got both');
    }
    const tracker = new Tracker({
      classify: await loadClassifier(values.rulesFile),
      slowPullThresholdMs: serveOptions.slowThresholdMs.fallback,
    });
    const now =
      values.file === undefined
        ? await lookAtCluster(tracker, values, context)
        : await lookAtFile(tracker, values.file, values.namespaces, context);
    tracker.tick(now);
    const failing = [...tracker.failing()];
    if (values.output === 'json') {
      await context.write(`${JSON.stringify(failing.map(failureJson), undefined, 2)}\n`);
    } else {
      const text = diagnosis(failing, [...tracker.slowPulls()], now, values.output === 'wide');
      await context.write(text);
    }
    return failing.length > 0 ? 1 : 0;
  },
};

/** Returns the time of what was seen. */
async function lookAtCluster(
  tracker: Tracker,
  flags: {
    readonly kubeconfig: string | undefined;
    readonly context: string | undefined;
    readonly namespaces: readonly string[];
  },
  { environment, now, signal, writeError }: CommandContext,
): Promise<number> {
  const connection = connect(flags, environment);
  let refusal: KubeError | undefined;
  let withoutEvents: KubeError | undefined;
  const watch = watchCluster({
    connection,
    namespaces: flags.namespaces,
    events: true,
    now,
    sink: {
      wants: (uid) => tracker.wants(uid),
      apply: (observation, at) => void tracker.apply(observation, at),
    },
    monitor: {
      received: () => undefined,
      watchEvent: () => undefined,
      skipped: () => undefined,
      listed: () => undefined,
      restarted: () => undefined,
      recovered: () => undefined,
      problem: (resource, { error }) => {
        // Somebody waits for an answer: what a server that is asked again would say is not waited for.
        if (resource === 'pods') refusal ??= error;
        else withoutEvents ??= error;
      },
    },
  });
  try {
    const isDone = (): boolean => {
      const { pods, events } = watch.status();
      return (
        pods.synced && (events === undefined || events.synced || events.lastError !== undefined)
      );
    };
    for (const startedAt = now(); !isDone();) {
      signal.throwIfAborted();
      // Not exit code 1, which says that a pull fails.
      if (refusal !== undefined) throw new UsageError(refusal.message, { cause: refusal });
      if (now() - startedAt > syncLimitMs) {
        throw new UsageError(`${connection.server.href} did not send the list of pods within 60 s`);
      }
      await setTimeout(50);
    }
  } finally {
    await watch.close();
    connection.close();
  }
  if (withoutEvents !== undefined) {
    writeError(`without events, so with less: ${withoutEvents.message}\n`);
  }
  return now();
}

/** Returns the time of what the file shows. */
async function lookAtFile(
  tracker: Tracker,
  file: string,
  namespaces: readonly string[],
  { stdin, now, writeError }: CommandContext,
): Promise<number> {
  const isWanted = ({ namespace }: { readonly namespace: string }): boolean =>
    namespaces.length === 0 || namespaces.includes(namespace);
  const source = file === '-' ? 'standard input' : file;
  const objects = await readKubectlObjects(
    file === '-' ? stdin : createReadStream(file),
    source,
  ).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${source}: ${error.message}`, { cause: error });
  });
  const takenAt = timeOf(objects, now());
  if (takenAt < now()) {
    writeError(
      `the newest change in ${source} is of ${new Date(takenAt).toISOString()}: shown as it was then\n`,
    );
  }
  for (const pod of objects.pods.filter(isWanted)) tracker.apply(observePod(pod), takenAt);
  for (const event of objects.events.filter(isWanted)) {
    const observation = observeEvent(event, true);
    if (observation !== undefined) tracker.apply(observation, takenAt);
  }
  for (const resource of ['pods', 'events'] as const) {
    const uids = new Set(objects[resource].map(({ uid }) => uid));
    tracker.apply({ type: 'listed', resource, uids }, takenAt);
  }
  return takenAt;
}

/** Now, for what was printed just now; else the newest time that it names. */
function timeOf({ pods, events }: KubectlObjects, now: number): number {
  let newest = 0;
  for (const { lastTimestamp, createdAt } of events) {
    newest = Math.max(newest, lastTimestamp ?? 0, createdAt ?? 0);
  }
  for (const { createdAt, startTime, conditions } of pods) {
    newest = Math.max(newest, createdAt ?? 0, startTime ?? 0);
    for (const { lastTransitionTime } of conditions) {
      newest = Math.max(newest, lastTransitionTime ?? 0);
    }
  }
  return newest === 0 || now - newest < liveMs ? now : newest;
}
