import { expect, test } from 'vitest';
import { readRecording } from '../../../src/replay/recording.ts';
import { readTruth } from '../../../src/replay/truth.ts';
import { recorded } from './recorded.ts';

test('a recording is its lines in the order of time, none after its end', () => {
  const { name, startsAt, endsAt, lines } = readRecording(recorded('main'));
  expect({ name, startsAt }).toEqual({ name: 'main', startsAt: 1_795_262_473_875 });
  expect(endsAt).toBe(lines.at(-1)?.at);
  expect(endsAt).toBeLessThan(1_795_265_719_325);
  expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted((a, b) => a - b));
});

test('the watch of pods is broken from the first line that a relist mends', () => {
  const main = readRecording(recorded('main'));
  // At 1140 s it went on by itself.
  expect(((main.brokenAt ?? 0) - main.startsAt) / 1000).toBeCloseTo(2208.2, 1);
  expect(readRecording(recorded('crio')).brokenAt).toBeUndefined();
});

test('the truth has the tries of each container, and none where the kubelet makes none', () => {
  const truth = readTruth(recorded('main'));
  const of = (scenario: string) => truth.find((line) => line.scenario === scenario);
  expect(of('crashloop')).toMatchObject({ expectedCause: undefined, failures: [] });
  expect(of('bad-space')).toMatchObject({ expectedCause: 'invalid_reference', failures: [] });
  expect(of('recover-after-6')?.failures).toHaveLength(6);
  expect(of('recover-after-6')?.recoveredAt).toBeGreaterThan(1_795_262_473_875);
});

test('a folder that is none is an error', () => {
  expect(() => readRecording('/nowhere')).toThrow('/nowhere/meta.json');
});
