// The cases of rules/tests/ -> the files that promtool runs over the generated rules.
import type { Severity } from '../../rules/alert.ts';
import type { AlertName, AlertRule } from '../../rules/pack.ts';
import { alertCases, type AlertCase } from '../../rules/tests/alert-cases.ts';
import { comparison, kubeContainerWaiting } from '../../rules/tests/comparison-cases.ts';
import { health } from '../../rules/tests/healthy-cases.ts';
import { noise } from '../../rules/tests/noise-cases.ts';
import { packCases, type PackCase } from '../../rules/tests/pack-cases.ts';
import { seriesText, withLostScrape } from '../../rules/tests/series.ts';
import { formatDuration } from '../promql/duration.ts';
import type { GeneratedFile } from './generated-file.ts';
import {
  promtoolTestFile,
  testHeader,
  type FiringAlert,
  type PromtoolFile,
  type PromtoolTest,
} from './promtool-tests.ts';
import { configuredPack } from './configured-pack.ts';
import { defaultRulesSettings, isAlert } from './rules-settings.ts';
import { toYaml } from './yaml.ts';

const settings = { ...defaultRulesSettings, muteUpstream: true };
const scrapeIntervalSeconds = settings.scrapeIntervalSeconds;

const packFiles = ['../../generated/prometheus-rules.yaml', '../../generated/mute-upstream.yaml'];

export function ruleTests(): readonly GeneratedFile[] {
  const groups = configuredPack(settings);
  const file = (
    name: string,
    tests: readonly PromtoolTest[],
    own: Partial<PromtoolFile> = {},
  ): GeneratedFile => ({
    name: `${name}.yaml`,
    content: promtoolTestFile({
      ruleFiles: packFiles,
      groupOrder: groups.map((group) => group.name),
      scrapeSeconds: scrapeIntervalSeconds,
      evaluationSeconds: scrapeIntervalSeconds,
      tests,
      ...own,
    }),
  });
  const alertFiles = groups
    .map(({ name, rules }) => ({ name, alerts: rules.filter(isAlert) }))
    .filter(({ alerts }) => alerts.length > 0)
    .map(({ name, alerts }) =>
      file(
        name.replace('imagepull.', 'alerts-'),
        alerts.flatMap((rule) =>
          alertCases
            .filter(({ alert }) => alert === rule.alert)
            .flatMap((one) => alertTests(one, rule)),
        ),
      ),
    );
  const severities = new Map(
    groups.flatMap(({ rules }) =>
      rules.filter(isAlert).map(({ alert, severity }) => [alert, severity]),
    ),
  );
  const packTests = (cases: readonly PackCase[]): readonly PromtoolTest[] =>
    cases.map((one) => packTest(one, severities));
  const upstream = 'upstream-rules.yaml';
  return [
    ...alertFiles,
    ...packCases.map(({ file: name, cases }) => file(name, packTests(cases))),
    file('healthy', packTests(health)),
    // A whole day: coarser, or it would take minutes.
    file('ordinary-day', packTests(noise), { scrapeSeconds: 60, evaluationSeconds: 180 }),
    { name: upstream, content: toYaml(kubeContainerWaiting, [testHeader]) },
    file('upstream-comparison', packTests(comparison), { ruleFiles: [...packFiles, upstream] }),
  ];
}

/** Through the series of alerts, which have no annotations to be compared. */
function packTest(
  { name, series, firing = [], silent, samples = [] }: PackCase,
  severities: ReadonlyMap<AlertName, Severity>,
): PromtoolTest {
  const fires = firing.map(({ alert, at, alerts }) => ({
    expr: `ALERTS{alertname="${alert}", alertstate="firing"}`,
    at,
    expected: alerts.map((labels) => ({
      labels: seriesText('ALERTS', {
        alertname: alert,
        alertstate: 'firing',
        severity: severities.get(alert) ?? '',
        ...labels,
      }),
      value: 1,
    })),
  }));
  const never =
    silent === undefined
      ? []
      : [
          {
            expr: `count_over_time(ALERTS{alertname=~"${silent.alerts.join('|')}", alertstate="firing"}[${formatDuration(silent.until)}])`,
            at: silent.until,
            expected: [],
          },
        ];
  return { name, series, alerts: [], samples: [...fires, ...never, ...samples] };
}

/** Silent up to the last evaluation, then firing; the same with a lost scrape in between. */
function alertTests(one: AlertCase, rule: AlertRule): readonly PromtoolTest[] {
  const firing: FiringAlert = {
    labels: one.labels,
    annotations: {
      summary: rule.summary,
      description: one.description,
      runbook_url: `${settings.runbookUrl}/${one.alert}.md`,
      dashboard_url: one.dashboard,
    },
  };
  const alerts = [
    { at: one.fires - scrapeIntervalSeconds, alert: one.alert, firing: [] },
    { at: one.fires, alert: one.alert, firing: [firing] },
  ];
  return [
    {
      name: `${one.alert}: ${one.story}`,
      series: one.series,
      alerts,
    },
    {
      name: `${one.alert}: ${one.story}, and a scrape is lost`,
      series: withLostScrape(one.series, one.lostScrape),
      alerts,
    },
  ];
}
