// `npm run bench -- classify`: texts per second on one core beside a plain list of regular expressions, and
// the slowest of a million fuzzed texts.
import { type Cause, causes } from '../src/classify/causes.ts';
import { classify } from '../src/classify/classify.ts';
import { wrappers } from '../src/classify/forms.ts';
import { phrasesOf } from '../src/classify/match.ts';
import { rules } from '../src/classify/rules.ts';
import type { Classify } from '../src/classify/verdict.ts';
import { type LabelledText, measureAccuracy, percent } from '../src/generate/accuracy.ts';
import { readCorpus } from '../src/generate/corpora.ts';
import { Random } from '../src/sim/random.ts';

const secondsPerSide = 5;
const fuzzedTexts = 1_000_000;
const longTexts = 300;
const longLength = 1024 * 1024;
/** A process that has just begun runs everything slowly, whatever the text. */
const warmups = 2000;

export async function benchClassify(): Promise<void> {
  const texts = (['synthetic', 'cluster', 'threads'] as const).flatMap(
    (name) => readCorpus(name).texts,
  );
  const characters = texts.reduce((sum, { message }) => sum + message.length, 0);
  print(
    `${texts.length} texts, ${Math.round(characters / texts.length)} characters on average, one core:`,
  );
  print('                      texts/s     MB/s     exact');
  for (const [name, side] of [
    ['classifier', classify],
    ['plain list', plainList()],
  ] as const) {
    const perSecond = throughput(side, texts);
    const { exact } = measureAccuracy(texts, side);
    print(
      name.padEnd(20) +
        perSecond.toFixed(0).padStart(9) +
        ((perSecond * characters) / texts.length / 1e6).toFixed(1).padStart(9) +
        percent(exact, texts.length).padStart(10),
    );
  }
  print('');
  printSlowest(`${fuzzedTexts} fuzzed texts`, fuzzedTexts, (random) => fuzzed(random, 40));
  printSlowest(`${longTexts} fuzzed texts of 1 MiB`, longTexts, (random) =>
    fuzzed(random, 400).repeat(200).padEnd(longLength, ' ').slice(0, longLength),
  );
}

/** What the phrases of the rules are without any parsing: one expression per cause, the first wins. */
function plainList(): Classify {
  const list = [...new Set(rules.map(({ cause }) => cause))].flatMap((cause): [Cause, RegExp][] => {
    const phrases = rules.filter((rule) => rule.cause === cause).flatMap((rule) => phrasesOf(rule));
    const literals = phrases.filter((phrase) => !/[‹*^$·]/.test(phrase)).map(toExpression);
    return literals.length === 0
      ? []
      : [[cause, new RegExp(`\\b(?:${literals.join('|')})\\b`, 'i')]];
  });
  return ({ message }) => {
    const cause = list.find(([, expression]) => expression.test(message))?.[0];
    return cause === undefined
      ? undefined
      : { cause, rule: '', evidence: '', stage: undefined, httpStatus: undefined, endpoint: '' };
  };
}

function toExpression(phrase: string): string {
  return phrase.replaceAll(/[.+?()[\]{}|\\]/g, String.raw`\$&`).replaceAll(' :', ':');
}

function throughput(side: Classify, texts: readonly LabelledText[]): number {
  for (const { message } of texts) side({ message });
  let done = 0;
  const start = cpuMs();
  while (cpuMs() - start < secondsPerSide * 1000) {
    for (const { message } of texts) side({ message });
    done += texts.length;
  }
  return done / ((cpuMs() - start) / 1000);
}

function printSlowest(name: string, count: number, next: (random: Random) => string): void {
  const random = new Random('fuzz');
  for (let left = warmups; left > 0; left--) classify({ message: fuzzed(random, 40) });
  const times = new Float64Array(count);
  let slowest = { ms: 0, text: '' };
  for (let index = 0; index < count; index++) {
    const text = next(random);
    let ms = timed(text);
    // Garbage collection and neighbours on the machine hit any text: what counts is what repeats.
    if (ms > slowest.ms) ms = Math.min(ms, timed(text), timed(text), timed(text), timed(text));
    if (ms > slowest.ms) slowest = { ms, text };
    times[index] = ms;
  }
  times.sort();
  const at = (share: number): string => (times[Math.floor(share * (count - 1))] ?? 0).toFixed(3);
  print(`${name}: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, slowest ${slowest.ms.toFixed(3)} ms:`);
  print(`  ${slowest.text.length} characters: ${JSON.stringify(slowest.text.slice(0, 160))}`);
}

function timed(text: string): number {
  const start = performance.now();
  classify({ message: text });
  return performance.now() - start;
}

/** Of this thread: what else runs on the machine does not count. Too coarse for one text. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const names = [
  'unauthorized',
  'registry.example.com/team/app:1',
  'https://r.example.com/v2/a/blobs/sha256:00',
];
const noise = [
  '\\',
  '"',
  "'",
  '`',
  ' ',
  '\n',
  '(',
  '[',
  '{',
  '<',
  '>',
  ']',
  ')',
  ':',
  ';',
  ',',
  '.',
  '-',
  '/',
  '@',
  '?',
  '=',
  '%',
  '│',
  '“',
  '\\"',
  '\\\\\\"',
  '0',
  '404 ',
  'a',
  'é',
  '\u0000',
];
const pieces = [
  ...wrappers.map(({ form }) => form.replaceAll(/\{\w+\}/g, 'app')),
  ...wrappers.map(({ form }) => form.slice(0, form.length / 2)),
  ...rules.flatMap((rule) => [...phrasesOf(rule), rule.message]),
  ...Object.keys(causes),
  ...names,
];

/** Up to `most` pieces: wrappers, phrases, whole messages, names and noise, some of them many times over. */
function fuzzed(random: Random, most: number): string {
  let text = '';
  for (let left = random.integer(1, most); left > 0; left--) {
    const piece = random.chance(1 / 3) ? random.pick(noise) : random.pick(pieces);
    text += random.chance(1 / 8) ? piece.repeat(random.integer(1, 30)) : piece;
    if (random.chance(1 / 2)) text += ' ';
  }
  return text;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
