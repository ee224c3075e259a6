// A message -> the errors it joins: kubelet's `[a, b]`, CRI-O's two halves, containers/image's mirrors.

/** How an error of a runtime begins, for telling an aggregate's commas from others. */
const starts = [
  'rpc error: code = ',
  'failed to pull and unpack image',
  'failed to pull image',
  'get image config descriptor: ',
  'Error response from daemon',
  'RegistryUnavailable: ',
  'SignatureValidationFailed: ',
  'initializing source',
  'Error initializing source',
  'unable to pull image',
  'unable to retrieve auth token',
  'unable to try pulling possible OCI artifact',
  'copying system image',
  'choosing an image',
  'parsing image configuration',
  'initializing image from source',
  'writing blob',
  'reading blob',
  'reading manifest',
  'pinging container registry',
  'determining manifest MIME type',
  'Source image rejected',
  'pull QPS exceeded',
]
  .map((start) => start.replaceAll(' ', '[ \\n]'))
  .join('|');

const aggregateStart = new RegExp(`\\[(?=(?:${starts}))`, 'i');
const aggregateJoint = new RegExp(`,[ \\n](?=(?:${starts}))`, 'gi');

/** Kubelet's texts that can stand before an aggregate whose first error nobody knows. */
const envelope =
  /^(?:(?:Failed to pull image "[^"]*"|Back-off pulling image "[^"]*"|ErrImagePull|Error):[ \n])*\[/i;

/** Errors of an aggregate beyond this are not looked at: kubelets try a handful of credentials. */
const mostErrors = 16;

/**
 * The errors of all attempts with different credentials, in order, without what stood before
 * the bracket; the whole text where it joins nothing.
 */
export function splitAttempts(text: string): readonly string[] {
  const start = aggregateStart.exec(text)?.index ?? envelopeEnd(text);
  if (start === undefined) return [text];
  const end = text.lastIndexOf(']');
  const inside = text.slice(start + 1, end > start ? end : text.length);
  return inside.split(aggregateJoint).slice(0, mostErrors);
}

function envelopeEnd(text: string): number | undefined {
  const found = envelope.exec(text);
  return found && text.endsWith(']') ? found[0].length - 1 : undefined;
}

/** What remains of one attempt when repetitions and mirrors are taken away: the primary's error. */
export function primaryError(text: string): string {
  const artifact = text.indexOf('; artifact err: ');
  const whole = artifact === -1 ? text : text.slice(0, artifact);
  // What failed while c/image tried to go on after the first fault.
  const retry = whole.search(/ \((?:after|while) reconnecting/);
  const image = retry === -1 ? whole : whole.slice(0, retry);
  const mirrors = image.search(/\(?Mirrors also failed: \[/);
  if (mirrors === -1) return image;
  const list = image.slice(mirrors);
  return image.slice(0, mirrors) + list.slice(endOfList(list));
}

/** Behind `]): `, or behind the bracket where people left out the others; 0 where neither is. */
function endOfList(list: string): number {
  const whole = list.lastIndexOf(']): ');
  if (whole !== -1) return whole + 4;
  const bracket = Math.max(list.lastIndexOf(']\n'), list.lastIndexOf('] '));
  return bracket === -1 ? 0 : bracket + 2;
}
