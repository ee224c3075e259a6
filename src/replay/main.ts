// npm run replay -- DIR [--start SECONDS] [--no-events] [--json]: a recording through the exporter's code.
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';
import type { Episode } from './episodes.ts';
import { episodeJson } from './json.ts';
import { readRecording, type Recording } from './recording.ts';
import { replay, type ReplayOptions } from './replay.ts';
import { renderRows, renderTotals } from './table.ts';
import { readTruth } from './truth.ts';

const usage = 'usage: npm run --silent replay -- DIR [--start SECONDS] [--no-events] [--json]';

try {
  run(process.argv.slice(2));
} catch (error) {
  console.error(`replay: ${error instanceof Error ? error.message : String(error)}; ${usage}`);
  process.exitCode = 2;
}

function run(args: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      start: { type: 'string' },
      'no-events': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new Error('one folder expected');
  const recording = readRecording(folder);
  const startAt = values.start === undefined ? undefined : startTime(values.start, recording);
  const options = { startAt, events: !values['no-events'] };
  const episodes = replay(recording, options);
  if (values.json) {
    for (const episode of episodes) console.log(JSON.stringify(episodeJson(episode)));
  } else {
    report(folder, recording, episodes, options);
  }
}

function startTime(text: string, { startsAt, endsAt }: Recording): number {
  const seconds = Number(text);
  if (text.trim() === '' || !Number.isFinite(seconds)) {
    throw new Error(`--start: seconds after the start of the recording expected, not '${text}'`);
  }
  if (startsAt + seconds * 1000 >= endsAt) {
    throw new Error(
      `--start: the recording ends after ${Math.floor((endsAt - startsAt) / 1000)} s`,
    );
  }
  return startsAt + seconds * 1000;
}

function report(
  folder: string,
  recording: Recording,
  episodes: readonly Episode[],
  options: ReplayOptions,
): void {
  const truth = readTruth(folder);
  const { startAt = -Infinity } = options;
  const { name, endsAt, brokenAt } = recording;
  const ended = startAt === -Infinity ? [] : replay(recording, { events: true, until: startAt });
  const rows = compare(episodes, truth, { startAt, until: endsAt, ended });
  console.log(renderRows(rows));
  const parts = [{ name, rows }];
  if (brokenAt !== undefined && brokenAt > startAt) {
    const until = brokenAt - 1;
    const before = compare(replay(recording, { ...options, until }), truth, {
      startAt,
      until,
      ended,
    });
    parts.unshift({ name: `${name}, until the watch broke`, rows: before });
  }
  console.log(`\n${renderTotals(parts)}`);
}
