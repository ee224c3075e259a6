// Any message -> a bounded text with one kind of quote, one kind of blank, and no escapes left.

const headLength = 12 * 1024;
const tailLength = 4 * 1024;

/** The first 12 Ki and the last 4 Ki characters of longer texts: all that the classifier looks at. */
export function boundText(text: string): string {
  if (text.length <= headLength + tailLength) return text;
  return `${text.slice(0, headLength)} … ${text.slice(-tailLength)}`;
}

const entities: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

// In this order: Windows paths, so that the `\n` in C:\new stays what it is; what logs, JSON and
// web pages escape; quotes of chat systems; names that people blanked out; frames that terminals
// draw around broken lines; blanks.
const disturbances = new RegExp(
  [
    String.raw`[A-Za-z]:\\[^\s":]*`,
    String.raw`(?<!\\)\\{1,31}(?:["nrt]|u00(?:22|26|27|3c|3e))`,
    `&(?:quot|apos|lt|gt|amp|#34|#39);`,
    '[“”„«»]',
    String.raw`<[A-Za-z]\w{0,30}(?: \w{1,30}){1,5}>`,
    String.raw` ?│ ?\n ?│ ?`,
    String.raw`\s{2,}|[^\S \n]`,
  ].join('|'),
  'g',
);

/** Undoes what terminals, logs, JSON and chat systems did to a text. Other line feeds stay: they part two errors. */
export function normalizeText(text: string): string {
  return unbroken(text).replace(disturbances, replacement).trim();
}

const narrowestTerminal = 80;

/** Joins lines that a terminal broke at its width, also inside words: the longest, and equally long. */
function unbroken(text: string): string {
  if (!text.includes('\n')) return text;
  const lines = text.split('\n');
  const width = lines.reduce((longest, line) => Math.max(longest, line.length), 0);
  const full = lines.filter((line, index) => line.length === width && index < lines.length - 1);
  // Events that come again are equally long, too, and begin alike; prose fits a width by chance.
  const beginnings = new Set(full.map((line) => line.slice(0, 6)));
  const few = full.length < 2 || full.length * 2 < lines.length - 1;
  if (width < narrowestTerminal || few || beginnings.size < full.length) return text;
  return lines.map((line) => (line.length === width ? line : `${line}\n`)).join('');
}

function replacement(found: string): string {
  const first = found.charAt(0);
  if (first === '\\') return unescaped(found);
  if (first === '&') return entities[found] ?? found;
  if (first === '<') return found.replaceAll(' ', '-');
  if (found.includes('│')) return '';
  if (found.includes('\n')) return '\n';
  if (/\s/.test(first)) return ' ';
  return found.length === 1 ? '"' : found;
}

function unescaped(found: string): string {
  const code = /u00(..)$/.exec(found)?.[1];
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  if (found.endsWith('"')) return '"';
  return found.endsWith('n') ? '\n' : ' ';
}
