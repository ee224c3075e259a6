// Failing containers and slow pulls -> the lines of the state families, kept ready in pieces: a change
// renders its own container, a scrape only puts the pieces together.
import { causes } from '../classify/causes.ts';
import type { ContainerIdentity, FailingContainer, SlowPull } from '../track/states.ts';
import type { stateFamilies } from './catalog.ts';
import { EndpointSlots } from './endpoint-slots.ts';
import { ExposureLimit } from './exposure-limit.ts';
import { backoffLabel, hostLabel, labelValue, numberText } from './label-values.ts';

type StateFamilyName = keyof typeof stateFamilies;

/**
 * Of one container, never mutated: a scrape under way keeps the pieces of its own instant. A line is the
 * name of its family, the identity, and a tail: what follows, from the end of the identity to that of
 * the line.
 */
interface FailingPieces {
  readonly identity: string;
  readonly failing: string;
  readonly attempts: string;
  readonly firstFailure: string;
  readonly lastAttempt: string | undefined;
  readonly nextRetry: string | undefined;
  readonly registry: string;
  readonly endpoint: string;
}

interface SlowPieces {
  readonly identity: string;
  readonly since: string;
}

/** The lines of one family at one instant. */
export interface FamilyLines {
  readonly name: StateFamilyName;
  /** Of about `sliceLength` characters each. */
  readonly slices: (sliceLength: number) => Iterable<string>;
}

export interface StateLimits {
  readonly maxFailingContainers: number;
  readonly maxEndpoints: number;
}

export type StateLimitReason = 'failing_containers' | 'slow_pulls' | 'endpoints';

export class StateFamilies {
  readonly #failing = new Map<string, FailingPieces>();
  readonly #slow = new Map<string, SlowPieces>();
  readonly #failingLimit: ExposureLimit<FailingContainer>;
  readonly #slowLimit: ExposureLimit<SlowPull>;
  readonly #endpoints: EndpointSlots;
  readonly #dropped: (reason: StateLimitReason) => void;
  readonly #close: string;
  #foldedEndpoints = 0;
  #now = 0;
  #held: { readonly failing: FailingPieces[]; readonly slow: SlowPieces[] } | undefined;

