// One side of `npm run bench -- scrape` in a process of its own: serves N failing containers, and tells
// its parent for how long a scrape held the event loop.
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import fastify from 'fastify';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type Cause, causes } from '../src/classify/causes.ts';
import { createServer } from '../src/http/server.ts';
import { stateFamilies } from '../src/metrics/catalog.ts';
import { createExposition } from '../src/metrics/exposition.ts';
import { backoffLabel } from '../src/metrics/label-values.ts';
import type { FailingContainer } from '../src/track/states.ts';

const [side = '', countText = ''] = process.argv.slice(2);
const containers = Array.from({ length: Number(countText) }, (_, index) => aContainer(index));
const port = side === 'ours' ? await serveOurs() : await servePeer();

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let cpuBefore = process.cpuUsage();
process.on('message', (message) => {
  if (message === 'begin') {
    delay.reset();
    cpuBefore = process.cpuUsage();
    // The first tick after a reset does not count: let it be over before the scrape.
    setTimeout(() => process.send?.('begun'), 5);
  } else {
    // One more turn, so that a block that has just ended is counted.
    setTimeout(() => {
      const { user, system } = process.cpuUsage(cpuBefore);
      process.send?.({
        blockMs: delay.max / 1e6,
        cpuMs: (user + system) / 1000,
        rss: process.memoryUsage.rss(),
      });
    }, 5);
  }
});
process.send?.({ port });

/** As large as a real one: a Deployment's pod on a cloud's node, an image with a long path. */
function aContainer(index: number): FailingContainer {
  const cause = (Object.keys(causes) as Cause[])[index % 36] ?? 'unknown';
  const service = `checkout-service-${index % 500}`;
  const now = Date.now();
  return {
    namespace: `team-${index % 200}`,
    pod: `${service}-7d9f8b6c5d-${index.toString(36).padStart(5, '0')}`,
    uid: `7b1c9b5e-8f1d-4a56-8a43-${index.toString(16).padStart(12, '0')}`,
    container: 'app',
    containerType: 'container',
    node: `ip-10-0-${index % 250}-17.eu-west-1.compute.internal`,
    workload: { kind: 'Deployment', name: service },
    image: `registry.example.com/team-${index % 200}/${service}:v1.${index % 30}.0`,
    registry: 'registry.example.com',
    verdict: {
      cause,
      rule: 'bench',
      evidence: '',
      stage: 'resolve',
      httpStatus: undefined,
      endpoint: 'registry.example.com',
    },
    message: '',
    step: 1 + (index % 6),
    attempts: 1 + (index % 40),
    exact: true,
    firstFailureAt: now - index * 1000,
    lastAttemptAt: now - index,
    nextRetryAt: now + index,
  };
}

async function serveOurs(): Promise<number> {
  const exposition = createExposition({
    build: { version: 'bench', revision: 'bench' },
    shard: undefined,
    maxFailingContainers: containers.length,
    maxCounterSeries: 10_000,
    eventsWatched: () => true,
    now: () => Date.now(),
  });
  exposition.health.synced('pods');
  for (const container of containers) {
    exposition.apply(
      [
        { type: 'attemptFailed', container, verdict: container.verdict },
        { type: 'stateChanged', before: undefined, after: container },
      ],
      Date.now(),
    );
  }
  const server = createServer({
    render: exposition.render,
    failing: () => containers,
    slowPulls: () => [],
    status: () => {
      throw new Error('not asked for');
    },
    webConfig: undefined,
    now: () => Date.now(),
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
}

/** What a team would write: the same families as gauges of the client library, printed by it. */
async function servePeer(): Promise<number> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: keyof typeof stateFamilies) =>
    new Gauge({
      name,
      help: stateFamilies[name].help,
      labelNames: [...stateFamilies[name].labels] as string[],
      registers: [registry],
    });
  const failing = gauge('imagepull_container_failing');
  const attempts = gauge('imagepull_container_attempts');
  const first = gauge('imagepull_container_first_failure_timestamp_seconds');
  const last = gauge('imagepull_container_last_attempt_timestamp_seconds');
  const next = gauge('imagepull_container_next_retry_timestamp_seconds');
  for (const one of containers) {
    const { namespace, pod, uid, container } = one;
    const identity = { namespace, pod, uid, container };
    failing.set(
      {
        ...identity,
        container_type: one.containerType,
        node: one.node,
        workload_kind: one.workload.kind,
        workload: one.workload.name,
        image: one.image,
        registry: one.registry,
        endpoint: one.verdict.endpoint,
        class: causes[one.verdict.cause].class,
        cause: one.verdict.cause,
        backoff_attempt: backoffLabel(one.step),
      },
      1,
    );
    attempts.set(identity, one.attempts);
    first.set(identity, one.firstFailureAt / 1000);
    last.set(identity, (one.lastAttemptAt ?? 0) / 1000);
    next.set(identity, (one.nextRetryAt ?? 0) / 1000);
  }
  const compress = promisify(gzip);
  const server = fastify();
  server.get('/metrics', async (request, reply) => {
    const text = await registry.metrics();
    void reply.header('content-type', registry.contentType);
    if (request.headers['accept-encoding'] !== 'gzip') return text;
    void reply.header('content-encoding', 'gzip');
    return compress(text);
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return (server.server.address() as AddressInfo).port;
}
