import { expect, test } from 'vitest';
import { PhraseTree } from '../../../src/classify/phrases.ts';
import { WordsBuilder } from '../../../src/classify/words.ts';

function found(phrases: readonly string[], text: string): Record<string, string> {
  const builder = new WordsBuilder(text);
  builder.add(text, 0, text.length);
  const words = builder.build();
  return Object.fromEntries(
    [...new PhraseTree(phrases).find(words)].map(([phrase, { start, end }]) => [
      phrase,
      words.source(start, end),
    ]),
  );
}

test('finds phrases word by word, whatever the case and the punctuation between', () => {
  expect(found(['connection refused', 'refused'], 'connect: Connection, (refused)!')).toEqual({
    'connection refused': 'Connection, (refused',
    refused: 'refused',
  });
});

test('does not find parts of words', () => {
  expect(found(['eof', 'denied'], 'eoff undenied denied-not')).toEqual({});
});

test('a colon counts', () => {
  expect(found(['denied : access', 'denied access'], 'denied: access forbidden')).toEqual({
    'denied : access': 'denied: access',
  });
});

test('a star is one word of any kind, and no colon', () => {
  expect(found(['tag * not found', 'a * b'], 'Tag v1.2 not found, a : b')).toEqual({
    'tag * not found': 'Tag v1.2 not found',
  });
});

test('caret and dollar are the two ends', () => {
  expect(found(['^not found$', '^not', 'found$', '^found', 'not$'], 'not found')).toEqual({
    '^not found$': 'not found',
    '^not': 'not',
    found$: 'found',
  });
});

test('the first place counts', () => {
  expect(found(['x *'], 'x a x b')).toEqual({ 'x *': 'x a' });
});
