// Values of labels -> the colours that their cells and series have.
import { causes, type Cause } from '../src/classify/causes.ts';
import { bad, causeColours, classColours, good, quiet, warning } from './palette.ts';
import type { Mapping, Step } from './panel-parts.ts';

type Mappings = Readonly<Record<string, Mapping>>;

/** What is said instead of a series when nothing fails. */
export const nothingFails = 'nothing fails';
export const noAlert = 'no alert fires';
export const everyPullEnds = 'every pull has a result';

/** The word stays: colour alone says nothing to some. */
export const causeMappings: Mappings = {
  ...Object.fromEntries(
    (Object.keys(causes) as readonly Cause[]).map((cause) => [
      cause,
      { colour: causeColours[cause] },
    ]),
  ),
  [nothingFails]: { colour: good },
};

export const severityMappings: Mappings = {
  critical: { colour: bad },
  warning: { colour: warning },
  info: { colour: quiet },
};

export const classSeries: Readonly<Record<string, string>> = {
  ...classColours,
  [nothingFails]: good,
};
export const causeSeries: Readonly<Record<string, string>> = {
  ...causeColours,
  [nothingFails]: good,
};
export const resultSeries = { success: good, failure: bad } as const;
export const outcomeSeries = { recovered: good, deleted: quiet, image_changed: '#56B4E9' } as const;

const always = Number.NEGATIVE_INFINITY;

/** Counts of what should not be: green at 0. */
export const zeroIsGood: readonly Step[] = [
  { from: always, colour: good },
  { from: 1, colour: warning },
];

/** For cells of heat: lightness says how many, from blue to red, readable without colour. */
export const heatSteps: readonly Step[] = [
  { from: always, colour: good },
  { from: 1, colour: '#FDD49E' },
  { from: 2, colour: '#FDBB84' },
  { from: 3, colour: '#FC8D59' },
  { from: 5, colour: '#E34A33' },
  { from: 10, colour: '#B30000' },
];

/** Durations: good up to the first limit, bad from the second. */
export function limits(warn: number, fail: number): readonly Step[] {
  return [
    { from: always, colour: good },
    { from: warn, colour: warning },
    { from: fail, colour: bad },
  ];
}
