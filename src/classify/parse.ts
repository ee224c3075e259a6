// One error text -> the wrappers that were put around it, its fields, and the words that are left.
import { type Meaning, isOutermost, matchForm } from './forms.ts';
import {
  connectAnswer,
  jsonCode,
  jsonErrors,
  jsonMessage,
  kubeletReasons,
  normalCode,
  pageStart,
  pageStatus,
  phraseAfterStatus,
  registryCode,
  statusLine,
  statusOfPhrase,
} from './fields.ts';
import { isMediaType, maskOf } from './mask.ts';
import { endpointOf, stageOf } from './request.ts';
import { matchAt } from './sticky.ts';
import type { Stage } from './verdict.ts';
import { type Words, WordsBuilder } from './words.ts';

export interface Frame {
  readonly means: Meaning;
  /** As it stands in the text, and what follows. */
  readonly text: string;
  readonly rest: string;
}

export interface Parsed {
  /** Outside in. */
  readonly frames: readonly Frame[];
  readonly meanings: ReadonlySet<Meaning>;
  /** What programs on the node say. */
  readonly own: Words;
  /** What the registry says, or whoever answered in its place. */
  readonly server: Words;
  /** The server's words unmasked: another program's whole error, where a cache relays it. */
  readonly answer: string;
  /** Kubelet's reasons that the text names. */
  readonly reasons: ReadonlySet<string>;
  /** Registry error codes in order, as `normalCode` spells them. */
  readonly codes: readonly string[];
  readonly httpStatus: number | undefined;
  /** The status as the text shows it: `403 Forbidden`; '' when only a page's title has one. */
  readonly statusText: string;
  /** The phrase with which a proxy answered CONNECT. */
  readonly connectAnswer: string | undefined;
  readonly mediaTypes: readonly string[];
  /** gRPC code of the outermost status that has one; '' when none is shown. */
  readonly grpcCode: string;
  readonly stage: Stage | undefined;
  /** URL of the innermost request, which failed; '' when none is shown. */
  readonly url: string;
  /** Host, with the port if shown, that the request went to; '' when the text names none. */
  readonly endpoint: string;
  /** Image reference as the wrappers quote it; '' when none does. */
  readonly ref: string;
}

