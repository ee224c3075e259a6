// What a real kubelet, API server and registry did (test/recordings), through the exporter's code.
import { describe, expect, test } from 'vitest';
import { compare, type Row } from '../../../src/replay/compare.ts';
import { readRecording } from '../../../src/replay/recording.ts';
import { replay } from '../../../src/replay/replay.ts';
import { readTruth } from '../../../src/replay/truth.ts';
import { type Phase, recorded } from './recorded.ts';

const phases: readonly Phase[] = ['main', 'old', 'crio', 'runtime'];

function rowsOf(phase: Phase, events: boolean, startS?: number): readonly Row[] {
  const recording = readRecording(recorded(phase));
  const startAt = startS === undefined ? undefined : recording.startsAt + startS * 1000;
  return compare(replay(recording, { startAt, events }), readTruth(recorded(phase)), {
    startAt: startAt ?? -Infinity,
    until: recording.endsAt,
    ended: startAt === undefined ? [] : replay(recording, { events: true, until: startAt }),
  });
}

function wrong(rows: readonly Row[]): readonly string[] {
  return rows
    .filter(({ verdict }) => verdict !== 'exact')
    .map(
      (row) => `${row.scenario}/${row.container} ${row.attempts} instead of ${row.trueAttempts[1]}`,
    );
}

describe.each(phases)('%s, watched from the beginning', (phase) => {
  const rows = rowsOf(phase, true);

  test('every attempt is counted once, nothing is missing, and nothing else appears', () => {
    expect(wrong(rows)).toEqual([]);
    expect(rows.length).toBeGreaterThan(4);
  });

  test('the same without events', () => {
    expect(wrong(rowsOf(phase, false))).toEqual([]);
  });

  test('the times are those of the kubelet', () => {
    for (const { firstFailureErrorMs = 0, lastAttemptErrorMs = 0 } of rows) {
      expect(Math.abs(firstFailureErrorMs)).toBeLessThan(1000);
      expect(Math.abs(lastAttemptErrorMs)).toBeLessThan(5000);
    }
  });

  test('the cause is that of the injected fault', () => {
    for (const { cause, expectedCauses } of rows) expect(expectedCauses).toContain(cause);
  });
});

test.each(['old', 'crio'] as const)(
  '%s: every try begins 0 to 16 s after the next retry that was shown',
  (phase) => {
    const errors = rowsOf(phase, true).flatMap(({ retryErrorsMs }) => retryErrorsMs);
    expect(errors.length).toBeGreaterThan(35);
    expect(Math.min(...errors)).toBeGreaterThan(-1500);
    expect(Math.max(...errors)).toBeLessThan(16_000);
  },
);

test('a recovery is seen at once', () => {
  const rows = rowsOf('main', true).filter(({ scenario }) => scenario !== 'recover-30min');
  const delays = rows.flatMap(({ recoveryDelayMs }) => recoveryDelayMs ?? []);
  expect(delays).toHaveLength(3);
  for (const delay of delays) expect(delay).toBeLessThan(1000);
});

describe('a cold start knows the past within one attempt', () => {
  test.each([
    ['main', 300],
    ['main', 1100],
    ['main', 2100],
    ['old', 600],
    ['crio', 600],
    ['runtime', 200],
  ] as const)('%s at %i s', (phase, startS) => {
    const rows = rowsOf(phase, true, startS);
    expect(rows.filter(({ verdict }) => !['exact', 'within 1'].includes(verdict))).toEqual([]);
    const exact = rows.filter(({ verdict }) => verdict === 'exact').length;
    expect(exact / rows.length).toBeGreaterThan(0.85);
    expect(rows.length).toBeGreaterThan(4);
  });
});

test('after a restart of the kubelet its own limit hides no cause, and no retry is too far off', () => {
  const recording = readRecording(recorded('main'));
  for (const seconds of [1570, 1600, 1700, 1800, 2100]) {
    const startAt = recording.startsAt + seconds * 1000;
    const until = startAt + 5000;
    const states = replay(recording, { startAt, events: true, until }).map(({ state }) => state);
    expect(states.length).toBeGreaterThan(10);
    expect(states.map(({ verdict }) => verdict.cause)).not.toContain('node_pull_qps_exceeded');
    expect(Math.max(...states.map(({ nextRetryAt = 0 }) => nextRetryAt))).toBeLessThanOrEqual(
      until + 300_000,
    );
  }
});
