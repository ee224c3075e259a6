// Families of the client library -> lines of the text format 0.0.4 or of OpenMetrics 1.0. Rendered here
// because the library damages counter names for good once it has printed OpenMetrics.
import type { Registry } from 'prom-client';
import { labelValue, numberText } from './label-values.ts';

export type Format = 'text' | 'openmetrics';

export const contentTypes: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** A family at one instant: the library goes on counting in the objects that it gave. */
export interface FamilySnapshot {
  readonly family: LibraryFamily;
  readonly values: readonly number[];
}

/** What the library's get() gives; `sharedLabels` are those of the whole histogram. */
export interface LibraryFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly {
    readonly labels?: Readonly<Record<string, string | number>>;
    readonly sharedLabels?: Readonly<Record<string, string | number>>;
    readonly metricName?: string;
    readonly value: number;
  }[];
}

interface LibraryMetric {
  readonly get: () => Promise<LibraryFamily>;
  readonly getForPromString?: () => Promise<LibraryFamily>;
}

/** `name` as the catalogue has it: with `_total` for counters. */
export function familyHeader(format: Format, name: string, type: string, help: string): string {
  const family = format === 'openmetrics' && type === 'counter' ? withoutTotal(name) : name;
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', String.raw`\n`);
  const text = format === 'openmetrics' ? escaped.replaceAll('"', String.raw`\"`) : escaped;
  return `# HELP ${family} ${text}\n# TYPE ${family} ${type}\n`;
}

/** All families of the registry. One whose collect() throws is left out: it must not cost the scrape. */
export async function libraryFamilies(registry: Registry): Promise<readonly LibraryFamily[]> {
  const metrics = registry.getMetricsAsArray() as unknown as readonly LibraryMetric[];
  const results = await Promise.allSettled(
    metrics.map((metric) => metric.getForPromString?.() ?? metric.get()),
  );
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

export function snapshotFamily(family: LibraryFamily): FamilySnapshot {
  return { family, values: family.values.map(({ value }) => value) };
}

/** In slices of about `sliceLength` characters; `shardLabel` ends the labels of each line, or is ''. */
export function* snapshotSlices(
  { family, values }: FamilySnapshot,
  format: Format,
  shardLabel: string,
  sliceLength: number,
): Generator<string> {
  const isCounter = format === 'openmetrics' && family.type === 'counter';
  const name = isCounter ? `${withoutTotal(family.name)}_total` : family.name;
  const end = shardLabel === '' ? '} ' : `,${shardLabel}} `;
  let text = familyHeader(format, family.name, family.type, family.help);
  for (const [index, { labels = {}, sharedLabels, metricName = name }] of family.values.entries()) {
    const own = labelsText(sharedLabels ?? labels);
    const bound = sharedLabels === undefined ? '' : boundText(labels['le'], format);
    if (own === '' || bound !== '') {
      const all = [own, bound, shardLabel].filter((part) => part !== '').join(',');
      text += `${metricName}${all === '' ? ' ' : `{${all}} `}`;
    } else {
      text += `${metricName}{` + own + end;
    }
    text += `${numberText(values[index] ?? Number.NaN)}\n`;
    if (text.length > sliceLength) {
      yield text;
      text = '';
    }
  }
  yield text;
}

/** The library keeps the object of a series as long as the series lives, so its text is kept as well. */
const labelTexts = new WeakMap<object, string>();

function labelsText(labels: Readonly<Record<string, string | number>>): string {
  let text = labelTexts.get(labels);
  if (text === undefined) {
    text = Object.entries(labels)
      .map(([name, value]) => `${name}="${labelValue(String(value))}"`)
      .join(',');
    labelTexts.set(labels, text);
  }
  return text;
}

/** The label of a bucket; OpenMetrics wants 1.0 where the text format has 1. */
function boundText(bound: string | number | undefined, format: Format): string {
  if (bound === undefined) return '';
  const isWhole = format === 'openmetrics' && Number.isInteger(bound);
  return `le="${bound}${isWhole ? '.0' : ''}"`;
}

function withoutTotal(name: string): string {
  return name.replace(/_total$/, '');
}
