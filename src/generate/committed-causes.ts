// The committed docs/causes.md: the catalogue, and how right the rules are on the corpora.
import { classify } from '../classify/classify.ts';
import { measureAccuracy } from './accuracy.ts';
import { causesPage } from './causes-page.ts';
import { corpusNames, readCorpus } from './corpora.ts';
import type { WrittenFile } from './written-files.ts';

export function committedCausesPage(): WrittenFile {
  return { path: 'docs/causes.md', content: currentCausesPage };
}

export function currentCausesPage(): string {
  return causesPage(
    corpusNames.map((name) => {
      const { about, texts } = readCorpus(name);
      return { name, about, accuracy: measureAccuracy(texts, classify) };
    }),
  );
}
