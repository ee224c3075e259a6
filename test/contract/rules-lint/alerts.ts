// Checks 11 to 14: what tells alerts apart, when they fire, and what they say.
import type { RuleFile } from '../../../src/generate/rule-file.ts';
import { mutes, type Mute } from '../../../rules/mutes.ts';
import type { AlertRule } from '../../../rules/pack.ts';
import { parsePromql } from '../../support/promql-tree.ts';
import { contractProblemsOf } from './expressions.ts';
import { actionsOf, entries, nameOf, type Problems } from './rule-entries.ts';

const unstable = new Set([
  'reason',
  'cause',
  'attempt',
  'backoff_attempt',
  'image',
  'uid',
  'instance',
  'pod',
  'container',
]);
/** `reason` is there the name of a limit. */
const mayBeUnstable: Readonly<Record<string, readonly string[]>> = {
  ImagePullForgotten: ['pod', 'container'],
  ImagePullPodInhibitor: ['pod'],
  ImagePullExporterSeriesDropped: ['reason'],
};

/** 11: nothing that changes while the trouble lasts tells alerts apart. */
export function identityProblems(rules: readonly AlertRule[], file: RuleFile): Problems {
  return [
    ...rules.flatMap(({ alert, identity }) =>
      identity
        .filter((label) => unstable.has(label))
        .filter((label) => !mayBeUnstable[alert]?.includes(label))
        .map((label) => `${alert}: ${label} changes while the trouble lasts`),
    ),
    ...entries(file).flatMap((entry) =>
      Object.entries(entry.labels ?? {})
        .filter(([, value]) => value.includes('{{'))
        .map(([label]) => `${nameOf(entry)}: label ${label} is a template`),
    ),
  ];
}

/** 12: names, severities, and a reason for each page. */
export function namingProblems(
  rules: readonly AlertRule[],
  runbookOf: (alert: string) => string,
): Problems {
  return rules.flatMap(({ alert, severity, for: forSeconds }) => [
    ...(/^ImagePull([A-Z][a-z]+)+$/.test(alert) ? [] : [`${alert}: not a name of this pack`]),
    ...(['critical', 'warning', 'info', 'none'].includes(severity)
      ? []
      : [`${alert}: severity ${severity}`]),
    ...((severity === 'none') === alert.endsWith('Inhibitor')
      ? []
      : [`${alert}: severity none is for inhibitors, and nothing else is`]),
    ...(severity === 'critical' && (forSeconds < 120 || forSeconds > 900)
      ? [`${alert}: a page after ${forSeconds} s`]
      : []),
    ...(severity === 'critical' && !runbookOf(alert).includes('**Why it pages:**')
      ? [`${alert}: its runbook does not say why it pages`]
      : []),
  ]);
}

/** Seconds that `for` and `keep_firing_for` may last. */
const timingLimits = {
  critical: { for: [120, 900], keepFiringFor: [300, 900] },
  warning: { for: [120, 900], keepFiringFor: [0, 1800] },
  info: { for: [300, 1800], keepFiringFor: [0, 900] },
  none: { for: [0, 60], keepFiringFor: [900, 3600] },
} as const;

/** The longest back-off, the bridge, and Alertmanager's group interval. */
const lateSeconds = 300 + 120 + 300;

/** 13: each alert in time, and each that mutes before and beyond what it mutes. */
export function timingProblems(
  rules: readonly AlertRule[],
  all: readonly Mute[] = mutes,
): Problems {
  const byName = new Map(rules.map((rule) => [rule.alert, rule]));
  const outside = (value: number, [least, most]: readonly [number, number]): boolean =>
    value < least || value > most;
  return [
    ...rules.flatMap(({ alert, severity, ...rule }) =>
      (['for', 'keepFiringFor'] as const)
        .filter((field) => outside(rule[field], timingLimits[severity][field]))
        .map((field) => `${alert}: ${field} of ${rule[field]} s for severity ${severity}`),
    ),
    ...all.flatMap(({ source, targets, equal, timing }) =>
      targets.flatMap((target) => {
        const from = byName.get(source);
        const to = byName.get(target);
        if (from === undefined || to === undefined) return [`${source} or ${target} is no alert`];
        const pair = `${source} and ${target}`;
        return [
          ...(source === target ? [`${pair}: an alert that mutes its like mutes nothing`] : []),
          ...(timing !== 'any' && from.for > to.for - 60
            ? [`${pair}: the source fires less than a minute before its target`]
            : []),
          ...(timing === 'outlasts' && from.keepFiringFor < lateSeconds + to.keepFiringFor
            ? [`${pair}: the target outlasts its source`]
            : []),
          ...equal
            .filter((label) => label !== 'cluster')
            .filter((label) => !from.identity.includes(label) || !to.identity.includes(label))
            .map((label) => `${pair}: not both have the label ${label}`),
        ];
      }),
    ),
  ];
}

/** 14: texts that say something, and links that lead somewhere. */
export function annotationProblems(
  file: RuleFile,
  rules: readonly AlertRule[],
  links: {
    readonly runbookUrl: string;
    readonly runbookOf: (alert: string) => string;
    readonly dashboards: readonly string[];
  },
): Problems {
  const identities = new Map<string, readonly string[]>(
    rules.map(({ alert, identity }) => [alert, identity]),
  );
  return entries(file).flatMap(({ alert, labels = {}, annotations = {} }) => {
    if (alert === undefined) return [];
    const { summary = '', description = '', runbook_url = '', dashboard_url = '' } = annotations;
    const known = new Set([...(identities.get(alert) ?? []), ...Object.keys(labels)]);
    const used = Object.values(annotations)
      .flatMap(actionsOf)
      .flatMap((action) => [...action.matchAll(/\$labels\.(\w+)/g)])
      .map(([, label]) => label ?? '');
    const queries = [...description.matchAll(/`([^`]+)`/g)].map(([, query]) =>
      (query ?? '').replaceAll('%q', '"x"').replaceAll('%%', '%'),
    );
    const runbook = links.runbookOf(alert);
    const section = (name: string): string =>
      new RegExp(`^## ${name}\\n([^]*?)(?=^## |$(?![^]))`, 'm').exec(runbook)?.[1]?.trim() ?? '';
    return [
      ...(/^[A-Z][^{}]*\.$/.test(summary) ? [] : [`summary is no plain sentence: ${summary}`]),
      ...(description.length > summary.length / 2 ? [] : ['no description']),
      ...used.filter((label) => !known.has(label)).map((label) => `has no label ${label}`),
      ...actionsOf(description)
        .filter((action) => /\$value|\.Value/.test(action) && !/\| humanize/.test(action))
        .map((action) => `a raw number: {{${action}}}`),
      ...queries.flatMap((query) => {
        const root = parsePromql(query);
        return root === undefined ? [`does not parse: ${query}`] : contractProblemsOf(root);
      }),
      ...(runbook_url === `${links.runbookUrl}/${alert}.md` ? [] : [`runbook_url ${runbook_url}`]),
      ...['Meaning', 'Impact', 'Diagnosis', 'Mitigation']
        .filter((name) => section(name).length < 20)
        .map((name) => `its runbook has no ${name}`),
      ...(links.dashboards.some((uid) => dashboard_url.startsWith(`/d/${uid}`))
        ? []
        : [`dashboard_url ${dashboard_url}`]),
    ].map((problem) => `${alert}: ${problem}`);
  });
}
