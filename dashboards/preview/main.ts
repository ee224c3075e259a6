// `npm run preview`: every dashboard as it looks in the incident and in health -> docs/img/*.png. Not
// Grafana: the same JSON and real answers of a real Prometheus, drawn by the few files beside this one.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { rolldown } from 'rolldown';
import { generateDashboards } from '../../src/generate/dashboards.ts';
import { findTool, type Tool, type ToolName } from '../../test/support/tools.ts';
import { startHistory } from './history.ts';
import { page, type Theme } from './page.ts';
import { paletteImage } from './palette-image.ts';
import { proofsOf, proofTable } from './proof.ts';
import { answersOf, substituted, type Chosen, type DashboardJson } from './queries.ts';
import { story, storyMinutes } from './story.ts';
import { viewOf } from './view.ts';

interface Picture {
  readonly uid: string;
  readonly name: string;
  readonly minute: number;
  readonly theme: Theme;
  readonly chosen?: Chosen;
}

const { incident, health } = storyMinutes;
const down = { registry: ['registry.search.example'] };
const cache = { namespace: ['shop'], workload: ['session-cache'], pod: ['session-cache-0'] };
const pictures: readonly Picture[] = [
  { uid: 'imagepull-overview', name: 'overview-incident', minute: incident, theme: 'dark' },
  { uid: 'imagepull-overview', name: 'overview-incident-light', minute: incident, theme: 'light' },
  { uid: 'imagepull-overview', name: 'overview-health', minute: health, theme: 'dark' },
  {
    uid: 'imagepull-registry',
    name: 'registry-incident',
    minute: incident,
    theme: 'light',
    chosen: down,
  },
  { uid: 'imagepull-registry', name: 'registry-health', minute: health, theme: 'light' },
  {
    uid: 'imagepull-workload',
    name: 'workload-incident',
    minute: incident,
    theme: 'dark',
    chosen: cache,
  },
  {
    uid: 'imagepull-workload',
    name: 'workload-health',
    minute: health,
    theme: 'dark',
    chosen: cache,
  },
  { uid: 'imagepull-nodes', name: 'nodes-incident', minute: incident, theme: 'light' },
  { uid: 'imagepull-nodes', name: 'nodes-health', minute: health, theme: 'light' },
  { uid: 'imagepull-exporter', name: 'exporter-incident', minute: incident, theme: 'dark' },
  { uid: 'imagepull-exporter', name: 'exporter-health', minute: health, theme: 'dark' },
];

/** The pictures are of a fixed evening, so that they change only when a dashboard does. */
const from = Date.parse('2026-11-21T15:10:00Z');
const intervalMs = 60_000;
const width = 1440;
const lookBackSeconds = 6 * 3600;

const root = join(import.meta.dirname, '../..');
const only = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'imagepull-preview-'));
const [prometheus, promtool, browserTool] = [
  await needed('prometheus'),
  await needed('promtool'),
  await needed('chromium'),
];
const history = await startHistory({
  prometheus: prometheus.path,
  promtool: promtool.path,
  folder,
  scenario: story,
  from,
  durationMs: storyMinutes.health * 60_000,
  intervalMs,
  cluster: 'prod-eu-1',
});
const browser = await chromium.launch({
  executablePath: browserTool.path,
  env: browserTool.env,
  args: ['--no-sandbox'],
});
try {
  const { files } = generateDashboards({ scrapeIntervalSeconds: intervalMs / 1000 }, ['json']);
  const dashboards = files.map(({ content }) => JSON.parse(content) as DashboardJson);
  const script = await bundled(join(import.meta.dirname, 'browser/charts.ts'));
  const style = await readFile(
    createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'),
    'utf8',
  );
  await mkdir(join(root, 'docs/img'), { recursive: true });
  if (only.length === 0) {
    const halfHourTo = (minute: number) => {
      const to = from / 1000 + minute * 60;
      return { url: history.url, from: to - 1800, to };
    };
    const moments = { incident: halfHourTo(incident), health: halfHourTo(health) };
    const proofs = await proofsOf(dashboards, moments);
    const path = join(root, 'docs/dashboards.md');
    const current = await readFile(path, 'utf8');
    await writeFile(path, current.replace(/(<!-- proof -->\n).*$/s, `$1\n${proofTable(proofs)}\n`));
  }
  for (const picture of pictures) {
    if (only.length > 0 && !only.some((name) => picture.name.startsWith(name))) continue;
    const dashboard = dashboards.find(({ uid }) => uid === picture.uid);
    if (dashboard === undefined) throw new Error(`no dashboard ${picture.uid}`);
    const html = await drawn(dashboard, picture, script, style);
    const tab = await browser.newPage({ viewport: { width, height: 800 } });
    await tab.setContent(html);
    await tab.waitForSelector('body[data-drawn]');
    const path = join(root, 'docs/img', `${picture.name}.png`);
    await writeFile(path, paletteImage(await tab.screenshot({ fullPage: true })));
    await tab.close();
    process.stdout.write(`${path}\n`);
  }
} finally {
  await browser.close();
  await history.close();
  await rm(folder, { recursive: true, force: true });
}

async function drawn(
  dashboard: DashboardJson,
  { minute, theme, chosen = {} }: Picture,
  script: string,
  style: string,
): Promise<string> {
  const to = from / 1000 + minute * 60;
  const moment = { url: history.url, from: to - lookBackSeconds, to };
  const views = [];
  for (const panel of dashboard.panels) {
    const answers = await answersOf(panel, dashboard, chosen, moment);
    const content = substituted(panel.options?.content ?? '', dashboard, chosen, {});
    const shown = panel.type === 'text' ? { ...panel, options: { content } } : panel;
    views.push({ panel, view: panel.type === 'row' ? undefined : viewOf(shown, answers, moment) });
  }
  const variables = dashboard.templating.list.map(({ name, label, type }) => {
    const all = type === 'datasource' ? 'Prometheus' : type === 'textbox' ? '/|/var|…' : 'All';
    return `${label ?? name}  ${chosen[name]?.join(' + ') ?? all}`;
  });
  return page({
    title: dashboard.title,
    theme,
    width,
    variables,
    time: 'Last 6 hours UTC',
    views,
    script,
    style,
  });
}

async function needed(name: ToolName): Promise<Tool> {
  const tool = await findTool(name);
  if (tool === undefined) throw new Error(`npm run preview: expected ${name}, found none`);
  return tool;
}

async function bundled(input: string): Promise<string> {
  const bundle = await rolldown({ input, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'iife' });
  return output[0].code;
}
