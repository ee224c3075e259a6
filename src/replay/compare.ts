// Episodes as replayed, and the truth -> the error of each figure, per pull key and in total.
import type { Episode } from './episodes.ts';
import type { Truth } from './truth.ts';

/** One line of the truth that has an episode, or should have one; or an episode that should not be. */
export interface Row {
  readonly scenario: string;
  readonly container: string;
  readonly image: string;
  readonly expectedCauses: readonly string[];
  readonly cause: string;
  /** Of failures that a status can have shown by the end, and those that happened until then. */
  readonly trueAttempts: readonly [shown: number, all: number];
  readonly attempts: number;
  readonly firstFailureErrorMs: number | undefined;
  readonly lastAttemptErrorMs: number | undefined;
  /** Of each try after the first: how long after the next retry that was shown. */
  readonly retryErrorsMs: readonly number[];
  /** Tries whose next retry was not shown. */
  readonly retriesUnknown: number;
  readonly recoveryDelayMs: number | undefined;
  readonly verdict: 'exact' | 'within 1' | 'wrong' | 'phantom' | 'missing';
}

export interface Span {
  /** Unix milliseconds; -Infinity where it was watched from the beginning. */
  readonly startAt: number;
  readonly until: number;
  /** Episodes that a live watcher saw end before `startAt`: their failures are history. */
  readonly ended: readonly Episode[];
}

/** What failed is shown one sync later. */
const shownAfterMs = 17_000;

export function compare(
  episodes: readonly Episode[],
  truths: readonly Truth[],
  span: Span,
): readonly Row[] {
  const rows = truths.flatMap((truth) => rowOf(truth, episodes, truths, span));
  const explained = new Set(truths.flatMap((truth) => episodesOf(truth, episodes)));
  const phantoms = episodes
    .filter((episode) => !explained.has(episode) && !isShared(episode, truths))
    .map((episode) => phantomRow(episode.state.pod, [episode]));
  return [...rows, ...phantoms];
}

function rowOf(
  truth: Truth,
  episodes: readonly Episode[],
  truths: readonly Truth[],
  span: Span,
): readonly Row[] {
  const shown = episodesOf(truth, episodes);
  const last = shown.at(-1);
  if (truth.expectedCause === undefined) {
    const isPhantom = shown.some((episode) => !isShared(episode, truths));
    return isPhantom ? [phantomRow(truth.scenario, shown)] : [];
  }
  const since = historyEnds(truth, span);
  const failures = truth.failures.filter(({ at }) => at > since);
  const until = Math.min(span.until, truth.deletedAt ?? Infinity);
  const all = failures.filter(({ at }) => at <= until).length;
  const due = failures.filter(({ at }) => at <= until - shownAfterMs).length;
  const attempts = shown.reduce((sum, { state }) => sum + state.attempts, 0);
  if (last === undefined) {
    const isOver = [truth.recoveredAt, truth.deletedAt].some(
      (at) => at !== undefined && at <= span.startAt,
    );
    const hasFailed = due > 0 || isNeverTried(truth, truths);
    return hasFailed && !isOver ? [missingRow(truth, [due, all])] : [];
  }
  const errorMs = attempts < due ? attempts - due : Math.max(0, attempts - all);
  const endedAt = last.endedAt ?? until;
  const seen = failures.filter(({ at }) => at <= endedAt);
  const tries = truth.triedAt.filter((at) => at > span.startAt && at <= until);
  const retries = tries.flatMap((at) => retryBefore(at, shown));
  return [
    {
      scenario: truth.scenario,
      container: last.state.container,
      image: truth.image,
      expectedCauses: expectedCauses(truth, seen),
      cause: last.state.verdict.cause,
      trueAttempts: [due, all],
      attempts,
      firstFailureErrorMs: difference(shown[0]?.state.firstFailureAt, failures[0]?.at),
      lastAttemptErrorMs:
        errorMs === 0
          ? difference(last.state.lastAttemptAt, failures[attempts - 1]?.at)
          : undefined,
      retryErrorsMs: retries.flatMap(({ errorMs: error }) => error ?? []),
      retriesUnknown: retries.filter(({ errorMs: error }) => error === undefined).length,
      recoveryDelayMs:
        last.outcome === 'recovered' ? difference(last.endedAt, truth.recoveredAt) : undefined,
      verdict: errorMs === 0 ? 'exact' : Math.abs(errorMs) === 1 ? 'within 1' : 'wrong',
    },
  ];
}

