// Queries with one row for each thing -> a table: merged by the labels that they share, its columns
// named, ordered, coloured and linked.
import * as common from '@grafana/grafana-foundation-sdk/common';
import type {
  DashboardLink,
  DataTransformerConfig,
  DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Vector } from '../src/promql/expression.ts';
import {
  finished,
  mappings,
  override,
  type BuiltPanel,
  type Mapping,
  type PanelSpec,
  type Unit,
} from './panel-parts.ts';

export interface Column {
  readonly title: string;
  /** A label of the series, or the number of this query. */
  readonly of: { readonly label: string } | { readonly query: Vector };
  readonly unit?: Unit;
  readonly decimals?: number;
  readonly width?: number;
  readonly values?: Readonly<Record<string, Mapping>>;
  readonly links?: readonly DashboardLink[];
  /** Only for links of other columns. */
  readonly hidden?: boolean;
}

/** What a query of several is called by `merge`. */
function valueField(index: number): string {
  return `Value #${String.fromCharCode('A'.charCodeAt(0) + index)}`;
}

export function table(
  spec: PanelSpec & {
    readonly columns: readonly Column[];
    /** By the title of a column; the greatest first, unless it says otherwise. */
    readonly sortBy: { readonly column: string; readonly ascending?: boolean };
    /** In place of rows, when nothing is there to show. */
    readonly nothing: string;
    readonly filterable?: boolean;
  },
): BuiltPanel {
  const { columns, sortBy } = spec;
  const queries = columns.flatMap(({ of }) => ('query' in of ? [of.query] : []));
  const field = ({ of }: Column): string => {
    if ('label' in of) return of.label;
    return queries.length === 1 ? 'Value' : valueField(queries.indexOf(of.query));
  };
  const builder = new TableBuilder()
    .showHeader(true)
    .cellHeight(common.TableCellHeight.Sm)
    .filterable(spec.filterable ?? true)
    .cellOptions({ type: common.TableCellDisplayMode.Auto });
  const plugin = builder.build();
  const built = finished(spec, plugin, {
    queries: queries.map((expr) => ({ expr })),
    time: 'instant',
    format: PromQueryFormat.Table,
    config: { noValue: spec.nothing },
  });
  return {
    ...built,
    panel: {
      ...built.panel,
      transformations: [
        ...(queries.length > 1 ? [{ id: 'merge', options: {} }] : []),
        organize(columns, field, queries),
        {
          id: 'sortBy',
          options: {
            fields: {},
            sort: [{ field: sortBy.column, desc: sortBy.ascending !== true }],
          },
        },
      ],
      fieldConfig: {
        defaults: built.panel.fieldConfig?.defaults ?? {},
        overrides: columns.flatMap((column) => {
          const properties = propertiesOf(column);
          return properties.length === 0 ? [] : [override(column.title, properties)];
        }),
      },
    },
  };
}

/** Labels of these become columns, those of `rows` stay rows, and the numbers fill the cells. */
export function matrix(
  spec: PanelSpec & {
    readonly query: Vector;
    readonly rows: string;
    readonly columns: string;
    readonly colours: Readonly<Record<string, string>>;
    readonly rowLinks: readonly DashboardLink[];
    readonly nothing: string;
  },
): BuiltPanel {
  const plugin = new TableBuilder()
    .showHeader(true)
    .cellHeight(common.TableCellHeight.Sm)
    .cellOptions({ type: common.TableCellDisplayMode.Auto })
    .build();
  const built = finished(spec, plugin, {
    queries: [{ expr: spec.query }],
    time: 'instant',
    format: PromQueryFormat.Table,
    config: { noValue: spec.nothing, unit: 'none', decimals: 0 },
  });
  const corner = `${spec.rows}\\${spec.columns}`;
  return {
    ...built,
    panel: {
      ...built.panel,
      transformations: [
        {
          id: 'groupingToMatrix',
          options: {
            columnField: spec.columns,
            rowField: spec.rows,
            valueField: 'Value',
            emptyValue: 'null',
          },
        },
        { id: 'sortBy', options: { fields: {}, sort: [{ field: corner, desc: false }] } },
      ],
      fieldConfig: {
        defaults: built.panel.fieldConfig?.defaults ?? {},
        overrides: [
          override(corner, [
            { id: 'displayName', value: spec.rows },
            { id: 'links', value: spec.rowLinks },
          ]),
          ...Object.entries(spec.colours).map(([name, colour]) =>
            override(name, [
              { id: 'color', value: { mode: 'fixed', fixedColor: colour } },
              { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
              { id: 'noValue', value: '' },
            ]),
          ),
        ],
      },
    },
  };
}

/** Everything that is no column is hidden; a column that the data lacks is no error. */
function organize(
  columns: readonly Column[],
  field: (column: Column) => string,
  queries: readonly Vector[],
): DataTransformerConfig {
  const shown = new Set(columns.map(field));
  const labels = new Set(queries.flatMap((query) => query.labels));
  // It has the user's name, and a column, where there is one.
  labels.delete('cluster');
  return {
    id: 'organize',
    options: {
      excludeByName: Object.fromEntries(
        ['Time', ...labels].filter((name) => !shown.has(name)).map((name) => [name, true]),
      ),
      indexByName: Object.fromEntries(columns.map((column, i) => [field(column), i])),
      renameByName: Object.fromEntries(columns.map((column) => [field(column), column.title])),
    },
  };
}

function propertiesOf(column: Column): DynamicConfigValue[] {
  const { unit, decimals, width, values, links, hidden } = column;
  return [
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(decimals === undefined && unit !== 'none'
      ? []
      : [{ id: 'decimals', value: decimals ?? 0 }]),
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    ...(values === undefined
      ? []
      : [
          { id: 'mappings', value: mappings(values) },
          { id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } },
        ]),
    ...(links === undefined ? [] : [{ id: 'links', value: [...links] }]),
    ...(hidden === true ? [{ id: 'custom.hidden', value: true }] : []),
  ];
}
