// A simulated cluster with random pods and faults, watched by trackers that are told of it badly.
import { observeEvent } from '../../../src/observe/event.ts';
import type { EventObservation, Observation } from '../../../src/observe/observations.ts';
import { observePod } from '../../../src/observe/pod.ts';
import { mayConcernPull, waitingProof } from '../../../src/observe/waiting-reasons.ts';
import { createSimulatedCluster, type SimulatedCluster } from '../../../src/sim/cluster.ts';
import { Random } from '../../../src/sim/random.ts';
import { fails, flips, inTurn, type PullPlan, works } from '../../../src/sim/registries.ts';
import type { Change, FailingContainer } from '../../../src/track/states.ts';
import { Tracker } from '../../../src/track/tracker.ts';
import { projectEvent, projectPod } from '../../../src/wire/json.ts';
import type { Pod } from '../../../src/wire/objects.ts';
import { classifyByWord } from './scene.ts';

export interface Faults {
  /** Of the events. */
  readonly lost?: number;
  readonly late?: boolean;
  readonly twice?: boolean;
  readonly clockSkewMs?: number;
  /** The watch breaks once, for seconds to minutes, and is mended by a relist. */
  readonly brokenWatch?: boolean;
  readonly imageChanges?: boolean;
  readonly deletions?: boolean;
  readonly kubeletRestarts?: boolean;
}

const start = Date.parse('2026-11-21T12:00:00Z');
const pods = 5;

export class SimulatedWatch {
  readonly cluster: SimulatedCluster;
  readonly tracker = newTracker();
  /** Tries counted, by pod uid and image. */
  readonly counted = new Map<string, number>();
  /** Since when nothing has disturbed the watch. */
  quietSince = start;
  readonly #random: Random;
  readonly #faults: Faults;
  /** Of an exporter that is restarted now and then. */
  #restarted: Tracker | undefined;
  #brokenSince: number | undefined;
  /** As the API last showed them to the watch. */
  readonly #shown = new Map<string, Pod>();

  constructor(seed: number, faults: Faults = {}) {
    this.#random = new Random(`watch/${seed}`);
    this.#faults = faults;
    this.cluster = createSimulatedCluster({
      seed,
      now: start,
      kubernetesVersion: `1.${this.#random.integer(28, 36)}`,
      managedFields: false,
      scenario: {
        nodes: [
          {
            name: 'node-1',
            ip: '10.0.0.1',
            serializeImagePulls: false,
            registryPullQps: 100,
            registryBurst: 200,
          },
        ],
        start: () => undefined,
      },
    });
    this.#listen();
    this.#tell(this.tracker, { type: 'listed', resource: 'pods', uids: new Set() });
    this.#tell(this.tracker, { type: 'listed', resource: 'events', uids: new Set() });
    this.cluster.actions.setNodeClockSkew('node-1', faults.clockSkewMs ?? 0);
    for (let i = 0; i < pods; i += 1) this.#planPod(i);
    this.#planFaults();
  }

  get now(): number {
    return this.cluster.clock.now();
  }

  get elapsedSeconds(): number {
    return (this.now - start) / 1000;
  }

  get isBroken(): boolean {
    return this.#brokenSince !== undefined;
  }

  /** Lets a second pass. */
  pass(): void {
    this.cluster.advanceBy(1000);
    this.#take(this.tracker.tick(this.now));
    this.#restarted?.tick(this.now);
  }

  /** A second tracker begins anew: it knows the past from lists only, and watches from now on. */
  restart({ events }: { readonly events: boolean }): Tracker {
    const tracker = newTracker();
    const uids = new Set<string>();
    for (const object of this.cluster.pods()) {
      const pod = projectPod(plain(object));
      if (pod === undefined) continue;
      uids.add(pod.uid);
      tellOfPod(tracker, pod, this.now);
    }
    tracker.apply({ type: 'listed', resource: 'pods', uids }, this.now);
    if (events) {
      for (const event of this.cluster.events()) {
        const observation = eventOf(event, true);
        if (observation !== undefined) tracker.apply(observation, this.now);
      }
      tracker.apply({ type: 'listed', resource: 'events', uids: new Set() }, this.now);
    }
    this.#restarted = tracker;
    return tracker;
  }