function episodesOf(truth: Truth, episodes: readonly Episode[]): readonly Episode[] {
  return episodes.filter(
    ({ state }) =>
      state.uid === truth.uid &&
      state.image === truth.image &&
      truth.statusOn.includes(state.container),
  );
}

/** Containers that share an image string share its tries; one line of the truth has them. */
function isShared({ state }: Episode, truths: readonly Truth[]): boolean {
  return truths.some(
    ({ uid, image, expectedCause }) =>
      uid === state.uid && image === state.image && expectedCause !== undefined,
  );
}

/** The kubelet never called the runtime, and no other container of the pod shares the image. */
function isNeverTried(truth: Truth, truths: readonly Truth[]): boolean {
  return truths
    .filter(({ uid, image }) => uid === truth.uid && image === truth.image)
    .every(({ triedAt }) => triedAt.length === 0);
}

function historyEnds({ uid, image, recoveredAt = Infinity }: Truth, span: Span): number {
  const ended = span.ended
    .filter(({ state }) => state.uid === uid && state.image === image)
    .flatMap(({ endedAt = Infinity }) => (endedAt <= span.startAt ? endedAt : []));
  return Math.max(-Infinity, ...ended, recoveredAt <= span.startAt ? recoveredAt : -Infinity);
}

/** What was injected, or what the text says instead; a cause that changes is that of late. */
function expectedCauses(
  { expectedCause, visible }: Truth,
  seen: Truth['failures'],
): readonly string[] {
  return [
    ...new Set([...visible, expectedCause ?? '', ...seen.slice(-2).map(({ cause }) => cause)]),
  ];
}

function retryBefore(
  triedAt: number,
  shown: readonly Episode[],
): readonly { readonly errorMs: number | undefined }[] {
  const episode = shown.find(
    ({ retries, endedAt = Infinity }) =>
      (retries[0]?.since ?? Infinity) < triedAt && endedAt >= triedAt,
  );
  const retry = episode?.retries.findLast(({ since }) => since < triedAt);
  return retry === undefined ? [] : [{ errorMs: difference(triedAt, retry.retryAt) }];
}

function phantomRow(scenario: string, shown: readonly Episode[]): Row {
  const state = shown[0]?.state;
  return {
    ...emptyRow,
    scenario,
    container: state?.container ?? '',
    image: state?.image ?? '',
    cause: state?.verdict.cause ?? '',
    attempts: state?.attempts ?? 0,
    verdict: 'phantom',
  };
}

function missingRow(truth: Truth, trueAttempts: Row['trueAttempts']): Row {
  const { scenario, container, image } = truth;
  const causes = expectedCauses(truth, truth.failures);
  return {
    ...emptyRow,
    scenario,
    container,
    image,
    expectedCauses: causes,
    trueAttempts,
    verdict: 'missing',
  };
}

const emptyRow = {
  expectedCauses: [],
  cause: '',
  trueAttempts: [0, 0],
  attempts: 0,
  firstFailureErrorMs: undefined,
  lastAttemptErrorMs: undefined,
  retryErrorsMs: [],
  retriesUnknown: 0,
  recoveryDelayMs: undefined,
} as const;

function difference(shown: number | undefined, truth: number | undefined): number | undefined {
  return shown === undefined || truth === undefined ? undefined : shown - truth;
}
