// Views of the panels -> one HTML page that looks like a dashboard; lines are drawn by charts.ts in it.
import { escapeHtml, markdownToHtml } from './markdown.ts';
import type { PanelJson } from './queries.ts';
import { inkOn, type Cell, type View } from './view.ts';

export interface PlacedView {
  readonly panel: PanelJson;
  readonly view: View | undefined;
}

export interface PageOptions {
  readonly title: string;
  readonly theme: Theme;
  readonly width: number;
  /** `Cluster: All` and so on. */
  readonly variables: readonly string[];
  readonly time: string;
  readonly views: readonly PlacedView[];
  /** charts.ts as one script, and uPlot's style sheet. */
  readonly script: string;
  readonly style: string;
}

export type Theme = 'dark' | 'light';

const rowHeight = 38;
const gap = 8;

export function page(options: PageOptions): string {
  const { title, theme, width, variables, time, views } = options;
  const column = (width - gap) / 24;
  const height = Math.max(...views.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h));
  const charts = views.map(({ view }) => (view?.kind === 'lines' ? view : null));
  return `<!doctype html><meta charset="utf-8"><style>${options.style}${css(theme)}</style>
<body style="width:${width}px"><header><b>${escapeHtml(title)}</b>${variables
    .map((one) => `<span class="variable">${escapeHtml(one)}</span>`)
    .join('')}<span class="time">${escapeHtml(time)}</span></header>
<main style="height:${height * rowHeight + gap}px">${views
    .map(({ panel, view }, i) => {
      const { x, y, w, h } = panel.gridPos;
      const box = `left:${x * column + gap}px;top:${y * rowHeight}px;width:${w * column - gap}px;height:${h * rowHeight - gap}px`;
      if (panel.type === 'row') {
        const sign = panel.collapsed === true ? '›' : '⌄';
        return `<h2 style="${box}">${sign} ${escapeHtml(panel.title ?? '')}</h2>`;
      }
      const heading = panel.title === '' ? '' : `<h3>${escapeHtml(panel.title ?? '')}</h3>`;
      return `<section style="${box}" ${fill(view)}>${heading}<div class="body" id="panel-${i}">${
        view === undefined ? '' : body(view)
      }</div></section>`;
    })
    .join('\n')}</main>
<script>${options.script};drawCharts(${JSON.stringify(charts).replaceAll('<', String.raw`\u003c`)}, ${JSON.stringify(theme)})</script>`;
}

function fill(view: View | undefined): string {
  return view?.kind === 'stat' && view.filled ? `class="filled" data-colour="${view.colour}"` : '';
}

function body(view: View): string {
  switch (view.kind) {
    case 'nothing':
      return `<p class="nothing">${escapeHtml(view.text)}</p>`;
    case 'stat': {
      const size = view.textSize ?? (view.text.length > 12 ? 22 : 34);
      const colour = view.filled ? '#fff' : ink(view.colour);
      return `<p class="stat" style="font-size:${size}px;color:${colour}">${escapeHtml(view.text)}</p>`;
    }
    case 'table':
      return `<table><thead><tr>${view.columns
        .map(
          ({ title, width, isNumber }) =>
            `<th class="${isNumber ? 'number' : ''}"${width === undefined ? '' : ` style="width:${width}px"`}>${escapeHtml(title)}</th>`,
        )
        .join('')}</tr></thead><tbody>${view.rows
        .map((row) => `<tr>${row.map(cell).join('')}</tr>`)
        .join('')}</tbody></table>`;
    case 'bars':
      return `<div class="bars">${view.bars
        .map(
          ({ name, text, share, colour }) =>
            `<span class="name">${escapeHtml(name)}</span><span class="track"><i style="width:${share * 100}%;background:${colour}"></i></span><span class="value">${escapeHtml(text)}</span>`,
        )
        .join('')}</div>`;
    case 'cells':
      return cells(view);
    case 'lines':
      return '';
    case 'markdown':
      return `<div class="markdown">${markdownToHtml(view.text)}</div>`;
  }
}

function cell({ text, colour, filled, isLink, isNumber }: Cell): string {
  const style =
    colour === undefined
      ? ''
      : filled === true
        ? ` style="background:${colour};color:${inkOn(colour)}"`
        : ` style="color:${ink(colour)}"`;
  const shown = escapeHtml(text);
  return `<td class="${isNumber === true ? 'number' : ''}"${style}>${
    isLink === true ? `<a${style}>${shown}</a>` : shown
  }</td>`;
}

