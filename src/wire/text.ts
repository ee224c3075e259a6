// Text, times and numbers as they come from a cluster -> ones that cannot hurt: well-formed, bounded,
// and no slice that keeps a megabyte of its source alive.

/** Longer texts lose their middle. Far above what the classifier reads (12 KiB + 4 KiB). */
const longestText = 32 * 1024;
const keptTail = 8 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Lone surrogates become U+FFFD, as invalid UTF-8 does in `decodeText`. */
export function boundedText(text: string): string {
  if (text.length <= longestText) return text.toWellFormed();
  // The round trip copies: a slice would keep the whole of the long text in memory.
  const cut = text.slice(0, longestText - keptTail) + text.slice(-keptTail);
  return decoder.decode(encoder.encode(cut));
}

/** The bytes from start to end, whatever their number; invalid sequences become U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

/** The bytes from start to end as a text that may be kept. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return boundedText(decodeUtf8(bytes, start, end));
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Unix milliseconds of an RFC 3339 time, finer digits cut off; undefined for anything else. */
export function parseTime(text: string): number | undefined {
  const time = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
