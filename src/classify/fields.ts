// The closed vocabularies of HTTP and of registries: reason phrases, error codes, error pages.

/** Reason phrases as servers, proxies and CDNs write them, and their numbers. Longer ones first. */
const reasonPhrases: readonly (readonly [phrase: string, status: number])[] = [
  ['Proxy Authentication Required', 407],
  ['Service Temporarily Unavailable', 503],
  ['Authorization Required', 401],
  ['Internal Server Error', 500],
  ['Precondition Failed', 412],
  ['Service Unavailable', 503],
  ['Method Not Allowed', 405],
  ['Too Many Requests', 429],
  ['Moved Permanently', 301],
  ['Request Time-out', 408],
  ['Gateway Time-out', 504],
  ['Payment Required', 402],
  ['Request Timeout', 408],
  ['Gateway Timeout', 504],
  ['Not Implemented', 501],
  ['Not Acceptable', 406],
  ['Unauthorized', 401],
  ['Bad Request', 400],
  ['Bad Gateway', 502],
  ['Forbidden', 403],
  ['Not Found', 404],
  ['Conflict', 409],
  ['Gone', 410],
];
const phrases = reasonPhrases.map(([phrase]) => phrase).join('|');
const numbers = new Map(reasonPhrases.map(([phrase, status]) => [phrase.toLowerCase(), status]));

/** After a status number: its phrase, known or not, in brackets or not. */
export const phraseAfterStatus = new RegExp(
  `[ ]?\\(?(?:${phrases})\\)?(?![A-Za-z])|[ ]\\(?[A-Za-z][A-Za-z' -]{0,60}?\\)?(?=$|\\n| - |[;:,"()\\]])`,
  'iy',
);

/** A status line that stands alone in prose: the number and one of its known phrases. */
export const statusLine = new RegExp(`([45]\\d\\d)[ ]\\(?(?:${phrases})\\)?(?![A-Za-z])`, 'iy');

/** What reports put behind an error: its quotes, dots that say that it goes on, the end of a table's cell. */
const trimmings = '["\'`*|\\])}.…]*';

/**
 * The whole rest of an error is a bare phrase: what net/http prints when a proxy answers CONNECT with
 * anything but 200. 401 is left out: registries' clients print that word on their own.
 */
export const connectAnswer = new RegExp(
  `(?:${phrases.replace('|Unauthorized', '').replaceAll(' ', '[ \\n]')}|authenticationrequired|unknown[ \\n]status[ \\n]code)(?=[ ]?${trimmings}(?:\\s*$|\\n|[ ][A-Za-z_]+=))`,
  'iy',
);

const onlyPhrase = new RegExp(`^[\\s:]*(${phrases})[\\s".]*$`, 'i');

/** The number of a reason phrase that is all that an answer says; undefined for anything else. */
export function statusOfPhrase(answer: string): number | undefined {
  if (answer.length > 80) return undefined;
  const phrase = onlyPhrase.exec(answer)?.[1];
  return phrase === undefined ? undefined : numbers.get(phrase.toLowerCase());
}

/** Reasons that the kubelet gives in a status, an event or a log line. */
export const kubeletReasons: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImageInspectError',
  'InspectFailed',
  'RegistryUnavailable',
  'SignatureValidationFailed',
  'FailedToRetrieveImagePullSecret',
]);

/**
 * Error codes of the distribution specification, those that registries add to it, and those of
 * OAuth challenges, in any client's spelling (`MANIFEST_UNKNOWN`, `manifest unknown`).
 */
const codes = [
  'unauthorized',
  'unauthenticated',
  'denied',
  'forbidden',
  'toomanyrequests',
  'too_many_requests?',
  'unknown',
  'unsupported',
  'unavailable',
  'manifest[ _]unknown',
  'manifest[ _]invalid',
  'manifest[ _]blob[ _]unknown',
  'manifest[ _]unverified',
  'blob[ _]upload[ _]unknown',
  'blob[ _]upload[ _]invalid',
  'size[ _]invalid',
  'range[ _]invalid',
  'pagination[ _]number[ _]invalid',
  'blob[ _]unknown',
  'name[ _]unknown',
  'name[ _]invalid',
  'tag[ _]invalid',
  'tag[ _]expired',
  'digest[ _]invalid',
  'not_found',
  'projectpolicyviolation',
  'insufficient_scope',
  'invalid_token',
].join('|');

export const registryCode = new RegExp(
  `(?:${codes})(?=:|[ ]?${trimmings}(?:\\s*$|\\n)|[;,)\\]])`,
  'iy',
);

/** As rules name a code: lower case, blanks for underscores. */
export function normalCode(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

/** `{"errors":[{"code":"DENIED","message":"..."}]}`, cut or whole, its quotes bare: piece by piece. */
export const jsonErrors = /\{[ \n]?"?errors"?[ ]?:[ ]?/iy;
export const jsonCode = /"code"[ ]?:[ ]?"([a-z_]{1,40})"/iy;
export const jsonMessage = /"message"[ ]?:[ ]?"/iy;

export const pageStart =
  /["'\s]{0,2}(?:\\ufeff)?<(?:!doctype|html|head|body|center|title|h1|\?xml|error>)/iy;
const pageTitle = /<(?:title|h1)>\s*(?:error )?(\d{3})\b/i;

/** The number in the title of an error page; undefined where it shows none. */
export function pageStatus(page: string): number | undefined {
  const found = pageTitle.exec(page);
  return found ? Number(found[1]) : undefined;
}
