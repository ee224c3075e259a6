// Values -> HTML that they cannot break out of: whatever is put into a template is escaped, unless it
// is HTML of another template.

export class Html {
  readonly text: string;

  /** Only for text that this program wrote; everything else goes through `markup`. */
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | string | number | undefined | readonly Html[];

/** Undefined becomes nothing, a list is joined without commas. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(
    strings
      .map((string, index) => string + (index < values.length ? render(values[index]) : ''))
      .join(''),
  );
}

function render(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escapeHtml(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Safe as text and in quoted attributes. Control characters are errors in HTML, and those that turn the
 * direction of writing would make a name read as another one: both become visible.
 */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(unprintable, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unprintable = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
