// A text that came from a cluster -> one that may be kept for long.

/** Cut, and copied: a slice keeps the whole of its text alive in V8. */
export function keptText(text: string, longest: number): string {
  return JSON.parse(JSON.stringify(text.slice(0, longest))) as string;
}
