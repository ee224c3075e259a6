// The pack -> a Prometheus rule file as plain data.
import type { AlertRule, RecordRule, RuleGroup } from '../../rules/pack.ts';
import { formatDuration } from '../promql/duration.ts';
import { isAlert, type RulesSettings } from './rules-settings.ts';

export interface RuleFileGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly RuleFileEntry[];
}

export interface RuleFileEntry {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleFile {
  readonly groups: readonly RuleFileGroup[];
}

export function ruleFile(groups: readonly RuleGroup[], settings: RulesSettings): RuleFile {
  const { groupIntervalSeconds } = settings;
  const interval =
    groupIntervalSeconds === undefined ? {} : { interval: formatDuration(groupIntervalSeconds) };
  return {
    groups: groups.map(({ name, rules }) => ({
      name,
      ...interval,
      rules: rules.map((rule) => (isAlert(rule) ? alertEntry(rule, settings) : recordEntry(rule))),
    })),
  };
}

function recordEntry({ record, expr, labels }: RecordRule): RuleFileEntry {
  return { record, expr, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
}

function alertEntry(rule: AlertRule, settings: RulesSettings): RuleFileEntry {
  const { alert, expr, severity, audience, summary, description } = rule;
  const hasTeam = audience !== 'namespace' && audience !== 'nobody';
  return {
    alert,
    expr,
    ...(rule.for === 0 ? {} : { for: formatDuration(rule.for) }),
    ...(rule.keepFiringFor === 0 ? {} : { keep_firing_for: formatDuration(rule.keepFiringFor) }),
    labels: { severity, ...(hasTeam ? { team: audience } : {}), ...sorted(settings.labels) },
    annotations: {
      summary,
      description,
      runbook_url: `${settings.runbookUrl}/${alert}.md`,
      dashboard_url: dashboardUrl(rule, settings),
      ...sorted(settings.annotations),
    },
  };
}

/** Where the series have no label of clusters, the dashboard's variable stays at its default. */
function dashboardUrl({ dashboard, variables }: AlertRule, settings: RulesSettings): string {
  const query = variables
    .filter(([variable]) => variable !== 'cluster')
    .map(([variable, label]) => `var-${variable}={{ $labels.${label} }}`);
  const clusters = variables
    .filter(([variable]) => variable === 'cluster')
    .map(([variable, label]) => {
      const separator = query.length === 0 ? '?' : '&';
      return `{{ with $labels.${label} }}${separator}var-${variable}={{ . }}{{ end }}`;
    });
  const start = query.length === 0 ? '' : '?';
  return `${settings.dashboardUrl}/d/${dashboard}${start}${query.join('&')}${clusters.join('')}`;
}

export function sorted(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
