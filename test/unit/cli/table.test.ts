import { expect, test } from 'vitest';
import { printable, table } from '../../../src/cli/table.ts';

interface Row {
  readonly name: string;
  readonly tries: number;
}

test('columns are as wide as their widest cell, numbers end at one edge, lines have no blanks at the end', () => {
  const rows: readonly Row[] = [
    { name: 'checkout', tries: 3 },
    { name: 'web', tries: 12 },
  ];
  expect(
    table(
      [
        { title: 'NAME', text: ({ name }: Row) => name },
        { title: 'TRIES', text: ({ tries }: Row) => String(tries), align: 'right' },
        { title: 'NODE', text: () => '' },
      ],
      rows,
    ),
  ).toEqual(['NAME      TRIES  NODE', 'checkout      3', 'web          12']);
});

test('a long name keeps both of its ends', () => {
  const column = { title: 'HOST', text: (host: string) => host, maxWidth: 11 };
  expect(table([column], ['481516234200.dkr.ecr.eu-west-1.amazonaws.com'])).toEqual([
    'HOST',
    '48151…s.com',
  ]);
});

test('what a cluster sends cannot move the cursor, break a line or turn the text around', () => {
  expect(printable('a\u001B[2Jb\r\nc\u202Ed\u2028e\u0000')).toBe('a [2Jb c d e ');
});
