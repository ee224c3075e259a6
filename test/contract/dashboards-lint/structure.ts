// Checks 19 to 21 and 28: what Grafana takes, what links hang on, and how panels lie.
import type { DashboardJson, PanelJson } from '../../../dashboards/preview/queries.ts';

export type Problems = readonly string[];

/** 19: what exports have and provisioning trips over. */
export function modelProblems(dashboard: object): Problems {
  return ['__inputs', '__requires', '__elements', 'id', 'version', 'iteration']
    .filter((key) => Object.hasOwn(dashboard, key))
    .map((key) => `${key} is not for files`);
}

export interface Identity {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly editable: boolean;
  readonly timezone: string;
  readonly schemaVersion: number;
}

/** 20: what links, searches and migrations go by. */
export function identityProblems(dashboard: Identity, uids: readonly string[]): Problems {
  const { uid, title, tags, editable, timezone, schemaVersion } = dashboard;
  return [
    ...(uids.includes(uid) ? [] : [`uid ${uid} is not on the list`]),
    ...(/^[a-z0-9-]{1,40}$/.test(uid) ? [] : [`uid ${uid} is not readable`]),
    ...(title.startsWith('Image pulls / ') ? [] : [`title ${title}`]),
    ...(tags.length > 0 ? [] : ['no tag']),
    ...(editable ? ['editable'] : []),
    ...(timezone === 'browser' ? [] : [`timezone ${timezone}`]),
    ...(schemaVersion === 39 ? [] : [`schemaVersion ${schemaVersion}`]),
  ];
}

/** 21: ids that links can name; 24 columns without overlaps and holes. */
export function layoutProblems({ panels }: DashboardJson): Problems {
  const all = panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  const ids = all.map(({ id }) => id);
  return [
    ...ids
      .filter((id, i) => !(Number.isInteger(id) && id >= 1) || ids.indexOf(id) !== i)
      .map((id) => `id ${id} is none, or is there twice`),
    ...all
      .filter(({ gridPos: { x, w, h } }) => x < 0 || x + w > 24 || w < 1 || h < 1)
      .map((panel) => `${nameOf(panel)} is outside of the grid`),
    ...panels.flatMap((a, i) =>
      panels
        .slice(i + 1)
        .filter((b) => overlap(a, b))
        .map((b) => `${nameOf(a)} and ${nameOf(b)} overlap`),
    ),
    ...holes(panels).map((y) => `nothing in line ${y}`),
    ...all
      .filter(({ type, panels: inner, collapsed }) => {
        const holds = (inner?.length ?? 0) > 0;
        return type === 'row' && holds !== (collapsed === true);
      })
      .map((panel) => `${nameOf(panel)}: only a collapsed row holds its panels`),
    ...(panels.filter(({ type }) => type !== 'row').length > 21 ? ['too many panels'] : []),
  ];
}

export function nameOf({ title, type }: PanelJson): string {
  return title === undefined || title === '' ? type : title;
}

function overlap({ gridPos: a }: PanelJson, { gridPos: b }: PanelJson): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function holes(panels: readonly PanelJson[]): readonly number[] {
  const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return Array.from({ length: height }, (_, y) => y).filter(
    (y) => !panels.some(({ gridPos }) => gridPos.y <= y && y < gridPos.y + gridPos.h),
  );
}

export interface ConfigMap {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
}

const maxBytes = 200_000;

/** 28: kubectl apply refuses objects of more than 262,144 bytes, and the sidecar goes by label. */
export function configMapProblems({ kind, metadata, data }: ConfigMap): Problems {
  const keys = Object.keys(data);
  const [text = '{}'] = Object.values(data);
  const { uid } = JSON.parse(text) as { uid?: string };
  return [
    ...(kind === 'ConfigMap' ? [] : [`${kind} is no ConfigMap`]),
    ...(metadata.labels['grafana_dashboard'] === '1' ? [] : ['no label for the sidecar']),
    ...(metadata.annotations?.['grafana_folder'] === undefined ? ['no folder'] : []),
    ...(keys.length === 1 && keys[0] === `${uid}.json` ? [] : [`keys ${keys.join(', ')}`]),
    ...(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(metadata.name) ? [] : [`name ${metadata.name}`]),
    ...(Buffer.byteLength(text) < maxBytes ? [] : [`${Buffer.byteLength(text)} bytes`]),
  ];
}
