// The pack and the catalogue of causes -> the parts of docs/runbooks/ that repeat them; what is
// written by hand between these parts stays as it is.
import { inhibitorsOf, mutes } from '../../rules/mutes.ts';
import type { Audience } from '../../rules/alert.ts';
import type { AlertName, AlertRule } from '../../rules/pack.ts';
import { causesWhere, outageCauses } from '../../rules/recording.ts';
import { sharedAccountCauses } from '../../rules/registry.ts';
import { thresholds, type ThresholdName } from '../../rules/thresholds.ts';
import { causes, type Cause, type CauseClass } from '../classify/causes.ts';
import { formatDuration } from '../promql/duration.ts';
import { configuredPack } from './configured-pack.ts';
import { defaultRulesSettings, isAlert, kebabCase } from './rules-settings.ts';
import type { WrittenFile } from './written-files.ts';

/** The causes that an alert is about, explained at the end of its runbook. */
const explained: Partial<Record<AlertName, readonly Cause[]>> = {
  ImagePullFailing: [...causesOf('registry'), ...causesOf('unknown')],
  ImagePullReferenceInvalid: causesOf('reference'),
  ImagePullCredentialsRejected: causesOf('credentials'),
  ImagePullPolicyRejected: causesOf('policy'),
  ImagePullRegistryUnavailable: outageCauses,
  ImagePullRegistryDegraded: outageCauses,
  ImagePullRateLimited: ['rate_limited'],
  ImagePullCredentialsRejectedEverywhere: sharedAccountCauses,
  ImagePullNodeFailing: causesOf('node'),
  ImagePullUnclassified: causesOf('unknown'),
};

const readers: Record<Audience, string> = {
  namespace: 'the owner of the namespace',
  platform: 'the platform team',
  security: 'the security team, and the owner of the namespace',
  monitoring: 'whoever runs the monitoring',
  nobody: 'nobody; it mutes other alerts',
};

export const sections = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation'] as const;

export function runbookFiles(): readonly WrittenFile[] {
  const groups = configuredPack({ ...defaultRulesSettings, muteUpstream: true });
  const alerts = groups.flatMap((group) => group.rules.filter(isAlert));
  return [
    ...alerts.map((rule) => ({
      path: `docs/runbooks/${rule.alert}.md`,
      content: (current: string | undefined) => runbook(rule, current ?? skeleton(rule.alert)),
    })),
    {
      path: 'docs/runbooks/README.md',
      content: () => index(alerts),
    },
  ];
}

function runbook(rule: AlertRule, current: string): string {
  const parts: Readonly<Record<string, string>> = {
    facts: facts(rule),
    causes: (explained[rule.alert] ?? []).map(explanation).join('\n\n'),
    rule: `\`\`\`promql\n${rule.expr}\n\`\`\``,
  };
  return Object.entries(parts).reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- generated: ${name} -->\n).*?(<!-- end of generated: ${name} -->)`, 's'),
        (_, start: string, end: string) => `${start}\n${part === '' ? '' : `${part}\n\n`}${end}`,
      ),
    current,
  );
}

function skeleton(alert: AlertName): string {
  const generated = (name: string): string =>
    `<!-- generated: ${name} -->\n<!-- end of generated: ${name} -->`;
  const causes = explained[alert] === undefined ? '' : `\n## Causes\n\n${generated('causes')}\n`;
  return `# ${alert}\n\n${generated('facts')}\n\n${sections
    .map((section) => `## ${section}\n`)
    .join('\n')}${causes}\n## Rule\n\n${generated('rule')}\n`;
}

function facts({ alert, summary, severity, audience, ...rule }: AlertRule): string {
  const own = Object.entries(thresholds).filter(([, threshold]) => threshold.alert === alert);
  const mutedBy = mutes.filter(({ targets }) => targets.includes(alert));
  const muted = mutes.filter(({ source }) => source === alert);
  const partner = Object.entries(inhibitorsOf).find(([, inhibitor]) => inhibitor === alert)?.[0];
  const at = (labels: readonly string[]): string =>
    `same ${labels.map((label) => `\`${label}\``).join(', ')}`;
  return [
    summary,
    '',
    `- Severity \`${severity}\`, for ${readers[audience]}.`,
    `- Fires after ${formatDuration(rule.for)}${
      rule.keepFiringFor === 0
        ? ', and ends with its condition.'
        : `, and ends ${formatDuration(rule.keepFiringFor)} after its condition.`
    }`,
    `- One alert for each ${rule.identity.map((label) => `\`${label}\``).join(', ')}.`,
    ...(partner === undefined ? [] : [`- Has the condition of ${link(partner)}.`]),
    ...own.map(
      ([name, { unit, value, means }]) =>
        `- Threshold \`${kebabCase(name as ThresholdName)}\`: ${unit === 'seconds' ? formatDuration(value) : value} ${unit === 'count' ? means : `(${means})`}.`,
    ),
    ...mutedBy.map(({ source, equal }) => `- Muted while ${link(source)} fires (${at(equal)}).`),
    ...muted.map(
      ({ targets, foreignTargets = [], equal }) =>
        `- Mutes ${[...targets.map(link), ...foreignTargets].join(', ')} (${at(equal)}).`,
    ),
  ].join('\n');
}

function explanation(cause: Cause): string {
  const { title, meaning, check, fix, lookalikes } = causes[cause];
  const items = [
    ['Check', check],
    ['Fix', fix],
    ['Look-alikes', lookalikes],
  ].filter(([, text]) => text !== '');
  const list = items.map(([name, text]) => `- **${name}:** ${text}`).join('\n');
  return `### ${title}: \`${cause}\`\n\n${meaning}\n\n${list}`;
}

function index(alerts: readonly AlertRule[]): string {
  const entries = alerts.map(
    ({ alert, severity, summary }) => `- ${link(alert)} (${severity}): ${summary}`,
  );
  return `# Runbooks

One page for each alert: what it means, who is hurt, how to find out more, what to do.

${entries.join('\n')}
`;
}

function link(alert: string): string {
  return `[${alert}](${alert}.md)`;
}

function causesOf(causeClass: CauseClass): readonly Cause[] {
  return causesWhere((cause) => causes[cause].class === causeClass);
}
