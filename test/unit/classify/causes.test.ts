import { expect, test } from 'vitest';
import { type Cause, causes, classes } from '../../../src/classify/causes.ts';
import { rules } from '../../../src/classify/rules.ts';

const records = Object.entries(causes);

test('there are 38 causes in 6 classes, none of them empty', () => {
  expect(records).toHaveLength(38);
  expect(new Set(records.map(([, record]) => record.class))).toEqual(new Set(Object.keys(classes)));
});

test.each(records)('%s says what it means, what to check and what to do', (_cause, record) => {
  for (const prose of [record.meaning, record.check, record.fix]) {
    expect(prose).toMatch(/^[A-Z`].*[.?)`]$/);
  }
});

test.each(records)('%s has its commands in pairs of backquotes', (_cause, record) => {
  const prose = `${record.meaning} ${record.check} ${record.fix} ${record.lookalikes}`;
  expect(prose.split('`').length % 2).toBe(1);
});

test.each(records)('%s is likened only to causes that exist', (_cause, { lookalikes }) => {
  const named = lookalikes.match(/`[a-z]+(?:_[a-z]+)+`/g) ?? [];
  expect(named.filter((name) => !Object.hasOwn(causes, name.slice(1, -1)))).toEqual([]);
});

test('every cause but unknown has a rule', () => {
  const ruled = new Set<Cause>(rules.map(({ cause }) => cause));
  expect(records.map(([cause]) => cause).filter((cause) => !ruled.has(cause as Cause))).toEqual([
    'unknown',
  ]);
});
