// What a text shows of the failing request -> the host that it went to, and how far the pull had come.
import { parseImageReference } from '../observe/image-reference.ts';
import type { Stage } from './verdict.ts';

const hostName = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.%]+\])(?::\d{1,5})?$/;
const longestHost = 253 + ':65535'.length;

/** Each is '' where the text does not show it; the first one counts. */
export function endpointOf(shown: {
  readonly url: string;
  readonly host: string;
  /** A reference, as containers/image shows it in place of the URL. */
  readonly where: string;
  readonly address: string;
}): string {
  const ofUrl = /^[a-z]+:\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(shown.url)?.[1];
  const ofReference = shown.where === '' ? '' : parseImageReference(shown.where).registry;
  const found = (ofUrl ?? (shown.host || ofReference || shown.address)).toLowerCase();
  return found.length <= longestHost && hostName.test(found) ? found : '';
}

export function stageOf(url: string): Stage | undefined {
  if (url.includes('/blobs/')) return 'blob';
  if (url.includes('/manifests/')) return 'manifest';
  if (/\/v[12]\/(?:_ping)?$/.test(url)) return 'resolve';
  return /token|\/auth|scope=/.test(url) ? 'auth' : undefined;
}
