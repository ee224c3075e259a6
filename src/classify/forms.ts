// The wrappers' forms -> expressions anchored at a word, found by that word.
import { matchAt } from './sticky.ts';
import type { Wrapper } from './wrappers/wrapper.ts';
import { containerdWrappers } from './wrappers/containerd.ts';
import { crioWrappers } from './wrappers/crio.ts';
import { dockerWrappers } from './wrappers/docker.ts';
import { goWrappers } from './wrappers/go.ts';
import { kubeletWrappers } from './wrappers/kubelet.ts';

/** What a wrapper can mean: the fields that rules ask for. */
export type Meaning = (
  | typeof containerdWrappers
  | typeof crioWrappers
  | typeof dockerWrappers
  | typeof goWrappers
  | typeof kubeletWrappers
)[number]['means'];

export interface Form {
  readonly wrapper: Wrapper;
  readonly means: Meaning;
  /** Sticky; its named groups are the holes. */
  readonly expression: RegExp;
}

const tables = [
  kubeletWrappers,
  containerdWrappers,
  crioWrappers,
  dockerWrappers,
  goWrappers,
] as const;

export const wrappers: readonly Wrapper[] = tables.flat();

const kubeletMeanings: ReadonlySet<string> = new Set(kubeletWrappers.map(({ means }) => means));

/** Put on by the kubelet (or a log of it), not by a runtime. */
export function isKubelets(means: Meaning): boolean {
  return kubeletMeanings.has(means);
}

/** Where errors begin that kubelets and runtimes print: what stands in front is somebody else's. */
export function isOutermost(means: Meaning): boolean {
  return means !== 'error' && (isKubelets(means) || means === 'pull' || means === 'daemon');
}

/** Holes that a form can begin with. */
const beginnings: Readonly<Record<string, readonly string[]>> = {
  method: ['get', 'head', 'post', 'put', 'patch'],
  call: [
    'open',
    'stat',
    'lstat',
    'mkdir',
    'chmod',
    'chown',
    'rename',
    'remove',
    'symlink',
    'link',
  ].concat(['readlink', 'unlinkat', 'readdirent', 'openfdat', 'mount', 'write', 'read', 'sync']),
};
const holes: Readonly<Record<string, string>> = {
  // Not the port of a host, nor the beginning of a digest.
  status: String.raw`[1-5]\d\d(?![\w/-]|\.\w)`,
  n: String.raw`\d+`,
  method: oneOf('method'),
  call: oneOf('call'),
  path: String.raw`(?:[a-z]:|\.{1,2})?[/\\][^\s"]*?`,
  // Where runtimes have their settings, and the certificates of registries.
  config: String.raw`\/etc\/(?:docker|containerd|containers|crio)\/[^\s"]*?`,
  // A daemon's socket on Windows, its backslashes escaped or not.
  pipe: String.raw`[/\\]{2,4}\.[/\\]{1,2}pipe[/\\]{1,2}[^\s"]*?`,
  // Unquoted URLs end before the `: ` of the next error; reasons and codes are words.
  url: String.raw`[a-z]+:\/\/[^\s"]+?`,
  reason: '[A-Za-z]+',
  code: '[A-Za-z0-9]+',
};
const word = String.raw`[^\s"]+?`;
// People who blank out a name lose the quote behind it.
const inQuotes = String.raw`(?:[^"']*(?=["'])|[^\s"']+(?=:[ \n])|[^"']*$)`;

/** First word of a text, lower case, or its first character -> the forms that can begin there. */
const byFirstWord = new Map<string, Form[]>();

for (const wrapper of tables.flat()) {
  const form: Form = { wrapper, means: wrapper.means, expression: compile(wrapper.form) };
  const hole = /^\{(\w+)\}/.exec(wrapper.form)?.[1] ?? '';
  for (const key of beginnings[hole] ?? [firstWord(wrapper.form, 0)]) {
    const forms = byFirstWord.get(key) ?? [];
    forms.push(form);
    byFirstWord.set(key, forms);
  }
}

/** The first form that stands at this place. `atStart`: an error begins here. */
export function matchForm(
  text: string,
  position: number,
  atStart: boolean,
): { readonly form: Form; readonly match: RegExpExecArray } | undefined {
  for (const form of byFirstWord.get(firstWord(text, position)) ?? []) {
    if (form.wrapper.onlyAtStart && !atStart) continue;
    const match = matchAt(form.expression, text, position);
    if (match) return { form, match };
  }
  return undefined;
}

function firstWord(text: string, position: number): string {
  let end = position;
  // No form's first word is longer.
  while (end < text.length && end - position < 32 && isLetter(text.charCodeAt(end))) end++;
  return end === position ? text.charAt(position) : text.slice(position, end).toLowerCase();
}

function oneOf(hole: string): string {
  return `(?:${(beginnings[hole] ?? []).join('|')})`;
}

function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);
}

/** `a {b}: ` -> /a[ \n](?<b>...):(?:[ \n]|$)/iy */
function compile(form: string): RegExp {
  const used = new Set<string>();
  const source = form.split(/("\{\w+\}"|\{\w+\})/).reduceRight((rest, part) => {
    const quoted = /^"\{(\w+)\}"$/.exec(part)?.[1];
    const name = quoted ?? /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (!part.endsWith(' ')) return literal(part) + rest;
      const head = literal(part.slice(0, -1));
      if (rest === '') return `${head}(?:[ \\n]|$)`;
      return rest.startsWith('(?<status>') ? `${head}[ \\n]?${rest}` : `${head}[ \\n]${rest}`;
    }
    const body = quoted === undefined ? (holes[name] ?? word) : inQuotes;
    const group = used.has(name) ? `(?:${body})` : `(?<${name}>${body})`;
    used.add(name);
    // A text that was cut inside quotes or a URL still shows what it was. Reports change the quotes.
    if (quoted !== undefined) return `["']${group}(?:["']?${behindQuotes(rest)}|$)`;
    return name === 'url' ? `${group}(?:${rest}|$)` : group + rest;
  }, '');
  return new RegExp(source, 'iy');
}

/** The last colon: its blank can be missing, too. */
function behindQuotes(rest: string): string {
  return rest === ':(?:[ \\n]|$)' ? ':[ \\n]?' : rest;
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(' ', String.raw`[ \n]`);
}
