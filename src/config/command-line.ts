// Arguments and environment -> the values of one command's options, or a UsageError of one line.
import { parseArgs } from 'node:util';
import { type Options, UsageError, type ValuesOf } from './option.ts';

export interface CommandLine<O extends Options> {
  readonly values: ValuesOf<O>;
  readonly positionals: readonly string[];
}

/** The environment variable of an option: `--web.listen-address` is `IMAGEPULL_WEB_LISTEN_ADDRESS`. */
export function environmentName(optionName: string): string {
  return `IMAGEPULL_${optionName.replaceAll(/[.-]/g, '_').toUpperCase()}`;
}

/**
 * A flag wins over its environment variable, that over the default. Positional arguments are an
 * error beyond `maxPositionals`.
 */
export function readCommandLine<O extends Options>(
  command: string,
  options: O,
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  maxPositionals = 0,
): CommandLine<O> {
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  const byName = new Map(Object.values(options).map((option) => [option.name, option]));
  const { tokens } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.values(options).map((option) => [
        option.name,
        {
          type: option.value === '' ? ('boolean' as const) : ('string' as const),
          multiple: true,
          ...(option.short === undefined ? {} : { short: option.short }),
        },
      ]),
    ),
  });
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = byName.get(token.name);
    if (option === undefined) {
      throw new UsageError(
        `unknown flag ${token.rawName}${suggestion(token.name, [...byName.keys()])}; see imagepull-exporter ${command} --help`,
      );
    }
    if (option.value !== '' && token.value === undefined) {
      throw new UsageError(`--${option.name}: expected a value (${option.value}), got nothing`);
    }
    given.set(option.name, [...(given.get(option.name) ?? []), token.value ?? '']);
  }
  if (positionals.length > maxPositionals) {
    throw new UsageError(
      `unexpected argument ${JSON.stringify(positionals[maxPositionals])}; see imagepull-exporter ${command} --help`,
    );
  }
  const values: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(options)) {
    const variable = environmentName(option.name);
    const fromEnvironment = environment[variable];
    const texts = given.get(option.name);
    if (texts !== undefined) values[key] = option.parse(texts);
    else if (fromEnvironment === undefined || fromEnvironment === '') values[key] = option.fallback;
    else values[key] = namingVariable(variable, () => option.parse([fromEnvironment]));
  }
  return { values: values as ValuesOf<O>, positionals };
}

function namingVariable<T>(variable: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) {
      throw new UsageError(`${error.message} (from ${variable})`, { cause: error });
    }
    throw error;
  }
}

/** ` (did you mean --x?)` where one name is close enough to what was typed, else ''. */
export function suggestion(typed: string, names: readonly string[], prefix = '--'): string {
  const near = names
    .map((name) => ({ name, distance: editDistance(typed, name) }))
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 3))
    .sort((a, b) => a.distance - b.distance)[0];
  return near === undefined ? '' : ` (did you mean ${prefix}${near.name}?)`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
