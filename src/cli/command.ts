// What a verb of the command line is: its description, and a function from the process' ends to an exit code.
import type { CommandDescription } from '../config/help.ts';

/** The ends of the process, so that verbs can be tested without one. */
export interface CommandContext {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Resolves when more may be written. Rejects with code EPIPE once the reader has gone. */
  readonly write: (text: string) => Promise<void>;
  readonly writeError: (text: string) => void;
  /** Columns of the terminal; undefined where output is no terminal. */
  readonly columns: number | undefined;
  readonly color: boolean;
  /** Aborted by SIGINT and SIGTERM: end cleanly. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export interface Command {
  readonly description: CommandDescription;
  /** Where --help depends on the arguments. */
  readonly describe?: (argv: readonly string[]) => CommandDescription;
  /** 0: done; 1: failed at run time, or `diagnose` found failures; 2: wrong usage. */
  readonly run: (context: CommandContext) => Promise<number>;
}
