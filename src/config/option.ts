// A command-line option as data: name, environment variable, meaning, and text -> value or UsageError.

/** The operator's input is wrong; main prints the message as one line and exits with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Option<T> {
  /** Dotted like those of other Prometheus exporters, without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value in --help; '' for a switch. */
  readonly value: string;
  readonly help: string;
  /** Heading in --help. */
  readonly group: string;
  readonly repeatable: boolean;
  /** As shown in --help; '' when there is none. */
  readonly defaultText: string;
  readonly fallback: T;
  /** Throws UsageError with what was expected; never sees an empty list. */
  readonly parse: (texts: readonly string[]) => T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

type Describe = Pick<Option<unknown>, 'name' | 'help' | 'group'> & { readonly short?: string };

/** One text; what the user gave last wins. */
export function text<T = undefined>(
  describe: Describe & { readonly value: string; readonly fallback?: T },
): Option<string | T> {
  return parsed({ ...describe, expected: 'a text', read: (given) => given });
}

/** One value read from the text; `read` answers undefined for a text that it cannot read. */
export function parsed<R, T = undefined>(
  describe: Describe & {
    readonly value: string;
    readonly expected: string;
    readonly read: (given: string) => R | undefined;
    readonly fallback?: T;
    readonly defaultText?: string;
  },
): Option<R | T> {
  const { expected, read, fallback, defaultText, ...rest } = describe;
  return {
    ...rest,
    repeatable: false,
    defaultText: defaultText ?? (fallback === undefined ? '' : String(fallback)),
    fallback: fallback as T,
    parse: (given) => readOne(describe.name, expected, read, given.at(-1) ?? ''),
  };
}

export function oneOf<const V extends string>(
  describe: Describe & { readonly values: readonly V[]; readonly fallback: V },
): Option<V> {
  const { values, ...rest } = describe;
  return parsed<V, V>({
    ...rest,
    value: values.join('|'),
    expected: `one of ${values.join(', ')}`,
    read: (given) => values.find((value) => value === given),
  });
}

/** May be given several times, or once with commas. */
export function list(
  describe: Describe & {
    readonly value: string;
    readonly expected: string;
    readonly accepts: (given: string) => boolean;
    readonly defaultText: string;
  },
): Option<readonly string[]> {
  const { expected, accepts, ...rest } = describe;
  return {
    ...rest,
    repeatable: true,
    fallback: [],
    parse: (given) =>
      given
        .flatMap((one) => one.split(','))
        .map((one) =>
          readOne(
            describe.name,
            expected,
            (candidate) => (accepts(candidate) ? candidate : undefined),
            one.trim(),
          ),
        ),
  };
}

/** On when given; as an environment variable `true` or `false`. */
export function toggle(describe: Describe): Option<boolean> {
  return parsed<boolean, boolean>({
    ...describe,
    value: '',
    expected: 'true or false',
    read: (given) =>
      given === '' || given === 'true' || given === '1'
        ? true
        : given === 'false' || given === '0'
          ? false
          : undefined,
    fallback: false,
    defaultText: '',
  });
}

function readOne<R>(
  name: string,
  expected: string,
  read: (given: string) => R | undefined,
  given: string,
): R {
  const value = read(given);
  if (value === undefined) {
    throw new UsageError(`--${name}: expected ${expected}, got ${JSON.stringify(given)}`);
  }
  return value;
}

const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `30s`, `1h30m`, `500ms` -> milliseconds; undefined for anything else. */
export function readDurationMs(given: string): number | undefined {
  if (!/^(\d+(ms|s|m|h|d))+$/.test(given)) return undefined;
  let total = 0;
  for (const [, amount, unit] of given.matchAll(/(\d+)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (durationUnits[unit ?? ''] ?? 0);
  }
  return total;
}

/** A whole number in the range, both ends included. */
export function readWholeNumber(
  minimum: number,
  maximum: number,
): (given: string) => number | undefined {
  return (given) => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    return value >= minimum && value <= maximum ? value : undefined;
  };
}
