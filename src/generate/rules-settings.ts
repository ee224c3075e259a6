// What a user may change of the rules, with its defaults; and the rules with it, or a refusal that
// names the alert.
import type { Severity } from '../../rules/alert.ts';
import { inhibitorsOf, mutes } from '../../rules/mutes.ts';
import {
  defaultSettings,
  definePack,
  type AlertName,
  type AlertRule,
  type PackSettings,
  type RecordRule,
  type RuleGroup,
} from '../../rules/pack.ts';
import { thresholds, type ThresholdName } from '../../rules/thresholds.ts';
import { windowsFor } from '../../rules/windows.ts';
import { formatDuration } from '../promql/duration.ts';
import { UsageError } from '../config/option.ts';

export const ruleFormats = ['prometheusrule', 'rules', 'alertmanager', 'mixin'] as const;
export type RuleFormat = (typeof ruleFormats)[number];

export interface RulesSettings extends PackSettings {
  /** Undefined: Prometheus' own evaluation interval. */
  readonly groupIntervalSeconds: number | undefined;
  readonly severities: Partial<Record<AlertName, Exclude<Severity, 'none'>>>;
  /** Seconds. */
  readonly for: Partial<Record<AlertName, number>>;
  readonly disabled: readonly AlertName[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the PrometheusRule object, so that the operator selects it. */
  readonly objectLabels: Readonly<Record<string, string>>;
  /** Folder of the runbooks, without a slash at its end. */
  readonly runbookUrl: string;
  /** Of Grafana, without a slash at its end; '' gives links that only work inside Grafana. */
  readonly dashboardUrl: string;
  /** Also mute other packs' alerts about the same pods. */
  readonly muteUpstream: boolean;
}

/** The one place that says where the runbooks are published. */
export const runbookUrl = 'https://imagepull-exporter.example/runbooks';

export const defaultRulesSettings: RulesSettings = {
  ...defaultSettings,
  groupIntervalSeconds: undefined,
  severities: {},
  for: {},
  disabled: [],
  labels: {},
  annotations: {},
  objectLabels: {},
  runbookUrl,
  dashboardUrl: '',
  muteUpstream: false,
};

/** What Alertmanager and the kubelet add to the time that a muted alert outlives its cause. */
const maxBackoffSeconds = 300;
export const alertmanagerGroupIntervalSeconds = 300;

export function isAlert(rule: RecordRule | AlertRule): rule is AlertRule {
  return 'alert' in rule;
}

/** The groups as the user wants them; throws UsageError for what cannot be. */
export function configuredPack(settings: RulesSettings): readonly RuleGroup[] {
  checkNumbers(settings);
  checkTexts(settings);
  const disabled = new Set<AlertName>(settings.disabled);
  for (const [alert, inhibitor] of Object.entries(inhibitorsOf)) {
    if (disabled.has(alert as AlertName)) disabled.add(inhibitor);
  }
  if (!settings.muteUpstream) disabled.add('ImagePullPodInhibitor');
  const groups = definePack(settings)
    .map((group) => ({
      name: group.name,
      rules: group.rules
        .filter((rule) => !isAlert(rule) || !disabled.has(rule.alert))
        .map((rule) => (isAlert(rule) ? configured(rule, settings) : rule)),
    }))
    .filter((group) => group.rules.length > 0);
  return inStep(groups, settings);
}

function configured(rule: AlertRule, settings: RulesSettings): AlertRule {
  const { alert } = rule;
  const severity = settings.severities[alert];
  if (severity !== undefined && rule.severity === 'none') {
    throw new UsageError(`${alert}: an inhibitor notifies nobody and has no other severity`);
  }
  const own = settings.for[alert];
  const least = 2 * settings.scrapeIntervalSeconds;
  if (own !== undefined && own < least) {
    throw new UsageError(
      `${alert}: for must be at least ${formatDuration(least)}, two scrape intervals, not ${formatDuration(own)}`,
    );
  }
  return { ...rule, severity: severity ?? rule.severity, for: own ?? rule.for };
}

/** Sources fire a minute before their targets and, where those come late, outlast them. */
function inStep(groups: readonly RuleGroup[], settings: RulesSettings): readonly RuleGroup[] {
  const { scrapeIntervalSeconds, speed } = settings;
  const timings = new Map<AlertName, { for: number; keepFiringFor: number }>(
    groups.flatMap((group) =>
      group.rules
        .filter(isAlert)
        .map((rule) => [rule.alert, { for: rule.for, keepFiringFor: rule.keepFiringFor }]),
    ),
  );
  const lead = 60 / speed;
  const { bridge } = windowsFor(scrapeIntervalSeconds, speed);
  const late = (maxBackoffSeconds + alertmanagerGroupIntervalSeconds) / speed + bridge;
  for (const { source, targets, outlasts } of mutes) {
    const muting = timings.get(source);
    if (muting === undefined || !outlasts) continue;
    for (const target of targets) {
      const muted = timings.get(target);
      if (muted === undefined) continue;
      const least = muting.for + lead;
      if (muted.for < least && settings.for[target] !== undefined) {
        throw new UsageError(
          `${target}: for must be at least ${formatDuration(least)}, so that ${source} can mute it in time, not ${formatDuration(muted.for)}`,
        );
      }
      muted.for = Math.max(muted.for, least);
      muting.keepFiringFor = Math.max(muting.keepFiringFor, late + muted.keepFiringFor);
    }
  }
  return groups.map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) => (isAlert(rule) ? { ...rule, ...timings.get(rule.alert) } : rule)),
  }));
}

