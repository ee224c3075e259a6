// Group imagepull.rules: what several alerts and panels need, counted once.
import { causes, type Cause } from '../src/classify/causes.ts';
import type { Vector } from '../src/promql/expression.ts';
import { noneOf, oneOf } from '../src/promql/matchers.ts';
import { equal, quantile, ratio } from '../src/promql/operators.ts';
import type { Pack } from './alert.ts';
import type { RecordKey, records } from './records.ts';

export const outageCauses = causesWhere((cause) => causes[cause].outage);

/** Names that several hosts share: no statement about one registry can be made of them. */
export const foldedRegistries = ['other', 'invalid'] as const;

type Recorded = {
  readonly [Key in RecordKey]: (
    pack: Pack,
  ) => Vector<Exclude<(typeof records)[Key]['labels'][number], 'quantile'>>;
};

export const workloadIdentity = ['cluster', 'namespace', 'workload_kind', 'workload'] as const;

export const recordingRules: Recorded = {
  failing: ({ q }) =>
    q.count(
      ['cluster', 'namespace', 'workload_kind', 'workload', 'registry', 'class'],
      equal(
        q.max(
          [...workloadIdentity, 'pod', 'container', 'registry', 'class'],
          q.bridge(q.select('imagepull_container_failing')),
        ),
        1,
      ),
    ),

  outageWorkloads: (pack) =>
    countWorkloads(pack, ['registry'], {
      cause: oneOf(outageCauses),
      registry: noneOf(foldedRegistries),
    }),

  nodeWorkloads: (pack) => countWorkloads(pack, ['node', 'class']),

  attempts: ({ q, windows }) =>
    q.rate(['cluster', 'registry'], q.select('imagepull_attempts_total'), windows.short),

  outageAttempts: (pack) => outageAttempts(pack, pack.windows.short),

  outageRatio: ({ q }) =>
    whereSuccessIsWatched({ q }, ratio(q.record('outageAttempts'), q.record('attempts'))),

  outageRatioLong: (pack) => {
    const { q, windows } = pack;
    const all = q.rate(['cluster', 'registry'], q.select('imagepull_attempts_total'), windows.long);
    return whereSuccessIsWatched(pack, ratio(outageAttempts(pack, windows.long), all));
  },

  pullDuration: ({ q, windows }) => {
    const buckets = q.select('imagepull_duration_seconds_bucket');
    return quantile(0.95, q.rate(['cluster', 'registry', 'le'], buckets, windows.pulls));
  },
};

export function causesWhere(matches: (cause: Cause) => boolean): readonly Cause[] {
  return (Object.keys(causes) as Cause[]).filter(matches);
}

/** Workloads with failing containers, however many of them each has. */
export function countWorkloads<const By extends 'registry' | 'node' | 'class'>(
  { q }: Pack,
  by: readonly By[],
  matchers: Parameters<Pack['q']['select']>[1] = {},
): Vector<'cluster' | By> {
  const failing = q.bridge(q.select('imagepull_container_failing', matchers));
  return q.count(['cluster', ...by], q.count([...workloadIdentity, ...by], failing));
}

function outageAttempts({ q }: Pack, seconds: number): Vector<'cluster' | 'registry'> {
  const failed = q.select('imagepull_attempts_total', {
    result: 'failure',
    cause: oneOf(outageCauses),
    registry: noneOf(foldedRegistries),
  });
  return q.rate(['cluster', 'registry'], failed, seconds);
}

/** Without events no success is seen, and the share of failures would be all there is. */
function whereSuccessIsWatched(
  { q }: Pick<Pack, 'q'>,
  share: Vector<'cluster' | 'registry'>,
): Vector<'cluster' | 'registry'> {
  const successes = q.select('imagepull_attempts_total', { result: 'success' });
  return q.and(['cluster', 'registry'], share, q.latest(successes));
}
