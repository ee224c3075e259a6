import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { causes } from '../../../src/classify/causes.ts';
import { rules } from '../../../src/classify/rules.ts';
import { causesPage } from '../../../src/generate/causes-page.ts';
import { currentCausesPage } from '../../../src/generate/committed-causes.ts';

const page = causesPage([
  {
    name: 'threads',
    about: 'from public threads',
    accuracy: { texts: 300, exact: 293, class: 299, misses: [] },
  },
]);

test('docs/causes.md is what the catalogue, the rules and the corpora make', () => {
  const committed = readFileSync(join(import.meta.dirname, '../../../docs/causes.md'), 'utf8');
  expect(committed).toBe(currentCausesPage());
});

test('every cause has a line in the index and a section of its own', () => {
  for (const cause of Object.keys(causes)) {
    expect(page.split(`[\`${cause}\`](#${cause})`)).toHaveLength(2);
    expect(page.split(`\n### ${cause}\n`)).toHaveLength(2);
  }
});

test('a section tells meaning, check, what to do, and the texts of the rules', () => {
  const start = page.indexOf('### node_pull_qps_exceeded');
  const section = page.slice(start, page.indexOf('### node_resource_exhausted'));
  expect(section).toMatch(
    /^### node_pull_qps_exceeded\n\n\*\*The kubelet limits its own pulls\.\*\* The kubelet asked .*\n\n\*\*Check\.\*\* .*\n\n\*\*Do\.\*\* .*\n\n\*\*Not to be confused\.\*\* .*\n\nIt hides the real cause for a while, .*\n\nTexts that show it, one for each rule:\n- `pull-qps` \(kubelet, all\): `pull QPS exceeded`\n\n$/,
  );
});

test('every message of a rule is on the page', () => {
  const missing = rules.filter(
    ({ message }) => !message.includes('`') && !page.includes(message.replaceAll(/\s+/g, ' ')),
  );
  expect(missing).toEqual([]);
});

test('accuracy is quoted with the size of the corpus, rounded down', () => {
  expect(page).toContain('over the 300 labelled texts of test/corpus');
  expect(page).toContain('| threads | 300 | 97.6 % | 99.6 % | from public threads |');
});
