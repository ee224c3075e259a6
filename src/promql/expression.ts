// A PromQL expression as text that people can read, with the labels that its series carry.

export interface Vector<Label extends string = string> {
  readonly text: string;
  /** `cluster` stands here for the user's label of clusters, whatever the text calls it. */
  readonly labels: readonly Label[];
  /** How tightly the outermost operator binds; higher is tighter. */
  readonly binding: number;
}

/** PromQL's precedence, from loose to tight. */
export const bindings = {
  or: 0,
  and: 1,
  unless: 1,
  compare: 2,
  add: 3,
  multiply: 4,
  atom: 6,
} as const;

const lineWidth = 90;

/** `head(body)`, the body indented on lines of its own where it is long. */
export function call(head: string, body: string): string {
  const line = `${head}(${body})`;
  return fits(line) ? line : `${head}(\n${indent(body)}\n)`;
}

/** On one line where it is short; else an operator that matches labels stands on a line of its own. */
export function operation(
  operator: string,
  binding: number,
  left: Pick<Vector, 'text' | 'binding'>,
  right: Pick<Vector, 'text' | 'binding'>,
): string {
  const a = left.binding < binding ? call('', left.text) : left.text;
  // Operators of one rank group to the left.
  const b = right.binding <= binding ? call('', right.text) : right.text;
  const line = `${a} ${operator} ${b}`;
  const isMatching = binding <= bindings.and || operator.includes(' ');
  const isHigh = a.includes('\n') && b.includes('\n');
  if (fits(line) || !(isMatching || isHigh)) return line;
  const isChain = left.binding === binding && a.includes('\n');
  return `${isChain ? a : indent(a)}\n${operator}\n${indent(b)}`;
}

function fits(line: string): boolean {
  return !line.includes('\n') && line.length <= lineWidth;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
