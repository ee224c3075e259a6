// Group imagepull.exporter: whether silence of the other alerts means that all is well.
import type { Vector } from '../src/promql/expression.ts';
import { not } from '../src/promql/matchers.ts';
import { above, absent, age, equal, maxOver, or, ratio } from '../src/promql/operators.ts';
import { alert, minutes } from './alert.ts';
import { stateDisagrees } from './state-disagrees.ts';

export const exporterAlerts = {
  ImagePullExporterAbsent: alert({
    // Nothing to scrape, or nothing that answers: of a whole cluster, or of one shard.
    expr: ({ q }) => {
      const up = q.select('up');
      return or(equal(q.max(['cluster', 'job', 'shard'], up), 0), absent(up));
    },
    for: minutes(10),
    keepFiringFor: 0,
    severity: 'warning',
    audience: 'monitoring',
    summary: 'The image pull exporter cannot be scraped.',
    description: () =>
      'No instance of the exporter answers{{ with $labels.shard }} for shard {{ . }}{{ end }}: until ' +
      'one does, no alert of failing image pulls can fire.',
    dashboard: 'imagepull-exporter',
    variables: ['cluster'],
  }),

  ImagePullExporterWatchStale: alert({
    expr: ({ q, limits, windows }) => {
      const contact = q.select('imagepull_exporter_last_contact_timestamp_seconds', {
        resource: 'pods',
      });
      const latest = q.max(
        ['cluster', 'job', 'shard', 'resource'],
        maxOver(contact, windows.short),
      );
      return above(age(latest), limits.watchSilence);
    },
    for: minutes(5),
    keepFiringFor: 0,
    severity: 'warning',
    audience: 'monitoring',
    summary: 'The image pull exporter has lost sight of the cluster.',
    description: ({ label, value }) =>
      `The API server has sent the exporter nothing about ${label('resource')} for ` +
      `${value('humanizeDuration')}{{ with $labels.shard }} (shard {{ . }}){{ end }}: what it shows ` +
      'is as old as that.',
    dashboard: 'imagepull-exporter',
    variables: ['cluster'],
  }),

  ImagePullExporterLabelsRenamed: alert({
    expr: ({ q }) => {
      const renamed = q.selectAny(['imagepull_attempts_total', 'imagepull_container_failing'], {
        exported_namespace: not(''),
      });
      return above(q.count(['cluster', 'job'], q.latest(renamed)), 0);
    },
    for: minutes(10),
    keepFiringFor: 0,
    severity: 'warning',
    audience: 'monitoring',
    summary: "The scrape renames the exporter's labels, so that no alert can fire.",
    description: ({ label }) =>
      `Series of ${label('job')} carry exported_namespace instead of namespace: set honorLabels: ` +
      'true in the ServiceMonitor (honor_labels in a scrape configuration).',
    dashboard: 'imagepull-exporter',
    variables: ['cluster'],
  }),

  ImagePullExporterSeriesDropped: alert({
    expr: ({ q, windows }) => {
      const dropped = q.select('imagepull_exporter_series_dropped_total');
      const over = q.select('imagepull_exporter_series_over_limit');
      return or(
        above(q.increase(['cluster', 'reason'], dropped, windows.dropped), 0),
        above(q.max(['cluster', 'reason'], q.bridge(over)), 0),
      );
    },
    for: minutes(5),
    keepFiringFor: 0,
    severity: 'info',
    audience: 'monitoring',
    summary: 'The image pull exporter keeps series out because there are too many.',
    description: ({ label }) =>
      `A limit of the exporter is at work (${label('reason')}): some failing containers or ` +
      'registries are missing or folded together. Raise the limit, or split the work into shards.',
    dashboard: 'imagepull-exporter',
    variables: ['cluster'],
  }),

  ImagePullUnclassified: alert({
    // Episodes, not attempts: one pod makes 70 attempts in six hours.
    expr: ({ q, limits, windows }) => {
      const all = q.select('imagepull_episodes_total');
      const unknown = q.select('imagepull_episodes_total', { class: 'unknown' });
      const of = (episodes: typeof all): Vector<'cluster'> =>
        q.increase(['cluster'], episodes, windows.unclassified);
      return q.and(
        ['cluster'],
        above(ratio(of(unknown), of(all)), limits.unclassifiedShare),
        above(of(unknown), limits.unclassifiedEpisodes),
      );
    },
    for: minutes(30),
    keepFiringFor: 0,
    severity: 'info',
    audience: 'monitoring',
    summary: 'Many failing pulls have a text that no rule of the exporter knows.',
    description: ({ value }) =>
      `The cause of ${value('humanizePercentage')} of the failures of the last hours is unknown. A ` +
      'new runtime or registry may word its errors in another way: report the texts, or add rules ' +
      'with --classify.rules-file.',
    dashboard: 'imagepull-exporter',
    variables: ['cluster'],
  }),

  ImagePullStateDisagrees: alert({
    expr: stateDisagrees,
    for: minutes(15),
    keepFiringFor: 0,
    severity: 'warning',
    audience: 'monitoring',
    summary: 'The image pull exporter and kube-state-metrics disagree on what fails.',
    description: ({ label, value }) =>
      `Containers of namespace ${label('namespace')} that wait for an image according to only one ` +
      `of the two: ${value('humanize')}. Compare the pods with the page of the exporter, and report ` +
      'what it got wrong.',
    dashboard: 'imagepull-exporter',
    variables: ['cluster'],
  }),
};
