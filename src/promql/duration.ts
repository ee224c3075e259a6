// Seconds -> the durations of PromQL and rule files ("90s", "1h30m").

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Whole milliseconds; what is smaller is rounded away, but never to zero. */
export function formatDuration(seconds: number): string {
  let rest = seconds > 0 ? Math.max(1, Math.round(seconds * 1000)) : 0;
  if (rest === 0) return '0s';
  let text = '';
  for (const [unit, milliseconds] of units) {
    // "26h" says more than "1d2h", "1d" more than "24h".
    if (unit === 'd' && rest % milliseconds !== 0) continue;
    const count = Math.floor(rest / milliseconds);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * milliseconds;
  }
  return text;
}
