import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../../src/config/command-line.ts';
import { UsageError } from '../../../src/config/option.ts';
import { configuredPack } from '../../../src/generate/configured-pack.ts';
import { generateRules } from '../../../src/generate/rules.ts';
import { rulesOptions, settingsFromOptions } from '../../../src/generate/rules-options.ts';
import { defaultRulesSettings, isAlert } from '../../../src/generate/rules-settings.ts';
import type { AlertRule } from '../../../rules/pack.ts';

function settingsOf(...argv: readonly string[]) {
  return settingsFromOptions(readCommandLine('generate rules', rulesOptions, argv, {}).values);
}

function alertsOf(...argv: readonly string[]): ReadonlyMap<string, AlertRule> {
  const rules = configuredPack(settingsOf(...argv)).flatMap((group) => group.rules.filter(isAlert));
  return new Map(rules.map((rule) => [rule.alert, rule]));
}

function rulesOf(...argv: readonly string[]): string {
  return generateRules(settingsOf(...argv), ['rules']).files[0]?.content ?? '';
}

test('without flags the settings are the defaults', () => {
  const { formats: _formats, ...settings } = { formats: [], ...settingsOf() };
  expect(settings).toEqual(defaultRulesSettings);
});

describe('what the user may change', () => {
  test('the job, in expressions and in the queries of texts', () => {
    const rules = rulesOf('--job-selector', 'job=~"pulls.*", env="50%"');
    expect(rules).not.toContain('job="imagepull-exporter"');
    expect(rules).toContain(
      'max_over_time(imagepull_container_failing{job=~"pulls.*", env="50%"}[2m])',
    );
    expect(rules).toContain('imagepull_container_failing{job=~"pulls.*", env="50%%", cluster=%q, ');
  });

  test('the label of clusters, or that there is none', () => {
    expect(rulesOf('--cluster-label', 'k8s')).toContain('sum by (k8s, namespace,');
    const none = rulesOf('--cluster-label', 'none');
    expect(none).not.toMatch(/\(cluster|cluster=|\$labels\.cluster/);
    expect(none).toContain('unless on ()');
  });

  test('the scrape interval, which ranges, names of records and the least for follow', () => {
    const rules = rulesOf('--scrape-interval', '2m');
    expect(rules).toContain(
      'max_over_time(imagepull_container_failing{job="imagepull-exporter"}[8m])',
    );
    expect(rules).toContain('record: registry:imagepull_attempts:rate8m');
    expect(rules).toContain(
      'registry:imagepull_outage_attempts:rate8m / (registry:imagepull_attempts:rate8m > 0)',
    );
    const alerts = alertsOf('--scrape-interval', '2m');
    expect(alerts.get('ImagePullRegistryInhibitor')?.for).toBe(240);
    expect(alerts.get('ImagePullPolicyRejected')?.for).toBe(300);
    expect(alerts.get('ImagePullFailing')?.for).toBe(900);
    // The longest back-off, the bridge, Alertmanager's group interval and what is muted.
    expect(alerts.get('ImagePullRegistryInhibitor')?.keepFiringFor).toBe(300 + 480 + 300 + 900);
  });

  test('severity, for and thresholds of an alert', () => {
    const alerts = alertsOf(
      '--severity=ImagePullFailing=info',
      '--for=ImagePullFailing=1h',
      '--threshold=stalled-pull=45m',
      '--threshold=outage-workloads=5',
    );
    expect(alerts.get('ImagePullFailing')).toMatchObject({ severity: 'info', for: 3600 });
    expect(alerts.get('ImagePullStalled')?.expr).toContain('> 2700');
    expect(alerts.get('ImagePullRegistryUnavailable')?.expr).toContain(':count >= 5');
    expect(alerts.get('ImagePullRegistryInhibitor')?.expr).toContain(':count >= 5');
  });

  test('which alerts there are; an inhibitor goes with the alert that it stands for', () => {
    const names = [...alertsOf('--disable', 'ImagePullRegistryUnavailable,ImagePullSlow').keys()];
    expect(names).toHaveLength(19 + 3 - 3);
    expect(names).not.toContain('ImagePullRegistryInhibitor');
    expect([...alertsOf('--mute-upstream').keys()]).toContain('ImagePullPodInhibitor');
  });

  test('labels, annotations, links and the interval of groups', () => {
    const rules = rulesOf(
      '--label=team=sre',
      '--label=tier=1',
      '--annotation=chat=#pulls, #ops',
      '--runbook-url=https://wiki/pulls/',
      '--dashboard-url=https://grafana/',
      '--group-interval=1m',
    );
    expect(rules).toContain('      severity: critical\n          team: sre\n          tier: "1"\n');
    expect(rules).not.toContain('team: platform');
    expect(rules).toContain('chat: "#pulls, #ops"');
    expect(rules).toContain('runbook_url: https://wiki/pulls/ImagePullFailing.md');
    expect(rules).toContain('dashboard_url: https://grafana/d/imagepull-registry?var-registry=');
    expect(rules).toContain('  - name: imagepull.node\n    interval: 1m\n');
  });

  test('labels of the object, for the operator to select it by', () => {
    const settings = settingsOf('--object-label', 'release=kube-prometheus-stack');
    const [file] = generateRules(settings, ['prometheusrule']).files;
    expect(file?.content).toContain('    release: kube-prometheus-stack\nspec:');
  });

  test('the formats', () => {
    const names = (...argv: readonly string[]): readonly string[] => {
      const { values } = readCommandLine('generate rules', rulesOptions, argv, {});
      return generateRules(settingsFromOptions(values), values.formats).files.map(
        ({ name }) => name,
      );
    };
    expect(names()).toEqual([
      'prometheusrule.yaml',
      'prometheus-rules.yaml',
      'alertmanager.yaml',
      'imagepull.tmpl',
      'mixin.libsonnet',
    ]);
    expect(names('--format', 'mixin,rules')).toEqual(['mixin.libsonnet', 'prometheus-rules.yaml']);
  });
});

test.each([
  [
    ['--for', 'ImagePullFaling=20m'],
    '--for: there is no alert "ImagePullFaling" (did you mean ImagePullFailing?)',
  ],
  [
    ['--for', 'ImagePullFailing=soon'],
    '--for: ImagePullFailing: expected a duration such as 10m, got "soon"',
  ],
  [
    ['--for', 'ImagePullFailing=30s'],
    '--for: ImagePullFailing: expected at least 1m, two scrape intervals, got 30s',
  ],
  [
    ['--for', 'ImagePullFailing=5m'],
    '--for: ImagePullFailing: expected at least 6m, so that ImagePullReferenceInvalid can mute it in time, got 5m',
  ],
  [
    ['--for', 'ImagePullPolicyRejected=90s'],
    '--for: ImagePullPolicyRejected: expected at least 2m, so that ImagePullWorkloadInhibitor can mute it in time, got 1m30s',
  ],
  [['--for', 'ImagePullFailing'], '--for: expected ALERT=DURATION, got "ImagePullFailing"'],
  [
    ['--severity', 'ImagePullSlow=page'],
    '--severity: ImagePullSlow: expected critical, warning, info, got "page"',
  ],
  [
    ['--severity', 'ImagePullRegistryInhibitor=info'],
    '--severity: ImagePullRegistryInhibitor: expected no severity, since an inhibitor notifies nobody, got info',
  ],
  [
    ['--disable', 'ImagePullslow'],
    '--disable: there is no alert "ImagePullslow" (did you mean ImagePullSlow?)',
  ],
  [
    ['--threshold', 'outage-workload=3'],
    '--threshold: there is no threshold "outage-workload" (did you mean outage-workloads?)',
  ],
  [
    ['--threshold', 'outage-workloads=many'],
    '--threshold: ImagePullRegistryUnavailable: outage-workloads: expected a number, got "many"',
  ],
  [
    ['--threshold', 'outage-workloads=2.5'],
    '--threshold: ImagePullRegistryUnavailable: outage-workloads: expected a whole number from 1, got 2.5',
  ],
  [
    ['--threshold', 'degraded-ratio=20'],
    '--threshold: ImagePullRegistryDegraded: degraded-ratio: expected a number between 0 and 1, got 20',
  ],
  [
    ['--threshold', 'stalled-pull=20'],
    '--threshold: ImagePullStalled: stalled-pull: expected a duration such as 10m, got "20"',
  ],
  [
    ['--threshold', 'stalled-pull=0s'],
    '--threshold: ImagePullStalled: stalled-pull: expected more than 0s, got 0s',
  ],
  [
    ['--job-selector', 'imagepull'],
    '--job-selector: expected matchers such as job="imagepull-exporter", got "imagepull"',
  ],
  [
    ['--job-selector', 'job="a`b"'],
    '--job-selector: expected matchers such as job="imagepull-exporter", got "job=\\"a`b\\""',
  ],
  [
    ['--cluster-label', 'namespace'],
    '--cluster-label: expected the name of a label that no metric here has, or none, got "namespace"',
  ],
  [
    ['--cluster-label', 'k8s-cluster'],
    '--cluster-label: expected the name of a label that no metric here has, or none, got "k8s-cluster"',
  ],
  [
    ['--namespace-owner-label', ''],
    '--namespace-owner-label: expected the key of a label of namespaces, got ""',
  ],
  [
    ['--scrape-interval', '10m'],
    '--scrape-interval: expected more than 0s and at most 5m, got 10m',
  ],
  [['--scrape-interval', '0s'], '--scrape-interval: expected more than 0s and at most 5m, got 0s'],
  [['--group-interval', '6m'], '--group-interval: expected more than 0s and at most 5m, got 6m'],
  [
    ['--label', 'severity=page'],
    '--label: expected a name that the alerts do not have already, got severity=page',
  ],
  [
    ['--label', 'cluster=eu1'],
    '--label: expected a name that the alerts do not have already, got cluster=eu1',
  ],
  [['--label', 'a-b=c'], '--label: expected NAME=VALUE, without a template, got a-b=c'],
  [
    ['--label', 'a={{ $value }}'],
    '--label: expected NAME=VALUE, without a template, got a={{ $value }}',
  ],
  [
    ['--annotation', 'summary=x'],
    '--annotation: expected a name that the alerts do not have already, got summary=x',
  ],
  [['--annotation', 'a b=x'], '--annotation: expected NAME=VALUE, got a b=x'],
  [
    ['--object-label', 'release='.concat('a'.repeat(1), '!')],
    '--object-label: expected KEY=VALUE as Kubernetes takes it, got release=a!',
  ],
  [['--runbook-url', 'wiki'], '--runbook-url: expected an http or https address, got "wiki"'],
  [
    ['--dashboard-url', 'https://grafana?orgId=1'],
    '--dashboard-url: expected an http or https address, got "https://grafana?orgId=1"',
  ],
  [
    ['--format', 'json'],
    '--format: there is no format "json"; there are prometheusrule, rules, alertmanager, mixin',
  ],
])('%j is refused', (argv, message) => {
  const generate = (): unknown => generateRules(settingsOf(...argv), ['rules']);
  expect(generate).toThrow(UsageError);
  expect(generate).toThrow(message);
});

test('every duration is shorter where time runs faster', () => {
  const rules = generateRules({ speed: 60, scrapeIntervalSeconds: 0.5 }, ['rules', 'alertmanager'])
    .files.map(({ content }) => content)
    .join('');
  expect(rules).toContain(
    'max_over_time(imagepull_container_failing{job="imagepull-exporter"}[2s])',
  );
  expect(rules).toContain('for: 15s\n        keep_firing_for: 10s');
  expect(rules).toContain(') > 20\n');
  expect(rules).toContain('group_interval: 5s');
  expect(rules).toContain('outage_workloads:count >= 3');
});
