// `npm run accuracy`: how often the classifier is right, per corpus, and what it takes for what.
import { type Cause, causes } from '../../src/classify/causes.ts';
import { classify } from '../../src/classify/classify.ts';
import { type Accuracy, measureAccuracy, percent } from '../../src/generate/accuracy.ts';
import { corpusNames, readCorpus } from '../../src/generate/corpora.ts';

const lines = [row('corpus', 'texts', 'exact', 'class')];
for (const name of corpusNames) {
  const accuracy = measureAccuracy(readCorpus(name).texts, classify);
  lines.push(row(name, ...shares(accuracy)));
}

const all = corpusNames.flatMap((name) => readCorpus(name).texts);
lines.push('', row('cause', 'texts', 'exact', 'class', 'taken for'));
for (const cause of Object.keys(causes) as readonly Cause[]) {
  const accuracy = measureAccuracy(
    all.filter((text) => text.cause === cause),
    classify,
  );
  lines.push(row(cause, ...shares(accuracy), takenFor(accuracy)));
}
process.stdout.write(`${lines.map((line) => line.trimEnd()).join('\n')}\n`);

function shares({ texts, exact, class: ofClass }: Accuracy): readonly [string, string, string] {
  return [String(texts), percent(exact, texts), percent(ofClass, texts)];
}

function takenFor({ misses }: Accuracy): string {
  const counts = new Map<Cause, number>();
  for (const { cause } of misses) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .map(([cause, count]) => `${cause} ${count}`)
    .join(', ');
}

function row(name: string, texts: string, exact: string, ofClass: string, rest = ''): string {
  const cells = [texts, exact, ofClass].map((cell) => cell.padStart(9)).join('');
  return `${name.padEnd(27)}${cells}  ${rest}`;
}
