// What a wrapper is: a text with holes that one program puts in front of another program's error.
import type { Stage } from '../verdict.ts';

export interface Wrapper {
  /**
   * As the program prints it. `{hole}` is one word, `"{hole}"` anything between quotes. Some holes
   * have a meaning: `{url}` of the failing request, `{status}` its HTTP status, `{host}` or
   * `{where}` (a reference) where no URL is shown, `{ref}` the image, `{code}` of gRPC, `{reason}` of the kubelet.
   */
  readonly form: string;
  /** What it says, for rules; several wordings of one thing share it. */
  readonly means: string;
  /** How far the pull had come where this is printed. */
  readonly stage?: Stage;
  /** What follows: a raw HTTP body, perhaps quoted; `nothing`: the rest of the text is the user's. */
  readonly follows?: 'body' | 'nothing';
  /** Prose can hold these words, too: only where an error begins. */
  readonly onlyAtStart?: true;
  readonly seen: string;
}
