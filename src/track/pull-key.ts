// One image string of one pod, the unit of the kubelet's back-off: its tries and what they said.
import { readBackOffText } from '../observe/back-off-text.ts';
import { parseImageReference } from '../observe/image-reference.ts';
import type { Classify, Verdict } from '../classify/verdict.ts';
import { Attempts } from './attempts.ts';
import { latestCause } from './cause.ts';

/** Long enough for a person; the classifier has read all of it. */
const longestMessage = 2000;

export class PullKey {
  readonly image: string;
  readonly registry: string;
  readonly attempts = new Attempts();
  #verdict: Verdict | undefined;
  #lastVerdict: Verdict | undefined;
  #message = '';
  #textRead = 0;
  #failureShown = 0;

  constructor(image: string) {
    this.image = image;
    this.registry = parseImageReference(image).registry;
  }

  /** Of the episode; undefined while no text has named a cause. */
  get verdict(): Verdict | undefined {
    return this.#verdict;
  }

  /** Of the last failed try, shown or hidden by the one of the episode. */
  get lastVerdict(): Verdict | undefined {
    return this.#lastVerdict;
  }

  get message(): string {
    return this.#message;
  }

  /** The text of a failure that a status or an event tells. Classified only where it is new. */
  read(text: string, reason: string, classify: Classify): void {
    const hash = hashText(text);
    if (hash === this.#textRead) return;
    this.#textRead = hash;
    const verdict = classify({ message: text, reason, image: this.image });
    if (verdict === undefined) return;
    this.#lastVerdict = verdict;
    this.#verdict = latestCause(this.#verdict, verdict);
    if (this.#verdict === verdict) {
      this.#message = copyOf((readBackOffText(text)?.message ?? text).slice(0, longestMessage));
    }
  }

  /** Does a status show another failure than the last one that was shown? */
  showsNewFailure(failure: { readonly reason: string; readonly message: string }): boolean {
    if (failure.message === '') return false;
    const hash = hashText(`${failure.reason}\n${failure.message}`);
    const isNew = hash !== this.#failureShown;
    this.#failureShown = hash;
    return isNew;
  }

  endEpisode(now: number): void {
    this.attempts.endEpisode(now);
    this.#verdict = undefined;
    this.#lastVerdict = undefined;
    this.#message = '';
    this.#textRead = 0;
    this.#failureShown = 0;
  }
}

/** FNV-1a, 53 bits of it: texts are compared, never trusted to differ. */
function hashText(text: string): number {
  let low = 0x811c9dc5;
  let high = text.length;
  for (let i = 0; i < text.length; i += 1) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ low, 0x85ebca6b);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** A slice keeps the whole text alive in V8; this does not. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
