// Dashboards and a history -> what every panel shows in the incident and in health, one line each.
import { legendOf } from './view.ts';
import {
  answersOf,
  dataPanels,
  type Answer,
  type Chosen,
  type DashboardJson,
  type Moment,
  type PanelJson,
} from './queries.ts';

export interface Proof {
  readonly dashboard: DashboardJson;
  readonly panel: PanelJson;
  readonly incident: readonly Answer[];
  readonly health: readonly Answer[];
}

export async function proofsOf(
  dashboards: readonly DashboardJson[],
  moments: { readonly incident: Moment; readonly health: Moment },
  chosen: Chosen = {},
): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const dashboard of dashboards) {
    for (const panel of dataPanels(dashboard)) {
      proofs.push({
        dashboard,
        panel,
        incident: await answersOf(panel, dashboard, chosen, moments.incident),
        health: await answersOf(panel, dashboard, chosen, moments.health),
      });
    }
  }
  return proofs;
}

/** Series of each query, and the least and greatest of their values. */
export function shown(answers: readonly Answer[]): string {
  const values = answers.flatMap(({ series }) =>
    series.flatMap((one) => one.values.map(([, value]) => value)),
  );
  const counts = answers.map(({ series }) => series.length).join(' + ');
  if (values.length === 0) return 'empty';
  const [least, greatest] = [Math.min(...values), Math.max(...values)].map(rounded);
  return `${counts} (${least === greatest ? least : `${least} to ${greatest}`})`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Nothing, or nothing but zeros. */
export function isQuiet(answers: readonly Answer[]): boolean {
  return answers.every(({ series }) =>
    series.every(({ values }) => values.every(([, value]) => value === 0)),
  );
}

/** Two series with one name in a chart cannot be told apart. */
export function sameNames({ panel, incident }: Proof): readonly string[] {
  if (panel.type === 'table') return [];
  const names = incident.flatMap(({ target, series }) =>
    series.map((one) => legendOf(one, target.legendFormat)),
  );
  return names.filter((name, i) => names.indexOf(name) !== i);
}

export function proofTable(proofs: readonly Proof[]): string {
  const rows = proofs.map(({ dashboard, panel, incident, health }) => {
    const title = panel.title === '' ? 'the sentence on top' : panel.title;
    const [, name = ''] = dashboard.title.split(' / ');
    return `| ${name} | ${title} | ${shown(incident)} | ${shown(health)} |`;
  });
  return [
    '| dashboard | panel | in the incident | in health |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
