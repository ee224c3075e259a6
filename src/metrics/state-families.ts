// Failing containers and slow pulls -> the lines of the state families, kept ready in pieces: a change
// renders its own container, a scrape only puts the pieces together.
import { causes } from '../classify/causes.ts';
import type { ContainerIdentity, FailingContainer, SlowPull } from '../track/states.ts';
import type { stateFamilies } from './catalog.ts';
import { EndpointSlots } from './endpoint-slots.ts';
import { ExposureLimit } from './exposure-limit.ts';
import { backoffLabel, hostLabel, labelValue, numberText } from './label-values.ts';

type StateFamilyName = keyof typeof stateFamilies;

/** Of one container, never mutated: a scrape under way keeps the pieces of its own instant. */
interface FailingPieces {
  readonly identity: string;
  /** Labels of imagepull_container_failing after the identity. */
  readonly details: string;
  readonly attempts: string;
  readonly firstFailure: string;
  readonly lastAttempt: string | undefined;
  readonly nextRetry: string | undefined;
  readonly registry: string;
  readonly endpoint: string;
}

interface SlowPieces {
  /** Identity and all other labels. */
  readonly labels: string;
  readonly since: string;
}

/** The lines of one family at one instant, in slices of about `sliceLength` characters. */
export interface FamilyLines {
  readonly name: StateFamilyName;
  readonly slices: Iterable<string>;
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
      show: (key, pull) => this.#slow.set(key, slowPieces(key, pull)),
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
  lines(sliceLength: number): readonly FamilyLines[] {
    const { failing, slow } = this.#held ?? this.#picture();
    const close = this.#close;
    const gauge = (
      name: StateFamilyName,
      value: (pieces: FailingPieces) => string | undefined,
    ): FamilyLines => ({
      name,
      slices: slices(failing, sliceLength, (pieces) => {
        const text = value(pieces);
        return text === undefined ? '' : `${name}{${pieces.identity}${close}${text}`;
      }),
    });
    return [
      {
        name: 'imagepull_container_failing',
        slices: slices(
          failing,
          sliceLength,
          (pieces) => `imagepull_container_failing{${pieces.identity}${pieces.details}${close}1\n`,
        ),
      },
      gauge('imagepull_container_attempts', (pieces) => pieces.attempts),
      gauge('imagepull_container_first_failure_timestamp_seconds', (pieces) => pieces.firstFailure),
      gauge('imagepull_container_last_attempt_timestamp_seconds', (pieces) => pieces.lastAttempt),
      gauge('imagepull_container_next_retry_timestamp_seconds', (pieces) => pieces.nextRetry),
      {
        name: 'imagepull_container_pulling_since_timestamp_seconds',
        slices: slices(
          slow,
          sliceLength,
          (pieces) =>
            `imagepull_container_pulling_since_timestamp_seconds{${pieces.labels}${close}${pieces.since}`,
        ),
      },
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
    this.#failing.set(identity, {
      identity,
      // join() makes one flat string; a template would leave a rope of thirty pieces in memory.
      details: [
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
      ].join(''),
      attempts: `${container.attempts}\n`,
      firstFailure: seconds(container.firstFailureAt),
      lastAttempt: optionalSeconds(container.lastAttemptAt),
      nextRetry: optionalSeconds(container.nextRetryAt),
      registry,
      endpoint,
    });
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

function slowPieces(identity: string, pull: SlowPull): SlowPieces {
  return {
    labels: [
      identity,
      label('node', pull.node),
      label('workload_kind', pull.workload.kind),
      label('workload', pull.workload.name),
      label('image', pull.image),
      label('registry', hostLabel(pull.registry)),
    ].join(''),
    since: seconds(pull.since),
  };
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

function seconds(ms: number): string {
  return `${numberText(ms / 1000)}\n`;
}

function optionalSeconds(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : seconds(ms);
}

function* slices<T>(
  items: readonly T[],
  sliceLength: number,
  line: (item: T) => string,
): Generator<string> {
  let text = '';
  for (const item of items) {
    text += line(item);
    if (text.length > sliceLength) {
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}
