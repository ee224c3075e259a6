// The phrases of all rules -> one tree of words that finds every one of them in a single pass.
import { type Words, tokenize } from './words.ts';

/** Tokens, from `start` to before `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly next: Map<string, Node>;
  phrase: string | undefined;
}

/** Stands for one word of any kind, masked or not; never for a colon or a wrapper. */
const anyWord = '*';
const start = '^';
const end = '$';
const noWord = new Set([':', '·']);

export class PhraseTree {
  readonly #root: Node = { next: new Map(), phrase: undefined };

  /**
   * A phrase is lower-case words; `*` is one word of any kind, `^` and `$` are the two ends of the
   * words it is looked for in. `:` counts, other punctuation between words does not.
   */
  constructor(phrases: Iterable<string>) {
    for (const phrase of phrases) {
      let node = this.#root;
      for (const token of phraseTokens(phrase)) node = childOf(node, token);
      node.phrase = phrase;
    }
  }

  /** Where each phrase stands for the first time. */
  find(words: Words): ReadonlyMap<string, Span> {
    const found = new Map<string, Span>();
    const { tokens } = words;
    const walk = (node: Node, from: number, at: number): void => {
      if (node.phrase !== undefined && !found.has(node.phrase)) {
        found.set(node.phrase, { start: from, end: at });
      }
      const token = tokens[at];
      if (token === undefined) {
        const last = node.next.get(end);
        if (last) walk(last, from, at);
        return;
      }
      const next = node.next.get(token);
      if (next) walk(next, from, at + 1);
      const any = noWord.has(token) ? undefined : node.next.get(anyWord);
      if (any) walk(any, from, at + 1);
    };
    const first = this.#root.next.get(start);
    if (first) walk(first, 0, 0);
    for (let from = 0; from < tokens.length; from++) walk(this.#root, from, from);
    return found;
  }
}

function phraseTokens(phrase: string): string[] {
  const body = phrase.replace(/^\^/, '').replace(/\$$/, '');
  const words = body.split(/(\*)/).flatMap((part) => (part === '*' ? ['*'] : tokenize(part)));
  return [
    ...(phrase.startsWith('^') ? [start] : []),
    ...words,
    ...(phrase.endsWith('$') ? [end] : []),
  ];
}

function childOf(node: Node, token: string): Node {
  const known = node.next.get(token);
  if (known) return known;
  const child: Node = { next: new Map(), phrase: undefined };
  node.next.set(token, child);
  return child;
}
