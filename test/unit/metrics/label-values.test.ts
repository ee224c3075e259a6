import { expect, test } from 'vitest';
import {
  backoffLabel,
  hostLabel,
  isAddress,
  labelValue,
  numberText,
} from '../../../src/metrics/label-values.ts';

test.each([
  { text: 'web-1', value: 'web-1' },
  { text: '', value: '' },
  { text: 'a"b', value: String.raw`a\"b` },
  { text: 'a\\b', value: String.raw`a\\b` },
  { text: 'a\nb', value: String.raw`a\nb` },
  { text: String.raw`a\nb`, value: String.raw`a\\nb` },
  { text: 'half \ud83d of a pair', value: 'half \ufffd of a pair' },
  { text: 'x'.repeat(512), value: 'x'.repeat(512) },
  { text: 'x'.repeat(513), value: `${'x'.repeat(509)}...` },
  { text: `${'x'.repeat(508)}\ud83d\ude00yyy`, value: `${'x'.repeat(508)}\ufffd...` },
])('the label value of $text is $value', ({ text, value }) => {
  expect(labelValue(text)).toBe(value);
});

test.each([
  ['docker.io', 'docker.io'],
  ['Registry.Example.COM:5000', 'registry.example.com:5000'],
  ['[2001:db8::1]:443', '[2001:db8::1]:443'],
  ['', ''],
  ['a b', 'invalid'],
  ['host:port', 'invalid'],
  ['a,b="c', 'invalid'],
  [`${'a'.repeat(253)}:5000`, `${'a'.repeat(253)}:5000`],
  ['a'.repeat(254), 'invalid'],
])('the host label of %j is %j', (host, label) => {
  expect(hostLabel(host)).toBe(label);
});

test.each([
  ['10.0.0.1', true],
  ['10.0.0.1:5000', true],
  ['[2001:db8::1]', true],
  ['[2001:db8::1]:443', true],
  ['registry.example.com:443', false],
  ['10.0.0.1.example.com', false],
])('%j is an address: %j', (host, expected) => {
  expect(isAddress(host)).toBe(expected);
});

test('steps 1 to 5 have labels of their own, later ones share 6+, no back-off is none', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 400].map(backoffLabel)).toEqual([
    'none',
    '1',
    '2',
    '3',
    '4',
    '5',
    '6+',
    '6+',
    '6+',
  ]);
});

test('numbers print as Prometheus reads them', () => {
  expect(
    [0, 1.5, 1_763_735_000.123, 1e21, Number.NaN, Infinity, -Infinity].map(numberText),
  ).toEqual(['0', '1.5', '1763735000.123', '1e+21', 'NaN', '+Inf', '-Inf']);
});
