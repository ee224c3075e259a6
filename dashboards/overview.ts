// Overview, where a page leads: how wide, whose, why, what next.
import { variable } from '../src/promql/matchers.ts';
import { age, atLeast, or, ratio } from '../src/promql/operators.ts';
import {
  causeMappings,
  causeSeries,
  classSeries,
  heatSteps,
  limits,
  nothingFails,
  outcomeSeries,
  resultSeries,
  zeroIsGood,
} from './colours.ts';
import { clusterColumn, firingAlerts, noExporter, workloadTable } from './columns.ts';
import type { DashboardDefinition } from './dashboard.ts';
import { headline, rankColours } from './headline.ts';
import { legend, whoActs } from './legend.ts';
import { toDashboard } from './links.ts';
import { as, highestShown, sorted, top, topBy } from './operators.ts';
import { bars, heat, stat, text, timeseries } from './panel.ts';
import { workload } from './queries.ts';
import { table } from './table.ts';

const registry = variable('registry');

export const overview: DashboardDefinition = {
  uid: 'imagepull-overview',
  title: 'Overview',
  question: 'Do image pulls fail: how wide, whose problem, why, and where to look next?',
  variables: ['registry'],
  rows: (queries, settings) => {
    const {
      q,
      failing,
      fact,
      orZero,
      orNamedZero,
      limits: thresholds,
      windows,
      labelNames,
    } = queries;
    const here = { registry };
    const failures = q.select('imagepull_attempts_total', { result: 'failure', registry });
    const attempts = q.select('imagepull_attempts_total', { registry });
    const stalled = q.max(
      ['cluster', 'namespace', 'pod', 'container', 'node'],
      q.select('imagepull_container_pulling_since_timestamp_seconds', here),
    );
    const blocked = q.count(
      ['cluster', 'registry'],
      q.count([...workload, 'registry'], q.record('failing', here)),
    );
    return [
      {
        title: 'Right now',
        panels: [
          stat({
            slug: 'headline',
            title: '',
            question:
              'The worst thing now, in one sentence: what pages comes first, then the cause that most workloads share. Grey: no exporter answers, and silence means nothing.',
            size: [24, 3],
            query: { expr: headline(queries), legend: '{{sentence}}' },
            show: 'name',
            filled: true,
            unit: 'none',
            steps: rankColours,
            textSize: 26,
          }),
          stat({
            slug: 'containers',
            title: 'Containers failing',
            question: 'How big is it? Containers whose image cannot be pulled now.',
            size: [3, 4],
            query: {
              expr: orZero(
                q.count([], failing(['cluster', 'namespace', 'pod', 'container'], here)),
              ),
            },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'workloads',
            title: 'Workloads affected',
            question: 'How wide is it, in what people own? Deployments, Jobs and so on.',
            size: [3, 4],
            query: { expr: orZero(q.count([], q.count(workload, q.record('failing', here)))) },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'namespaces',
            title: 'Namespaces affected',
            question: 'One tenant, or everybody?',
            size: [3, 4],
            query: {
              expr: orZero(
                q.count([], q.count(['cluster', 'namespace'], q.record('failing', here))),
              ),
            },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'registries',
            title: 'Registries affected',
            question: 'One host (an outage), or many (network, proxy, a node)?',
            size: [3, 4],
            query: {
              expr: orZero(
                q.count([], q.count(['cluster', 'registry'], q.record('failing', here))),
              ),
            },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'nodes',
            title: 'Nodes affected',
            question: 'One node points at its disk, proxy or certificates.',
            size: [3, 4],
            query: { expr: orZero(q.count([], failing(['cluster', 'node'], here))) },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'oldest',
            title: 'Oldest failure',
            question: 'Since when? What has failed for more than a day, nobody seems to need.',
            size: [3, 4],
            query: {
              expr: age(
                q.min([], fact('imagepull_container_first_failure_timestamp_seconds', here)),
              ),
            },
            unit: 's',
            decimals: 1,
            steps: limits(0.1, thresholds.forgotten),
            noValue: 'none',
          }),
          stat({
            slug: 'stalled',
            title: 'Pulls without a result',
            question: `Pulls that have neither worked nor failed for longer than the exporter's --pull.slow-threshold. An alert fires after ${thresholds.stalledPull / 60} minutes: they block other pulls of their node.`,
            size: [3, 4],
            query: { expr: orZero(q.count([], stalled)) },
            unit: 'none',
            steps: zeroIsGood,
            noValue: 'no exporter',
          }),
          stat({
            slug: 'healed',
            title: 'Healed within the hour',
            question: 'Is it getting better? Containers that failed and then got their image.',
            size: [3, 4],
            query: {
              expr: orZero(
                q.increase(
                  [],
                  q.select('imagepull_episodes_total', { outcome: 'recovered', registry }),
                  windows.long,
                ),
              ),
            },
            unit: 'none',
            noValue: 'no exporter',
          }),
          firingAlerts(
            {
              slug: 'alerts',
              title: 'Firing alerts',
              question: 'What does the pager know? The alerts of this pack, inhibitors left out.',
              size: [24, 6],
            },
            queries,
            settings,
          ),
        ],
      },
      {
        title: 'What fails',
        panels: [
          workloadTable(
            {
              slug: 'failing-workloads',
              title: 'Failing workloads, the oldest first',
              question:
                'What exactly fails, and why? A row for each workload, registry and cause. The workload leads to its dashboard, the cause to what it means and what to do.',
              size: [24, 11],
            },
            queries,
            settings,
            here,
          ),
          timeseries({
            slug: 'causes',
            title: 'Failing workloads by cause',
            question:
              'When did it begin, and does the cause change? Causes of one class have shades of one colour.',
            size: [12, 9],
            queries: [
              {
                expr: orNamedZero(
                  q.count(['cause'], failing([...workload, 'cause'], here)),
                  'cause',
                  nothingFails,
                ),
                legend: '{{cause}}',
              },
            ],
            unit: 'none',
            stacked: true,
            draw: 'steps',
            colours: causeSeries,
          }),
          timeseries({
            slug: 'classes',
            title: 'Failing containers by class',
            question: `Whose problem is it? ${whoActs()}`,
            size: [6, 9],
            queries: [
              {
                expr: orNamedZero(
                  q.sum(['class'], q.record('failing', here)),
                  'class',
                  nothingFails,
                ),
                legend: '{{class}}',
              },
            ],
            unit: 'none',
            stacked: true,
            draw: 'steps',
            colours: classSeries,
          }),
          bars({
            slug: 'cause-bars',
            title: 'Causes now',
            question: 'What is it mostly? Failing workloads by cause, now.',
            size: [6, 9],
            query: {
              expr: sorted(
                orNamedZero(
                  q.count(['cause'], failing([...workload, 'cause'], here)),
                  'cause',
                  nothingFails,
                ),
              ),
              legend: '{{cause}}',
            },
            unit: 'none',
            colours: causeSeries,
          }),
        ],
      },
      {
        title: 'Where',
        panels: [
          heat({
            slug: 'registry-heat',
            title: 'Registries: failing workloads over time',
            question:
              'Which registry, since when? Green rows are registries that are pulled from and that work.',
            size: [12, 9],
            query: {
              expr: or(
                q.sum(['registry'], blocked),
                as(0, q.max(['registry'], q.record('attempts', here))),
              ),
              legend: '{{registry}}',
            },
            unit: 'none',
            steps: heatSteps,
          }),
          heat({
            slug: 'node-heat',
            title: 'Nodes: failing workloads over time',
            question: 'Which node, since when? One row alone points at the node itself.',
            size: [12, 9],
            query: {
              expr: orNamedZero(
                or(
                  q.sum(['node'], q.record('nodeWorkloads')),
                  as(0, q.max(['node'], highestShown(q.record('nodeWorkloads')))),
                ),
                'node',
                nothingFails,
              ),
              legend: '{{node}}',
            },
            unit: 'none',
            steps: heatSteps,
          }),
          table({
            slug: 'registries-table',
            title: 'Registries',
            question:
              'Which registry blocks most, does anything work there, is it slow? The ratio counts only what speaks for an outage, as the alert does.',
            size: [24, 8],
            nothing: noExporter,
            sortBy: { column: 'Workloads blocked' },
            columns: [
              ...clusterColumn(queries),
              {
                title: 'Registry',
                of: { label: 'registry' },
                links: [
                  toDashboard(settings, 'imagepull-registry', 'This registry', {
                    registry: 'Registry',
                  }),
                ],
              },
              {
                title: 'Workloads blocked',
                of: {
                  query: or(
                    blocked,
                    as(0, q.max(['cluster', 'registry'], q.record('attempts', here))),
                  ),
                },
                unit: 'none',
              },
              {
                title: 'Most frequent cause',
                of: { label: 'cause' },
                values: causeMappings,
              },
              {
                title: 'Attempts per second',
                of: { query: q.max(['cluster', 'registry'], q.record('attempts', here)) },
                unit: 'ops',
                decimals: 3,
              },
              {
                title: 'Outage ratio, long',
                of: { query: q.max(['cluster', 'registry'], q.record('outageRatioLong', here)) },
                unit: 'percentunit',
                decimals: 0,
              },
              {
                title: 'Pull time, 95th percentile',
                of: {
                  query: q.max(
                    ['cluster', 'registry'],
                    atLeast(q.record('pullDuration', { registry, quantile: '0.95' }), 0),
                  ),
                },
                unit: 's',
                decimals: 1,
              },
              {
                title: 'There',
                of: {
                  query: topBy(
                    labelNames(['cluster', 'registry']),
                    q.count(
                      ['cluster', 'registry', 'cause'],
                      failing([...workload, 'registry', 'cause'], here),
                    ),
                  ),
                },
                hidden: true,
              },
            ],
          }),
        ],
      },
      {
        title: 'Trend',
        panels: [
          timeseries({
            slug: 'attempts',
            title: 'Pull attempts by result',
            question: 'How much is pulled, and how much of it fails?',
            size: [6, 8],
            queries: [
              { expr: q.rate(['result'], attempts, '$__rate_interval'), legend: '{{result}}' },
            ],
            unit: 'ops',
            colours: resultSeries,
          }),
          timeseries({
            slug: 'failure-ratio',
            title: 'Failed attempts by registry',
            question: 'Which registry fails how often, compared like with like?',
            size: [6, 8],
            every: '10m',
            queries: [
              {
                expr: ratio(
                  q.rate(['registry'], failures, '$__rate_interval'),
                  q.rate(['registry'], attempts, '$__rate_interval'),
                ),
                legend: '{{registry}}',
              },
            ],
            unit: 'percentunit',
            max: 1,
          }),
          timeseries({
            slug: 'namespaces-top',
            title: 'Failed attempts by namespace, top 10',
            question: 'Who asks in vain most often? Retries cost rate limits.',
            size: [6, 8],
            every: '10m',
            queries: [
              {
                expr: top(10, q.rate(['namespace'], failures, '$__rate_interval')),
                legend: '{{namespace}}',
              },
            ],
            unit: 'ops',
          }),
          timeseries({
            slug: 'outcomes',
            title: 'How failures ended',
            question:
              'Do they heal? Recovered: the image came. Deleted: somebody gave up or rolled back. Changed: another image was tried. Counted over a moving window of 40 minutes.',
            size: [6, 8],
            every: '10m',
            queries: [
              {
                expr: q.increase(
                  ['outcome'],
                  q.select('imagepull_episodes_total', { registry }),
                  '$__rate_interval',
                ),
                legend: '{{outcome}}',
              },
            ],
            unit: 'none',
            draw: 'steps',
            stacked: true,
            colours: outcomeSeries,
          }),
        ],
      },
      {
        title: 'How to read this',
        collapsed: true,
        panels: [
          text({
            slug: 'legend',
            title: 'Classes, causes and who acts',
            question: 'What do the words mean? From the catalogue that the exporter itself uses.',
            size: [24, 22],
            markdown: legend(settings.runbookUrl),
          }),
        ],
      },
    ];
  },
};
