// Group imagepull.exporter: whether silence of the other alerts means that all is well.
import type { Vector } from '../src/promql/expression.ts';
import { not, oneOf } from '../src/promql/matchers.ts';
import { above, absent, age, equal, maxOver, or, ratio } from '../src/promql/operators.ts';
import { alert, minutes, type Pack } from './alert.ts';

const container = ['cluster', 'namespace', 'pod', 'container'] as const;
const namespace = ['cluster', 'namespace'] as const;

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

/**
 * Containers that only one of the two shows, both now and a while ago, and the other not once since:
 * what differs for a scrape or two is no disagreement. Only where both look, see the conditions.
 */
function stateDisagrees(pack: Pack): Vector<'cluster' | 'namespace'> {
  const { q, windows } = pack;
  const recently = windows.patience + windows.bridge;
  const waitingForAnyReason = q.selectAny(waitingReasons);
  const waitingForImage = q.selectAny(waitingReasons, {
    reason: oneOf(['ErrImagePull', 'ImagePullBackOff']),
  });
  const failing = q.select('imagepull_container_failing');
  // kube-state-metrics does not show ephemeral containers.
  const failingThere = q.select('imagepull_container_failing', {
    container_type: not('ephemeral'),
  });
  const lasting = (gauge: typeof waitingForImage | typeof failing): Vector<ContainerLabel> =>
    q.and(
      container,
      q.max(container, above(q.bridge(gauge as typeof failing), 0)),
      above(q.bridge(gauge as typeof failing, windows.patience), 0),
    );

  const onlyThere = q.unless(container, lasting(waitingForImage), maxOver(failing, recently));
  const watched = q.and(namespace, onlyThere, q.latest(q.select('imagepull_attempts_total')));

  const onlyHere = q.unless(
    container,
    lasting(failingThere),
    above(maxOver(waitingForAnyReason, recently), 0),
  );
  const namespaces = q.latest(q.select('kube_namespace_status_phase'));
  const collected = maxOver(q.selectAny(waitingReasons), windows.collected);
  const seenThere = q.and(['cluster'], q.and(namespace, onlyHere, namespaces), collected);

  // The kubelet leaves a pod that is going, or is over, as it was; the exporter drops it.
  const ended = q.select('kube_pod_status_phase', { phase: oneOf(['Failed', 'Succeeded']) });
  const over = or<string>(q.select('kube_pod_deletion_timestamp'), equal(ended, 1)) as Vector<
    'cluster' | 'namespace' | 'pod'
  >;
  const disagreeing = q.unless(['cluster', 'namespace', 'pod'], or(watched, seenThere), over);
  const overLimit = q.select('imagepull_exporter_series_over_limit', {
    reason: 'failing_containers',
  });
  return q.unless(
    ['cluster'],
    above(q.count(namespace, disagreeing), 0),
    above(q.bridge(overLimit), 0),
  );
}

type ContainerLabel = (typeof container)[number];

const waitingReasons = [
  'kube_pod_container_status_waiting_reason',
  'kube_pod_init_container_status_waiting_reason',
] as const;
