// The flags of `generate rules` -> settings of the pack; what the pack itself cannot take is refused
// where it is made.
import { alertNames, type AlertName } from '../../rules/pack.ts';
import { thresholds, type ThresholdName } from '../../rules/thresholds.ts';
import { suggestion } from '../config/command-line.ts';
import {
  parsed,
  readDurationMs,
  text,
  toggle,
  UsageError,
  type Option,
  type ValuesOf,
} from '../config/option.ts';
import { formatDuration } from '../promql/duration.ts';
import {
  defaultRulesSettings,
  kebabCase,
  ruleFormats,
  type RuleFormat,
  type RulesSettings,
} from './rules-settings.ts';

const defaults = defaultRulesSettings;
const severities = ['critical', 'warning', 'info'] as const;
type Pairs = Readonly<Record<string, string>>;

export const rulesOptions = {
  formats: {
    name: 'format',
    value: ruleFormats.join('|'),
    help: 'What to write: a PrometheusRule object; a rule file (for Prometheus, Mimir, Thanos, VictoriaMetrics); routes, inhibit rules and message template for Alertmanager; a Jsonnet mixin.',
    group: 'Output',
    repeatable: true,
    defaultText: 'all',
    fallback: ruleFormats,
    parse: (given) =>
      given
        .flatMap((one) => one.split(','))
        .map((one) => member('format', one.trim(), ruleFormats)),
  } as Option<readonly RuleFormat[]>,
  objectLabels: pairs({
    name: 'object-label',
    value: 'KEY=VALUE',
    help: 'Label of the PrometheusRule object, so that the operator selects it: release=kube-prometheus-stack, for instance.',
    group: 'Output',
  }),
  runbookUrl: text({
    name: 'runbook-url',
    value: 'URL',
    help: 'Folder of the runbooks; the name of the alert and .md are added.',
    group: 'Output',
    fallback: defaults.runbookUrl,
  }),
  dashboardUrl: text({
    name: 'dashboard-url',
    value: 'URL',
    help: 'Address of Grafana, for the links to dashboards. Without it they have no host.',
    group: 'Output',
    fallback: defaults.dashboardUrl,
  }),

  jobSelector: text({
    name: 'job-selector',
    value: 'MATCHERS',
    help: "Matchers of the exporter's series.",
    group: 'Series',
    fallback: defaults.jobSelector,
  }),
  kubeStateMetricsSelector: text({
    name: 'kube-state-metrics-selector',
    value: 'MATCHERS',
    help: 'Matchers of the series of kube-state-metrics. Alerts that need it are silent without it.',
    group: 'Series',
    fallback: defaults.kubeStateMetricsSelector,
  }),
  clusterLabel: text({
    name: 'cluster-label',
    value: 'NAME|none',
    help: 'Label that tells clusters apart, in all rules. Series without it are taken for one cluster.',
    group: 'Series',
    fallback: defaults.clusterLabel,
  }),
  namespaceOwnerLabel: text({
    name: 'namespace-owner-label',
    value: 'KEY',
    help: 'Label of namespaces that names their owner. Alerts of namespaces get it as label team, by kube_namespace_labels of kube-state-metrics (which needs --metric-labels-allowlist=namespaces=[KEY]).',
    group: 'Series',
  }),
  scrapeIntervalSeconds: duration({
    name: 'scrape-interval',
    help: 'How often Prometheus scrapes the exporter. Ranges and the least `for` of alerts follow.',
    group: 'Series',
    fallback: defaults.scrapeIntervalSeconds,
  }),
  groupIntervalSeconds: duration({
    name: 'group-interval',
    help: "How often the rules are evaluated, instead of Prometheus' own interval.",
    group: 'Series',
    fallback: undefined,
  }),

  severities: pairs({
    name: 'severity',
    value: `ALERT=${severities.join('|')}`,
    help: 'Severity of an alert; the names of alerts are below.',
    group: 'Alerts',
  }),
  for: pairs({
    name: 'for',
    value: 'ALERT=DURATION',
    help: 'How long the condition of an alert must hold before it fires.',
    group: 'Alerts',
  }),
  thresholds: pairs({
    name: 'threshold',
    value: 'NAME=VALUE',
    help: 'A number that raises an alert; the names are below.',
    group: 'Alerts',
  }),
  disabled: {
    name: 'disable',
    value: 'ALERT',
    help: 'Leave an alert out, and the inhibitor that belongs to it.',
    group: 'Alerts',
    repeatable: true,
    defaultText: '',
    fallback: [],
    parse: (given) =>
      given
        .flatMap((one) => one.split(','))
        .map((one) => member('disable', one.trim(), alertNames)),
  } as Option<readonly AlertName[]>,
  labels: pairs({
    name: 'label',
    value: 'NAME=VALUE',
    help: 'Label of every alert.',
    group: 'Alerts',
  }),
  annotations: pairs({
    name: 'annotation',
    value: 'NAME=VALUE',
    help: 'Annotation of every alert; may be a template.',
    group: 'Alerts',
  }),
  muteUpstream: toggle({
    name: 'mute-upstream',
    help: 'Also mute KubePodNotReady and KubeContainerWaiting of kubernetes-mixin for pods whose image cannot be pulled.',
    group: 'Alerts',
  }),
};

