// How right the classifier must be on each corpus, and what it must say of texts without a cause.
import { describe, expect, test } from 'vitest';
import { classify } from '../../src/classify/classify.ts';
import { causes } from '../../src/classify/causes.ts';
import { measureAccuracy } from '../../src/generate/accuracy.ts';
import { type CorpusName, corpusNames, readCorpus } from '../../src/generate/corpora.ts';

const least: Readonly<Record<CorpusName, readonly [exact: number, ofClass: number]>> = {
  synthetic: [0.99, 1],
  cluster: [1, 1],
  threads: [0.99, 0.995],
  'threads, kept aside': [0.97, 0.98],
  'second harvest': [0.98, 0.99],
  'second harvest, kept aside': [0.97, 0.98],
  'third harvest': [0.99, 1],
  'third harvest, after it': [0.98, 0.98],
  varied: [1, 1],
  adversarial: [1, 1],
};

describe.each(corpusNames)('%s', (name) => {
  const { texts } = readCorpus(name);
  const [exact, ofClass] = least[name];

  test(`${exact * 100} % exact and ${ofClass * 100} % by class`, () => {
    const accuracy = measureAccuracy(texts, classify);
    const short =
      accuracy.exact / accuracy.texts < exact || accuracy.class / accuracy.texts < ofClass;
    // The texts that went wrong, and not only how many.
    const misses = accuracy.misses.map(({ text, cause }) => [text.cause, cause, text.message]);
    expect(short ? misses : []).toEqual([]);
  });

  test('every label is a cause', () => {
    const labels = new Set(texts.flatMap(({ cause, also_ok }) => [cause, ...(also_ok ?? [])]));
    expect([...labels].filter((label) => !Object.hasOwn(causes, label))).toEqual([]);
  });
});

test('texts of the cluster that name no cause leave the cause as it is', () => {
  const silent = readCorpus('cluster').texts.filter(
    (text) => 'no_cause' in text && text.no_cause === true,
  );
  expect(silent.length).toBeGreaterThan(10);
  expect(silent.filter(({ message }) => classify({ message }) !== undefined)).toEqual([]);
});

test('at least 400 texts come from public threads, a third of them kept aside', () => {
  const seen = readCorpus('threads').texts.length;
  const aside = readCorpus('threads, kept aside').texts.length;
  expect(seen + aside).toBeGreaterThanOrEqual(400);
  expect(aside / (seen + aside)).toBeGreaterThan(0.3);
});
