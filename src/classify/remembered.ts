// A classifier -> the same, which does not read a text again that it has read lately: replicas fail with
// the same words, and with the same ones at every try.
import type { Classify, ClassifyInput, Verdict } from './verdict.ts';

const most = 1000;
/** Of a text, in characters: 1000 of the longest are a few megabytes. */
const longest = 4096;

/** For a classifier whose answer depends on its input alone. */
export function remembered(classify: Classify): Classify {
  const known = new Map<string, Verdict | undefined>();
  return (input) => {
    if (input.message.length > longest) return classify(input);
    const key = keyOf(input);
    const verdict = known.get(key);
    if (verdict !== undefined || known.has(key)) return verdict;
    const fresh = classify(input);
    if (known.size === most) {
      // What still fails comes again, and is soon back.
      const [oldest = ''] = known.keys();
      known.delete(oldest);
    }
    known.set(key, fresh);
    return fresh;
  };
}

/** The lengths keep apart what only reads the same when joined. */
function keyOf({ image, message, reason }: ClassifyInput): string {
  return `${image?.length ?? '-'} ${reason?.length ?? '-'} ${image ?? ''}${reason ?? ''}${message}`;
}
