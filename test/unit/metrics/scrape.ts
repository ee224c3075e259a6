// An exposition with defaults, and what a scrape of it shows.
import { text } from 'node:stream/consumers';
import {
  createExposition,
  type Exposition,
  type ExpositionOptions,
} from '../../../src/metrics/exposition.ts';
import type { Format } from '../../../src/metrics/text-format.ts';

export const testTime = 1_763_735_100_000;

export function anExposition(given: Partial<ExpositionOptions> = {}): Exposition {
  return createExposition({
    build: { version: '1.2.3', revision: 'abc' },
    shard: undefined,
    maxFailingContainers: 20_000,
    maxCounterSeries: 10_000,
    eventsWatched: () => true,
    now: () => testTime,
    ...given,
  });
}

export async function scrape(exposition: Exposition, format: Format = 'text'): Promise<string> {
  return text(exposition.render(format, false).parts);
}

/** The lines of one family, comments left out. */
export async function linesOf(exposition: Exposition, name: string): Promise<readonly string[]> {
  const body = await scrape(exposition);
  return body
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}
