// A text -> the same text without credentials: for evidence, the page, the JSON API and diagnose.

const mask = '***';

const userInfo = /:\/\/[^\s/?#"'@]{1,1000}@/g;
const query = /\?[\w.~%+-]{1,100}=[^\s"'<>`\\]*/g;
/** Parameters that name an image or a service, and no more. */
const harmless = new Set(['ns', 'scope', 'service', 'n', 'last', 'tag', 'digest', 'client_id']);

const header =
  /\b(authorization["']?[ ]?[:=][ ]?["']?(?:basic|bearer|digest|token)[ ])[^\s"',;]+/gi;
const scheme = /\b((?:bearer|basic)[ ])(?!realm=)([\w.~+/=-]{8,})/gi;
const secretKeys = [
  'pass(?:word|wd|phrase)?',
  'pwd',
  'secret',
  '(?:access|refresh|identity|registry|session|id|security|client|x-amz-security)?[_-]?token',
  'client[_-]?secret',
  '(?:api|access|secret|account|private|shared)?[_-]?(?:access[_-]?)?key(?:[_-]?id)?',
  'auth',
  'sig(?:nature)?',
  'credentials?',
].join('|');
/** `password=x`, `"secret": "x"`; a colon and a blank without quotes is prose (`oauth token: 401`). */
const keyed = new RegExp(
  `(?<![a-z0-9])((?:${secretKeys})(?:"[ ]?:[ ]?"|'[ ]?:[ ]?'|["']?=["']?))(?!\\*)[^\\s"'&,;)\\]}]*[^\\s"'&,;)\\]}:.]`,
  'gi',
);
const jsonWebToken = /\beyJ[\w.-]{8,}/g;
/** Tokens that say by their beginning what they are. */
const knownToken =
  /\b(?:gh[opsur]_|github_pat_|gl[a-z]{1,6}-|dckr_[po]at_|npm_|hv[sb]\.|xox[abprs]-|A[KS]IA|AIza|ya29\.|eyA|AQoD|FwoG|IQoJ|sk-)[\w.~+/=-]{12,}/g;
const longWord = /(?<![\w+=-])[\w+=-]{32,}/g;

/**
 * Masks what could let somebody in: user and password in URLs, values of query parameters (signed
 * URLs carry their signature there), authorization headers, tokens, values of keys that are secret.
 * In time linear in the length of the text.
 */
export function redact(text: string): string {
  return text
    .replace(userInfo, `://${mask}@`)
    .replace(query, redactQuery)
    .replace(header, `$1${mask}`)
    .replace(scheme, (found, name: string, value: string) =>
      isCredential(value) ? name + mask : found,
    )
    .replace(keyed, `$1${mask}`)
    .replace(jsonWebToken, mask)
    .replace(knownToken, mask)
    .replace(longWord, (word) => (isRandom(word) ? mask : word));
}

function redactQuery(found: string): string {
  // Unquoted URLs end before the `: ` of the next error.
  const end = /[:,.;)\]}]{0,5}$/.exec(found)?.index ?? found.length;
  const parameters = found.slice(1, end).split('&').map(redactParameter);
  return `?${parameters.join('&')}${found.slice(end)}`;
}

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=');
  if (equals === -1) return mask;
  const key = parameter.slice(0, equals);
  return harmless.has(key.toLowerCase()) ? parameter : `${key}=${mask}`;
}

/** Prose has `bearer token` and `basic auth credentials`, too. */
function isCredential(value: string): boolean {
  return /[\d=+/_]/.test(value) || (/[a-z][A-Z]/.test(value) && value.length > 11);
}

/** Digests and names are of one case; a word of both with digits in it was made by chance. */
function isRandom(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
}
