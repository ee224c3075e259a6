// Every regular expression of the classifier takes time linear in the text, whatever the text is.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkSync } from 'recheck';
import { parseAst } from 'rolldown/parseAst';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const folder = join(import.meta.dirname, '../../../src/classify');

/** `source flags` -> where it stands. */
const expressions = new Map<string, string>();
const Original = RegExp;

beforeAll(async () => {
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.ts')) collectLiterals(file);
  }
  await collectConstructed();
});

afterAll(() => {
  globalThis.RegExp = Original;
});

function collectLiterals(file: string): void {
  const program = parseAst(readFileSync(join(folder, file), 'utf8'), { lang: 'ts' });
  JSON.stringify(program, (_key, value: unknown) => {
    if (isRegExpLiteral(value)) add(value.regex.pattern, value.regex.flags, file);
    return value;
  });
}

/** Those that are put together when the modules are loaded. */
async function collectConstructed(): Promise<void> {
  vi.resetModules();
  globalThis.RegExp = new Proxy(Original, {
    construct(target, [source, flags]: [string, string]) {
      add(source, flags, 'put together at load');
      return new target(source, flags);
    },
  });
  await import('../../../src/classify/classify.ts');
  globalThis.RegExp = Original;
}

function add(source: string, flags: string, where: string): void {
  expressions.set(`/${source}/${flags}`, where);
}

function isRegExpLiteral(
  value: unknown,
): value is { readonly regex: { readonly pattern: string; readonly flags: string } } {
  return typeof value === 'object' && value !== null && 'regex' in value && value.regex !== null;
}

/**
 * Sticky ones are tried at one place only; the checker would try them at all. Literal
 * words cannot backtrack, whatever they say: wrappers that differ in no more are checked once.
 */
function shape(expression: string): readonly [source: string, flags: string] {
  const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(expression) ?? [];
  if (!flags.includes('y')) return [source, flags];
  const word = /(?<![\\<(?[\w])[A-Za-z]{2,}(?![\w>?*+{])/g;
  const words = /(?:ab\[ \\n\]){2,}/g;
  const short = source.replaceAll(word, 'ab').replaceAll(words, String.raw`ab[ \n]`);
  return [`^(?:${short})`, flags.replace('y', '')];
}

/** What counts is how often a character is read, and not how busy the machine is. */
const steps = { timeout: null, attackTimeout: null, incubationTimeout: null, seedingTimeout: null };

test('no expression can backtrack badly', { timeout: 300_000 }, () => {
  const shapes = new Map(
    [...expressions].map(([key, where]) => [shape(key).join('/'), [key, where]]),
  );
  const unsafe = [...shapes].flatMap(([key, [expression, where]]) => {
    const cut = key.lastIndexOf('/');
    const { status } = checkSync(key.slice(0, cut), key.slice(cut + 1), steps);
    return status === 'safe' ? [] : [`${where}: ${expression} is ${status}`];
  });
  expect(unsafe).toEqual([]);
});

test('the check sees literals and expressions that are put together', () => {
  const places = [...expressions.values()];
  expect(places.filter((where) => where === 'put together at load').length).toBeGreaterThan(150);
  expect(new Set(places)).toContain('redact.ts');
  expect(expressions.size).toBeGreaterThan(200);
});
