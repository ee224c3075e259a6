// The observations and events of one pod, put together.
import type {
  ContainerObservation,
  EventObservation,
  PodObservation,
} from '../observe/observations.ts';
import { hasEnded } from '../wire/objects.ts';
import { AskedPulls } from './asked-pulls.ts';
import { type Before, newContainer, see } from './container.ts';
import { EventJudge, type Hearing } from './event-judge.ts';
import { PodEpisodes } from './pod-episodes.ts';
import { PodHistory } from './pod-history.ts';
import { isPullDone } from './proof.ts';
import { StatusJudge } from './status-judge.ts';
import type { Surroundings } from './surroundings.ts';

export class TrackedPod {
  readonly uid: string;
  readonly eventUid: string;
  readonly #around: Surroundings;
  readonly #pulls = new AskedPulls();
  readonly #history = new PodHistory();
  readonly #episodes: PodEpisodes;
  readonly #events: EventJudge;
  readonly #statuses: StatusJudge;
  #dueAt = 0;

  constructor(pod: PodObservation, around: Surroundings) {
    this.uid = pod.uid;
    this.eventUid = pod.eventUid;
    this.#around = around;
    this.#episodes = new PodEpisodes(pod, this.#history, around);
    this.#events = new EventJudge(this.#episodes, this.#history, this.#pulls, around);
    this.#statuses = new StatusJudge(this.#episodes, this.#history, around);
  }

  /** Nothing here is worth remembering. */
  get isIdle(): boolean {
    return (
      this.#episodes.keys.length === 0 &&
      this.#pulls.isEmpty &&
      this.#episodes.containers.every(({ proof }) => proof !== 'creating')
    );
  }

  /** `early`: events that came before, which the pod may explain. Answers with those it does not. */
  observe(
    pod: PodObservation,
    early: readonly EventObservation[],
    now: number,
  ): readonly EventObservation[] {
    this.#episodes.identify(pod);
    if (pod.deleting || hasEnded(pod.phase)) {
      this.end(now);
      return [];
    }
    const befores = this.#see(pod.containers, now);
    // An event is one sync older than the status that shows the same.
    const unexplained = early.filter((event) => this.#events.hear(event, now) === 'early');
    pod.containers.forEach((seen, i) => {
      const container = this.#episodes.containers[i];
      const before = befores[i];
      if (container === undefined || before === undefined) return;
      this.#statuses.judge({ container, seen, before, pod, now });
    });
    this.#show(now);
    return unexplained;
  }

  hear(event: EventObservation, now: number): Hearing {
    const hearing = this.#events.hear(event, now);
    this.#show(now);
    return hearing;
  }

  /** Statuses may have changed between these times without being seen. */
  missed(from: number, to: number): void {
    this.#dueAt = 0;
    for (const { attempts } of this.#episodes.keys) attempts.broken(from, to);
    if (this.#episodes.keys.length > 0) {
      this.#pulls.missedSince(from, this.#around.slowPullThresholdMs);
    }
  }

  /** The events are listed: the past will not become any clearer. */
  closeHistory(): void {
    // Then a pull that seems to run may have ended long ago.
    if (this.#history.isFrozen) this.#pulls.clear();
    this.#history.close(this.#episodes.containers.some(({ proof }) => proof === 'creating'));
  }

  /** Does time alone change something here? */
  isDue(now: number): boolean {
    return now >= this.#dueAt;
  }

  tick(now: number): void {
    this.#episodes.tick((image) => this.#pulls.isRunning(image), now);
    this.#show(now);
  }

  /** The pod is gone, or the kubelet will not try again. */
  end(now: number): void {
    for (const container of this.#episodes.containers) {
      this.#episodes.end(container, 'deleted', now);
    }
    this.#episodes.containers = [];
    this.#episodes.dropKeys();
    this.#pulls.clear();
    this.#show(now);
  }

  #see(observed: readonly ContainerObservation[], now: number): readonly Before[] {
    const known = new Map(this.#episodes.containers.map((known) => [known.name, known]));
    const containers = observed.map((seen) => known.get(seen.name) ?? newContainer(seen));
    for (const gone of known.values()) {
      if (!containers.includes(gone)) this.#episodes.end(gone, 'deleted', now);
    }
    this.#episodes.containers = containers;
    return containers.map((container, i) => {
      const seen = observed[i];
      const { proof, since } = container;
      if (seen === undefined) return { proof, since };
      const before = see(container, seen, now);
      const isChanged = container.since !== since;
      if (isChanged) {
        this.#pulls.sawChange(container.name, isPullDone(container.proof, proof), now);
      }
      return before;
    });
  }

  #show(now: number): void {
    // A list may tell of a pull before it tells of its end.
    const { slowPullThresholdMs, eventsAreListed } = this.#around;
    const slow = eventsAreListed ? this.#pulls.slowerThan(slowPullThresholdMs, now) : [];
    this.#episodes.show(slow, now);
    this.#dueAt = Math.min(
      this.#episodes.dueAt(now),
      eventsAreListed ? this.#pulls.dueAt(slowPullThresholdMs, now) : now,
    );
  }
}
