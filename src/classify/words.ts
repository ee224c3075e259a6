// Pieces of a text, names in them masked -> the tokens that phrases are made of, each with its place.

/** `:` is a token, as it parts errors; all other punctuation between words is none. */
const tokens = /[\w‹›·]+(?:[-./'][\w‹›]+)*|:/g;

/** Letters only, as most words are: one token, and no name that needs a mask. */
export function isPlainWord(word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const letter = word.charCodeAt(index) | 0x20;
    if (letter < 0x61 || letter > 0x7a) return false;
  }
  return word !== '';
}

/** The tokens of a masked text, lower case. */
export function tokenize(masked: string): string[] {
  return (masked.match(tokens) ?? []).map((token) => token.toLowerCase());
}

export interface Words {
  readonly tokens: readonly string[];
  /** The part of the source that the tokens from `start` to before `end` were made of. */
  readonly source: (start: number, end: number) => string;
}

export class WordsBuilder {
  readonly #source: string;
  readonly #tokens: string[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  /** `masked` stands for the source between `from` and `to`. */
  add(masked: string, from: number, to: number): void {
    if (isPlainWord(masked)) {
      this.#push(masked, from, to);
      return;
    }
    const verbatim = masked.length === to - from;
    tokens.lastIndex = 0;
    for (let match = tokens.exec(masked); match; match = tokens.exec(masked)) {
      const start = verbatim ? from + match.index : from;
      this.#push(match[0], start, verbatim ? start + match[0].length : to);
    }
  }

  #push(token: string, from: number, to: number): void {
    this.#tokens.push(token.toLowerCase());
    this.#from.push(from);
    this.#to.push(to);
  }

  /** A wrapper stands here: phrases end before it, and begin anew behind it. */
  separate(at: number): void {
    if (this.#tokens.length > 0) this.#push('·', at, at);
  }

  /** What came so far was in front of the error, and no part of it. */
  clear(): void {
    for (const list of [this.#tokens, this.#from, this.#to]) list.length = 0;
  }

  build(): Words {
    // Columns of a log line behind the error.
    while (this.#tokens.at(-1) === '‹value›') this.#tokens.pop();
    const source = this.#source;
    const froms = this.#from;
    const tos = this.#to;
    return {
      tokens: this.#tokens,
      source: (start, end) => source.slice(froms[start], tos[end - 1]),
    };
  }
}
