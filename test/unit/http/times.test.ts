import { expect, test } from 'vitest';
import { ageText, countdownText } from '../../../src/http/times.ts';

const minute = 60_000;
const hour = 60 * minute;

test.each([
  [-5000, '0 s'],
  [0, '0 s'],
  [59_999, '59 s'],
  [minute, '1 min'],
  [59 * minute + 59_000, '59 min'],
  [hour, '1 h'],
  [3 * hour + 5 * minute, '3 h 5 min'],
  [24 * hour, '1 d'],
  [52 * hour, '2 d 4 h'],
  [30 * 24 * hour + hour, '30 d'],
])('%d ms are %s', (ms, text) => {
  expect(ageText(ms)).toBe(text);
});

test.each([
  [-1, 'now'],
  [0, 'now'],
  [1, 'in 1 s'],
  [59_000, 'in 59 s'],
  [61_000, 'in 1 min 01 s'],
  [5 * minute, 'in 5 min 00 s'],
  [90 * minute, 'in 1 h 30 min'],
])('%d ms ahead is %s', (ms, text) => {
  expect(countdownText(ms)).toBe(text);
});
