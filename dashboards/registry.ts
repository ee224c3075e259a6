// Registry: one host: does it work, how well, since when, who is blocked.
import { variable } from '../src/promql/matchers.ts';
import { age, atLeast, or, quantile } from '../src/promql/operators.ts';
import { causeSeries, limits, nothingFails, resultSeries, zeroIsGood } from './colours.ts';
import { workloadTable } from './columns.ts';
import type { DashboardDefinition } from './dashboard.ts';
import { as, sorted } from './operators.ts';
import { bad, good, warning } from './palette.ts';
import { bars, histogram, stat, stateTimeline, timeseries } from './panel.ts';
import { workload } from './queries.ts';

const registry = variable('registry');
const here = { registry };
const down = 2;
const degraded = 1;

export const registryDashboard: DashboardDefinition = {
  uid: 'imagepull-registry',
  title: 'Registry',
  question: 'Does this registry work: how well, since when, and whom does it block?',
  variables: ['registry'],
  rows: (queries, settings) => {
    const { q, failing, orZero, orNamedZero, limits: thresholds } = queries;
    const attempts = q.select('imagepull_attempts_total', here);
    const failures = q.select('imagepull_attempts_total', { ...here, result: 'failure' });
    const buckets = q.select('imagepull_duration_seconds_bucket', here);
    const firing = (alertname: 'ImagePullRegistryUnavailable' | 'ImagePullRegistryDegraded') =>
      q.max(['registry'], q.select('ALERTS', { alertname, alertstate: 'firing', registry }));
    return [
      {
        title: 'Now',
        panels: [
          stat({
            slug: 'blocked',
            title: 'Workloads blocked',
            question: 'Who is hurt? Workloads with a container that cannot pull from here.',
            size: [5, 4],
            query: { expr: orZero(q.count([], q.count(workload, q.record('failing', here)))) },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'outage-ratio',
            title: 'Attempts that fail for an outage',
            question:
              'Is it the registry? Share of the attempts of the last hour whose cause speaks for an outage; the alert reads the same series.',
            size: [5, 4],
            query: { expr: q.max([], q.record('outageRatioLong', here)) },
            unit: 'percentunit',
            decimals: 0,
            steps: limits(thresholds.degradedRatio / 4, thresholds.degradedRatio),
            noValue: 'nothing pulled',
          }),
          stat({
            slug: 'p95',
            title: 'Pull time, 95th percentile',
            question: 'Is it slow? A slow registry comes before a dead one.',
            size: [5, 4],
            query: {
              expr: q.max([], atLeast(q.record('pullDuration', { ...here, quantile: '0.95' }), 0)),
            },
            unit: 's',
            decimals: 1,
            steps: limits(thresholds.slowPull / 2, thresholds.slowPull),
            noValue: 'nothing pulled',
          }),
          stat({
            slug: 'rate-limited',
            title: 'Rate-limited workloads',
            question:
              'Is it the limit of pulls? The cure is a mirror or an account, not a restart.',
            size: [5, 4],
            query: {
              expr: orZero(q.count([], failing(workload, { ...here, cause: 'rate_limited' }))),
            },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'last-success',
            title: 'Last pull that worked',
            question: 'Does nobody pull, or can nobody pull? Absent where events are not watched.',
            size: [4, 4],
            query: {
              expr: age(q.max([], q.select('imagepull_last_success_timestamp_seconds', here))),
            },
            unit: 's',
            decimals: 0,
            noValue: 'never seen',
          }),
        ],
      },
      {
        title: 'History',
        panels: [
          stateTimeline({
            slug: 'health',
            title: 'Health',
            question: 'When was it down? By the alerts that fired.',
            size: [16, 6],
            queries: [
              {
                expr: or(
                  as(down, firing('ImagePullRegistryUnavailable')),
                  as(degraded, firing('ImagePullRegistryDegraded')),
                  as(0, q.max(['registry'], q.record('attempts', here))),
                ),
                legend: '{{registry}}',
              },
            ],
            unit: 'none',
            values: {
              0: { text: 'OK', colour: good },
              [degraded]: { text: 'degraded', colour: warning },
              [down]: { text: 'down', colour: bad },
            },
          }),
          bars({
            slug: 'nodes',
            title: 'Nodes that fail against it',
            question: 'All nodes: the registry. One node: that node.',
            size: [8, 6],
            query: {
              expr: sorted(
                orNamedZero(
                  q.count(['node'], failing([...workload, 'node'], here)),
                  'node',
                  nothingFails,
                ),
              ),
              legend: '{{node}}',
            },
            unit: 'none',
            colours: { [nothingFails]: good },
          }),
          timeseries({
            slug: 'attempts',
            title: 'Attempts by result',
            question: 'How much is asked of it, and how much of it works?',
            size: [8, 8],
            queries: [
              { expr: q.rate(['result'], attempts, '$__rate_interval'), legend: '{{result}}' },
            ],
            unit: 'ops',
            colours: resultSeries,
          }),
          timeseries({
            slug: 'failures-by-cause',
            title: 'Failed attempts by cause',
            question: 'Does the cause change while it lasts? First a timeout, then 429: a clue.',
            size: [8, 8],
            queries: [
              {
                expr: orNamedZero(
                  q.rate(['cause'], failures, '$__rate_interval'),
                  'cause',
                  nothingFails,
                ),
                legend: '{{cause}}',
              },
            ],
            unit: 'ops',
            stacked: true,
            colours: causeSeries,
          }),
          timeseries({
            slug: 'outage-ratios',
            title: 'Share that fails for an outage, short and long',
            question:
              'Why did the alert fire, or why not? It fires when both windows are above the line.',
            size: [8, 8],
            queries: [
              {
                expr: q.max(['registry'], q.record('outageRatio', here)),
                legend: '{{registry}}, short',
              },
              {
                expr: q.max(['registry'], q.record('outageRatioLong', here)),
                legend: '{{registry}}, long',
              },
            ],
            unit: 'percentunit',
            max: 1,
            limit: thresholds.degradedRatio,
          }),
          histogram({
            slug: 'durations',
            every: '5m',
            title: 'How long pulls take',
            question:
              'Are there two kinds of pulls, such as cached and cold? A percentile would hide it.',
            size: [12, 9],
            query: {
              expr: q.increase(['le'], buckets, '$__rate_interval'),
              legend: '{{le}}',
            },
            unit: 's',
          }),
          timeseries({
            slug: 'percentiles',
            every: '5m',
            title: 'Pull time: median, 95th, 99th percentile',
            question: 'Does it become slower? The line is where the alert begins.',
            size: [12, 9],
            queries: ([0.5, 0.95, 0.99] as const).map((rank) => ({
              expr: atLeast(quantile(rank, q.rate(['le'], buckets, '$__rate_interval')), 0),
              legend: rank === 0.5 ? 'median' : `${rank * 100} %`,
            })),
            unit: 's',
            noValue: 'nothing pulled',
            limit: thresholds.slowPull,
          }),
        ],
      },
      {
        title: 'Who is blocked',
        panels: [
          workloadTable(
            {
              slug: 'blocked-workloads',
              title: 'Blocked workloads, the oldest first',
              question: 'Who waits for this registry, and why?',
              size: [24, 10],
            },
            queries,
            settings,
            here,
          ),
        ],
      },
    ];
  },
};
