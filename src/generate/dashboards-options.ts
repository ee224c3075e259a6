// The flags of `generate dashboards` -> settings of the dashboards.
import { parsed, text, UsageError, type Option, type ValuesOf } from '../config/option.ts';
import {
  dashboardFormats,
  defaultDashboardFileSettings,
  type DashboardFileSettings,
  type DashboardFormat,
} from './dashboards.ts';
import { rulesOptions, settingsFromOptions } from './rules-options.ts';
import { checkSettings } from './settings-checks.ts';
import { defaultRulesSettings } from './rules-settings.ts';

const defaults = defaultDashboardFileSettings;
const { clusterLabel, kubeStateMetricsSelector, scrapeIntervalSeconds, thresholds, runbookUrl } =
  rulesOptions;

export const dashboardsOptions = {
  formats: {
    name: 'format',
    value: dashboardFormats.join('|'),
    help: "What to write: JSON as Grafana imports it; ConfigMaps for Grafana's sidecar; GrafanaDashboard objects for Grafana's operator.",
    group: 'Output',
    repeatable: true,
    defaultText: 'all',
    fallback: dashboardFormats,
    parse: (given) => given.flatMap((one) => one.split(',')).map((one) => format(one.trim())),
  } as Option<readonly DashboardFormat[]>,
  folder: text({
    name: 'grafana-folder',
    value: 'NAME',
    help: "Folder of Grafana, in ConfigMaps and GrafanaDashboards; '' for none. The sidecar must have folderAnnotation: grafana_folder.",
    group: 'Output',
    fallback: defaults.folder,
  }),
  sidecarLabel: keyAndValue({
    name: 'sidecar-label',
    help: 'Label by which the sidecar finds ConfigMaps.',
    group: 'Output',
    fallback: defaults.sidecarLabel,
  }),
  instanceLabel: keyAndValue({
    name: 'instance-label',
    help: 'Label of the Grafana object that the operator gives the dashboards to.',
    group: 'Output',
    fallback: defaults.instanceLabel,
  }),
  uidPrefix: parsed({
    name: 'uid-prefix',
    value: 'TEXT',
    expected: 'at most 20 of a-z, 0-9 and -',
    read: (given) => (/^[a-z0-9-]{0,20}$/.test(given) ? given : undefined),
    fallback: defaults.uidPrefix,
    help: 'In front of every uid, so that two sets can be there. The links of the alerts lead to uids without it.',
    group: 'Dashboards',
  }),
  tags: {
    name: 'tag',
    value: 'TAG',
    help: 'Tag of every dashboard; the first is what they find each other by.',
    group: 'Dashboards',
    repeatable: true,
    defaultText: defaults.tags.join(','),
    fallback: defaults.tags,
    parse: (given) => given.flatMap((one) => one.split(',')).map((one) => one.trim()),
  } as Option<readonly string[]>,
  runbookUrl,
  dataSourceRegex: text({
    name: 'data-source',
    value: 'REGEX',
    help: 'Only data sources whose name matches can be chosen, /^Thanos/ for instance; without it all of type Prometheus.',
    group: 'Series',
    fallback: defaults.dataSourceRegex,
  }),
  jobSelector: text({
    name: 'job-selector',
    value: 'MATCHERS',
    help: "More matchers for the exporter's series. Jobs that expose them are found without it.",
    group: 'Series',
    fallback: defaults.jobSelector,
  }),
  kubeStateMetricsSelector,
  clusterLabel,
  scrapeIntervalSeconds,
  thresholds,
};

/** Where a flag is the rules' too, it must be given the same value: names of records follow from it. */
export function dashboardsSettings(
  values: ValuesOf<typeof dashboardsOptions>,
): DashboardFileSettings {
  const fallbacks = Object.fromEntries(
    Object.entries(rulesOptions).map(([key, { fallback }]) => [key, fallback]),
  ) as ValuesOf<typeof rulesOptions>;
  const shared = settingsFromOptions({
    ...fallbacks,
    clusterLabel: values.clusterLabel,
    kubeStateMetricsSelector: values.kubeStateMetricsSelector,
    scrapeIntervalSeconds: values.scrapeIntervalSeconds,
    thresholds: values.thresholds,
    runbookUrl: values.runbookUrl,
  });
  checkSettings({
    ...shared,
    jobSelector: values.jobSelector === '' ? defaultRulesSettings.jobSelector : values.jobSelector,
  });
  const { formats: _, ...own } = values;
  return {
    ...defaults,
    ...own,
    clusterLabel: shared.clusterLabel,
    thresholds: shared.thresholds,
    runbookUrl: shared.runbookUrl,
  };
}

function format(given: string): DashboardFormat {
  const found = dashboardFormats.find((one) => one === given);
  if (found !== undefined) return found;
  throw new UsageError(
    `--format: expected one of ${dashboardFormats.join(', ')}, got ${JSON.stringify(given)}`,
  );
}

function keyAndValue(describe: {
  readonly name: string;
  readonly help: string;
  readonly group: string;
  readonly fallback: readonly [string, string];
}) {
  const { fallback, ...rest } = describe;
  return parsed<readonly [string, string], readonly [string, string]>({
    ...rest,
    value: 'KEY=VALUE',
    expected: 'KEY=VALUE as Kubernetes takes it',
    read: (given) => {
      const [, key, value] = /^([a-zA-Z0-9][-\w./]*)=([-\w.]*)$/.exec(given) ?? [];
      return key === undefined || value === undefined ? undefined : [key, value];
    },
    fallback,
    defaultText: fallback.join('='),
  });
}
