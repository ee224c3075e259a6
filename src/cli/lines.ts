// Chunks of bytes or text -> the lines in them, a chunk's worth at a time.

/** Memory for one line; what is longer is cut, as the classifier looks at its first part anyway. */
const longestLine = 4 * 1024 * 1024;

/** A last line without a line feed counts; `\r\n` ends a line as `\n` does. Never yields an empty list. */
export async function* readLines(
  input: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    lines[0] = rest + (lines[0] ?? '');
    rest = (lines.pop() ?? '').slice(0, longestLine);
    if (lines.length > 0) yield lines.map(withoutReturn);
  }
  rest += decoder.decode();
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
