// Changes -> counters and histograms, as long-lived as the process and bounded in number.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { causes } from '../classify/causes.ts';
import type { Verdict } from '../classify/verdict.ts';
import type { Change, FailingContainer, Outcome } from '../track/states.ts';
import { countedFamilies } from './catalog.ts';
import { backoffLabel, hostLabel, plainValue } from './label-values.ts';
import { type Labels, type LimitedFamily, SeriesLimit } from './series-limit.ts';

const outcomes = ['recovered', 'deleted', 'image_changed'] as const satisfies readonly Outcome[];

/** Series at 0 that only keep a rate from losing its first increment leave half of the room free. */
const foreseeShare = 0.5;

type Metric = Counter<string> | Gauge<string> | Histogram<string>;
type Counted<M extends Metric> = LimitedFamily & { readonly metric: M };

export class CountedFamilies {
  readonly #limit: SeriesLimit;
  readonly #attempts: Counted<Counter<string>>;
  readonly #episodes: Counted<Counter<string>>;
  readonly #recovery: Counted<Histogram<string>>;
  readonly #duration: Counted<Histogram<string>>;
  readonly #lastSuccess: Counted<Gauge<string>>;
  /** By registry: the newest success, since observations may come in any order. */
  readonly #lastSuccessAt = new WeakMap<Labels, number>();

  constructor(registry: Registry, maxSeries: number, dropped: () => void) {
    this.#limit = new SeriesLimit(maxSeries, dropped);
    this.#attempts = counter('imagepull_attempts_total', registry);
    this.#episodes = counter('imagepull_episodes_total', registry);
    this.#recovery = histogram('imagepull_recovery_seconds', registry);
    this.#duration = histogram('imagepull_duration_seconds', registry);
    const lastSuccess = new Gauge(describe('imagepull_last_success_timestamp_seconds', registry));
    this.#lastSuccess = counted(
      'imagepull_last_success_timestamp_seconds',
      lastSuccess,
      1,
      (labels) => lastSuccess.set(labels, 0),
    );
    const causeInfo = new Gauge(describe('imagepull_cause_info', registry));
    for (const [cause, record] of Object.entries(causes)) {
      causeInfo.set({ cause, class: record.class, heals: record.heals }, 1);
    }
  }

  /** Series that the limit folds together now. */
  folded(now: number): number {
    return this.#limit.folded(now);
  }

  apply(change: Change, now: number): void {
    switch (change.type) {
      case 'pullStarted':
        this.#foreseeSuccess(change.namespace, change.registry, now);
        return;
      case 'pullSucceeded':
        this.#succeeded(change, now);
        return;
      case 'attemptFailed':
        this.#attemptFailed(change.container, change.verdict, now);
        return;
      case 'episodeEnded':
        this.#episodeEnded(change, now);
        return;
      case 'stateChanged':
        this.#stateChanged(change.before, change.after, now);
        return;
      case 'slowPullChanged':
        return;
    }
  }

  #succeeded(change: Extract<Change, { readonly type: 'pullSucceeded' }>, now: number): void {
    const attempts = successLabels(change.namespace, change.registry);
    this.#increment(this.#attempts, attempts, now);
    const registry = { registry: hostLabel(change.registry) };
    const last = this.#limit.place(this.#lastSuccess, registry, now);
    const at = Math.max(change.at, this.#lastSuccessAt.get(last) ?? 0);
    this.#lastSuccessAt.set(last, at);
    this.#lastSuccess.metric.set(last, at / 1000);
    this.#observe(this.#duration, registry, change.durationMs, now);
  }

  #attemptFailed(container: FailingContainer, verdict: Verdict, now: number): void {
    this.#increment(this.#attempts, failureLabels(container, verdict, container.step), now);
  }

  #episodeEnded(change: Extract<Change, { readonly type: 'episodeEnded' }>, now: number): void {
    const { container, outcome } = change;
    this.#increment(this.#episodes, episodeLabels(container, outcome), now);
    if (outcome !== 'recovered') return;
    const durationMs = Math.max(0, change.at - container.firstFailureAt);
    this.#observe(this.#recovery, recoveryLabels(container), durationMs, now);
  }

  #increment(family: Counted<Counter<string>>, labels: Labels, now: number): void {
    family.metric.inc(this.#limit.place(family, labels, now));
  }

  #observe(
    family: Counted<Histogram<string>>,
    labels: Labels,
    durationMs: number | undefined,
    now: number,
  ): void {
    // The duration is read from the text of an event: anything may stand there.
    if (durationMs === undefined || !Number.isFinite(durationMs) || durationMs < 0) return;
    family.metric.observe(this.#limit.place(family, labels, now), durationMs / 1000);
  }

  /**
   * A counter that is born with its first increment hides it from rate(). So what a failing container
   * can do next begins at 0 now: fail once more, one step further, or end in each of the ways.
   */
  #stateChanged(
    before: FailingContainer | undefined,
    after: FailingContainer | undefined,
    now: number,
  ): void {
    if (after !== undefined) this.#limit.failing(...place(after), 1);
    if (before !== undefined) this.#limit.failing(...place(before), -1);
    if (after === undefined) return;
    if (after.step > 0) {
      const nextAttempt = failureLabels(after, after.verdict, after.step + 1);
      this.#limit.foresee(this.#attempts, nextAttempt, now, foreseeShare);
    }
    if (before?.registry === after.registry && before.verdict.cause === after.verdict.cause) return;
    this.#foreseeSuccess(after.namespace, after.registry, now);
    for (const outcome of outcomes) {
      this.#limit.foresee(this.#episodes, episodeLabels(after, outcome), now, foreseeShare);
    }
    this.#limit.foresee(this.#recovery, recoveryLabels(after), now, foreseeShare);
  }

  /** Also while events are not watched yet: the exposition leaves successes out until they are. */
  #foreseeSuccess(namespace: string, registry: string, now: number): void {
    if (['', 'invalid'].includes(hostLabel(registry))) return;
    this.#limit.foresee(this.#attempts, successLabels(namespace, registry), now, 1);
    this.#limit.foresee(this.#duration, { registry: hostLabel(registry) }, now, foreseeShare);
  }
}

