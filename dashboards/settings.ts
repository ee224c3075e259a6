// What a user may change of the dashboards, with its defaults.
import type { DashboardUid } from '../rules/alert.ts';
import { defaultSettings, type PackSettings } from '../rules/pack.ts';

/** Names of recording rules, thresholds and the label of clusters must be those of the rules. */
export interface DashboardsSettings extends Omit<
  PackSettings,
  'jobSelector' | 'namespaceOwnerLabel'
> {
  /** More matchers for the exporter's series; '' takes every job that exposes them. */
  readonly jobSelector: string;
  /** Regular expression that names of data sources must match; '' offers all of type Prometheus. */
  readonly dataSourceRegex: string;
  /** In front of every uid. The links of alerts have none. */
  readonly uidPrefix: string;
  readonly tags: readonly string[];
  /** Folder of the runbooks, without a slash at its end. */
  readonly runbookUrl: string;
}

export const defaultDashboardsSettings: Omit<DashboardsSettings, 'runbookUrl'> = {
  kubeStateMetricsSelector: defaultSettings.kubeStateMetricsSelector,
  clusterLabel: defaultSettings.clusterLabel,
  scrapeIntervalSeconds: defaultSettings.scrapeIntervalSeconds,
  thresholds: defaultSettings.thresholds,
  speed: defaultSettings.speed,
  jobSelector: '',
  dataSourceRegex: '',
  uidPrefix: '',
  tags: ['imagepull'],
};

export function uidOf(settings: DashboardsSettings, uid: DashboardUid): string {
  return settings.uidPrefix + uid;
}
