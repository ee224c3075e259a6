// Settings of the rules -> nothing, or a refusal that names the flag, and the alert where there is one.
import { thresholds, type ThresholdName } from '../../rules/thresholds.ts';
import { UsageError } from '../config/option.ts';
import { formatDuration } from '../promql/duration.ts';
import { kebabCase, type RulesSettings } from './rules-settings.ts';

export function refuse(what: string, expected: string, given: string): never {
  throw new UsageError(`${what}: expected ${expected}, got ${given}`);
}

export function checkSettings(settings: RulesSettings): void {
  checkIntervals(settings);
  checkThresholds(settings);
  checkSelectors(settings);
  checkAdditions(settings);
  checkLinks(settings);
}

/** Prometheus forgets a series 5 minutes after its last sample. */
const maxIntervalSeconds = 300;

function checkIntervals({ scrapeIntervalSeconds, groupIntervalSeconds }: RulesSettings): void {
  for (const [flag, seconds] of [
    ['--scrape-interval', scrapeIntervalSeconds],
    ['--group-interval', groupIntervalSeconds],
  ] as const) {
    if (seconds !== undefined && !(seconds > 0 && seconds <= maxIntervalSeconds)) {
      refuse(flag, 'more than 0s and at most 5m', formatDuration(seconds));
    }
  }
}

function checkThresholds({ thresholds: own }: RulesSettings): void {
  for (const [name, given] of Object.entries(own)) {
    const { unit, alert } = thresholds[name as ThresholdName];
    const what = `--threshold: ${alert}: ${kebabCase(name)}`;
    if (unit === 'count' && !(Number.isInteger(given) && given >= 1)) {
      refuse(what, 'a whole number from 1', String(given));
    }
    if (unit === 'ratio' && !(given > 0 && given < 1)) {
      refuse(what, 'a number between 0 and 1', String(given));
    }
    if (unit === 'seconds' && !(given > 0)) {
      refuse(what, 'more than 0s', formatDuration(given));
    }
  }
}

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What tells alerts apart, and what routes go by. */
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

/** A backquote would end the template that quotes it. */
const matcher = /[a-zA-Z_]\w*\s*(?:=|!=|=~|!~)\s*"(?:[^"\\`\n]|\\.)*"/.source;
const matchers = new RegExp(String.raw`^\s*${matcher}(?:\s*,\s*${matcher})*\s*$`);

function checkSelectors(settings: RulesSettings): void {
  const { clusterLabel, namespaceOwnerLabel } = settings;
  for (const [flag, given] of [
    ['--job-selector', settings.jobSelector],
    ['--kube-state-metrics-selector', settings.kubeStateMetricsSelector],
  ] as const) {
    if (!matchers.test(given)) {
      refuse(flag, 'matchers such as job="imagepull-exporter"', JSON.stringify(given));
    }
  }
  if (
    clusterLabel !== undefined &&
    !(labelName.test(clusterLabel) && !ownLabels.has(clusterLabel))
  ) {
    refuse(
      '--cluster-label',
      'the name of a label that no metric here has, or none',
      JSON.stringify(clusterLabel),
    );
  }
  if (
    namespaceOwnerLabel !== undefined &&
    !/^[A-Za-z0-9]([-\w./]*[A-Za-z0-9])?$/.test(namespaceOwnerLabel)
  ) {
    refuse(
      '--namespace-owner-label',
      'the key of a label of namespaces',
      JSON.stringify(namespaceOwnerLabel),
    );
  }
}

function checkAdditions({ labels, annotations, objectLabels, clusterLabel }: RulesSettings): void {
  for (const [name, value] of Object.entries(labels)) {
    const given = `${name}=${value}`;
    if (!labelName.test(name) || name.startsWith('__') || value === '' || value.includes('{{')) {
      refuse('--label', 'NAME=VALUE, without a template', given);
    }
    if (ownLabels.has(name) || name === clusterLabel) {
      refuse('--label', 'a name that the alerts do not have already', given);
    }
  }
  for (const [name, value] of Object.entries(annotations)) {
    const given = `${name}=${value}`;
    if (!labelName.test(name)) refuse('--annotation', 'NAME=VALUE', given);
    if (ownAnnotations.has(name)) {
      refuse('--annotation', 'a name that the alerts do not have already', given);
    }
  }
  for (const [key, value] of Object.entries(objectLabels)) {
    const isKey = /^[a-zA-Z0-9]([-\w./]*[a-zA-Z0-9])?$/.test(key);
    const isValue = /^([a-zA-Z0-9]([-\w.]*[a-zA-Z0-9])?)?$/.test(value);
    if (!isKey || !isValue) {
      refuse('--object-label', 'KEY=VALUE as Kubernetes takes it', `${key}=${value}`);
    }
  }
}

function checkLinks({ runbookUrl, dashboardUrl }: RulesSettings): void {
  const isAddress = (url: string): boolean => /^https?:\/\/[^\s/?#]+[^\s?#]*$/.test(url);
  if (!isAddress(runbookUrl)) {
    refuse('--runbook-url', 'an http or https address', JSON.stringify(runbookUrl));
  }
  if (dashboardUrl !== '' && !isAddress(dashboardUrl)) {
    refuse('--dashboard-url', 'an http or https address', JSON.stringify(dashboardUrl));
  }
}
