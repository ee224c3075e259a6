// Pull requests of one kubelet -> calls to its runtime: limited, in parallel or one after the other.
import { Signal } from '../clock.ts';
import type { VirtualClock, Wait } from '../clock.ts';
import { failPull } from '../failure-text.ts';
import type { Runtime } from '../failures.ts';
import type { Random } from '../random.ts';
import type { PullRequest, Registries } from '../registries.ts';
import { TokenBucket } from './token-bucket.ts';

export type PullResult =
  | { readonly ok: true; readonly pullMs: number; readonly sizeBytes: number }
  | { readonly ok: false; readonly text: string; readonly cause: string };

export interface PullerOptions {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly registries: Registries;
  readonly runtime: Runtime;
  readonly nodeIp: string;
  /** One pull at a time (the kubelet's default). */
  readonly serialize: boolean;
  readonly registryPullQps: number;
  readonly registryBurst: number;
  /** What every pull of the node runs into, whatever the registry says: a full disk. */
  readonly nodeFailure: () => 'disk-full' | 'read-only-disk' | undefined;
}

/** What the image manager asks for; time and number of the try are known when it really starts. */
export type WantedPull = Omit<PullRequest, 'at' | 'earlierTries'>;

export class ImagePuller {
  readonly #options: PullerOptions;
  readonly #limit: TokenBucket;
  readonly #waiting: Signal[] = [];
  readonly #running = new Set<{ readonly ended: Signal; lost: boolean }>();
  #busy = false;

  constructor(options: PullerOptions) {
    this.#options = options;
    this.#limit = new TokenBucket(options.registryPullQps, options.registryBurst);
  }

  /**
   * Waits for its turn and pulls.
   *
   * @param uid of the pod
   * @param onStart the runtime is asked now
   */
  *pull(uid: string, wanted: WantedPull, onStart: () => void): Generator<Wait, PullResult, void> {
    if (!this.#options.serialize) return yield* this.#pullNow(uid, wanted, onStart);
    yield* this.#takeTurn();
    try {
      return yield* this.#pullNow(uid, wanted, onStart);
    } finally {
      this.#busy = false;
      this.#waiting.shift()?.fire();
    }
  }

  /** The runtime is gone: its running pulls end at once. */
  loseRuntime(): void {
    for (const pull of this.#running) {
      pull.lost = true;
      pull.ended.fire();
    }
  }

  *#takeTurn(): Generator<Wait, void, void> {
    if (this.#busy) {
      const turn = new Signal();
      this.#waiting.push(turn);
      let mine = false;
      try {
        yield turn;
        mine = true;
      } finally {
        if (!mine) this.#waiting.splice(this.#waiting.indexOf(turn), 1);
      }
    }
    this.#busy = true;
  }

  *#pullNow(
    uid: string,
    wanted: WantedPull,
    onStart: () => void,
  ): Generator<Wait, PullResult, void> {
    if (!this.#limit.tryTake(this.#options.clock.now())) {
      return { ok: false, text: 'pull QPS exceeded', cause: 'node_pull_qps_exceeded' };
    }
    return yield* this.#ask(uid, wanted, onStart);
  }

  *#ask(uid: string, wanted: WantedPull, onStart: () => void): Generator<Wait, PullResult, void> {
    const { clock, random, registries, runtime, nodeIp, nodeFailure } = this.#options;
    onStart();
    const startedAt = clock.now();
    const outcome = registries.pull(uid, { ...wanted, at: startedAt });
    const describe = (name: Parameters<typeof failPull>[0]): ReturnType<typeof failPull> =>
      failPull(name, { reference: wanted.reference, runtime, nodeIp, now: clock.now(), random });
    // A node that cannot store what it gets fails only after the registry has answered well.
    const onNode = outcome.type === 'fails' ? undefined : nodeFailure();
    const failureName =
      outcome.type === 'fails'
        ? outcome.failure
        : (onNode ?? (outcome.type === 'stalls' ? 'stalled-layer-cancelled' : undefined));
    const failure = failureName === undefined ? undefined : describe(failureName);
    const takesMs =
      outcome.type === 'stalls'
        ? onNode === undefined
          ? (outcome.endsAfterMs ?? Infinity)
          : (failure?.takesMs ?? 0)
        : (outcome.takesMs ?? failure?.takesMs ?? random.integer(300, 4000));
    const pull = { ended: new Signal(), lost: false };
    this.#running.add(pull);
    if (Number.isFinite(takesMs)) clock.after(takesMs, () => pull.ended.fire());
    yield pull.ended;
    this.#running.delete(pull);
    if (pull.lost) {
      const lost = describe('runtime-gone');
      return { ok: false, text: lost.text, cause: lost.cause };
    }
    if (failure !== undefined) return { ok: false, text: failure.text, cause: failure.cause };
    const sizeBytes = (outcome.type === 'ok' ? outcome.sizeBytes : undefined) ?? imageSize(wanted);
    return { ok: true, pullMs: clock.now() - startedAt, sizeBytes };
  }
}

function imageSize({ image }: WantedPull): number {
  let value = 7;
  for (const letter of image) value = (value * 31 + letter.charCodeAt(0)) % 180_000_000;
  return 12_000_000 + value;
}