/** As the command line writes the names of thresholds. */
export function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Prometheus forgets a series 5 minutes after its last sample. */
const maxScrapeIntervalSeconds = 300;

function checkNumbers(settings: RulesSettings): void {
  const { scrapeIntervalSeconds: interval, groupIntervalSeconds: group } = settings;
  if (!(interval > 0 && interval <= maxScrapeIntervalSeconds)) {
    throw new UsageError(
      `scrape interval: expected more than 0s and at most 5m, got ${formatDuration(interval)}`,
    );
  }
  if (group !== undefined && !(group > 0 && group <= 300)) {
    throw new UsageError(
      `group interval: expected more than 0s and at most 5m, got ${formatDuration(group)}`,
    );
  }
  for (const [name, given] of Object.entries(settings.thresholds)) {
    const { unit, alert } = thresholds[name as ThresholdName];
    const expected = {
      count: given >= 1 && Number.isInteger(given) ? undefined : 'a whole number from 1',
      ratio: given > 0 && given < 1 ? undefined : 'a number between 0 and 1',
      seconds: given > 0 ? undefined : 'a duration above 0s',
    }[unit];
    if (expected !== undefined) {
      throw new UsageError(
        `${alert}: threshold ${kebabCase(name)} must be ${expected}, not ${given}`,
      );
    }
  }
}

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What alerts are told apart by, and what routes go by. */
const ownLabels = new Set([
  'alertname',
  'alertstate',
  'severity',
  'class',
  'job',
  'shard',
  'reason',
  'resource',
  'namespace',
  'pod',
  'container',
  'node',
  'workload_kind',
  'workload',
  'registry',
]);

const ownAnnotations = new Set(['summary', 'description', 'runbook_url', 'dashboard_url']);

function checkTexts(settings: RulesSettings): void {
  const { clusterLabel, namespaceOwnerLabel, labels, annotations, objectLabels } = settings;
  for (const [what, given] of [
    ['job selector', settings.jobSelector],
    ['kube-state-metrics selector', settings.kubeStateMetricsSelector],
  ] as const) {
    if (!selector.test(given)) {
      throw new UsageError(
        `${what}: expected matchers such as job="imagepull-exporter", got ${JSON.stringify(given)}`,
      );
    }
  }
  if (
    clusterLabel !== undefined &&
    (!labelName.test(clusterLabel) || ownLabels.has(clusterLabel))
  ) {
    throw new UsageError(
      `cluster label: expected the name of a label that tells clusters apart, got ${JSON.stringify(clusterLabel)}`,
    );
  }
  if (
    namespaceOwnerLabel !== undefined &&
    !/^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/.test(namespaceOwnerLabel)
  ) {
    throw new UsageError(
      `namespace owner label: expected the key of a label of namespaces, got ${JSON.stringify(namespaceOwnerLabel)}`,
    );
  }
  for (const [name, value] of Object.entries(labels)) {
    if (!labelName.test(name) || name.startsWith('__') || value === '' || value.includes('{{')) {
      throw new UsageError(
        `label ${name}: expected NAME=VALUE without a template, got ${name}=${value}`,
      );
    }
    if (ownLabels.has(name) || name === clusterLabel) {
      throw new UsageError(`label ${name}: alerts have a label of this name already`);
    }
  }
  for (const name of Object.keys(annotations)) {
    if (!labelName.test(name))
      throw new UsageError(`annotation ${name}: not a name for an annotation`);
    if (ownAnnotations.has(name)) {
      throw new UsageError(`annotation ${name}: alerts have an annotation of this name already`);
    }
  }
  for (const [name, value] of Object.entries(objectLabels)) {
    if (
      !/^[a-zA-Z0-9]([-\w./]*[a-zA-Z0-9])?$/.test(name) ||
      !/^([a-zA-Z0-9]([-\w.]*[a-zA-Z0-9])?)?$/.test(value)
    ) {
      throw new UsageError(
        `object label ${name}: expected a Kubernetes label, got ${name}=${value}`,
      );
    }
  }
  for (const [what, url] of [
    ['runbook URL', settings.runbookUrl],
    ['dashboard URL', settings.dashboardUrl],
  ] as const) {
    if (url !== '' && !/^https?:\/\/[^\s/?#]+[^\s?#]*$/.test(url)) {
      throw new UsageError(
        `${what}: expected an http or https address, got ${JSON.stringify(url)}`,
      );
    }
  }
}

/** Label matchers with commas between them; a backquote would end the template that quotes them. */
const selector =
  /^\s*[a-zA-Z_]\w*\s*(=|!=|=~|!~)\s*"([^"\\`\n]|\\.)*"(\s*,\s*[a-zA-Z_]\w*\s*(=|!=|=~|!~)\s*"([^"\\`\n]|\\.)*")*\s*$/;