  /** Where the states and what the API shows contradict each other. */
  contradictions(): readonly string[] {
    const failing = new Map([...this.tracker.failing()].map((state) => [keyOf(state), state]));
    return [...this.#shown.values()].flatMap((pod) =>
      pod.statuses.flatMap(({ name, state }) => {
        const isFailing = failing.has(`${pod.uid}/${name}`);
        const isLive = !pod.deleting && pod.phase !== 'Failed' && pod.phase !== 'Succeeded';
        const proof =
          state.type === 'waiting' ? waitingProof(state.reason, state.message) : state.type;
        const mustFail = isLive && ['attempt', 'backOff', 'noPull'].includes(proof);
        const mustNot = !isLive || proof === 'running' || proof === 'pulled';
        const what = `${pod.name}/${name} shows ${proof} after ${this.elapsedSeconds} s`;
        return (mustFail && !isFailing) || (mustNot && isFailing) ? [what] : [];
      }),
    );
  }

  /** By how many tries each key is off. One that failed less than `shownAfterMs` ago may be counted or not. */
  errors(shownAfterMs = 35_000): readonly { readonly key: string; readonly off: number }[] {
    const failures = new Map<string, number[]>();
    for (const line of this.cluster.truth()) {
      if (line.kubelet_pulling.length === 0 || line.deleted_at !== null) continue;
      const key = `${line.uid}/${line.image}`;
      const known = failures.get(key) ?? [];
      failures.set(key, [...known, ...line.failures.map(([at]) => at * 1000)]);
    }
    return [...failures].map(([key, times]) => {
      const counted = this.counted.get(key) ?? 0;
      const most = times.filter((at) => at <= this.now).length;
      const least = times.filter((at) => at <= this.now - shownAfterMs).length;
      return { key, off: counted < least ? counted - least : Math.max(0, counted - most) };
    });
  }

