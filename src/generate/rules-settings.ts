// What a user may change of the rules, with its defaults.
import type { Severity } from '../../rules/alert.ts';
import {
  defaultSettings,
  type AlertName,
  type AlertRule,
  type PackSettings,
  type RecordRule,
} from '../../rules/pack.ts';

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

export function isAlert(rule: RecordRule | AlertRule): rule is AlertRule {
  return 'alert' in rule;
}

/** As the command line writes the names of thresholds. */
export function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
