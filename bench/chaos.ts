// `npm run chaos [-- NAME]`: strikes the exporter with every fault of the matrix, or with those whose
// name has this in it; prints what became of its picture; exit code 1 when a target is missed.
import { defaultTiming } from '../src/kube/timing.ts';
import { type CrowdOptions, runCrowd } from './chaos/crowd.ts';
import { faults } from './chaos/faults.ts';
import { type Outcome, runFaults } from './chaos/run.ts';
import { table } from './measured-process.ts';

/** Long enough for every wait to reach its longest. */
const faultMs = 90_000;
const timing = defaultTiming;
const crowds: readonly CrowdOptions[] = [
  { pods: 100_000, room: 100_000, timing, limitMs: 60_000 },
  { pods: 100_000, room: 20_000, timing, limitMs: 60_000 },
];

const [wanted = ''] = process.argv.slice(2);
const chosen = faults.filter(({ name }) => name.includes(wanted));
const outcomes: Outcome[] = [...(await runFaults(chosen, { timing, faultMs }))];
if ('at once'.includes(wanted)) {
  for (const crowd of crowds) outcomes.push(await runCrowd(crowd));
}
process.stdout.write(
  [
    `Each fault lasts ${faultMs / 1000} s, in which pods begin to fail, recover, and are deleted. Then: seconds to the first`,
    'good answer, from there to the right picture (where all fail at once: to the complete picture, and to',
    'the empty one after all have recovered), containers lost and made up in any scrape, why watches restarted.',
    '',
    report(outcomes),
    '',
  ].join('\n'),
);
process.exitCode = outcomes.some(({ missed }) => missed) ? 1 : 0;

function report(rows: readonly Outcome[]): string {
  const seconds = (ms: number | undefined): string =>
    ms === undefined ? 'never' : (ms / 1000).toFixed(1);
  return table([
    ['fault', 'reconnected in (s)', 'right after (s)', 'lost', 'phantom', '', 'noticed as'],
    ...rows.map(({ fault, lost, missed, noticed, phantom, reconnectedMs, rightMs }) => [
      fault,
      seconds(reconnectedMs),
      seconds(rightMs),
      String(lost.length),
      String(phantom.length),
      missed ? 'MISSED' : 'ok',
      noticed.join(', '),
    ]),
  ]);
}
