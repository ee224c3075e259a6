// The text of a waiting container -> which of its images it is about: its own or that of a volume,
// the one of the spec or the one before a change.
import { readBackOffText } from '../observe/back-off-text.ts';
import type { TrackedContainer } from './container.ts';

/** The kubelet acts on a change of the spec at once; what is shown within this time is the old image. */
const oldImageShownMs = 5000;

export interface NamedImage {
  readonly image: string;
  /** False where the text names none of several, as `pull QPS exceeded` does. */
  readonly isCertain: boolean;
}

export function namedImage(
  { image, imageVolumes, episode, imageChangedAt }: TrackedContainer,
  message: string,
  now: number,
): NamedImage {
  const failing = episode?.key.image;
  const candidates = [...new Set([image, ...imageVolumes, failing ?? image])];
  if (candidates.length === 1) return { image, isCertain: true };
  const quoted = readBackOffText(message)?.image;
  const named = candidates
    .filter((candidate) => quoted === candidate || message.includes(candidate))
    .toSorted((a, b) => b.length - a.length)[0];
  if (named !== undefined) return { image: named, isCertain: true };
  const isOld = imageChangedAt === undefined || now - imageChangedAt < oldImageShownMs;
  return { image: isOld ? (failing ?? image) : image, isCertain: false };
}
