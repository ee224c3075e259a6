// Pieces of a text, names in them masked -> the tokens that phrases are made of, each with its place.

/** `:` is a token, as it parts errors; all other punctuation between words is none. */
const tokens = /[\w‹›·]+(?:[-./'][\w‹›]+)*|:/g;

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
    const verbatim = masked.length === to - from;
    for (const match of masked.matchAll(tokens)) {
      this.#tokens.push(match[0].toLowerCase());
      this.#from.push(verbatim ? from + match.index : from);
      this.#to.push(verbatim ? from + match.index + match[0].length : to);
    }
  }

  /** What came so far was in front of the error, and no part of it. */
  clear(): void {
    for (const list of [this.#tokens, this.#from, this.#to]) list.length = 0;
  }

  build(): Words {
    const source = this.#source;
    const froms = this.#from;
    const tos = this.#to;
    return {
      tokens: this.#tokens,
      source: (start, end) => source.slice(froms[start], tos[end - 1]),
    };
  }
}
