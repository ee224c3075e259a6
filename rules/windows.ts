// The scrape interval -> the ranges that expressions look back over, in seconds.

export interface Windows {
  /** Bridges a lost scrape; more would weaken `for`. */
  readonly bridge: number;
  /** The rates of panels, and the quick half of a ratio. */
  readonly short: number;
  /** The slow half of a ratio. */
  readonly long: number;
  /** Without a success in it a registry is down. */
  readonly success: number;
  /** Pulls whose duration is judged. */
  readonly pulls: number;
  readonly dropped: number;
  readonly unclassified: number;
  /** What a single container, or one workload of a node, must have gone on for before it counts. */
  readonly patience: number;
  /** How long a firing alert is remembered: a large Prometheus takes minutes to restart. */
  readonly memory: number;
  /** kube-state-metrics has shown a waiting container within it: the metric is collected. */
  readonly collected: number;
}

/** Rates need four samples, and a lost scrape must not look like an end. */
export function windowsFor(scrapeIntervalSeconds: number, speed: number): Windows {
  const atLeastFour = (seconds: number): number =>
    Math.max(seconds / speed, 4 * scrapeIntervalSeconds);
  return {
    bridge: atLeastFour(120),
    short: atLeastFour(300),
    long: atLeastFour(3600),
    success: atLeastFour(600),
    pulls: atLeastFour(1800),
    dropped: atLeastFour(3600),
    unclassified: atLeastFour(21_600),
    patience: atLeastFour(600),
    memory: atLeastFour(900),
    collected: atLeastFour(3600),
  };
}