export type RulesOptionValues = ValuesOf<typeof rulesOptions>;

/** Throws UsageError, naming the alert where there is one. */
export function settingsFromOptions(values: RulesOptionValues): RulesSettings {
  const { clusterLabel, runbookUrl, dashboardUrl } = values;
  return {
    ...defaults,
    ...values,
    clusterLabel: clusterLabel === 'none' ? undefined : clusterLabel,
    runbookUrl: withoutSlash(runbookUrl),
    dashboardUrl: withoutSlash(dashboardUrl),
    severities: byAlert('severity', values.severities, (alert, given) => {
      const severity = severities.find((one) => one === given);
      return severity ?? refuse('severity', alert, severities.join(', '), given);
    }),
    for: byAlert('for', values.for, (alert, given) => {
      const milliseconds = readDurationMs(given);
      if (milliseconds === undefined) return refuse('for', alert, 'a duration such as 10m', given);
      return milliseconds / 1000;
    }),
    thresholds: Object.fromEntries(
      Object.entries(values.thresholds).map(([name, given]) => readThreshold(name, given)),
    ),
  };
}

function readThreshold(name: string, given: string): readonly [ThresholdName, number] {
  const names = Object.keys(thresholds) as ThresholdName[];
  const known = member('threshold', name, names.map(kebabCase));
  const key = names.find((one) => kebabCase(one) === known) as ThresholdName;
  const { unit, alert } = thresholds[key];
  if (unit === 'seconds') {
    const milliseconds = readDurationMs(given);
    if (milliseconds !== undefined) return [key, milliseconds / 1000];
    return refuse('threshold', `${alert}: ${name}`, 'a duration such as 10m', given);
  }
  if (!/^\d+(\.\d+)?$/.test(given)) {
    return refuse('threshold', `${alert}: ${name}`, 'a number', given);
  }
  return [key, Number(given)];
}

function byAlert<Value>(
  flag: string,
  given: Pairs,
  read: (alert: AlertName, text: string) => Value,
): Partial<Record<AlertName, Value>> {
  const entries = Object.entries(given).map(([name, value]) => {
    const alert = member(flag, name, alertNames);
    return [alert, read(alert, value)];
  });
  return Object.fromEntries(entries) as Partial<Record<AlertName, Value>>;
}

function member<Name extends string>(flag: string, given: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === given);
  if (found !== undefined) return found;
  const what = flag === 'format' ? 'format' : flag === 'threshold' ? 'threshold' : 'alert';
  const near = suggestion(given, names, '');
  throw new UsageError(
    `--${flag}: there is no ${what} ${JSON.stringify(given)}${near === '' ? `; there are ${names.join(', ')}` : near}`,
  );
}

function refuse(flag: string, what: string, expected: string, given: string): never {
  throw new UsageError(`--${flag}: ${what}: expected ${expected}, got ${JSON.stringify(given)}`);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

type Describe = Pick<Option<unknown>, 'name' | 'help' | 'group'>;

/** NAME=VALUE, once for each name; what stands behind the first = is the value, commas included. */
function pairs(describe: Describe & { readonly value: string }): Option<Pairs> {
  return {
    ...describe,
    repeatable: true,
    defaultText: '',
    fallback: {},
    parse: (given) =>
      Object.fromEntries(
        given.map((one) => {
          const [, name, value] = /^([^=]+)=(.*)$/s.exec(one) ?? [];
          if (name === undefined || value === undefined) {
            throw new UsageError(
              `--${describe.name}: expected ${describe.value}, got ${JSON.stringify(one)}`,
            );
          }
          return [name.trim(), value];
        }),
      ),
  };
}

function duration<T extends number | undefined>(
  describe: Describe & { readonly fallback: T },
): Option<number | T> {
  const { fallback } = describe;
  return parsed<number, T>({
    ...describe,
    value: 'DURATION',
    expected: 'a duration such as 30s',
    read: (given) => {
      const milliseconds = readDurationMs(given);
      return milliseconds === undefined ? undefined : milliseconds / 1000;
    },
    defaultText: fallback === undefined ? '' : formatDuration(fallback),
  });
}
