// One word of a message -> what kind of name it is, where users or machines chose it; prose stays prose.

import { isPlainWord } from './words.ts';

/** Words that programs write and that look like names. Lower case. */
const prose = new Set([
  'i/o',
  'input/output',
  'net/http',
  'archive/tar',
  'http/1.x',
  'http/1.1',
  'http/2',
  'username/password',
  'client.timeout',
  'policy.json',
  'back-off',
  're-exec',
  'read-only',
  'read-write',
  'media-type',
  'time-out',
  'retry-after',
  'self-signed',
  'short-name',
  'unqualified-search',
]);

const url = /^[a-z][a-z0-9+.-]*:\/\//i;
const digest = /^(?:[a-z]+-)?(?:sha256|sha384|sha512|md5):[0-9a-f]*$/i;
const hex = /^(?:0x)?[0-9a-f]{12,}$/i;
const host = String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.%]+\])(?::\d+)?`;
const address = new RegExp(`^${host}(?:->${host})?$`, 'i');
const mediaType = /^(?:application|text|image)\/[\w.+-]+$/i;
const path = /^(?:\/|\.\/|\.\.\/|~\/|\\|[a-z]:\\)/i;
const namedValue = /^[\w.-]+=./;
const tagged = /^[\w.-]+:[\w.-]+$/;
const dotted = /^[\w-]+(?:\.[\w-]+)+(?:\(\d\))?$/;

/** What stands in place of the word; undefined for prose, which stays as it is. */
export function maskOf(word: string): string | undefined {
  if (isPlainWord(word) || prose.has(word.toLowerCase())) return undefined;
  if (url.test(word)) return '‹url›';
  if (digest.test(word)) return '‹digest›';
  if (address.test(word)) return '‹address›';
  if (mediaType.test(word)) return '‹media›';
  if (path.test(word)) return '‹path›';
  if (word.includes('/') || word.includes('@')) return '‹ref›';
  if (namedValue.test(word)) return '‹value›';
  if (tagged.test(word)) return '‹ref›';
  if (dotted.test(word)) return '‹host›';
  if (hex.test(word)) return '‹hex›';
  // Repositories, containers, secrets: `i-o-timeout`, `not-found`.
  if (/\w-\w/.test(word)) return '‹name›';
  return undefined;
}

export function isMediaType(word: string): boolean {
  return mediaType.test(word);
}
