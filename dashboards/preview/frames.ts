// Answers of Prometheus -> frames as Grafana makes them, and the transformations that the panels use.
// Compared once with @grafana/data 13.2.3 (see docs/dashboards.md), which is too heavy to depend on.
import type { Answer, PanelJson, TransformationJson } from './queries.ts';

export type Value = string | number | null;

export interface Field {
  readonly name: string;
  /** What people see, where it is another. */
  readonly displayName?: string;
  readonly values: readonly Value[];
}

export interface Frame {
  readonly refId: string;
  readonly fields: readonly Field[];
}

export function nameOf({ name, displayName }: Field): string {
  return displayName ?? name;
}

export function rowCount({ fields }: Frame): number {
  return fields[0]?.values.length ?? 0;
}

/** Format table: a row for each series. Labels that one series lacks are empty. */
export function tableFrame({ target, series }: Answer, isAlone: boolean): Frame {
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  const at = (values: (typeof series)[number]['values']) => values.at(-1);
  return {
    refId: target.refId,
    fields:
      series.length === 0
        ? []
        : [
            { name: 'Time', values: series.map(({ values }) => (at(values)?.[0] ?? 0) * 1000) },
            ...labels.map((name) => ({
              name,
              values: series.map(({ metric }) => metric[name] ?? ''),
            })),
            {
              name: isAlone ? 'Value' : `Value #${target.refId}`,
              values: series.map(({ values }) => at(values)?.[1] ?? null),
            },
          ],
  };
}

/** The frames of a table panel when all its transformations are done. */
export function transformed(panel: PanelJson, answers: readonly Answer[]): readonly Frame[] {
  return (panel.transformations ?? []).reduce<readonly Frame[]>(
    (frames, transformation) => transform(transformation, frames),
    answers.map((answer) => tableFrame(answer, answers.length === 1)),
  );
}

type Transformer = (frames: readonly Frame[], options: never) => readonly Frame[];

const transformers: Readonly<Record<string, Transformer>> = {
  merge,
  organize: (frames, options: OrganizeOptions) => frames.map((frame) => organize(frame, options)),
  sortBy: (frames, options: SortByOptions) => frames.map((frame) => sortBy(frame, options)),
  groupingToMatrix,
};

export const knownTransformations = Object.keys(transformers);

export function transform(
  { id, options }: TransformationJson,
  frames: readonly Frame[],
): readonly Frame[] {
  const transformer = transformers[id];
  // Grafana lets it pass in silence.
  if (transformer === undefined) throw new Error(`no transformation ${id}`);
  return transformer(frames, options as never);
}

/** Rows with the same values in the fields that all frames have become one, where nothing else differs. */
function merge(all: readonly Frame[]): readonly Frame[] {
  const frames = all.filter(({ fields }) => fields.length > 0);
  if (frames.length === 0 || all.length < 2) return all.slice(0, 1);
  const names = [...new Set(frames.flatMap(({ fields }) => fields.map(({ name }) => name)))];
  const shared = names.filter((name) =>
    frames.every(({ fields }) => fields.some((field) => field.name === name)),
  );
  type Row = Readonly<Record<string, Value>>;
  const byKey = new Map<string, Row[]>();
  const order: Row[][] = [];
  for (const frame of frames) {
    for (let i = 0; i < rowCount(frame); i++) {
      const row: Row = Object.fromEntries(
        frame.fields.map(({ name, values }) => [name, values[i] ?? null]),
      );
      const key = JSON.stringify(shared.map((name) => row[name]));
      const rows = byKey.get(key) ?? [];
      if (rows.length === 0) order.push(rows);
      byKey.set(key, rows);
      let isMerged = false;
      for (const [at, other] of rows.entries()) {
        const differs = Object.entries(row).some(
          ([name, value]) => (other[name] ?? null) !== null && other[name] !== value,
        );
        if (differs) continue;
        rows[at] = { ...other, ...row };
        isMerged = true;
      }
      if (!isMerged) rows.push(row);
    }
  }
  const rows = order.flat();
  return [
    {
      refId: 'merge',
      fields: names.map((name) => ({ name, values: rows.map((row) => row[name] ?? null) })),
    },
  ];
}

interface OrganizeOptions {
  readonly excludeByName: Readonly<Record<string, boolean>>;
  readonly indexByName: Readonly<Record<string, number>>;
  readonly renameByName: Readonly<Record<string, string>>;
}

function organize(
  frame: Frame,
  { excludeByName, indexByName, renameByName }: OrganizeOptions,
): Frame {
  const last = Number.MAX_SAFE_INTEGER;
  return {
    ...frame,
    fields: frame.fields
      .filter(({ name }) => excludeByName[name] !== true)
      .sort((a, b) => (indexByName[a.name] ?? last) - (indexByName[b.name] ?? last))
      .map((field) => {
        const title = renameByName[field.name];
        return title === undefined ? field : { ...field, displayName: title };
      }),
  };
}

interface SortByOptions {
  readonly sort: readonly { readonly field: string; readonly desc?: boolean }[];
}

function sortBy(frame: Frame, { sort }: SortByOptions): Frame {
  const [by] = sort;
  const field = frame.fields.find((one) => nameOf(one) === by?.field);
  if (by === undefined || field === undefined) return frame;
  const order = field.values.map((_, i) => i);
  const sign = by.desc === true ? -1 : 1;
  order.sort((a, b) => sign * compare(field.values[a] ?? null, field.values[b] ?? null));
  return {
    ...frame,
    fields: frame.fields.map((one) => ({
      ...one,
      values: order.map((i) => one.values[i] ?? null),
    })),
  };
}

function compare(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

interface MatrixOptions {
  readonly columnField: string;
  readonly rowField: string;
  readonly valueField: string;
}

function groupingToMatrix(
  frames: readonly Frame[],
  { columnField, rowField, valueField }: MatrixOptions,
): readonly Frame[] {
  const [frame] = frames;
  const valuesOf = (name: string) => frame?.fields.find((field) => nameOf(field) === name)?.values;
  const [columns, rows, values] = [columnField, rowField, valueField].map(valuesOf);
  if (frames.length !== 1 || !columns || !rows || !values) return frames;
  const rowNames = [...new Set(rows)];
  const columnNames = [...new Set(columns)];
  const cell = (row: Value, column: Value): Value => {
    const at = rows.findIndex((name, i) => name === row && columns[i] === column);
    return at === -1 ? null : (values[at] ?? null);
  };
  return [
    {
      refId: frame?.refId ?? '',
      fields: [
        { name: `${rowField}\\${columnField}`, values: rowNames },
        ...columnNames.map((column) => ({
          name: String(column),
          values: rowNames.map((row) => cell(row, column)),
        })),
      ],
    },
  ];
}
