// Log records -> one line each on standard error, as logfmt or JSON.

const levels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof levels)[number];
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** Control characters and newlines in values never reach the line: what comes from a cluster cannot forge one. */
export function createLog(options: {
  readonly level: LogLevel;
  readonly format: 'logfmt' | 'json';
  readonly now: () => number;
  readonly write: (line: string) => void;
}): Log {
  const least = levels.indexOf(options.level);
  return (level, message, fields = {}) => {
    if (levels.indexOf(level) < least) return;
    const time = new Date(options.now()).toISOString();
    const record: LogFields = { time, level, msg: message, ...fields };
    options.write(
      options.format === 'json'
        ? JSON.stringify(record)
        : Object.entries(record)
            .filter(([, value]) => value !== undefined)
            .map(([key, value]) => `${key}=${logfmtValue(String(value))}`)
            .join(' '),
    );
  };
}

function logfmtValue(value: string): string {
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}
