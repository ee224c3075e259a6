import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadClassifier } from '../../../src/cli/classifier.ts';
import { parseRulesFile } from '../../../src/cli/rules-file.ts';
import { UsageError } from '../../../src/config/option.ts';

const good = `
# Ours.
rules:
  - id: gateway
    cause: proxy_error
    expression: 'ticket [0-9]+'
    examples:
      - refused (ticket 42)
`;

test('a good file gives its rules in order', () => {
  const second = `
  - {id: other, cause: disk_full, expression: quota of team, examples: [quota of team a]}
`;
  expect(parseRulesFile(good + second, 'rules.yaml').map(({ id, cause }) => [id, cause])).toEqual([
    ['gateway', 'proxy_error'],
    ['other', 'disk_full'],
  ]);
});

test('an empty list has no rules', () => {
  expect(parseRulesFile('rules: []', 'rules.yaml')).toEqual([]);
});

describe('a broken file is one line with flag, file, line and reason', () => {
  test.each([
    ['no YAML', 'rules: [', 'rules.yaml:1: Flow sequence in block collection must be sufficiently'],
    ['no list', 'rules: 3', 'rules.yaml:1: expected a list under the key "rules"'],
    ['an empty file', '', 'rules.yaml:1: expected a list under the key "rules"'],
    ['another key', `${good}\nextra: 1`, 'rules.yaml:10: unknown key "extra"; expected "rules"'],
    [
      'a rule that is a text',
      'rules:\n  - a',
      'rules.yaml:2: expected a rule: id, cause, expression',
    ],
    [
      'a wrong cause',
      good.replace('proxy_error', 'proxy'),
      'rules.yaml:5: cause "proxy" is none of',
    ],
    ['a wrong expression', good.replace('+', '+('), 'rules.yaml:6: expression is not RE2 syntax'],
    [
      'a wrong example',
      good.replace('42', 'x'),
      'rules.yaml:8: expression does not match its example',
    ],
    [
      'a missing field',
      good.replace(/ {4}cause.*\n/, ''),
      'rules.yaml:4: a rule needs cause, a text',
    ],
    ['a key twice', `${good}    id: again`, 'rules.yaml:9: Map keys must be unique'],
  ])('%s', (_name, text, expected) => {
    let message = '';
    try {
      parseRulesFile(text, 'rules.yaml');
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      message = (error as UsageError).message;
    }
    expect(message).toContain(`--classify.rules-file: ${expected}`);
    expect(message).not.toContain('\n');
  });
});

test('a classifier is loaded from a file, and without one has the built-in rules', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    const file = join(folder, 'rules.yaml');
    await writeFile(file, good);
    const message = 'refused (ticket 7)';
    expect((await loadClassifier(file))({ message })?.rule).toBe('gateway');
    expect((await loadClassifier(undefined))({ message })?.rule).toBe('');
    await expect(loadClassifier(join(folder, 'none.yaml'))).rejects.toThrow(
      /^--classify\.rules-file: cannot read .*none\.yaml: ENOENT/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
