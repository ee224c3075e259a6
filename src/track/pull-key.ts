// One image string of one pod, the unit of the kubelet's back-off: its tries and what they said.
import { redact } from '../classify/redact.ts';
import type { Classify, Verdict } from '../classify/verdict.ts';
import { parseImageReference } from '../observe/image-reference.ts';
import { Attempts } from './attempts.ts';
import { explainedBySecret, latestTold, nothingTold, type Told, unknownVerdict } from './cause.ts';
import { keptText } from './kept-text.ts';

/** Long enough for a person; the classifier has read all of it. */
const longestMessage = 2000;

export interface FailureText {
  /** `ErrImagePull` and the like. */
  readonly reason: string;
  readonly message: string;
}

export class PullKey {
  readonly attempts = new Attempts();
  #image: string;
  #registry: string;
  /** By what was told of the time before anybody watched, and since then. */
  #past: Told = nothingTold;
  #present: Told = nothingTold;
  #lastVerdict: Verdict = unknownVerdict;
  #textRead = 0;
  #failureShown = 0;

  constructor(image: string) {
    this.#image = image;
    this.#registry = parseImageReference(image).registry;
  }

  get image(): string {
    return this.#image;
  }

  get registry(): string {
    return this.#registry;
  }

  /** Of the episode; cause `unknown` while no text has named one. */
  get verdict(): Verdict {
    return latestTold(this.#past, this.#present).verdict;
  }

  /** Of the last failed try, whether the episode shows it or not. */
  get lastVerdict(): Verdict {
    return this.#lastVerdict;
  }

  /** What the runtime said when the verdict was made. */
  get message(): string {
    return latestTold(this.#past, this.#present).message;
  }

  /** It was taken for the failing image until a text named this one. */
  rename(image: string): void {
    this.#image = image;
    this.#registry = parseImageReference(image).registry;
  }

  /** What a status or an event says of a failure. Classified only where it is new. */
  read(text: FailureText, classify: Classify): void {
    const hash = hashOf(text.message);
    if (hash === this.#textRead) return;
    this.#textRead = hash;
    const told = readText(text, this.#image, classify);
    if (told === undefined) return;
    this.#lastVerdict = told.verdict;
    this.#present = latestTold(this.#present, told);
  }

  /** What was told of the tries before anybody watched. */
  recall(past: Told): void {
    this.#past = past;
  }

  /** A pull secret of the pod does not exist. */
  missSecret(): void {
    this.#past = withoutSecret(this.#past);
    this.#present = withoutSecret(this.#present);
    this.#lastVerdict = explainedBySecret(this.#lastVerdict);
  }

  /** Does a status show another failure than the one that a status showed before? */
  showsOtherFailure(hash: number): boolean {
    const isOther = this.#failureShown !== 0 && this.#failureShown !== hash;
    this.#failureShown = hash;
    return isOther;
  }

  endEpisode(now: number): void {
    this.attempts.endEpisode(now);
    this.#past = nothingTold;
    this.#present = nothingTold;
    this.#lastVerdict = unknownVerdict;
    this.#textRead = 0;
    this.#failureShown = 0;
  }
}

/** Undefined where the text does not tell of a failure. */
export function readText(
  { reason, message }: FailureText,
  image: string,
  classify: Classify,
): Told | undefined {
  const verdict = classify({ message, reason, image });
  return verdict && { verdict, message: keptText(redact(message), longestMessage) };
}

function withoutSecret(told: Told): Told {
  const verdict = explainedBySecret(told.verdict);
  return verdict === told.verdict ? told : { ...told, verdict };
}

/** FNV-1a, twice: texts are compared, never trusted to differ. */
export function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = text.length;
  for (let i = 0; i < text.length; i += 1) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ low, 0x85ebca6b);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
