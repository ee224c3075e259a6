// Classes are told apart by people of any colour vision, on both grounds.
import { expect, test } from 'vitest';
import { bad, causeColours, classColours, good, warning } from '../../../dashboards/palette.ts';
import { causes, type Cause } from '../../../src/classify/causes.ts';

type Rgb = readonly [number, number, number];

function linear(colour: string): Rgb {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return [r, g, b];
}

/** Machado, Oliveira and Fernandes 2009, severity 1. */
const visions: Readonly<Record<string, readonly Rgb[]>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function lab(colour: string, vision: readonly Rgb[]): Rgb {
  const rgb = linear(colour);
  const [r = 0, g = 0, b = 0] = vision.map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        row.reduce((sum, part, i) => sum + part * (rgb[i] ?? 0), 0),
      ),
    ),
  );
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function difference(a: string, b: string, vision: readonly Rgb[]): number {
  const [one, other] = [lab(a, vision), lab(b, vision)];
  return Math.hypot(...one.map((part, i) => part - (other[i] ?? 0)));
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [a, b]
    .map((colour) => {
      const [r, g, blue] = linear(colour);
      return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
    })
    .sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const shown = [...Object.entries(classColours), ['good', good] as const];

// 2.3 is what can just be told apart side by side; lines and cells lie further from each other.
test.each(Object.entries(visions))(
  '%s tells all classes, and good, from each other',
  (_, vision) => {
    const close = shown.flatMap(([a, colour], i) =>
      shown
        .slice(i + 1)
        .map(([b, other]) => [a, b, Math.round(difference(colour, other, vision))] as const)
        .filter(([, , apart]) => apart < 10),
    );
    expect(close).toEqual([]);
  },
);

test('well, soon and bad are told apart by everybody', () => {
  for (const vision of Object.values(visions)) {
    expect(difference(good, bad, vision)).toBeGreaterThan(20);
    expect(difference(good, warning, vision)).toBeGreaterThan(20);
    expect(difference(bad, warning, vision)).toBeGreaterThan(20);
  }
});

test.each([
  ['dark', '#181B1F'],
  ['light', '#FFFFFF'],
])('lines of every class can be seen on the %s theme', (_, ground) => {
  const faint = shown.filter(([, colour]) => contrast(colour, ground) < 1.8);
  expect(faint).toEqual([]);
});

test('a cause has the hue of its class', () => {
  const full = visions['full'] ?? [];
  const hue = (colour: string): number => {
    const [, a, b] = lab(colour, full);
    return Math.atan2(b, a);
  };
  const strangers = (Object.keys(causes) as Cause[]).filter((cause) => {
    const own = causes[cause].class;
    if (own === 'unknown') return false;
    const turn = Math.abs(hue(causeColours[cause]) - hue(classColours[own]));
    return Math.min(turn, 2 * Math.PI - turn) > 0.45;
  });
  expect(strangers).toEqual([]);
});
