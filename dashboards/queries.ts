// Settings -> what the queries of all dashboards are made of: the vectors that several panels show.
import type { NamedRecords } from '../rules/records.ts';
import { nameRecords } from '../rules/records.ts';
import { limitsOf } from '../rules/pack.ts';
import { windowsFor, type Windows } from '../rules/windows.ts';
import type { ThresholdValues } from '../rules/thresholds.ts';
import { bindings, operation, type Vector } from '../src/promql/expression.ts';
import { not, pattern, type Matchers } from '../src/promql/matchers.ts';
import { promql, type PromQl } from '../src/promql/promql.ts';
import type { SeriesLabel } from '../src/promql/series.ts';
import { withLabel } from '../src/promql/operators.ts';
import { as, orElse } from './operators.ts';
import type { DashboardsSettings } from './settings.ts';

export type FailingLabel = SeriesLabel<'imagepull_container_failing'>;
export type FailingMatchers = Matchers<Exclude<FailingLabel, 'cluster'>>;

/** What a container is joined by. */
const identity = ['cluster', 'namespace', 'pod', 'uid', 'container'] as const;

export const workload = ['cluster', 'namespace', 'workload_kind', 'workload'] as const;

export type ContainerFact =
  | 'imagepull_container_attempts'
  | 'imagepull_container_first_failure_timestamp_seconds'
  | 'imagepull_container_last_attempt_timestamp_seconds'
  | 'imagepull_container_next_retry_timestamp_seconds';

export interface Queries {
  readonly q: PromQl<NamedRecords>;
  readonly limits: ThresholdValues;
  readonly windows: Windows;
  /** The failing containers, each once, however many replicas show it. */
  readonly failing: <const By extends FailingLabel>(
    by: readonly By[],
    matchers: FailingMatchers,
  ) => Vector<By>;
  /** A number of each failing container, with the labels that say why and where it fails. */
  readonly fact: (name: ContainerFact, matchers: FailingMatchers) => Vector<FailingLabel>;
  /** The pack's alerts that somebody gets. */
  readonly firing: Vector<SeriesLabel<'ALERTS'>>;
  /** 0 where an exporter answers and nothing else is there, so that health is not "No data". */
  readonly orZero: <const Label extends string>(vector: Vector<Label>) => Vector<Label>;
  /** As `orZero`, with a name for the series that stands for health. */
  readonly orNamedZero: <const Label extends string>(
    vector: Vector<Label>,
    label: Label,
    name: string,
  ) => Vector<Label>;
  /** The clusters' label as the user's series have it, after the others. */
  readonly labelNames: (labels: readonly string[]) => readonly string[];
}

export function queriesFor(settings: DashboardsSettings): Queries {
  const windows = windowsFor(settings.scrapeIntervalSeconds, settings.speed);
  const { clusterLabel } = settings;
  const cluster = clusterLabel === undefined ? '' : `${clusterLabel}=~"$cluster"`;
  const q = promql(
    {
      selectors: {
        exporter: matchers('job=~"$job"', settings.jobSelector, cluster),
        'kube-state-metrics': matchers(settings.kubeStateMetricsSelector, cluster),
        prometheus: cluster,
        record: cluster,
      },
      clusterLabel,
      bridgeSeconds: windows.bridge,
    },
    nameRecords(windows),
  );
  const answers = as(0, q.max([], q.select('imagepull_exporter_build_info')));
  const labelNames = (labels: readonly string[]): readonly string[] =>
    labels.flatMap((label) => q.labelName(label) ?? []);
  const failing: Queries['failing'] = (by, where) =>
    q.max(by, q.select('imagepull_container_failing', where));
  return {
    q,
    limits: limitsOf(settings),
    windows,
    failing,
    fact: (name, where) => {
      const all: readonly FailingLabel[] = [
        ...identity,
        'container_type',
        'node',
        'workload_kind',
        'workload',
        'image',
        'registry',
        'class',
        'cause',
      ];
      const on = `* on (${labelNames(identity).join(', ')}) group_left ()`;
      const value = q.max(identity, q.select(name));
      const text = operation(on, bindings.multiply, failing(all, where), value);
      return { text, labels: all, binding: bindings.multiply };
    },
    firing: q.select('ALERTS', {
      alertname: pattern('ImagePull.+'),
      alertstate: 'firing',
      severity: not('none'),
    }),
    orZero: (vector) => orElse(vector, answers),
    orNamedZero: (vector, label, name) =>
      orElse(vector, withLabel(answers as Vector, label, { text: name })),
    labelNames,
  };
}

function matchers(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}
