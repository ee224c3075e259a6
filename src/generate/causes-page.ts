// The catalogue of causes, the rules' messages and the measured accuracy -> docs/causes.md, a runbook index.
import { type Cause, type CauseClass, causes, classes } from '../classify/causes.ts';
import { rules } from '../classify/rules.ts';
import { type Accuracy, percent } from './accuracy.ts';

export interface MeasuredCorpus {
  readonly name: string;
  readonly about: string;
  readonly accuracy: Accuracy;
}

const heals = { yes: 'by itself', no: 'no', maybe: 'sometimes' } as const;

export function causesPage(corpora: readonly MeasuredCorpus[]): string {
  const names = Object.keys(classes) as readonly CauseClass[];
  return `${[
    '# Causes',
    '<!-- Generated from src/classify by `npm run generate`. Do not edit. -->',
    introduction,
    ...names.map(classIndex),
    ...(Object.keys(causes) as readonly Cause[]).map(causeSection),
    accuracySection(corpora),
    unknownSection,
  ].join('\n\n')}\n`;
}

const introduction = `Why an image could not be pulled: the values of the label \`cause\`, in ${Object.keys(classes).length} classes by who can act. They
are read from the texts that the kubelet shows in events and in the pod's status. \`<...>\` in a command
stands for a name of your own. To try a text:

\`\`\`sh
echo 'manifest unknown' | imagepull-exporter classify --explain
\`\`\``;

function classIndex(name: CauseClass): string {
  const rows = Object.entries(causes)
    .filter(([, record]) => record.class === name)
    .map(
      ([cause, record]) =>
        `| [\`${cause}\`](#${cause}) | ${record.title} | ${heals[record.heals]} |`,
    );
  return [
    `## Class \`${name}\`: ${lowerFirst(classes[name].title)}`,
    `Acts: ${classes[name].acts}.`,
    ['| cause | what happened | heals |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

function causeSection(cause: Cause): string {
  const record = causes[cause];
  const seen = rules.filter((rule) => rule.cause === cause && rule.message !== '');
  return [
    `### ${cause}`,
    `**${record.title}.** ${record.meaning}`,
    `**Check.** ${record.check}`,
    `**Do.** ${record.fix}`,
    ...(record.lookalikes === '' ? [] : [`**Not to be confused.** ${record.lookalikes}`]),
    ...(record.masks
      ? ['It hides the real cause for a while, and so never replaces a cause that is known.']
      : []),
    ...(seen.length === 0
      ? []
      : [['Texts that show it, one for each rule:', ...seen.map(textItem)].join('\n')]),
  ].join('\n\n');
}

function textItem({ id, message, seen }: (typeof rules)[number]): string {
  return `- \`${id}\` (${seen}): ${code(message.replaceAll(/\s+/g, ' '))}`;
}

/** In as many backquotes as the text needs. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}

function accuracySection(corpora: readonly MeasuredCorpus[]): string {
  const total = corpora.reduce((sum, { accuracy }) => sum + accuracy.texts, 0);
  const rows = corpora.map(
    ({ name, about, accuracy }) =>
      `| ${name} | ${accuracy.texts} | ${percent(accuracy.exact, accuracy.texts)} | ${percent(accuracy.class, accuracy.texts)} | ${about} |`,
  );
  return [
    '## How right is it',
    `Measured with \`npm run accuracy\` over the ${total} labelled texts of test/corpus, from the text alone,\nwithout the kubelet's reason:`,
    ['| corpus | texts | exact | class | |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

const unknownSection = `## A text is unknown, or has the wrong cause

1. \`imagepull-exporter classify --explain < text.txt\` prints how the text was taken apart, which rules
   matched and which won.
2. Until there is a rule, add one of your own with \`--classify.rules-file\`:

   \`\`\`yaml
   rules:
     - id: gateway-quarantine
       cause: blocked_by_policy
       expression: 'quarantined by Example Gateway \\(ticket [0-9]+\\)'
       examples:
         - 'Head "https://registry.example.com/v2/": quarantined by Example Gateway (ticket 42)'
   \`\`\`

   The expression is in [RE2 syntax](https://github.com/google/re2/wiki/Syntax) and looks at the whole text, unescaped and without
   credentials; rules are tried in order, before the built-in ones. Each example must match.
3. Report the text: open an issue with the output of \`--explain\`, the versions of Kubernetes, runtime and
   registry, and the cause that you found. Replace hosts, names and addresses by others of the same shape.`;

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
