// An API server under load in a process of its own: `PODS FAILING EVENTS FILE` writes a kubeconfig to
// the file; then its parent asks for changes.
import { writeFileSync } from 'node:fs';
import { createLoadCluster } from '../src/sim/load.ts';

export interface Churn {
  readonly pods: number;
  readonly podsPerSecond: number;
  readonly shareOnFailing: number;
  readonly eventsPerSecond: number;
}

const [pods, failing, events, file = ''] = process.argv.slice(2);
const cluster = createLoadCluster({
  seed: 1,
  pods: Number(pods),
  failing: Number(failing),
  events: Number(events),
  now: Date.now(),
});
await cluster.listen();
writeFileSync(file, cluster.kubeconfig());
process.send?.('ready');

/** One healthy pod begins to fail. */
export interface Failing {
  readonly fail: number;
}

process.on('message', (asked: Churn | Failing) => {
  if ('fail' in asked) cluster.setState(asked.fail, 'err-image-pull');
  else churn(asked);
});

function churn({ pods: total, podsPerSecond, shareOnFailing, eventsPerSecond }: Churn): void {
  const begunAt = performance.now();
  let podsDone = 0;
  let eventsDone = 0;
  const timer = setInterval(() => {
    const seconds = (performance.now() - begunAt) / 1000;
    const podsDue = Math.min(total, Math.floor(seconds * podsPerSecond)) - podsDone;
    const eventsDue = Math.floor(seconds * eventsPerSecond) - eventsDone;
    // One at a time, as writes come: each is an event of its own, and a wake-up of its reader.
    cluster.churn(podsDue, shareOnFailing);
    cluster.churnEvents(eventsDue);
    podsDone += podsDue;
    eventsDone += eventsDue;
    if (podsDone < total) return;
    clearInterval(timer);
    process.send?.('done');
  }, 2);
}
