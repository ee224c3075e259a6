// The text of ImagePullBackOff -> the image it names and, since Kubernetes 1.32, the last failure.
import { readQuoted } from './go-quote.ts';

export interface BackOffText {
  readonly image: string;
  /** '' before Kubernetes 1.32, and where the kubelet restarted. */
  readonly reason: string;
  readonly message: string;
}

const prefix = 'Back-off pulling image ';

/** Undefined for another text. The image is the spec's string. */
export function readBackOffText(text: string): BackOffText | undefined {
  const image = text.startsWith(prefix) ? readQuoted(text.slice(prefix.length)) : undefined;
  if (image === undefined) return undefined;
  const [, reason = '', message = ''] = /^: ([^:]+): (.*)$/s.exec(image.rest) ?? [];
  return { image: image.value, reason, message };
}
