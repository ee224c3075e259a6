// Rows of errors -> a table for people, and its totals.
import type { Row } from './compare.ts';

/** The kubelet's own slack: a try begins 0 to 16 s after the earliest time of the next retry. */
const slackMs = 16_000;

export function renderRows(rows: readonly Row[]): string {
  const header = [
    'scenario',
    'container',
    'attempts',
    'true',
    'first s',
    'last s',
    'retry s',
    'recovery s',
    'cause',
    '',
  ];
  const lines = rows.map((row) => [
    row.scenario,
    row.container,
    String(row.attempts),
    trueAttempts(row),
    seconds(row.firstFailureErrorMs),
    seconds(row.lastAttemptErrorMs),
    seconds(largest(row.retryErrorsMs)),
    seconds(row.recoveryDelayMs),
    isCauseRight(row) ? row.cause : `${row.cause} (${row.expectedCauses.join(', ')})`,
    row.verdict === 'exact' ? '' : row.verdict,
  ]);
  return align([header, ...lines]);
}

/** One line of totals for each part of a recording. */
export function renderTotals(
  parts: readonly { readonly name: string; readonly rows: readonly Row[] }[],
): string {
  const header = [
    'part',
    'keys',
    'exact',
    'within 1',
    'largest',
    'cause',
    'first s',
    'last s',
    'retry s: median',
    'largest',
    'inside 16 s',
    'recovery s',
    'phantom',
    'missing',
  ];
  return align([header, ...parts.map(({ name, rows }) => [name, ...totals(rows)])]);
}

function totals(rows: readonly Row[]): readonly string[] {
  const seen = rows.filter(({ verdict }) => verdict !== 'phantom' && verdict !== 'missing');
  const keys = seen.filter(({ trueAttempts: [, all] }) => all > 0);
  const retries = keys.flatMap(({ retryErrorsMs }) => retryErrorsMs);
  const exact = keys.filter(({ verdict }) => verdict === 'exact');
  const near = keys.filter(({ verdict }) => verdict !== 'wrong');
  return [
    String(keys.length),
    share(exact.length, keys.length),
    share(near.length, keys.length),
    String(largest(keys.map(attemptsError)) ?? 0),
    share(seen.filter(isCauseRight).length, seen.length),
    seconds(largest(keys.flatMap(({ firstFailureErrorMs }) => firstFailureErrorMs ?? []))),
    seconds(largest(keys.flatMap(({ lastAttemptErrorMs }) => lastAttemptErrorMs ?? []))),
    seconds(middle(retries)),
    seconds(largest(retries)),
    share(retries.filter((errorMs) => Math.abs(errorMs) <= slackMs).length, retries.length),
    seconds(largest(seen.flatMap(({ recoveryDelayMs }) => recoveryDelayMs ?? []))),
    String(rows.filter(({ verdict }) => verdict === 'phantom').length),
    String(rows.filter(({ verdict }) => verdict === 'missing').length),
  ];
}

function attemptsError({ attempts, trueAttempts: [due, all] }: Row): number {
  return attempts < due ? attempts - due : Math.max(0, attempts - all);
}

function isCauseRight({ cause, expectedCauses }: Row): boolean {
  return expectedCauses.includes(cause);
}

function trueAttempts({ trueAttempts: [due, all] }: Row): string {
  return due === all ? String(all) : `${due}-${all}`;
}

/** The one farthest from 0, with its sign. */
function largest(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0];
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '-' : (ms / 1000).toFixed(1);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

function align(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, i) =>
    Math.max(...lines.map((line) => line[i]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
