// Settings -> all recording rules and alerts, in groups, with their expressions as text.
import { withOwner } from './owner.ts';
import type { AlertDefinition, Audience, DashboardUid, Pack, Severity } from './alert.ts';
import { exporterAlerts } from './exporter.ts';
import { inhibitors, upstreamInhibitors } from './inhibitors.ts';
import { nodeAlerts } from './node.ts';
import { nameRecords, type RecordKey } from './records.ts';
import { recordingRules } from './recording.ts';
import { registryAlerts } from './registry.ts';
import { template } from './template.ts';
import { thresholds, type ThresholdName, type ThresholdValues } from './thresholds.ts';
import { windowsFor } from './windows.ts';
import { workloadAlerts } from './workload.ts';
import { promql } from '../src/promql/promql.ts';

const alertGroups = {
  'imagepull.workload': workloadAlerts,
  'imagepull.registry': registryAlerts,
  'imagepull.node': nodeAlerts,
  'imagepull.exporter': exporterAlerts,
  'imagepull.inhibitors': inhibitors,
  'imagepull.upstream': upstreamInhibitors,
} as const;

const definitions = {
  ...workloadAlerts,
  ...registryAlerts,
  ...nodeAlerts,
  ...exporterAlerts,
  ...inhibitors,
  ...upstreamInhibitors,
} satisfies Record<string, AlertDefinition>;

export type AlertName = keyof typeof definitions;
export const alertNames = Object.keys(definitions) as readonly AlertName[];

export interface PackSettings {
  /** Matchers of the exporter's series, such as `job="imagepull-exporter"`. */
  readonly jobSelector: string;
  readonly kubeStateMetricsSelector: string;
  /** Undefined: no label tells clusters apart. */
  readonly clusterLabel: string | undefined;
  readonly scrapeIntervalSeconds: number;
  readonly thresholds: Partial<ThresholdValues>;
  /** Label of namespaces that names their owner; undefined: alerts do not say. */
  readonly namespaceOwnerLabel: string | undefined;
  /** Every duration is divided by it: for tests against a cluster whose time runs faster. */
  readonly speed: number;
}

export const defaultSettings: PackSettings = {
  jobSelector: 'job="imagepull-exporter"',
  kubeStateMetricsSelector: 'job="kube-state-metrics"',
  clusterLabel: 'cluster',
  scrapeIntervalSeconds: 30,
  thresholds: {},
  namespaceOwnerLabel: undefined,
  speed: 1,
};

export interface RecordRule {
  readonly record: string;
  readonly key: RecordKey;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface AlertRule {
  readonly alert: AlertName;
  readonly expr: string;
  /** Labels that tell its alerts apart, by the user's names. */
  readonly identity: readonly string[];
  /** Seconds. */
  readonly for: number;
  readonly keepFiringFor: number;
  readonly severity: Severity;
  readonly audience: Audience;
  readonly summary: string;
  readonly description: string;
  readonly dashboard: DashboardUid;
  /** The dashboard's variable, and the label whose value it takes. */
  readonly variables: readonly (readonly [variable: string, label: string])[];
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly (RecordRule | AlertRule)[];
}

export function definePack(settings: PackSettings): readonly RuleGroup[] {
  const windows = windowsFor(settings.scrapeIntervalSeconds, settings.speed);
  const q = promql(
    {
      selectors: {
        exporter: settings.jobSelector,
        'kube-state-metrics': settings.kubeStateMetricsSelector,
        prometheus: '',
        record: '',
      },
      clusterLabel: settings.clusterLabel,
      bridgeSeconds: windows.bridge,
    },
    nameRecords(windows),
  );
  const pack: Pack = { q, limits: limitsOf(settings), windows };
  const groups = Object.entries(alertGroups).map(([name, alerts]) => ({
    name,
    rules: Object.entries<AlertDefinition>(alerts).map(([alert, definition]) =>
      alertRule(pack, settings, alert as AlertName, definition),
    ),
  }));
  return [{ name: 'imagepull.rules', rules: recordRules(pack) }, ...groups];
}

/** Durations are as long as the pack's time runs fast. */
export function limitsOf({
  thresholds: own,
  speed,
}: Pick<PackSettings, 'thresholds' | 'speed'>): ThresholdValues {
  const values = (Object.keys(thresholds) as ThresholdName[]).map((name) => {
    const { unit, value } = thresholds[name];
    return [name, (own[name] ?? value) / (unit === 'seconds' ? speed : 1)];
  });
  return Object.fromEntries(values) as ThresholdValues;
}

function recordRules(pack: Pack): readonly RecordRule[] {
  const named = nameRecords(pack.windows);
  return (Object.keys(recordingRules) as RecordKey[]).map((key) => ({
    record: named[key].name,
    key,
    expr: recordingRules[key](pack).text,
    labels: named[key].fixed,
  }));
}

function alertRule(
  pack: Pack,
  settings: PackSettings,
  alert: AlertName,
  definition: AlertDefinition,
): AlertRule {
  const { audience, severity, summary, dashboard } = definition;
  const named = (labels: readonly string[]): string[] =>
    labels.flatMap((label) => pack.q.labelName(label) ?? []);
  const raw = definition.expr(pack);
  const owner = settings.namespaceOwnerLabel;
  const expr = audience === 'namespace' && owner !== undefined ? withOwner(pack, raw, owner) : raw;
  const cluster = pack.q.labelName('cluster');
  const place =
    cluster !== undefined && raw.labels.includes('cluster')
      ? `{{ with $labels.${cluster} }} Cluster {{ . }}.{{ end }}`
      : '';
  // One sample must not be enough.
  const least = definition.for === 0 ? 0 : 2 * settings.scrapeIntervalSeconds;
  return {
    alert,
    expr: expr.text,
    identity: named(expr.labels),
    for: Math.max(definition.for / settings.speed, least),
    keepFiringFor: definition.keepFiringFor / settings.speed,
    severity,
    audience,
    summary,
    description: definition.description(template(pack)) + place,
    dashboard,
    variables: definition.variables.flatMap((variable) =>
      named([variable]).map((label) => [variable, label] as const),
    ),
  };
}
