// Exporter: can the other dashboards be trusted.
import { age, ratio } from '../src/promql/operators.ts';
import { overTime } from '../src/promql/selector.ts';
import { zeroIsGood } from './colours.ts';
import type { DashboardDefinition } from './dashboard.ts';
import { bad, good } from './palette.ts';
import { stat, stateTimeline, timeseries } from './panel.ts';

const perInstance = ['cluster', 'job', 'instance'] as const;

export const exporter: DashboardDefinition = {
  uid: 'imagepull-exporter',
  title: 'Exporter',
  question:
    'Can the other dashboards be trusted: does the exporter see the cluster, and all of it?',
  variables: [],
  rows: (queries) => {
    const { q, orZero, limits: thresholds, windows } = queries;
    const build = q.select('imagepull_exporter_build_info');
    const contact = q.select('imagepull_exporter_last_contact_timestamp_seconds');
    const failures = q.select('imagepull_attempts_total', { result: 'failure' });
    const unknown = q.select('imagepull_attempts_total', { result: 'failure', class: 'unknown' });
    // Every job may be chosen: of series that all programs have, only those of exporters.
    const recently = overTime('last_over_time', build, '$__range');
    const up = q.and(perInstance, q.select('up'), recently);
    return [
      {
        title: 'Health',
        panels: [
          stat({
            slug: 'instances',
            title: 'Exporters that answer',
            question: 'Is anybody there?',
            size: [4, 4],
            query: { expr: q.count([], build) },
            unit: 'none',
            steps: [
              { from: Number.NEGATIVE_INFINITY, colour: bad },
              { from: 1, colour: good },
            ],
            noValue: 'none',
          }),
          stat({
            slug: 'version',
            title: 'Version',
            question: 'Which table of causes is in force?',
            size: [4, 4],
            query: { expr: q.count(['version'], build), legend: '{{version}}' },
            show: 'name',
            unit: 'none',
            noValue: 'none',
          }),
          stat({
            slug: 'tracked',
            title: 'Failing containers tracked',
            question:
              'What does it know? More than the other dashboards show means that a limit is at work.',
            size: [4, 4],
            query: {
              expr: q.sum(
                [],
                q.max(['cluster', 'shard'], q.select('imagepull_exporter_tracked_containers')),
              ),
            },
            unit: 'none',
            noValue: 'no exporter',
          }),
          stat({
            slug: 'over-limit',
            title: 'Series kept out now',
            question: 'Is something missing? What a limit keeps out, or folds together, now.',
            size: [4, 4],
            query: {
              expr: q.sum(
                [],
                q.max(
                  ['cluster', 'shard', 'reason'],
                  q.select('imagepull_exporter_series_over_limit'),
                ),
              ),
            },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'events',
            title: 'Events are watched',
            question: 'Are successes and durations known? Without events they are absent, not 0.',
            size: [4, 4],
            query: {
              expr: orZero(
                q.max([], q.select('imagepull_exporter_synced', { resource: 'events' })),
              ),
            },
            unit: 'none',
            values: { 0: { text: 'no', colour: '#E69F00' }, 1: { text: 'yes', colour: good } },
            noValue: 'no exporter',
          }),
          stat({
            slug: 'skipped',
            title: 'Objects not understood, 1 h',
            question: 'Could everything be read? Pods and events that were left out.',
            size: [4, 4],
            query: {
              expr: orZero(
                q.increase([], q.select('imagepull_exporter_objects_skipped_total'), windows.long),
              ),
            },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stateTimeline({
            slug: 'up',
            title: 'Up',
            question: 'Are there gaps? They explain gaps in the alerts.',
            size: [12, 7],
            queries: [{ expr: q.max(['instance'], up), legend: '{{instance}}' }],
            unit: 'none',
            values: { 0: { text: 'down', colour: bad }, 1: { text: 'up', colour: good } },
          }),
          timeseries({
            slug: 'silence',
            title: 'Time since the API server said anything',
            question:
              'Does it still see the cluster? A watch that is stale looks like a healthy cluster. The line is where the alert begins.',
            size: [12, 7],
            queries: [{ expr: age(q.max(['resource'], contact)), legend: '{{resource}}' }],
            unit: 's',
            limit: thresholds.watchSilence,
          }),
          timeseries({
            slug: 'restarts',
            title: 'Watches that ended and began again',
            question:
              'Is the API server hard to reach? forbidden: a missing right. expired: it was away for long.',
            size: [12, 7],
            queries: [
              {
                expr: q.rate(
                  ['resource', 'reason'],
                  q.select('imagepull_exporter_watch_restarts_total'),
                  '$__rate_interval',
                ),
                legend: '{{resource}}: {{reason}}',
              },
            ],
            unit: 'ops',
          }),
          timeseries({
            slug: 'events-rate',
            title: 'Changes received',
            question: 'How much does it have to read?',
            size: [12, 7],
            queries: [
              {
                expr: q.rate(
                  ['resource', 'type'],
                  q.select('imagepull_exporter_watch_events_total'),
                  '$__rate_interval',
                ),
                legend: '{{resource}}: {{type}}',
              },
            ],
            unit: 'ops',
          }),
        ],
      },
      {
        title: 'Quality and cost',
        panels: [
          timeseries({
            slug: 'unknown',
            title: 'Failed attempts with a text that no rule knows',
            question:
              'Is the table of causes good enough? A new runtime or registry may word its errors in another way: report the texts.',
            size: [8, 7],
            queries: [
              {
                expr: ratio(
                  q.rate([], unknown, '$__rate_interval'),
                  q.rate([], failures, '$__rate_interval'),
                ),
                legend: 'unknown',
              },
            ],
            unit: 'percentunit',
            max: 1,
            limit: thresholds.unclassifiedShare,
          }),
          timeseries({
            slug: 'samples',
            title: 'Series exposed',
            question: 'What does it cost Prometheus?',
            size: [8, 7],
            queries: [
              {
                expr: q.max(
                  ['instance'],
                  q.and(perInstance, q.select('scrape_samples_scraped'), build),
                ),
                legend: '{{instance}}',
              },
            ],
            unit: 'none',
          }),
          timeseries({
            slug: 'dropped',
            title: 'Series dropped by a limit',
            question: 'Is something cut off in silence?',
            size: [8, 7],
            queries: [
              {
                expr: q.rate(
                  ['reason'],
                  q.select('imagepull_exporter_series_dropped_total'),
                  '$__rate_interval',
                ),
                legend: '{{reason}}',
              },
            ],
            unit: 'ops',
          }),
          timeseries({
            slug: 'scrape-duration',
            title: 'Duration of scrapes',
            question: 'Is it near the scrape timeout?',
            size: [6, 7],
            queries: [
              {
                expr: q.max(
                  ['instance'],
                  q.and(perInstance, q.select('scrape_duration_seconds'), build),
                ),
                legend: '{{instance}}',
              },
            ],
            unit: 's',
          }),
          timeseries({
            slug: 'cpu',
            title: 'CPU, in cores',
            question: 'How much does it work?',
            size: [6, 7],
            queries: [
              {
                expr: q.max(
                  ['instance'],
                  q.and(
                    perInstance,
                    overTime('rate', q.select('process_cpu_seconds_total'), '$__rate_interval'),
                    build,
                  ),
                ),
                legend: '{{instance}}',
              },
            ],
            unit: 'none',
            decimals: 3,
          }),
          timeseries({
            slug: 'memory',
            title: 'Memory',
            question: 'Is it near its limit?',
            size: [6, 7],
            queries: [
              {
                expr: q.max(
                  ['instance'],
                  q.and(perInstance, q.select('process_resident_memory_bytes'), build),
                ),
                legend: '{{instance}}',
              },
            ],
            unit: 'bytes',
          }),
          timeseries({
            slug: 'event-loop',
            title: 'Event loop lag, 99th percentile',
            question: 'Has it more to do than one process can?',
            size: [6, 7],
            queries: [
              {
                expr: q.max(
                  ['instance'],
                  q.and(perInstance, q.select('nodejs_eventloop_lag_p99_seconds'), build),
                ),
                legend: '{{instance}}',
              },
            ],
            unit: 's',
          }),
        ],
      },
    ];
  },
};
