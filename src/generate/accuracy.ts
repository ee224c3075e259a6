// Labelled texts and a classifier -> how often it is right, and what it takes for what.
import { type Cause, causes } from '../classify/causes.ts';
import type { Classify } from '../classify/verdict.ts';

export interface LabelledText {
  readonly message: string;
  /** `unknown` for texts that name no cause as well. */
  readonly cause: Cause;
  /** Other causes that are defensible. */
  readonly also_ok?: readonly Cause[];
}

export interface Accuracy {
  readonly texts: number;
  /** The cause is the label, or one of those that are defensible, too. */
  readonly exact: number;
  /** The class is that of one of these causes. */
  readonly class: number;
  readonly misses: readonly Miss[];
}

export interface Miss {
  readonly text: LabelledText;
  readonly cause: Cause;
}

/** Texts are judged by their message alone: the kubelet's reason is often not at hand. */
export function measureAccuracy(texts: readonly LabelledText[], classify: Classify): Accuracy {
  const answers = texts.map((text) => {
    const cause = classify({ message: text.message })?.cause ?? 'unknown';
    const right = [text.cause, ...(text.also_ok ?? [])];
    return {
      text,
      cause,
      exact: right.includes(cause),
      class: right.some((other) => causes[other].class === causes[cause].class),
    };
  });
  return {
    texts: texts.length,
    exact: answers.filter((answer) => answer.exact).length,
    class: answers.filter((answer) => answer.class).length,
    misses: answers.filter((answer) => !answer.exact).map(({ text, cause }) => ({ text, cause })),
  };
}

/** `97.3 %`, rounded down: 100 % means all. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;
}
