import { describe, expect, test } from 'vitest';
import { UserRuleError, compileUserRules } from '../../../src/classify/user-rules.ts';

const good = {
  id: 'gateway',
  cause: 'proxy_error',
  expression: 'ticket [0-9]+',
  examples: ['refused (ticket 42)'],
};

const lines: Readonly<Record<string, number>> = { id: 2, cause: 3, expression: 4, examples: 5 };

function compile(fields: Record<string, unknown>) {
  return compileUserRules([
    {
      fields,
      lineOf: (field, entry) => (lines[field] ?? 1) + (entry === undefined ? 0 : entry + 1),
    },
  ]);
}

function faultOf(fields: Record<string, unknown>): string {
  try {
    compile(fields);
  } catch (error) {
    if (error instanceof UserRuleError) return `${error.line}: ${error.message}`;
    throw error;
  }
  return 'none';
}

test('a rule answers with the part of the text that it matches', () => {
  const [rule] = compile(good);
  expect(rule).toMatchObject({ id: 'gateway', cause: 'proxy_error' });
  expect(rule?.match('refused (ticket 7), sorry')).toBe('ticket 7');
  expect(rule?.match('refused')).toBeUndefined();
});

describe('a fault names the line and the reason', () => {
  test.each([
    ['no id', { ...good, id: undefined }, '2: a rule needs id, a text'],
    [
      'an id with blanks',
      { ...good, id: 'My Gateway' },
      '2: id "My Gateway" must be lower-case letters, digits and hyphens, at most 63, a letter first',
    ],
    ['an id of a built-in rule', { ...good, id: 'proxy' }, '2: id "proxy" is taken already'],
    [
      'a cause that does not exist',
      { ...good, cause: 'gateway_error' },
      '3: cause "gateway_error" is none of the 38 causes of docs/causes.md',
    ],
    ['a cause that is an object', { ...good, cause: {} }, '3: a rule needs cause, a text'],
    [
      'an expression that is none',
      { ...good, expression: 'ticket [0-9' },
      '4: expression is not RE2 syntax: error parsing regexp: missing closing ]: `[0-9`',
    ],
    [
      'an expression beyond RE2',
      { ...good, expression: String.raw`(a)\1` },
      String.raw`4: expression is not RE2 syntax: error parsing regexp: invalid escape sequence: ` +
        String.raw`\1`.replace(/^/, '`').replace(/$/, '`'),
    ],
    [
      'an expression that matches everything',
      { ...good, expression: '.*' },
      '4: expression matches the empty text, so it would match every text',
    ],
    [
      'no examples',
      { ...good, examples: [] },
      '5: a rule needs examples, a list of messages that its expression must match',
    ],
    [
      'an example that does not match',
      { ...good, examples: ['ticket 1', 'no number'] },
      '7: expression does not match its example "no number"',
    ],
    [
      'a key that is not known',
      { ...good, pattern: 'x' },
      '1: unknown key "pattern"; a rule has id, cause, expression, examples',
    ],
  ])('%s', (_name, fields, expected) => {
    expect(faultOf(fields)).toBe(expected);
  });

  test('two rules of one id', () => {
    const source = { fields: good, lineOf: () => 9 };
    expect(() => compileUserRules([source, source])).toThrow('id "gateway" is taken already');
  });
});

test('an expression that backtracks elsewhere takes linear time', () => {
  const [rule] = compile({ ...good, expression: '(a+)+b', examples: ['aab'] });
  const start = performance.now();
  expect(rule?.match('a'.repeat(16 * 1024))).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(1000);
});