function cells({ from, to, rows, joined }: Extract<View, { kind: 'cells' }>): string {
  const span = to - from;
  const at = (time: number): string => `${((time - from) / span) * 100}%`;
  const ticks = Array.from({ length: 7 }, (_, i) => from + (span * i) / 6);
  return `<div class="cells">${rows
    .map(
      ({ name, cells: own }) =>
        `<span class="name">${escapeHtml(name)}</span><span class="lane">${own
          .map(
            (one) =>
              `<i style="left:${at(one.from)};width:calc(${((one.to - one.from) / span) * 100}% - ${joined ? 0 : 1}px);background:${one.colour};color:${inkOn(one.colour)}">${
                joined && one.to - one.from > span / 16 ? escapeHtml(one.text) : ''
              }</i>`,
          )
          .join('')}</span>`,
    )
    .join('')}<span></span><span class="ticks">${ticks
    .map((time) => `<i style="left:${at(time)}">${clock(time)}</i>`)
    .join('')}</span></div>`;
}

function clock(time: number): string {
  return new Date(time * 1000).toISOString().slice(11, 16);
}

function ink(colour: string): string {
  return colour === 'text' ? 'var(--ink)' : colour;
}

function css(theme: Theme): string {
  const colours =
    theme === 'dark'
      ? '--ground:#111217;--panel:#181b1f;--line:#2a2d33;--ink:#ccccdc;--soft:#8e8fa0;--link:#6e9fff'
      : '--ground:#f4f5f5;--panel:#fff;--line:#dfe0e3;--ink:#24292e;--soft:#6b6f76;--link:#1f62e0';
  return `
:root{${colours}}*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:13px/1.35 Inter,'DejaVu Sans',Roboto,sans-serif}
header{display:flex;align-items:center;gap:8px;padding:10px 12px;border-bottom:1px solid var(--line)}
header b{font-size:16px;font-weight:500;margin-right:10px}
.variable{background:var(--panel);border:1px solid var(--line);border-radius:2px;padding:3px 9px}
.time{margin-left:auto;color:var(--soft)}
main{position:relative}
h2,section{position:absolute;margin:0}
h2{font-size:14px;font-weight:500;padding:6px 0}
section{background:var(--panel);border:1px solid var(--line);border-radius:2px;display:flex;flex-direction:column;overflow:hidden}
h3{margin:0;padding:7px 10px 4px;font-size:13px;font-weight:500;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.body{flex:1;min-height:0;padding:0 10px 8px;overflow:hidden}
.stat{margin:0;height:100%;display:flex;align-items:center;font-weight:500;line-height:1.15}
.filled .body{padding:8px}.filled .stat{justify-content:center;text-align:center}
.nothing{margin:0;height:100%;display:flex;align-items:center;justify-content:center;color:var(--soft)}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th{text-align:left;font-weight:500;color:var(--link);padding:5px 8px;border-bottom:1px solid var(--line);white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-size:12px}
td{padding:6px 8px;border-bottom:1px solid var(--line);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
td a{text-decoration:underline;text-decoration-color:var(--soft);text-underline-offset:2px}
.bars{height:100%;display:grid;grid-template-columns:max-content 1fr max-content;gap:3px 10px;align-content:start;grid-auto-rows:minmax(14px,26px);align-items:center;font-size:12px;overflow:hidden}
.bars .track{height:80%;position:relative}.bars .track i{position:absolute;inset:0 auto 0 0;border-radius:1px}
.bars .value{font-variant-numeric:tabular-nums}
.bars,.cells{--rows:1}
.cells{height:100%;display:grid;grid-template-columns:max-content 1fr;gap:2px 10px;grid-auto-rows:minmax(0,1fr)}
.cells .name{align-self:center;text-align:right;font-size:12px;white-space:nowrap;max-width:290px;overflow:hidden;text-overflow:ellipsis;color:var(--ink)}
.lane{position:relative}.lane i{position:absolute;top:0;bottom:0;font-style:normal;font-size:11px;color:#fff;display:flex;align-items:center;justify-content:center;overflow:hidden}
.ticks{position:relative;min-height:16px;color:var(--soft);font-size:11px}.ticks i{position:absolute;font-style:normal;transform:translateX(-50%)}
.ticks i:first-child{transform:none}.ticks i:last-child{transform:translateX(-100%)}
.legend{display:flex;flex-wrap:wrap;gap:1px 12px;font-size:11.5px;max-height:34px;overflow:hidden;color:var(--ink)}
.legend i{display:inline-block;width:14px;height:4px;border-radius:1px;margin-right:5px;vertical-align:middle}
.markdown h4{margin:8px 0 4px}.markdown p{margin:5px 0}.markdown pre{background:var(--ground);padding:7px 10px;margin:4px 0;font:12px/1.45 'DejaVu Sans Mono',monospace;overflow:hidden}
.markdown td,.markdown th{padding:2px 8px}
.u-legend{display:none}`;
}
