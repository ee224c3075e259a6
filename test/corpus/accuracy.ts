// `npm run accuracy`: how often the classifier is right, per corpus, and what it takes for what.
import { classify } from '../../src/classify/classify.ts';
import { type Accuracy, measureAccuracy, percent } from '../../src/generate/accuracy.ts';
import { corpusNames, readCorpus } from '../../src/generate/corpora.ts';

const lines = ['corpus                 texts     exact     class'];
const confusions = new Map<string, number>();
for (const name of corpusNames) {
  const accuracy = measureAccuracy(readCorpus(name).texts, classify);
  lines.push(row(name, accuracy));
  for (const { text, cause } of accuracy.misses) {
    const key = `${text.cause.padEnd(26)} ${cause}`;
    confusions.set(key, (confusions.get(key) ?? 0) + 1);
  }
}
lines.push('', 'Confusions (all other texts have the cause of their label):');
lines.push(`texts  ${'label'.padEnd(26)} answer`);
for (const [key, count] of [...confusions].toSorted((a, b) => b[1] - a[1])) {
  lines.push(`${String(count).padStart(5)}  ${key}`);
}
process.stdout.write(`${lines.join('\n')}\n`);

function row(name: string, accuracy: Accuracy): string {
  const cells = [
    String(accuracy.texts),
    percent(accuracy.exact, accuracy.texts),
    percent(accuracy.class, accuracy.texts),
  ];
  return name.padEnd(20) + cells.map((cell) => cell.padStart(10)).join('').slice(2);
}
