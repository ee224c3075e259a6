// An episode -> the object that one line of --json prints. Times are Unix seconds.
import { causes } from '../classify/causes.ts';
import type { Episode } from './episodes.ts';

export function episodeJson({ state, attemptTimes, outcome, endedAt }: Episode): object {
  const { cause } = state.verdict;
  return {
    namespace: state.namespace,
    pod: state.pod,
    uid: state.uid,
    container: state.container,
    container_type: state.containerType,
    image: state.image,
    registry: state.registry,
    cause,
    class: causes[cause].class,
    attempts: state.attempts,
    attempt_times: attemptTimes.map(seconds),
    first_failure: seconds(state.firstFailureAt),
    last_attempt: seconds(state.lastAttemptAt),
    next_retry: seconds(state.nextRetryAt),
    outcome: outcome ?? null,
    ended_at: seconds(endedAt),
  };
}

function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms) / 1000;
}
