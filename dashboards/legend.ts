// The catalogue of causes -> what the text panels say of it.
import { causes, classes, type Cause, type CauseClass } from '../src/classify/causes.ts';

const names = Object.keys(classes) as readonly CauseClass[];
const heals = { yes: 'heals by itself', maybe: 'may heal by itself', no: 'does not heal' } as const;

export function whoActs(): string {
  return names.map((name) => `${name}: ${classes[name].acts}.`).join(' ');
}

export function legend(runbookUrl: string): string {
  const parts = names.map((name) => {
    const own = (Object.keys(causes) as readonly Cause[]).filter(
      (cause) => causes[cause].class === name,
    );
    const rows = own.map(
      (cause) => `| \`${cause}\` | ${causes[cause].title} | ${heals[causes[cause].heals]} |`,
    );
    return [
      `### ${name}: ${classes[name].title}`,
      `Acts: ${classes[name].acts}.`,
      ['| cause | what happened | |', '| --- | --- | --- |', ...rows].join('\n'),
    ].join('\n\n');
  });
  return [
    `Each alert has a [runbook](${runbookUrl}/README.md).`,
    'After attempt k the kubelet waits 10 s * 2^(k-1), at most 5 minutes: from attempt 6 on, what is mended shows up to 5 minutes later. Deleting the pod makes it try at once.',
    ...parts,
  ].join('\n\n');
}