const blanks = /[ \n]+/y;
const anyWord = /[^\s"]+/y;
const opening = /[([{<'`*]/;
const ipv6 = /\[[0-9a-f]{0,4}:[0-9a-f:.%]{1,60}\]/iy;
const singleQuoted = /'[^'\s]{1,300}'(?=[\s.,;:)\]]|$)/y;
const closing = new Set(")]}>'`.,;:!?…*");
/** Keys and colons after which quotes hold an error, not a name. */
const errorBefore = /(?:\b(?:err|error|msg|message|reason|desc)"? ?[=:] ?|: )$/i;
/** After a colon, and where words were left out. */
const startsError = /(?::|\.\.\.|…)$/;
const otherKey = /^[a-z_.]+=$/i;
const bodySeparator = /[,: \n]{0,3}/y;
const bodyEnd = /"(?=$|[;),\]\n])/g;

export function parse(source: string): Parsed {
  const own = new WordsBuilder(source);
  const server = new WordsBuilder(source);
  const frames: Frame[] = [];
  const meanings = new Set<Meaning>();
  const reasons = new Set<string>();
  const codes: string[] = [];
  const mediaTypes: string[] = [];
  const shown = { url: '', host: '', where: '', address: '', ref: '', code: '' };
  let words = own;
  let answerAt = source.length;
  let httpStatus: number | undefined;
  let statusText = '';
  let titleStatus: number | undefined;
  let proxyPhrase: string | undefined;
  let stage: Stage | undefined;
  let position = 0;
  // An error begins here: at the start, after a wrapper, a line feed or a `: `.
  let atStart = true;

  while (position < source.length) {
    if (takeBlanks() || takeCode() || takeFrame() || takePage(source.length)) continue;
    const character = source.charAt(position);
    if (character === '"') takeQuote();
    else if (character === '{' && takeJson()) continue;
    else if (opening.test(character) && !matchAt(ipv6, source, position)) takeOpening();
    else takeWord();
  }
  const answer = source.slice(answerAt);

  return {
    frames,
    meanings,
    own: own.build(),
    server: server.build(),
    answer,
    reasons,
    codes,
    // A page shows a number of its own: better than nothing, and worse than the code before it.
    httpStatus:
      httpStatus ??
      (codes.every((code) => code === 'unknown') ? titleStatus : undefined) ??
      statusOfPhrase(answer),
    statusText,
    connectAnswer: proxyPhrase,
    mediaTypes,
    grpcCode: shown.code,
    stage: stage ?? stageOf(shown.url),
    url: shown.url,
    endpoint: endpointOf(shown),
    ref: shown.ref.replace(/^docker:\/\//, ''),
  };

  function takeBlanks(): boolean {
    const found = matchAt(blanks, source, position)?.[0];
    if (found === undefined) return false;
    if (found.includes('\n')) atStart = true;
    position += found.length;
    return true;
  }

  function take(masked: string, end: number): true {
    words.add(masked, position, end);
    position = end;
    return true;
  }

  /** From here on the registry speaks. */
  function serverSpeaks(): void {
    if (words === server) return;
    words = server;
    answerAt = position;
  }

  function takeCode(): boolean {
    const code =
      atStart || words === server ? matchAt(registryCode, source, position)?.[0] : undefined;
    if (code === undefined) return false;
    codes.push(normalCode(code));
    serverSpeaks();
    take(code, position + code.length);
    if (codes.length === 1) answerAt = position;
    return true;
  }

  function takeFrame(): boolean {
    const found = words === own ? matchForm(source, position, atStart) : undefined;
    if (!found) return false;
    const { form, match } = found;
    const groups = match.groups ?? {};
    const rest = source.slice(position + match[0].length);
    frames.push({ means: form.means, text: match[0], rest });
    meanings.add(form.means);
    stage = form.wrapper.stage ?? stage;
    for (const key of ['url', 'host', 'where', 'address'] as const) {
      shown[key] = groups[key] ?? shown[key];
    }
    shown.ref ||= groups['ref'] ?? '';
    shown.code ||= groups['code'] ?? '';
    if (groups['reason']) reasons.add(groups['reason']);
    if (groups['media']) mediaTypes.push(groups['media']);
    // Logs and tables have columns of their own in front of the outermost wrapper.
    if (frames.length === 1 && isOutermost(form.means)) own.clear();
    else own.separate(position);
    const status = groups['status'];
    const statusAt = position + match[0].lastIndexOf(status ?? '');
    position += match[0].length;
    atStart = true;
    if (status) takeStatus(Number(status), statusAt);
    if (form.means === 'request') proxyPhrase ??= matchAt(connectAnswer, source, position)?.[0];
    if (form.wrapper.follows === 'body') takeBody();
    if (form.wrapper.follows === 'nothing') position = source.length;
    return true;
  }

  function takeStatus(status: number, from: number): void {
    position += matchAt(phraseAfterStatus, source, position)?.[0].length ?? 0;
    showStatus(status, source.slice(from, position));
    if (/[\n:]/.test(source.charAt(position))) serverSpeaks();
  }

  function showStatus(status: number, text: string): void {
    if (httpStatus !== undefined) return;
    httpStatus = status;
    statusText = text;
  }

  /** A raw HTTP body, in quotes or not, perhaps cut. */
  function takeBody(): void {
    position += matchAt(bodySeparator, source, position)?.[0].length ?? 0;
    serverSpeaks();
    bodyEnd.lastIndex = position + 1;
    const quoted = source.charAt(position) === '"';
    const end = (quoted ? bodyEnd.exec(source)?.index : undefined) ?? source.length;
    if (!takePage(end) && quoted) position++;
  }

  function takeJson(): boolean {
    const found = matchAt(jsonErrors, source, position);
    if (!found) return false;
    serverSpeaks();
    position += found[0].length;
    return true;
  }

  function takeJsonKey(): boolean {
    const code = matchAt(jsonCode, source, position);
    if (code?.[1] !== undefined) {
      codes.push(normalCode(code[1]));
      serverSpeaks();
      return take(code[1], position + code[0].length);
    }
    const message = matchAt(jsonMessage, source, position);
    if (!message) return false;
    position += message[0].length;
    atStart = true;
    return true;
  }

  function takePage(end: number): boolean {
    if (!matchAt(pageStart, source, position)) return false;
    titleStatus ??= pageStatus(source.slice(position, end));
    return take('‹page›', end);
  }

  function takeQuote(): void {
    if (takeJsonKey()) return;
    const before = source.charAt(position - 1);
    const opens = before === '' || /[\s([=:,/{]/.test(before);
    const close = opens ? source.indexOf('"', position + 1) : -1;
    const content = source.slice(position + 1, Math.max(position + 1, close));
    const holdsError =
      close === -1 ||
      // The whole text in quotes.
      (position === 0 && close >= source.length - 2) ||
      !/[\s:;,.()\\\]}/"]|^$/.test(source.charAt(close + 1)) ||
      matchForm(source, position + 1, true) !== undefined ||
      (content.includes(' ') &&
        errorBefore.test(source.slice(Math.max(0, position - 12), position)));
    if (holdsError) {
      position++;
      atStart = true;
      return;
    }
    if (isMediaType(content)) mediaTypes.push(content);
    take('‹text›', close + 1);
  }

  function takeOpening(): void {
    const quoted = matchAt(singleQuoted, source, position);
    if (quoted) take('‹name›', position + quoted[0].length);
    else take(source.charAt(position), position + 1);
  }

  function takeWord(): void {
    const status = words === own ? matchAt(statusLine, source, position) : null;
    if (status) {
      showStatus(Number(status[1]), status[0]);
      take('‹status›', position + status[0].length);
      return;
    }
    const word = matchAt(anyWord, source, position)?.[0] ?? source.charAt(position);
    let length = word.length;
    while (length > 0 && closing.has(word.charAt(length - 1))) length--;
    const name = word.slice(0, length);
    atStart = startsError.test(word);
    if (kubeletReasons.has(name)) {
      reasons.add(name);
      position += word.length;
      return;
    }
    if (otherKey.test(word) && source.charAt(position + word.length) === '"') {
      takeValue(position + word.length);
      return;
    }
    const mask = name === '' ? undefined : maskOf(name);
    if (mask === '‹media›') mediaTypes.push(name);
    take(mask ?? name, position + length);
    // Of what follows a word only a colon counts.
    take(word.slice(length), position + word.length - length);
  }

  /** `key="value"` of a log line: no part of any error. */
  function takeValue(quote: number): void {
    const close = source.indexOf('"', quote + 1);
    position = close === -1 || errorBefore.test(source.slice(position, quote)) ? quote : close + 1;
  }
}
