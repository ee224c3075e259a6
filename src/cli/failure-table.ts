// Failing containers and the time -> the table that demo and diagnose print.
import { causes } from '../classify/causes.ts';
import { ageText, countdownText } from '../http/times.ts';
import type { FailingContainer } from '../track/states.ts';
import { type Column, table } from './table.ts';

/** The longest failing first within a class, the classes in the order of the catalogue. */
export function failureTable(
  failing: Iterable<FailingContainer>,
  now: number,
  wide = false,
): string[] {
  const columns: readonly Column<FailingContainer>[] = [
    { title: 'NAMESPACE', text: ({ namespace }) => namespace, maxWidth: 24 },
    {
      title: 'WORKLOAD',
      text: ({ workload }) => `${workload.kind}/${workload.name}`,
      maxWidth: 40,
    },
    { title: 'CONTAINER', text: ({ container }) => container, maxWidth: 20 },
    { title: 'CAUSE', text: ({ verdict }) => verdict.cause },
    { title: 'TRIES', text: attemptsText, align: 'right' },
    {
      title: 'FAILING FOR',
      text: ({ firstFailureAt }) => ageText(now - firstFailureAt),
      align: 'right',
    },
    { title: 'NEXT TRY', text: (container) => nextTryText(container, now), align: 'right' },
    { title: 'REGISTRY', text: ({ registry }) => registry, maxWidth: 32 },
    { title: 'NODE', text: ({ node }) => node, maxWidth: 24 },
    ...(wide ? wideColumns : []),
  ];
  const order = Object.keys(causes);
  const rank = ({ verdict }: FailingContainer) => order.indexOf(verdict.cause);
  return table(
    columns,
    [...failing].sort((a, b) => rank(a) - rank(b) || a.firstFailureAt - b.firstFailureAt),
  );
}

const wideColumns: readonly Column<FailingContainer>[] = [
  { title: 'POD', text: ({ pod }) => pod },
  { title: 'IMAGE', text: ({ image }) => image, maxWidth: 100 },
];

/** `~` where the time model says it, because nobody watched. */
function attemptsText({ attempts, exact }: FailingContainer): string {
  return `${exact ? '' : '~'}${attempts}`;
}

function nextTryText({ nextRetryAt, step }: FailingContainer, now: number): string {
  if (nextRetryAt !== undefined) return countdownText(nextRetryAt - now);
  return step === 0 ? 'every sync' : '?';
}
