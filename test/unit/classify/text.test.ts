import { describe, expect, test } from 'vitest';
import { boundText, normalizeText } from '../../../src/classify/text.ts';

describe('normalizeText', () => {
  test.each([
    ['quotes that JSON and logs escape', String.raw`err=\"a \\\"b\\\"\"`, 'err="a "b""'],
    [
      'line feeds that are escaped',
      String.raw`denied: a\nunauthorized: b`,
      'denied: a\nunauthorized: b',
    ],
    ['Go escapes of HTML', String.raw`\u003chtml\u003e`, '<html>'],
    ['entities of web pages', '&quot;a&quot; &amp; &#39;b&#39;', `"a" & 'b'`],
    ['quotes of chat systems', 'image “app:1”', 'image "app:1"'],
    ['runs of blanks', ' a \t b  \n   c ', 'a b\nc'],
    ['blanked out names of several words', 'image <my private image>', 'image <my-private-image>'],
    ['frames that terminals draw', 'G │\n│ et https://a', 'Get https://a'],
    [
      'lines that a terminal broke, inside words as well',
      `${'a'.repeat(80)}\n${'b'.repeat(80)}\nc\nd`,
      `${'a'.repeat(80)}${'b'.repeat(80)}c\nd`,
    ],
    [
      'equal events, which stay apart',
      `${'a'.repeat(80)}\n${'a'.repeat(80)}\nc`,
      `${'a'.repeat(80)}\n${'a'.repeat(80)}\nc`,
    ],
    ['Windows paths, which stay', String.raw`C:\new\table`, String.raw`C:\new\table`],
  ])('%s', (_name, text, expected) => {
    expect(normalizeText(text)).toBe(expected);
  });
});

describe('boundText', () => {
  test('keeps texts of up to 16 Ki', () => {
    const text = 'x'.repeat(16 * 1024);
    expect(boundText(text)).toBe(text);
  });

  test('keeps beginning and end of longer ones', () => {
    const text = `begin${'x'.repeat(1024 * 1024)}end`;
    const bounded = boundText(text);
    expect(bounded.length).toBeLessThan(16 * 1024 + 10);
    expect(bounded).toMatch(/^beginx.* … x.*end$/);
  });
});
