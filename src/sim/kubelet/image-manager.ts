// A container's image, as wanted by a pod -> present, or the reason and message of its absence.
import type { VirtualClock, Wait } from '../clock.ts';
import { parseImageReference } from '../image-reference.ts';
import type { Pod } from '../objects.ts';
import type { Credential } from '../registries.ts';
import type { PullSubject, Truth } from '../truth.ts';
import { BackOff } from './back-off.ts';
import type { Behaviour } from './behaviour.ts';
import type { StartFailure } from './containers.ts';
import type { ImagePuller } from './image-puller.ts';

export interface WantedImage {
  readonly pod: Pod;
  readonly subject: PullSubject;
  readonly pullPolicy: string;
  readonly credential: Credential;
  /** A pull secret of the pod does not exist: an event says so. */
  readonly secretMissing: boolean;
  /** Undecodable pull secrets fail before anything is asked of the registry. */
  readonly secretError: string | undefined;
  /** Tells an event about the container, or the pod when it is an image volume. */
  readonly tell: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

interface PresentImage {
  /** It was pulled with a credential: pods without one may not use it. */
  readonly withCredential: boolean;
}

/**
 * The images that are on one node. They outlive the kubelet; `alike` names one image in all its
 * spellings.
 */
export type PresentImages = Map<string, PresentImage>;

/** kubelet pkg/kubelet/images: EnsureImageExists. One per kubelet process. */
export class ImageManager {
  readonly #clock: VirtualClock;
  readonly #behaviour: Behaviour;
  readonly #node: string;
  readonly #puller: ImagePuller;
  readonly #present: PresentImages;
  readonly #truth: Truth;
  readonly #runtimeError: () => string | undefined;
  readonly #backOff = new BackOff();
  readonly #lastFailure = new Map<string, StartFailure>();

  constructor(options: {
    readonly clock: VirtualClock;
    readonly behaviour: Behaviour;
    readonly node: string;
    readonly puller: ImagePuller;
    readonly present: PresentImages;
    readonly truth: Truth;
    /** Why the runtime cannot be asked; undefined while it can. */
    readonly runtimeError: () => string | undefined;
  }) {
    this.#clock = options.clock;
    this.#behaviour = options.behaviour;
    this.#node = options.node;
    this.#puller = options.puller;
    this.#present = options.present;
    this.#truth = options.truth;
    this.#runtimeError = options.runtimeError;
  }

