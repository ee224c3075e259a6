// The pack -> the names that flags take, with defaults and meanings, for --help.
import { thresholds, type Threshold } from '../../rules/thresholds.ts';
import type { Term } from '../config/help.ts';
import { formatDuration } from '../promql/duration.ts';
import { configuredPack } from './configured-pack.ts';
import { defaultRulesSettings, isAlert, kebabCase } from './rules-settings.ts';

/** Without the inhibitors, which nobody is told of. */
export function alertTerms(): readonly Term[] {
  return configuredPack(defaultRulesSettings)
    .flatMap(({ rules }) => rules.filter(isAlert))
    .filter(({ severity }) => severity !== 'none')
    .map((rule) => [
      rule.alert,
      `${rule.severity}, for ${formatDuration(rule.for)}. ${rule.summary}`,
    ]);
}

export function thresholdTerms(): readonly Term[] {
  return Object.entries<Threshold>(thresholds).map(([name, { unit, value, alert, means }]) => [
    `${kebabCase(name)}=${unit === 'seconds' ? formatDuration(value) : value}`,
    `${alert}: ${means}.`,
  ]);
}
