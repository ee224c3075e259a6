// A parsed text that no rule knows -> does it name any cause at all?
import { wrappers } from './forms.ts';
import type { Parsed } from './parse.ts';
import { tokenize } from './words.ts';

/** Words that say that something failed, and not what. */
const fillers = new Set([
  'error',
  'errors',
  'err',
  'failed',
  'warning',
  'unknown',
  'nil',
  'null',
  ':',
  '·',
]);

/** A name that the parser masked, the hole that it fills, or one of the words a hole can be. */
const hole = /^‹.*›$|^(?:get|head|post|put|patch)$|^\d+$/;

/** Every beginning of every wrapper: a text can be cut there. */
const beginnings = new Set<string>();
for (const { form } of wrappers) {
  const tokens = tokenize(form.replaceAll(/"?\{\w+\}"?/g, '‹hole›'));
  for (let length = 1; length <= tokens.length; length++) {
    beginnings.add(shape(tokens.slice(0, length)));
  }
}

function shape(tokens: readonly string[]): string {
  return tokens.map((token) => (hole.test(token) ? '‹hole›' : token)).join(' ');
}

/**
 * True for texts that are nothing but wrappers and names (plain back-off, `Error: ErrImagePull`), that
 * were cut inside a wrapper, or that say themselves that the cause is not known.
 */
export function namesNoCause(parsed: Parsed): boolean {
  if (parsed.meanings.has('noCause')) return true;
  const words = [...parsed.own.tokens, ...parsed.server.tokens];
  const last = words.slice(words.lastIndexOf('·') + 1);
  const isCut =
    last.length > 1 && (beginnings.has(shape(last)) || beginnings.has(shape(last.slice(0, -1))));
  const telling = isCut ? words.slice(0, words.length - last.length) : words;
  return telling.every((word) => fillers.has(word) || hole.test(word));
}
