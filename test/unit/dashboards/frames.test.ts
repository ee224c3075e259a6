// The transformations that tables use, on frames; and what becomes of answers of Prometheus.
import { expect, test } from 'vitest';
import { tableFrame, transform, type Frame } from '../../../dashboards/preview/frames.ts';
import type { Answer } from '../../../dashboards/preview/queries.ts';

const frame = (
  refId: string,
  columns: Readonly<Record<string, readonly (string | number | null)[]>>,
): Frame => ({
  refId,
  fields: Object.entries(columns).map(([name, values]) => ({ name, values })),
});

const columnsOf = ([only]: readonly Frame[]): Readonly<Record<string, readonly unknown[]>> =>
  Object.fromEntries(
    (only?.fields ?? []).map(({ name, displayName, values }) => [displayName ?? name, values]),
  );

test('an instant answer becomes a row for each series, with a column for each label', () => {
  const answer: Answer = {
    target: { expr: '', refId: 'B' },
    sent: '',
    series: [
      { metric: { node: 'a' }, values: [[10, 1]] },
      { metric: { node: 'b', class: 'node' }, values: [[10, 2]] },
    ],
  };
  expect(columnsOf([tableFrame(answer, false)])).toEqual({
    Time: [10_000, 10_000],
    class: ['', 'node'],
    node: ['a', 'b'],
    'Value #B': [1, 2],
  });
});

test('merge joins rows by the columns that all frames have, and keeps what has no counterpart', () => {
  const merged = transform({ id: 'merge', options: {} }, [
    frame('A', { name: ['x', 'y'], 'Value #A': [1, 2] }),
    frame('B', { name: ['y', 'z'], cause: ['c', 'd'], 'Value #B': [3, 4] }),
    frame('C', {}),
  ]);
  expect(columnsOf(merged)).toEqual({
    name: ['x', 'y', 'z'],
    'Value #A': [1, 2, null],
    cause: [null, 'c', 'd'],
    'Value #B': [null, 3, 4],
  });
});

test('organize hides, orders and renames', () => {
  const options = {
    excludeByName: { Time: true },
    indexByName: { b: 0, a: 1 },
    renameByName: { a: 'A' },
  };
  const [organized] = transform({ id: 'organize', options }, [
    frame('A', { Time: [1], a: [2], b: [3] }),
  ]);
  expect(organized?.fields.map(({ name, displayName }) => displayName ?? name)).toEqual(['b', 'A']);
});

test('sortBy takes the shown name, and puts what has no value last when the greatest come first', () => {
  const options = { fields: {}, sort: [{ field: 'age', desc: true }] };
  expect(
    columnsOf(
      transform({ id: 'sortBy', options }, [
        frame('A', { age: [5, null, 9], of: ['a', 'b', 'c'] }),
      ]),
    ),
  ).toEqual({ age: [9, 5, null], of: ['c', 'a', 'b'] });
});

test('groupingToMatrix has a column for each class and nothing where nothing fails', () => {
  const options = { columnField: 'class', rowField: 'node', valueField: 'Value' };
  const grouped = transform({ id: 'groupingToMatrix', options }, [
    frame('A', {
      node: ['n1', 'n1', 'n2'],
      class: ['node', 'registry', 'registry'],
      Value: [1, 2, 3],
    }),
  ]);
  expect(columnsOf(grouped)).toEqual({
    'node\\class': ['n1', 'n2'],
    node: [1, null],
    registry: [2, 3],
  });
});

test('a transformation that does not exist is an error here, though Grafana passes over it', () => {
  expect(() => transform({ id: 'organise', options: {} }, [])).toThrow(
    'no transformation organise',
  );
});