  #planPod(i: number): void {
    const { actions, clock, registries } = this.cluster;
    const random = this.#random;
    const image = `registry.example/team/app-${i}:v1`;
    const other = `registry.example/team/app-${i}:v2`;
    registries.setImage(image, randomPlan(random));
    registries.setImage(other, randomPlan(random));
    const shape = random.integer(0, 4);
    const twin = shape === 1 ? [{ name: 'twin', image }] : [];
    const second = shape === 2 ? [{ name: 'second', image: other }] : [];
    const template = {
      containers: [{ name: 'app', image }, ...twin, ...second],
      ...(shape === 3 ? { initContainers: [{ name: 'setup', image }] } : {}),
      nodeName: 'node-1',
    };
    const name = `pod-${i}`;
    const isThere = () => this.cluster.pods().some(({ metadata }) => metadata.name === name);
    clock.at(start + random.between(0, 60_000), () =>
      actions.apply({ kind: 'Pod', namespace: 'shop', name, pod: template }),
    );
    if (this.#faults.imageChanges === true && random.chance(0.4)) {
      clock.at(start + random.between(100_000, 900_000), () => {
        if (isThere()) actions.patchPodImage('shop', name, 'app', other);
      });
    }
    if (this.#faults.deletions === true && random.chance(0.3)) {
      clock.at(start + random.between(100_000, 1_200_000), () => {
        if (isThere()) actions.deletePod('shop', name, 1);
      });
    }
  }

  #planFaults(): void {
    const { actions, clock } = this.cluster;
    const random = this.#random;
    if (this.#faults.kubeletRestarts === true) {
      clock.at(start + random.between(60_000, 1_200_000), () => {
        actions.restartKubelet('node-1');
        this.quietSince = this.now;
      });
    }
    if (this.#faults.brokenWatch === true) {
      const at = start + random.between(100_000, 900_000);
      const lastsMs = random.between(2000, random.pick([20_000, 60_000, 400_000]));
      clock.at(at, () => {
        this.#brokenSince = this.now;
      });
      clock.at(at + lastsMs, () => this.#relist());
    }
  }

  #listen(): void {
    this.cluster.api.pods.listen(({ type, current }) => {
      if (this.isBroken) return;
      if (type === 'DELETED') this.#tellAll({ type: 'podDeleted', uid: current.uid });
      if (type === 'DELETED') this.#shown.delete(current.uid);
      else this.#showPod(current.object());
    });
    this.cluster.api.events.listen(({ type, current }) => {
      if (this.isBroken || type === 'DELETED') return;
      const { lost = 0, late, twice } = this.#faults;
      const event = eventOf(current.object(), false);
      if (event === undefined || this.#random.chance(lost)) return;
      const tell = () => this.#tellAll(event);
      if (late === true && this.#random.chance(0.2)) {
        this.cluster.clock.after(this.#random.between(0, 60_000), tell);
      } else tell();
      if (twice === true && this.#random.chance(0.2)) {
        this.cluster.clock.after(this.#random.between(0, 20_000), tell);
      }
    });
  }

  #relist(): void {
    const from = this.#brokenSince ?? this.now;
    this.#brokenSince = undefined;
    this.quietSince = this.now;
    this.#shown.clear();
    for (const resource of ['pods', 'events'] as const) {
      this.#tellAll({ type: 'gap', resource, from, to: this.now });
      const objects = resource === 'pods' ? this.cluster.pods() : this.cluster.events();
      for (const object of objects) {
        const event = resource === 'events' ? eventOf(object, true) : undefined;
        if (resource === 'pods') this.#showPod(object);
        else if (event !== undefined) this.#tellAll(event);
      }
      const uids = new Set(objects.map(({ metadata }) => metadata.uid));
      this.#tellAll({ type: 'listed', resource, uids });
    }
  }

  #showPod(object: unknown): void {
    const pod = projectPod(plain(object));
    if (pod === undefined) return;
    this.#shown.set(pod.uid, pod);
    this.#take(tellOfPod(this.tracker, pod, this.now));
    if (this.#restarted !== undefined) tellOfPod(this.#restarted, pod, this.now);
  }

  #tellAll(observation: Observation): void {
    this.#tell(this.tracker, observation);
    this.#restarted?.apply(observation, this.now);
  }

  #tell(tracker: Tracker, observation: Observation): void {
    this.#take(tracker.apply(observation, this.now));
  }

  #take(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type !== 'attemptFailed') continue;
      const key = `${change.container.uid}/${change.container.image}`;
      this.counted.set(key, (this.counted.get(key) ?? 0) + 1);
    }
  }
}

function newTracker(): Tracker {
  return new Tracker({ classify: classifyByWord, slowPullThresholdMs: 30_000 });
}

function randomPlan(random: Random): PullPlan {
  const missing = fails('manifest-unknown');
  const broken = fails('http-500');
  return random.pick([
    missing,
    fails('connection-refused'),
    flips(missing, broken),
    inTurn(missing, broken, works),
  ]);
}

function tellOfPod(tracker: Tracker, pod: Pod, now: number): readonly Change[] {
  const may = pod.statuses.some(
    ({ state }) => state.type === 'waiting' && mayConcernPull(state.reason),
  );
  return may || tracker.wants(pod.uid) ? tracker.apply(observePod(pod), now) : [];
}

function eventOf(object: unknown, listed: boolean): EventObservation | undefined {
  const event = projectEvent(plain(object));
  return event && observeEvent(event, listed);
}

/** As it comes out of the API server. */
function plain(object: unknown): unknown {
  return JSON.parse(JSON.stringify(object)) as unknown;
}

function keyOf({ uid, container }: FailingContainer): string {
  return `${uid}/${container}`;
}
