// The fieldConfig of a panel -> what it means for one field or value: overrides, mappings, thresholds.
import type { Value } from './frames.ts';
import type { PanelJson } from './queries.ts';

export interface Config {
  readonly unit?: string;
  readonly decimals?: number;
  readonly noValue?: string;
  readonly max?: number;
  readonly mappings?: readonly {
    readonly options: Readonly<Record<string, { readonly text?: string; readonly color?: string }>>;
  }[];
  readonly thresholds?: {
    readonly steps: readonly { readonly value: number | null; readonly color: string }[];
  };
  readonly links?: readonly unknown[];
  readonly custom?: {
    readonly width?: number;
    readonly hidden?: boolean;
    readonly drawStyle?: string;
    readonly lineInterpolation?: string;
    readonly stacking?: { readonly mode: string };
    readonly thresholdsStyle?: { readonly mode: string };
    readonly cellOptions?: { readonly type: string };
  };
  readonly color?: { readonly fixedColor?: string };
}

/** `custom.width: 5` of an override is `{ custom: { width: 5 } }` of a config. */
export function overridesOf(
  panel: PanelJson,
  name: string,
): Config & { readonly displayName?: string } {
  const custom: Record<string, unknown> = {};
  const own: Record<string, unknown> = { custom };
  for (const { matcher, properties } of panel.fieldConfig?.overrides ?? []) {
    const isMeant =
      matcher.id === 'byRegexp'
        ? new RegExp(matcher.options.slice(1, -1)).test(name)
        : matcher.options === name;
    if (!isMeant) continue;
    for (const { id, value } of properties) {
      if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
      else own[id] = value;
    }
  }
  return own;
}

export function mappingOf(config: Config, value: Value) {
  return config.mappings?.map(({ options }) => options[String(value)]).find(Boolean);
}

export function stepColour({ thresholds }: Config, value: number): string {
  const reached = thresholds?.steps.filter((step) => step.value === null || step.value <= value);
  return reached?.at(-1)?.color ?? 'text';
}

/** Grafana's own, by name. */
const palette = [
  '#7EB26D',
  '#EAB839',
  '#6ED0E0',
  '#EF843C',
  '#E24D42',
  '#1F78C1',
  '#BA43A9',
  '#705DA0',
  '#508642',
  '#CCA300',
  '#447EBC',
  '#C15C17',
  '#5794F2',
  '#B877D9',
  '#FF9830',
  '#8AB8FF',
];

export function paletteColour(name: string): string {
  let hash = 0;
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return palette[hash % palette.length] ?? '#7EB26D';
}
