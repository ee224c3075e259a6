// The pack and the user's settings -> the groups as they are written, with timings that fit together.
import { inhibitorsOf, mutes } from '../../rules/mutes.ts';
import { definePack, type AlertName, type AlertRule, type RuleGroup } from '../../rules/pack.ts';
import { windowsFor } from '../../rules/windows.ts';
import { formatDuration } from '../promql/duration.ts';
import { checkSettings, refuse } from './settings-checks.ts';
import { isAlert, type RulesSettings } from './rules-settings.ts';

/** What Alertmanager and the kubelet add to the time that a muted alert outlives its cause. */
const maxBackoffSeconds = 300;
export const alertmanagerGroupIntervalSeconds = 300;

/** The groups as the user wants them; throws UsageError, with the flag and the alert, for what cannot be. */
export function configuredPack(settings: RulesSettings): readonly RuleGroup[] {
  checkSettings(settings);
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
    refuse(`--severity: ${alert}`, 'no severity, since an inhibitor notifies nobody', severity);
  }
  const own = settings.for[alert];
  const least = 2 * settings.scrapeIntervalSeconds;
  if (own !== undefined && own < least) {
    refuse(
      `--for: ${alert}`,
      `at least ${formatDuration(least)}, two scrape intervals`,
      formatDuration(own),
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
  for (const { source, targets, timing } of mutes) {
    const muting = timings.get(source);
    if (muting === undefined || timing === 'any') continue;
    for (const target of targets) {
      const muted = timings.get(target);
      if (muted === undefined) continue;
      const least = muting.for + lead;
      if (muted.for < least && settings.for[target] !== undefined) {
        refuse(
          `--for: ${target}`,
          `at least ${formatDuration(least)}, so that ${source} can mute it in time`,
          formatDuration(muted.for),
        );
      }
      muted.for = Math.max(muted.for, least);
      if (timing === 'outlasts') {
        muting.keepFiringFor = Math.max(muting.keepFiringFor, late + muted.keepFiringFor);
      }
    }
  }
  return groups.map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) => (isAlert(rule) ? { ...rule, ...timings.get(rule.alert) } : rule)),
  }));
}
