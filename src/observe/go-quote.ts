// A string that Go printed with %q -> the string.

const quoted = /^"((?:[^"\\]|\\.)*)"/s;
const escape = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gs;
const letters: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The string that `text` begins with, and what follows it; undefined where it begins with none. */
export function readQuoted(text: string): { value: string; rest: string } | undefined {
  const match = quoted.exec(text);
  if (match === null) return undefined;
  const [whole, inner = ''] = match;
  return { value: inner.includes('\\') ? unescape(inner) : inner, rest: text.slice(whole.length) };
}

function unescape(inner: string): string {
  return inner.replace(escape, (_, byte?: string, short?: string, long?: string, other?: string) =>
    other === undefined ? codePoint(byte ?? short ?? long ?? '') : (letters[other] ?? other),
  );
}

function codePoint(hex: string): string {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10_ffff ? String.fromCodePoint(code) : '\ufffd';
}