  /** `shardLabel` ends the labels of every line; '' where the exporter is not sharded. */
  constructor(
    shardLabel: string,
    limits: StateLimits,
    dropped: (reason: StateLimitReason) => void,
  ) {
    this.#close = shardLabel === '' ? '} ' : `,${shardLabel}} `;
    this.#dropped = dropped;
    this.#endpoints = new EndpointSlots(limits.maxEndpoints);
    this.#failingLimit = new ExposureLimit<FailingContainer>(limits.maxFailingContainers, {
      show: (key, container) => this.#render(key, container),
      hide: (key) => this.#remove(key),
      drop: () => dropped('failing_containers'),
    });
    this.#slowLimit = new ExposureLimit<SlowPull>(limits.maxFailingContainers, {
      show: (key, pull) => this.#slow.set(key, this.#slowPieces(key, pull)),
      hide: (key) => this.#slow.delete(key),
      drop: () => dropped('slow_pulls'),
    });
  }

  setFailing(container: FailingContainer, now: number): void {
    this.#now = now;
    this.#failingLimit.set(identityLabels(container), container);
  }

  deleteFailing(container: ContainerIdentity, now: number): void {
    this.#now = now;
    this.#failingLimit.delete(identityLabels(container));
  }

  setSlow(pull: SlowPull): void {
    this.#slowLimit.set(identityLabels(pull), pull);
  }

  deleteSlow(pull: ContainerIdentity): void {
    this.#slowLimit.delete(identityLabels(pull));
  }

  /** Failing containers, exposed or not. */
  get tracked(): number {
    return this.#failingLimit.tracked;
  }

  get overLimit(): Readonly<Record<StateLimitReason, number>> {
    return {
      failing_containers: this.#failingLimit.waiting,
      slow_pulls: this.#slowLimit.waiting,
      endpoints: this.#foldedEndpoints,
    };
  }

  /** Until `release`, `lines` shows the picture of now, whatever is set and deleted meanwhile. */
  hold(): void {
    this.#held ??= this.#picture();
  }

  release(): void {
    this.#held = undefined;
  }

  /** Takes the instant at once; the slices may be read later. */
  lines(): readonly FamilyLines[] {
    const { failing, slow } = this.#held ?? this.#picture();
    return [
      family('imagepull_container_failing', failing, ({ failing: tail }) => tail),
      family('imagepull_container_attempts', failing, ({ attempts }) => attempts),
      family(
        'imagepull_container_first_failure_timestamp_seconds',
        failing,
        ({ firstFailure }) => firstFailure,
      ),
      family(
        'imagepull_container_last_attempt_timestamp_seconds',
        failing,
        ({ lastAttempt }) => lastAttempt,
      ),
      family(
        'imagepull_container_next_retry_timestamp_seconds',
        failing,
        ({ nextRetry }) => nextRetry,
      ),
      family('imagepull_container_pulling_since_timestamp_seconds', slow, ({ since }) => since),
    ];
  }

  #picture(): { readonly failing: FailingPieces[]; readonly slow: SlowPieces[] } {
    return { failing: [...this.#failing.values()], slow: [...this.#slow.values()] };
  }

  #render(identity: string, container: FailingContainer): void {
    const before = this.#failing.get(identity);
    const registry = hostLabel(container.registry);
    const endpoint = this.#endpoints.take(container.verdict.endpoint, registry, this.#now);
    if (before !== undefined) this.#giveBack(before);
    if (endpoint === 'other') {
      this.#foldedEndpoints++;
      if (before?.endpoint !== 'other') this.#dropped('endpoints');
    }
    const { verdict, workload } = container;
    const details = [
      `,container_type="${container.containerType}"`,
      label('node', container.node),
      label('workload_kind', workload.kind),
      label('workload', workload.name),
      label('image', container.image),
      `,registry="${registry}"`,
      `,endpoint="${endpoint}"`,
      `,class="${causes[verdict.cause].class}"`,
      `,cause="${verdict.cause}"`,
      `,backoff_attempt="${backoffLabel(container.step)}"`,
    ];
    this.#failing.set(identity, {
      identity,
      failing: this.#tail(details, 1),
      attempts: this.#tail([], container.attempts),
      firstFailure: this.#tail([], container.firstFailureAt / 1000),
      lastAttempt: this.#optionalTail(container.lastAttemptAt),
      nextRetry: this.#optionalTail(container.nextRetryAt),
      registry,
      endpoint,
    });
  }

  #slowPieces(identity: string, pull: SlowPull): SlowPieces {
    const details = [
      label('node', pull.node),
      label('workload_kind', pull.workload.kind),
      label('workload', pull.workload.name),
      label('image', pull.image),
      label('registry', hostLabel(pull.registry)),
    ];
    return { identity, since: this.#tail(details, pull.since / 1000) };
  }

  #optionalTail(ms: number | undefined): string | undefined {
    return ms === undefined ? undefined : this.#tail([], ms / 1000);
  }

  /** join() makes one flat string; a template would leave a rope of many pieces in memory. */
  #tail(labels: readonly string[], value: number): string {
    return [...labels, this.#close, numberText(value), '\n'].join('');
  }

  #remove(identity: string): void {
    const pieces = this.#failing.get(identity);
    if (pieces === undefined) return;
    this.#failing.delete(identity);
    this.#giveBack(pieces);
  }

  #giveBack(pieces: FailingPieces): void {
    if (pieces.endpoint === 'other') this.#foldedEndpoints--;
    this.#endpoints.release(pieces.endpoint, pieces.registry, this.#now);
  }
}

/** Also the key of a container: two that would make the same series cannot both be there. */
function identityLabels({ namespace, pod, uid, container }: ContainerIdentity): string {
  return [
    `namespace="${labelValue(namespace)}"`,
    label('pod', pod),
    label('uid', uid),
    label('container', container),
  ].join('');
}

function label(name: string, text: string): string {
  return `,${name}="${labelValue(text)}"`;
}

function family<T extends { readonly identity: string }>(
  name: StateFamilyName,
  items: readonly T[],
  tail: (item: T) => string | undefined,
): FamilyLines {
  return { name, slices: (sliceLength) => slices(name, items, tail, sliceLength) };
}

function* slices<T extends { readonly identity: string }>(
  name: StateFamilyName,
  items: readonly T[],
  tail: (item: T) => string | undefined,
  sliceLength: number,
): Generator<string> {
  const head = `${name}{`;
  let text = '';
  for (const item of items) {
    const end = tail(item);
    if (end === undefined) continue;
    text += head + item.identity + end;
    if (text.length > sliceLength) {
      yield text;
      text = '';
    }
  }
  yield text;
}
