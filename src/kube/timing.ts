// How long the client waits for what.

export interface Timing {
  /** Until a connection stands, TLS included; until the answer to a request begins. */
  readonly connectMs: number;
  readonly answerMs: number;
  /** Longest silence inside a list, and longest list: 500 MB at 1 MB/s. */
  readonly listSilenceMs: number;
  readonly listMs: number;
  /** Pods get a bookmark a minute, so longer silence is a dead connection; events get none. */
  readonly podSilenceMs: number;
  /** The server is asked to end a watch after a random time in this range. */
  readonly podWatchMs: readonly [number, number];
  readonly eventWatchMs: readonly [number, number];
  /** What the server may be late with that. */
  readonly watchGraceMs: number;
  /** First wait after a failure; it doubles with each further one, up to the longest. */
  readonly firstBackOffMs: number;
  readonly longestBackOffMs: number;
  /** The longest wait that a server may ask for. */
  readonly longestRetryAfterMs: number;
  /** How often forbidden events are asked for again. */
  readonly forbiddenEventsMs: number;
  /** A watch that was without failure for so long starts again with the first wait. */
  readonly soundAfterMs: number;
  /** No watch can notice a DELETED that it was not sent: a list every so often (+-10 %) does. */
  readonly reconcileMs: number;
  /**
   * An ErrImagePull shows for 11 s and more (measured.md a): what happened in a shorter break of the
   * watch is still to be seen after it.
   */
  readonly lossAfterMs: number;
}

export const defaultTiming: Timing = {
  connectMs: 10_000,
  answerMs: 60_000,
  listSilenceMs: 30_000,
  listMs: 600_000,
  podSilenceMs: 180_000,
  podWatchMs: [300_000, 600_000],
  eventWatchMs: [240_000, 300_000],
  watchGraceMs: 30_000,
  firstBackOffMs: 800,
  longestBackOffMs: 30_000,
  longestRetryAfterMs: 300_000,
  forbiddenEventsMs: 300_000,
  soundAfterMs: 120_000,
  reconcileMs: 1_800_000,
  lossAfterMs: 5_000,
};
