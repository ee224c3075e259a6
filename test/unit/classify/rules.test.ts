import { describe, expect, test } from 'vitest';
import { createClassifier } from '../../../src/classify/classify.ts';
import { phrasesOf } from '../../../src/classify/match.ts';
import { maskOf } from '../../../src/classify/mask.ts';
import { wrappers } from '../../../src/classify/forms.ts';
import { rules } from '../../../src/classify/rules.ts';

const classify = createClassifier();

describe.each(rules)('$id', (rule) => {
  const input = { message: rule.message, ...(rule.reason ? { reason: rule.reason } : {}) };

  test('decides on its message', () => {
    expect(classify(input)).toMatchObject({ rule: rule.id, cause: rule.cause });
  });

  test('is needed: without it the message has another cause, or none', () => {
    const without = createClassifier({ table: rules.filter((other) => other !== rule) });
    expect(without(input)?.cause).not.toBe(rule.cause);
  });
});

test('every rule has an id of its own, and says where its message was seen', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  expect(rules.filter(({ id }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  expect(rules.filter(({ seen }) => seen === '')).toEqual([]);
});

test('no phrase holds a word that would be masked as a name', () => {
  const masked = rules.flatMap((rule) =>
    phrasesOf(rule).filter((phrase) =>
      phrase
        .replace(/^\^/, '')
        .replace(/\$$/, '')
        .split(' ')
        .some((word) => !/^[‹*:·]/.test(word) && maskOf(word) !== undefined),
    ),
  );
  expect(masked).toEqual([]);
});

test('phrases are lower case, as the words are that they are looked for in', () => {
  const phrases = rules.flatMap((rule) => phrasesOf(rule));
  expect(phrases.filter((phrase) => phrase !== phrase.toLowerCase())).toEqual([]);
});

test('every wrapper has a form of its own', () => {
  const forms = wrappers.map(({ form }) => form);
  expect(forms.filter((form, index) => forms.indexOf(form) !== index)).toEqual([]);
});
