import { describe, expect, test } from 'vitest';
import { formatDuration } from '../../../src/promql/duration.ts';
import { noneOf, not, oneOf } from '../../../src/promql/matchers.ts';
import {
  above,
  absent,
  age,
  atLeast,
  equal,
  maxOver,
  or,
  quantile,
  ratio,
  withLabel,
} from '../../../src/promql/operators.ts';
import { promql, type Scope } from '../../../src/promql/promql.ts';
import { foreignSeries } from '../../../src/promql/series.ts';
import { families } from '../../../src/metrics/catalog.ts';
import { parsePromql } from '../../support/promql-tree.ts';

const records = {
  failing: { name: 'workload:x:count', labels: ['cluster', 'workload'] },
} as const;

function aScope(own: Partial<Scope> = {}): Scope {
  return {
    selectors: {
      exporter: 'job="e"',
      'kube-state-metrics': 'job="k"',
      prometheus: '',
      record: '',
    },
    clusterLabel: 'cluster',
    bridgeSeconds: 120,
    ...own,
  };
}

const q = promql(aScope(), records);
const up = q.select('up');
const attempts = q.select('imagepull_attempts_total', { result: 'success' });

describe('a selector', () => {
  test('says whose series it means, and what else must hold', () => {
    expect(
      q.select('imagepull_container_failing', { cause: 'dns_failure', node: 'a"b\\c' }).text,
    ).toBe('imagepull_container_failing{job="e", cause="dns_failure", node="a\\"b\\\\c"}');
    expect(q.select('kube_pod_deletion_timestamp').text).toBe(
      'kube_pod_deletion_timestamp{job="k"}',
    );
    expect(q.select('ALERTS').text).toBe('ALERTS');
  });

  test('uses a regular expression only for several values, and escapes them', () => {
    const select = (cause: Parameters<typeof q.select<'imagepull_container_failing'>>[1]): string =>
      q.select('imagepull_container_failing', cause).text.replace(/.*job="e", /, '');
    expect(select({ cause: oneOf(['dns_failure']) })).toBe('cause="dns_failure"}');
    expect(select({ cause: oneOf(['dns_failure', 'proxy_error']) })).toBe(
      'cause=~"dns_failure|proxy_error"}',
    );
    expect(select({ registry: noneOf(['a.b']) })).toBe('registry!="a.b"}');
    expect(select({ registry: noneOf(['a.b', 'c:1']) })).toBe('registry!~"a\\\\.b|c:1"}');
    expect(select({ backoff_attempt: oneOf(['5', '6+']) })).toBe('backoff_attempt=~"5|6\\\\+"}');
    expect(select({ node: not('') })).toBe('node!=""}');
  });

  test('of several series has the labels of all of them', () => {
    const both = q.selectAny(['imagepull_attempts_total', 'imagepull_episodes_total']);
    expect(both.text).toBe(
      '{__name__=~"imagepull_attempts_total|imagepull_episodes_total", job="e"}',
    );
    expect(both.metricLabels).toEqual(['namespace', 'registry', 'class', 'cause', 'shard']);
  });

  test('exists for every series of the catalogues, and for nothing else', () => {
    const all = Object.entries(families).flatMap(([name, { type }]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    );
    for (const name of [...all, ...Object.keys(foreignSeries)]) {
      expect(() => q.select(name as 'up')).not.toThrow();
    }
    for (const name of [
      'imagepull_duration_seconds',
      'imagepull_nothing',
      'up_bucket',
      'toString',
    ]) {
      expect(() => q.select(name as 'up')).toThrow(name);
    }
  });
});

describe('growth of a counter', () => {
  test('takes the highest of the replicas before it adds up series, shards included', () => {
    expect(q.rate(['cluster', 'registry'], attempts, 300).text).toBe(
      `sum by (cluster, registry) (
  max by (cluster, namespace, registry, result, class, cause, backoff_attempt, shard) (
    rate(imagepull_attempts_total{job="e", result="success"}[5m])
  )
)`,
    );
  });

  test('of a histogram keeps its bounds', () => {
    const buckets = q.rate(['cluster', 'le'], q.select('imagepull_duration_seconds_bucket'), 1800);
    expect(quantile(0.95, buckets).text).toContain('max by (cluster, registry, le, shard)');
    expect(quantile(0.95, buckets).labels).toEqual(['cluster']);
  });
});

describe('operators', () => {
  test('stand in one line where it is short, with brackets where they are needed', () => {
    expect(above(q.max(['cluster'], up), 3).text).toBe('max by (cluster) (up{job="e"}) > 3');
    expect(ratio(up, up).text).toBe('up{job="e"} / (up{job="e"} > 0)');
    expect(above(age(up), 60).text).toBe('time() - up{job="e"} > 60');
    expect(q.and(['cluster'], or(up, up), up).text).toBe(
      '(up{job="e"} or up{job="e"}) and on (cluster) up{job="e"}',
    );
    expect(q.and(['cluster'], up, q.unless(['job'], up, up)).text).toBe(
      'up{job="e"} and on (cluster) (up{job="e"} unless on (job) up{job="e"})',
    );
    expect(equal(q.latest(up), 0).text).toBe('last_over_time(up{job="e"}[2m]) == 0');
    expect(absent(up).text).toBe('absent(up{job="e"})');
  });

  test('stand between their operands on lines of their own where it is long', () => {
    const failing = q.select('imagepull_container_failing', { registry: 'registry.corp.example' });
    const many = q.count(['cluster'], q.bridge(failing));
    expect(q.unless(['cluster'], q.and(['cluster'], atLeast(many, 3), many), up).text).toBe(
      `  count by (cluster) (
    max_over_time(imagepull_container_failing{job="e", registry="registry.corp.example"}[2m])
  ) >= 3
and on (cluster)
  count by (cluster) (
    max_over_time(imagepull_container_failing{job="e", registry="registry.corp.example"}[2m])
  )
unless on (cluster)
  up{job="e"}`,
    );
  });

  test('look back over a time, and from a time ago', () => {
    expect(q.bridge(up, 600).text).toBe('max_over_time(up{job="e"}[2m] offset 10m)');
    expect(maxOver(up, 5400).text).toBe('max_over_time(up{job="e"}[1h30m])');
  });

  test('copy a label, or set one', () => {
    const named = withLabel(withLabel(up, 'a', { copyOf: 'job' }), 'b', { text: 'c"d' });
    expect(named.text).toBe(
      'label_replace(label_replace(up{job="e"}, "a", "$1", "job", "(.*)"), "b", "c\\"d", "", "")',
    );
    expect(named.labels.slice(-2)).toEqual(['a', 'b']);
  });

  test('hold up an alert by its own firing', () => {
    const trouble = q.max(
      ['cluster', 'registry'],
      q.select('imagepull_last_success_timestamp_seconds'),
    );
    expect(q.hold('X', trouble, trouble, 900).text).toContain(
      'last_over_time(ALERTS{alertname="X", alertstate="firing"}[15m])',
    );
  });

  test('add a label where there is one to add, and lose nothing where there is none', () => {
    const named = withLabel(q.select('kube_namespace_labels'), 'team', { text: 'a' });
    const owners = q.max(['cluster', 'namespace', 'team'], named);
    const alerts = q.max(['cluster', 'namespace'], q.select('imagepull_container_failing'));
    expect(q.enriched(alerts, ['cluster', 'namespace'], 'team', owners).text).toBe(
      `    max by (cluster, namespace) (imagepull_container_failing{job="e"})
  * on (cluster, namespace) group_left (team)
    max by (cluster, namespace, team) (
      label_replace(kube_namespace_labels{job="k"}, "team", "a", "", "")
    )
or on (cluster, namespace)
  max by (cluster, namespace) (imagepull_container_failing{job="e"})`,
    );
  });
});

describe('the label of clusters', () => {
  const grouped = (clusterLabel: string | undefined): string => {
    const own = promql(aScope({ clusterLabel }), records);
    const sum = own.sum(['cluster', 'workload'], own.record('failing', { workload: 'a' }));
    return own.and(['cluster'], sum, sum).text;
  };
  test('is called as the user calls it', () => {
    expect(grouped('k8s')).toContain('sum by (k8s, workload) (workload:x:count{workload="a"})');
    expect(grouped('k8s')).toContain('and on (k8s)');
  });
  test('goes where there is none, and what is left is PromQL', () => {
    expect(grouped(undefined)).toContain('sum by (workload)');
    expect(grouped(undefined)).toContain('and on ()');
    expect(parsePromql(grouped(undefined))).toBeDefined();
  });
});

test.each([
  [0, '0s'],
  [0.25, '250ms'],
  [1.5, '1s500ms'],
  [90, '1m30s'],
  [300, '5m'],
  [5400, '1h30m'],
  [86_400, '1d'],
  [93_600, '26h'],
  [0.0001, '1ms'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
