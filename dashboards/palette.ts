// Classes and causes -> their fixed colours, in every panel of every dashboard.
import { causes, classes, type Cause, type CauseClass } from '../src/classify/causes.ts';

/**
 * After Okabe and Ito, told apart with any colour vision and on dark and light ground. Green is for
 * what is well, and no class has it.
 */
export const classColours: Readonly<Record<CauseClass, string>> = {
  reference: '#CC79A7',
  credentials: '#E69F00',
  registry: '#D55E00',
  node: '#1C86D1',
  policy: '#7FC8F8',
  unknown: '#6B6B70',
};

export const good = '#3EA36B';
export const bad = '#D7263D';
export const warning = '#E69F00';
export const quiet = '#8E8E93';

const classNames = Object.keys(classes) as readonly CauseClass[];
const causeNames = Object.keys(causes) as readonly Cause[];

/** A cause has the hue of its class, and a lightness of its own within it. */
export const causeColours = Object.fromEntries(
  classNames.flatMap((name) => {
    const own = causeNames.filter((cause) => causes[cause].class === name);
    return own.map((cause, i) => [cause, shade(classColours[name], i, own.length)] as const);
  }),
) as Readonly<Record<Cause, string>>;

/** The first is the colour itself; the others go from dark to light around it, far ones in turn. */
function shade(colour: string, index: number, count: number): string {
  if (index === 0) return colour;
  const isLighter = index % 2 === 1;
  const step = Math.ceil(index / 2) / Math.ceil((count - 1) / 2);
  return mix(colour, isLighter ? 255 : 0, (isLighter ? 0.6 : 0.45) * step);
}

function mix(colour: string, towards: number, share: number): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const mixed = parts.map((part) => Math.round(part + (towards - part) * share));
  return `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
}
