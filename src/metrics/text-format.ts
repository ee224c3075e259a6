// Families of the client library -> lines of the text format 0.0.4 or of OpenMetrics 1.0. Rendered here
// because the library damages counter names for good once it has printed OpenMetrics.
import type { Registry } from 'prom-client';
import { labelValue, numberText } from './label-values.ts';

export type Format = 'text' | 'openmetrics';

export const contentTypes: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

interface Sample {
  /** Name and labels, up to the value. */
  readonly head: string;
  readonly value: number;
}

export interface FamilySnapshot {
  readonly header: string;
  readonly samples: readonly Sample[];
}

/** What the library's get() gives; `sharedLabels` are those of the whole histogram. */
interface LibraryFamily {
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

/** The values of this moment; `close` ends the labels of each line. */
export function snapshotFamily(
  family: LibraryFamily,
  format: Format,
  close: string,
): FamilySnapshot {
  const suffix = format === 'openmetrics' && family.type === 'counter' ? '_total' : '';
  const base = suffix === '' ? family.name : withoutTotal(family.name);
  return {
    header: familyHeader(format, family.name, family.type, family.help),
    samples: family.values.map(({ labels = {}, sharedLabels, metricName, value }) => {
      const bound = labels['le'];
      const parts = [
        labelsText(sharedLabels ?? labels),
        ...(sharedLabels === undefined || bound === undefined
          ? []
          : [`le="${boundText(bound, format)}"`]),
      ].filter((part) => part !== '');
      const text = parts.length === 0 ? close.replace(/^,/, '') : `${parts.join(',')}${close}`;
      const name = metricName ?? base;
      return { head: text === '' ? `${name}${suffix} ` : `${name}${suffix}{${text}} `, value };
    }),
  };
}

export function* snapshotSlices(family: FamilySnapshot, sliceLength: number): Generator<string> {
  let text = family.header;
  for (const { head, value } of family.samples) {
    text += `${head}${numberText(value)}\n`;
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

/** OpenMetrics wants 1.0 where the text format has 1. */
function boundText(bound: string | number, format: Format): string {
  const text = String(bound);
  return format === 'openmetrics' && /^\d+$/.test(text) ? `${text}.0` : text;
}

function withoutTotal(name: string): string {
  return name.replace(/_total$/, '');
}
