// A simulated cluster -> its traffic in the same rows as the extracts of the recordings.
import { createSimulatedCluster } from '../../../src/sim/cluster.ts';
import type { ScenarioCluster, SimulatedCluster } from '../../../src/sim/cluster.ts';
import type { NodeConfig } from '../../../src/sim/node-config.ts';
import type { Event, Pod } from '../../../src/sim/objects.ts';
import type { EventRow, StateRow, Traffic, Try } from './recorded-traffic.ts';

export const start = Date.parse('2026-11-21T12:01:13Z');

/** The lab of the recordings: pulls in parallel, one node. */
export function aNode(config: Partial<NodeConfig> = {}): NodeConfig {
  return { name: 'lab-1', ip: '10.40.0.1', serializeImagePulls: false, ...config };
}

export interface Run {
  readonly seed?: number;
  readonly seconds: number;
  readonly node?: Partial<NodeConfig>;
  readonly kubernetesVersion?: string;
  readonly start: (cluster: ScenarioCluster) => void;
}

/** Runs a scenario on one node and returns the traffic of each pod by name. */
export function simulate(run: Run): {
  readonly cluster: SimulatedCluster;
  readonly traffic: (pod: string) => Traffic;
} {
  const rows = new Map<string, { t0: number; states: StateRow[]; events: EventRow[] }>();
  const last = new Map<string, string>();
  const cluster = createSimulatedCluster({
    seed: run.seed ?? 1,
    now: start,
    scenario: { nodes: [aNode(run.node)], start: () => undefined },
    ...(run.kubernetesVersion === undefined ? {} : { kubernetesVersion: run.kubernetesVersion }),
  });
  const of = (pod: string): { t0: number; states: StateRow[]; events: EventRow[] } => {
    const known = rows.get(pod) ?? { t0: cluster.clock.now(), states: [], events: [] };
    rows.set(pod, known);
    return known;
  };
  cluster.api.pods.listen(({ type, current }) => {
    const pod = current.object() as Pod;
    const { t0, states } = of(pod.metadata.name);
    const at = (cluster.clock.now() - t0) / 1000;
    if (type === 'DELETED') states.push([at, '', '', 'deleted', '', '']);
    else states.push(...stateRows(pod, at, last));
  });
  cluster.api.events.listen(({ type, current }) => {
    const event = current.object() as Event;
    if (type === 'DELETED' || event.source.component !== 'kubelet') return;
    const { t0, events } = of(event.involvedObject.name);
    events.push([
      (cluster.clock.now() - t0) / 1000,
      event.type.slice(0, 1),
      event.reason,
      (event.involvedObject.fieldPath ?? '').replace('spec.', ''),
      eventForm(event.message),
      event.count ?? 0,
    ]);
  });
  run.start(cluster);
  cluster.advanceBy(run.seconds * 1000);
  return {
    cluster,
    traffic: (pod) => {
      const { t0, states, events } = of(pod);
      return { states, events, tries: triesOf(cluster, pod, t0) };
    },
  };
}

function stateRows(pod: Pod, at: number, last: Map<string, string>): StateRow[] {
  const { status } = pod;
  const rows: StateRow[] = [];
  for (const container of [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ]) {
    const [state = '-', detail = {}] = Object.entries(container.state)[0] ?? [];
    const { reason = '', message = '' } = detail as { reason?: string; message?: string };
    const row = [
      status.phase,
      container.name,
      state,
      reason,
      messageForm(reason, message),
    ] as const;
    const key = `${pod.metadata.uid}/${container.name}`;
    if (last.get(key) === row.join('|')) continue;
    last.set(key, row.join('|'));
    rows.push([at, ...row]);
  }
  return rows;
}

function triesOf(
  cluster: SimulatedCluster,
  pod: string,
  t0: number,
): Record<string, readonly Try[]> {
  const tries: Record<string, readonly Try[]> = {};
  for (const line of cluster.truth()) {
    if (line.pod !== pod || line.kubelet_pulling.length === 0) continue;
    const since = (seconds: number): number => seconds - t0 / 1000;
    tries[line.container] = line.kubelet_pulling.map((at, i) => {
      const end = line.failed[i];
      return [since(at), end === undefined ? null : since(end)];
    });
  }
  return tries;
}

/** The same reduction as the extracts were made with. */
export function messageForm(reason: string, message: string): string {
  if (message === '') return '';
  const backOff = /^Back-off pulling image "[^"]*"(?:: (\w+): (.*))?$/s.exec(message);
  if (backOff !== null) {
    if (backOff[1] === undefined) return 'back-off';
    return `back-off, ${backOff[1]}: ${backOff[2] === 'pull QPS exceeded' ? backOff[2] : 'text'}`;
  }
  if (message === 'pull QPS exceeded') return message;
  if (message.startsWith('back-off ')) return message.replace(/ restarting.*/, '');
  if (reason === 'ErrImagePull') return 'text';
  const refused = /^image pull failed for \S+ (because the [\w ]+):/.exec(message);
  if (refused !== null) return `image pull failed: ${refused[1] ?? ''}`;
  return message.replaceAll(/"[^"]+"/g, '""').slice(0, 60);
}

const eventStarts = [
  'Pulling image',
  'Successfully pulled image',
  'Back-off pulling image',
  'Back-off restarting failed container',
  'Unable to retrieve some image pull secrets',
  'Failed to apply default image tag',
  'Failed to inspect image ""',
  'Failed to create pod sandbox',
  '(combined from similar events)',
];

export function eventForm(message: string): string {
  const known = eventStarts.find((text) => message.startsWith(text));
  if (known !== undefined) return known;
  if (message.startsWith('Failed to pull image')) {
    const what = message.endsWith('": pull QPS exceeded') ? 'pull QPS exceeded' : 'text';
    return `Failed to pull image: ${what}`;
  }
  if (message.startsWith('Error: ')) return message.slice(0, 40);
  if (message.includes('already present')) return message.replaceAll(/"[^"]+"/g, '""');
  if (message.includes('is not present')) return 'is not present with pull policy of Never';
  return message.slice(0, 60);
}