function successLabels(namespace: string, registry: string): Labels {
  return {
    namespace: plainValue(namespace),
    registry: hostLabel(registry),
    result: 'success',
    class: '',
    cause: '',
    backoff_attempt: '',
  };
}

function failureLabels(container: FailingContainer, { cause }: Verdict, step: number): Labels {
  return {
    namespace: plainValue(container.namespace),
    registry: hostLabel(container.registry),
    result: 'failure',
    class: causes[cause].class,
    cause,
    backoff_attempt: backoffLabel(step),
  };
}

function episodeLabels(container: FailingContainer, outcome: Outcome): Labels {
  const { cause } = container.verdict;
  return {
    namespace: plainValue(container.namespace),
    registry: hostLabel(container.registry),
    class: causes[cause].class,
    cause,
    outcome,
  };
}

function recoveryLabels(container: FailingContainer): Labels {
  return {
    registry: hostLabel(container.registry),
    class: causes[container.verdict.cause].class,
  };
}

function place(container: FailingContainer): [namespace: string, registry: string] {
  return [plainValue(container.namespace), hostLabel(container.registry)];
}

function describe(name: keyof typeof countedFamilies, registry: Registry) {
  const { help, labels } = countedFamilies[name];
  return { name, help, labelNames: [...labels] as string[], registers: [registry] };
}

function counter(
  name: 'imagepull_attempts_total' | 'imagepull_episodes_total',
  registry: Registry,
): Counted<Counter<string>> {
  const metric = new Counter(describe(name, registry));
  return counted(name, metric, 1, (labels) => metric.inc(labels, 0));
}

function histogram(
  name: 'imagepull_recovery_seconds' | 'imagepull_duration_seconds',
  registry: Registry,
): Counted<Histogram<string>> {
  const { buckets } = countedFamilies[name];
  const metric = new Histogram({ ...describe(name, registry), buckets: [...buckets] });
  return counted(name, metric, buckets.length + 3, (labels) => metric.zero(labels));
}

function counted<M extends Metric>(
  name: string,
  metric: M,
  lines: number,
  begin: (labels: Labels) => void,
): Counted<M> {
  return { name, metric, lines, begin, remove: (labels) => metric.remove(labels) };
}