  *ensure(wanted: WantedImage): Generator<Wait, StartFailure | undefined, void> {
    const { pod, subject, pullPolicy, tell } = wanted;
    const { image } = subject;
    const behaviour = this.#behaviour;
    const reference = parseImageReference(image);
    if ('error' in reference) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${reference.error}`;
      tell('Warning', 'InspectFailed', message);
      return this.#failWithoutPull(wanted, 'InvalidImageName', message, 'invalid_reference');
    }
    const runtimeError = this.#runtimeError();
    const inspects = pullPolicy !== 'Always' || behaviour.inspectsAlwaysAndNamesImage;
    if (inspects && runtimeError !== undefined) {
      const name = behaviour.inspectsAlwaysAndNamesImage ? image : '';
      const message = `Failed to inspect image "${name}": ${runtimeError}`;
      tell('Warning', 'InspectFailed', message);
      return this.#failWithoutPull(wanted, 'ImageInspectError', message, 'runtime_unavailable');
    }
    if (behaviour.minor === 33 && wanted.secretError !== undefined)
      return this.#refuseSecret(wanted);
    const present = this.#present.get(reference.normalised);
    const usable =
      present !== undefined &&
      !(behaviour.verifiesCredentials && present.withCredential && wanted.credential !== 'good');
    if (usable && pullPolicy !== 'Always') {
      const accessible = behaviour.verifiesCredentials ? ' and can be accessed by the pod' : '';
      tell(
        'Normal',
        'Pulled',
        `Container image "${image}" already present on machine${accessible}`,
      );
      this.#truth.succeeded(pod, subject, this.#clock.now());
      return undefined;
    }
    if (pullPolicy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      tell('Warning', 'ErrImageNeverPull', message);
      return this.#failWithoutPull(wanted, 'ErrImageNeverPull', message, 'never_pull');
    }
    if (behaviour.secretErrorIsReason && wanted.secretError !== undefined) {
      return this.#refuseSecret(wanted);
    }
    const key = `${pod.metadata.uid}_${image}`;
    if (this.#backOff.isOpen(key, this.#clock.now())) {
      const message = `Back-off pulling image "${image}"`;
      tell('Normal', 'BackOff', message);
      const last = this.#lastFailure.get(key);
      const cause =
        behaviour.backOffNamesCause && last !== undefined
          ? `: ${last.reason}: ${last.message}`
          : '';
      return { reason: 'ImagePullBackOff', message: `${message}${cause}` };
    }
    return yield* this.#pull(key, wanted, reference);
  }

  *#pull(
    key: string,
    wanted: WantedImage,
    reference: Exclude<ReturnType<typeof parseImageReference>, { readonly error: string }>,
  ): Generator<Wait, StartFailure | undefined, void> {
    const { pod, subject, credential, tell } = wanted;
    const { image } = subject;
    const askedAt = this.#clock.now();
    tell('Normal', 'Pulling', `Pulling image "${image}"`);
    this.#truth.pulling(pod, subject, askedAt);
    const request = { image, reference, node: this.#node, credential };
    const result =
      wanted.secretError === undefined
        ? yield* this.#puller.pull(pod.metadata.uid, request, () =>
            this.#truth.attempted(pod, subject, this.#clock.now()),
          )
        : ({ ok: false, text: wanted.secretError, cause: 'pull_secret_invalid' } as const);
    const now = this.#clock.now();
    if (result.ok) {
      const size = this.#behaviour.pulledTellsSize
        ? `. Image size: ${result.sizeBytes} bytes.`
        : '';
      tell(
        'Normal',
        'Pulled',
        `Successfully pulled image "${image}" in ${goDuration(result.pullMs)} (${goDuration(now - askedAt)} including waiting)${size}`,
      );
      this.#present.set(reference.normalised, { withCredential: credential === 'good' });
      this.#truth.succeeded(pod, subject, now);
      this.#lastFailure.delete(key);
      this.#backOff.collectGarbage(now);
      for (const other of this.#lastFailure.keys()) {
        if (this.#backOff.delayMs(other) === undefined) this.#lastFailure.delete(other);
      }
      return undefined;
    }
    tell('Warning', 'Failed', `Failed to pull image "${image}": ${result.text}`);
    this.#backOff.fail(key, now, now);
    this.#truth.failed(pod, subject, now, refined(result.cause, wanted));
    const failure = pullFailure(image, result.text);
    this.#lastFailure.set(key, failure);
    return failure;
  }

  #refuseSecret(wanted: WantedImage): StartFailure {
    const text = wanted.secretError ?? '';
    return this.#failWithoutPull(wanted, text, text, 'pull_secret_invalid');
  }

  #failWithoutPull(
    wanted: WantedImage,
    reason: string,
    message: string,
    cause: string,
  ): StartFailure {
    this.#truth.syncFailed(wanted.pod, wanted.subject, this.#clock.now(), cause);
    return { reason, message };
  }
}

/** A credentials failure of a pod whose secret is missing has that as its cause. */
function refined(cause: string, wanted: WantedImage): string {
  const credentials = ['unauthorized', 'forbidden', 'access_denied_or_missing'];
  return wanted.secretMissing && credentials.includes(cause) ? 'pull_secret_missing' : cause;
}

/** The two texts of CRI-O that the kubelet makes a reason of. */
function pullFailure(image: string, text: string): StartFailure {
  if (text.startsWith('RegistryUnavailable')) {
    return {
      reason: 'RegistryUnavailable',
      message: `image pull failed for ${image} because the registry is unavailable: ${detail(text)}`,
    };
  }
  if (text.startsWith('SignatureValidationFailed')) {
    return {
      reason: 'SignatureValidationFailed',
      message: `image pull failed for ${image} because the signature validation failed: ${detail(text)}`,
    };
  }
  return { reason: 'ErrImagePull', message: text };
}

function detail(text: string): string {
  return text.replace(/^\w+: /, '');
}

/** Go prints durations like 1m30.235s; pulls are told to the millisecond. */
export function goDuration(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds));
  if (whole < 1000) return `${whole}ms`;
  const hours = Math.floor(whole / 3_600_000);
  const minutes = Math.floor((whole % 3_600_000) / 60_000);
  const seconds = (whole % 60_000) / 1000;
  const clock = `${hours > 0 ? `${hours}h` : ''}${hours + minutes > 0 ? `${minutes}m` : ''}`;
  return `${clock}${seconds}s`;
}
