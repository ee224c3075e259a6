// The classifier's answer: why a pull failed, and by which words that was decided.
import type { Cause } from './causes.ts';

/** How far the failing request had come. */
export type Stage = 'resolve' | 'auth' | 'manifest' | 'blob' | 'unpack' | 'local';

export interface Verdict {
  readonly cause: Cause;
  /** Id of the rule that decided; '' where none did. */
  readonly rule: string;
  /** The words that decided, redacted, at most 200 characters; '' where none did. */
  readonly evidence: string;
  readonly stage: Stage | undefined;
  readonly httpStatus: number | undefined;
  /** Host (and port) that the failing request went to, lower case; '' when the text names none. */
  readonly endpoint: string;
}

export interface ClassifyInput {
  readonly message: string;
  /** waiting.reason or the event's reason, where known. */
  readonly reason?: string;
  /** The image string of the spec, where known: some registries' words mean different things. */
  readonly image?: string;
}

/**
 * Undefined when the text names no cause at all (plain back-off, `Error: ErrImagePull`, an empty
 * text): the episode keeps the cause it has. Cause `unknown` when a cause is named that no rule knows.
 */
export type Classify = (input: ClassifyInput) => Verdict | undefined;
