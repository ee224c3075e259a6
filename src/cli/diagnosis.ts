// Failing containers and the time -> what `diagnose` prints for people: a table, then each problem
// with its text, its meaning and what to do.
import { causes, classes } from '../classify/causes.ts';
import { fillIn } from '../http/advice.ts';
import { OverviewBuilder, type Place, type Problem } from '../http/overview.ts';
import { ageText } from '../http/times.ts';
import type { FailingContainer, SlowPull } from '../track/states.ts';
import { failureTable } from './failure-table.ts';
import { printable, table } from './table.ts';

const limits = { maxProblems: 50, maxWorkloads: 5, maxContainers: 1 };

export function diagnosis(
  failing: readonly FailingContainer[],
  slowPulls: readonly SlowPull[],
  now: number,
  wide: boolean,
): string {
  const builder = new OverviewBuilder();
  for (const container of failing) builder.add(container);
  const overview = builder.finish(limits);
  const { containerCount, workloadCount, namespaceCount, problems, problemCount } = overview;
  if (containerCount === 0 && slowPulls.length === 0) return 'Every image can be pulled.\n';
  const parts: string[] = [];
  if (containerCount > 0) {
    parts.push(
      `${count(containerCount, 'container')} of ${count(workloadCount, 'workload')} in ${count(namespaceCount, 'namespace')} cannot pull ${containerCount === 1 ? 'its' : 'their'} image.`,
      failureTable(failing, now, wide).join('\n'),
      ...byCause(problems).map((group, index) => causeText(group, index + 1, now)),
    );
  }
  if (problemCount > problems.length) {
    parts.push(`${problemCount - problems.length} more problems: see -o json.`);
  }
  if (slowPulls.length > 0) parts.push(slowPullsText(slowPulls, now));
  return `${parts.join('\n\n')}\n`;
}

/** The worst first; problems of one cause together, for what helps is the same. */
function byCause(problems: readonly Problem[]): readonly (readonly Problem[])[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    groups.set(problem.cause, [...(groups.get(problem.cause) ?? []), problem]);
  }
  return [...groups.values()];
}

function causeText(problems: readonly Problem[], number: number, now: number): string {
  const [first] = problems;
  const example = first?.workloads[0]?.containers[0];
  if (first === undefined || example === undefined) return '';
  const { cause } = first;
  const { title, meaning, check, fix, class: causeClass } = causes[cause];
  const lines: readonly (readonly [string, string])[] = [
    ['Means', fillIn(meaning, example)],
    ['Check', fillIn(check, example)],
    ['Do', fillIn(fix, example)],
    ['Who', classes[causeClass].acts],
  ];
  return [
    `${number}. ${title} (${cause})`,
    ...problems.flatMap((problem) => problemLines(problem, now)),
    ...lines.map(([name, text]) => `   ${name.padEnd(6)} ${text}`),
  ].join('\n');
}

function problemLines(problem: Problem, now: number): readonly string[] {
  const { place, workloads, workloadCount, containerCount, nodeCount, firstFailureAt } = problem;
  const owners = workloads.map(
    ({ namespace, workload }) => `${namespace}/${workload.name} (${workload.kind})`,
  );
  const hidden = workloadCount - owners.length;
  const message = workloads[0]?.containers[0]?.message ?? '';
  const width = `${count(containerCount, 'container')} on ${count(nodeCount, 'node')} for ${ageText(now - firstFailureAt)}`;
  return [
    place.type === 'workload'
      ? `   ${printable(owners[0] ?? '')}: ${width}`
      : `   ${placeText(place)}: ${width}: ${printable(owners.join(', '))}${hidden > 0 ? ` and ${hidden} more` : ''}`,
    ...(message === '' ? [] : [`     ${cut(printable(message))}`]),
  ];
}

function placeText(place: Place): string {
  switch (place.type) {
    case 'registry':
      return printable(place.registry);
    case 'node':
      return `node ${printable(place.node)}`;
    case 'namespace':
      return `namespace ${printable(place.namespace)}`;
    case 'workload':
      return printable(`${place.namespace}/${place.workload.name}`);
  }
}

function slowPullsText(slowPulls: readonly SlowPull[], now: number): string {
  return [
    `${count(slowPulls.length, 'pull')} without a result yet:`,
    '',
    ...table(
      [
        { title: 'NAMESPACE', text: ({ namespace }) => namespace },
        { title: 'POD', text: ({ pod }) => pod },
        { title: 'PULLING FOR', text: ({ since }) => ageText(now - since), align: 'right' },
        { title: 'IMAGE', text: ({ image }) => image, maxWidth: 70 },
        { title: 'NODE', text: ({ node }) => node },
      ],
      [...slowPulls].sort((a, b) => a.since - b.since),
    ),
  ].join('\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function cut(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)} ...` : text;
}
