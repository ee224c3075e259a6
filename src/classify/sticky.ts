// A sticky expression -> its match at one place of a text.

export function matchAt(
  expression: RegExp,
  text: string,
  position: number,
): RegExpExecArray | null {
  expression.lastIndex = position;
  return expression.exec(text);
}
