// A dashboard's JSON and a moment -> its queries as Grafana sends them, and what Prometheus answers.

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly interval?: string;
  readonly maxDataPoints?: number;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly TargetJson[];
  readonly transformations?: readonly TransformationJson[];
  readonly panels?: readonly PanelJson[];
  readonly collapsed?: boolean;
  readonly options?: { readonly content?: string };
  readonly fieldConfig?: {
    readonly defaults: Readonly<Record<string, unknown>>;
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value?: unknown }[];
    }[];
  };
}

export interface TargetJson {
  readonly expr: string;
  readonly refId: string;
  readonly legendFormat?: string;
  readonly format?: string;
  readonly range?: boolean;
  readonly instant?: boolean;
  readonly datasource?: { readonly uid?: string };
}

export interface TransformationJson {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface VariableJson {
  readonly name: string;
  readonly label?: string;
  readonly type: string;
  readonly query?: string | { readonly query: string };
  readonly allValue?: string;
  readonly multi?: boolean;
}

export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly panels: readonly PanelJson[];
  readonly templating: { readonly list: readonly VariableJson[] };
}

/** Values chosen of each variable; a variable that is not named has All. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

export interface Moment {
  readonly url: string;
  /** Unix time, seconds. */
  readonly from: number;
  readonly to: number;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: number, value: number])[];
}

export interface Answer {
  readonly target: TargetJson;
  readonly sent: string;
  readonly series: readonly Series[];
}

/** Panels that have queries, those of collapsed rows too. */
export function dataPanels(dashboard: DashboardJson): readonly PanelJson[] {
  return dashboard.panels
    .flatMap((panel) => [panel, ...(panel.panels ?? [])])
    .filter(({ targets }) => targets !== undefined && targets.length > 0);
}

export async function answersOf(
  panel: PanelJson,
  dashboard: DashboardJson,
  chosen: Chosen,
  moment: Moment,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const target of panel.targets ?? []) {
    answers.push(await ask(target, panel, dashboard, chosen, moment));
  }
  return answers;
}

async function ask(
  target: TargetJson,
  panel: PanelJson,
  dashboard: DashboardJson,
  chosen: Chosen,
  { url, from, to }: Moment,
): Promise<Answer> {
  const least = secondsOf(panel.interval ?? '15s');
  const points = panel.maxDataPoints ?? Math.round(panel.gridPos.w * 50);
  const step = Math.max(least, niceStep((to - from) / points));
  const sent = substituted(target.expr, dashboard, chosen, {
    $__rate_interval: `${Math.max(step + least, 4 * least)}s`,
    $__range: `${Math.round(to - from)}s`,
    $__interval: `${step}s`,
  });
  const isRange = target.range === true;
  // Grafana aligns both ends with the step.
  const query = new URLSearchParams(
    isRange
      ? {
          query: sent,
          start: String(Math.floor(from / step) * step),
          end: String(Math.floor(to / step) * step),
          step: String(step),
        }
      : { query: sent, time: String(to) },
  );
  const path = isRange ? 'query_range' : 'query';
  const answer = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body: query });
  const { data, error } = (await answer.json()) as {
    data?: {
      result: readonly {
        metric: Readonly<Record<string, string>>;
        value?: readonly [number, string];
        values?: readonly (readonly [number, string])[];
      }[];
    };
    error?: string;
  };
  if (data === undefined) {
    throw new Error(`${dashboard.uid}, ${panel.title}, ${target.refId}: ${error}\n${sent}`);
  }
  return {
    target,
    sent,
    series: data.result.map(({ metric, value, values }) => ({
      metric,
      values: (values ?? (value === undefined ? [] : [value])).map(
        ([time, text]) => [time, Number(text)] as const,
      ),
    })),
  };
}

/** As Grafana does it for Prometheus: All by its own value, one value escaped, several as (a|b). */
export function substituted(
  expr: string,
  { templating }: Pick<DashboardJson, 'templating'>,
  chosen: Chosen,
  builtIn: Readonly<Record<string, string>>,
): string {
  let text = expr;
  for (const [name, value] of Object.entries(builtIn)) text = text.replaceAll(name, value);
  return text.replaceAll(/\$\{?(\w+)(?::\w+)?\}?/g, (whole, name: string) => {
    const variable = templating.list.find((one) => one.name === name);
    if (variable === undefined) return whole;
    const values = chosen[name] ?? [];
    if (variable.type === 'textbox') return values[0] ?? textOf(variable);
    if (values.length === 0) return variable.allValue ?? '.*';
    const escaped = values.map((value) =>
      value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\\$&`),
    );
    return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
  });
}

function textOf({ query = '' }: VariableJson): string {
  return typeof query === 'string' ? query : query.query;
}

const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

function niceStep(seconds: number): number {
  return steps.find((step) => step >= seconds) ?? 14_400;
}

export function secondsOf(duration: string): number {
  const [, count = '0', unit = 's'] = /^(\d+)(s|m|h)$/.exec(duration) ?? [];
  return Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1);
}
