// What fails now -> the page that an on-call engineer reads: the worst thing in one sentence, how much
// of what kind, then each problem with how wide it is, whose, why, and what to do.
import { createHash } from 'node:crypto';
import { type CauseClass, causes, classes } from '../classify/causes.ts';
import type { SlowPull } from '../track/states.ts';
import {
  eventsAreWatched,
  type ExporterStatus,
  readiness,
  type ResourceStatus,
} from './exporter-status.ts';
import { Html, markup } from './html.ts';
import type { Overview, Problem } from './overview.ts';
import { placeText, plural, problemCard, since } from './page-problem.ts';
import { refreshSeconds, script } from './page-script.ts';
import { style } from './page-style.ts';

export interface PageData {
  readonly now: number;
  readonly status: ExporterStatus;
  readonly overview: Overview;
  /** Those that are shown, the longest first. */
  readonly slowPulls: readonly SlowPull[];
  readonly slowPullCount: number;
}

/** The page needs its own style and script and nothing else, from nowhere else. */
export const pageSecurityPolicy = [
  "default-src 'none'",
  `style-src '${hash(style)}'`,
  `script-src '${hash(script)}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230b5cad'/%3E%3Cpath d='M8 3v6M5 7l3 3 3-3M4 13h8' stroke='white' stroke-width='1.8' fill='none'/%3E%3C/svg%3E";

export function renderPage(data: PageData): string {
  const { overview, status, now } = data;
  const count = overview.containerCount === 0 ? '' : `(${overview.containerCount}) `;
  const cluster = status.cluster === '' ? '' : ` · ${status.cluster}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${count}Image pulls${cluster}</title>
<link rel="icon" href="${new Html(icon)}">
<noscript><meta http-equiv="refresh" content="${refreshSeconds * 2}"></noscript>
<style>${new Html(style)}</style>
</head>
<body>
<p id="lost" hidden>The exporter does not answer: what you see may be old.</p>
<div id="content" data-now="${now}">
${header(status, now)}
<main>
${notice(data)}
${hero(data)}
${classTiles(data)}
${problems(data)}
${slowPulls(data)}
${exporterPanel(status, now)}
</main>
</div>
<footer>
<a href="metrics">Metrics</a>
<a href="api/v1/failures">All failures as JSON</a>
<a href="-/ready">Ready?</a>
<a href="-/healthy">Healthy?</a>
<span>imagepull-exporter ${status.version}</span>
</footer>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function header(status: ExporterStatus, now: number): Html {
  const { lastContactAt } = status.pods;
  const shard =
    status.shard === undefined ? undefined : markup`<span>shard <bdi>${status.shard}</bdi></span>`;
  const contact =
    lastContactAt === undefined
      ? markup`no word from the API server yet`
      : markup`last word from the API server ${since(lastContactAt, now)} ago`;
  return markup`<header class="bar">
<strong>Image pulls</strong>
<bdi>${status.cluster}</bdi>
${shard}
<span class="state">${contact}${eventsAreWatched(status) ? '' : ' · events not watched'}</span>
</header>`;
}

/** Where the picture may be old or incomplete, that is said before the picture. */
function notice({ status, now, overview }: PageData): Html | undefined {
  const state = readiness(status, now);
  if (state.ready || (!status.pods.synced && overview.containerCount === 0)) return undefined;
  return markup`<p class="notice" role="status">What you see may be old or incomplete: <bdi>${state.reason}</bdi>.</p>`;
}

function hero(data: PageData): Html {
  const { overview, status, now, slowPullCount } = data;
  const [worst] = overview.problems;
  if (worst !== undefined) return banner('bad', sentence(worst, now), others(overview));
  if (!status.pods.synced) {
    const why = status.pods.problem || 'The first list of pods is not complete.';
    return banner('waiting', markup`Nothing is known yet.`, markup`<bdi>${why}</bdi>`);
  }
  return banner(
    'good',
    markup`Every image can be pulled.`,
    slowPullCount === 0
      ? markup`No container waits for an image.`
      : markup`But ${plural(slowPullCount, 'pull')} without a result for unusually long: see below.`,
  );
}

const signs = {
  bad: 'M12 2 1 21h22L12 2Zm-1 7h2v6h-2V9Zm0 8h2v2h-2v-2Z',
  good: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm-1.4 14.2-4-4 1.4-1.4 2.6 2.6 5.4-5.4 1.4 1.4-6.8 6.8Z',
  waiting:
    'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16Zm.8-13h-1.6v6l5 3 .8-1.3-4.2-2.5V7Z',
};

function banner(kind: keyof typeof signs, title: Html, text: Html): Html {
  return markup`<section class="hero ${kind}">
<svg class="sign" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true"><path d="${signs[kind]}"/></svg>
<div><h1>${title}</h1><p>${text}</p></div>
</section>`;
}

/** The worst thing now, in words. */
function sentence(problem: Problem, now: number): Html {
  const { title } = causes[problem.cause];
  const why = title.charAt(0).toLowerCase() + title.slice(1);
  const age = markup`for ${since(problem.firstFailureAt, now)}`;
  const place = placeText(problem.place);
  if (problem.place.type === 'workload') {
    const width = problem.containerCount === 1 ? '' : ` in ${problem.containerCount} containers`;
    return markup`${place} cannot pull its image${width}, ${age}: ${why}.`;
  }
  const workloads = plural(problem.workloadCount, 'workload');
  const namespaces =
    problem.place.type === 'namespace' ? '' : ` in ${plural(problem.namespaceCount, 'namespace')}`;
  return markup`${place}: ${why}. ${workloads}${namespaces} cannot pull, ${age}.`;
}

function others(overview: Overview): Html {
  const count = overview.problemCount - 1;
  const total = [
    plural(overview.containerCount, 'container'),
    plural(overview.workloadCount, 'workload'),
    plural(overview.namespaceCount, 'namespace'),
  ].join(', ');
  return count === 0
    ? markup`Nothing else fails. In all: ${total}.`
    : markup`And ${plural(count, 'other problem')}. In all: ${total}.`;
}

function classTiles({ overview, status }: PageData): Html | undefined {
  if (overview.containerCount === 0 && !status.pods.synced) return undefined;
  const tiles = (Object.keys(classes) as CauseClass[]).map((name) => {
    const { containers, workloads } = overview.byClass[name];
    const caption = containers === 0 ? 'nothing fails' : `in ${plural(workloads, 'workload')}`;
    return markup`<li class="${name}${containers === 0 ? ' none' : ''}" title="${classes[name].title}"><span class="name">${name}</span><div class="count">${containers}</div><small>${caption}</small></li>`;
  });
  return markup`<ul class="classes">${tiles}</ul>`;
}

function problems({ overview, now }: PageData): Html | undefined {
  if (overview.problems.length === 0) return undefined;
  const hidden = overview.problemCount - overview.problems.length;
  return markup`<h2 class="heading">What fails<small>${plural(overview.problemCount, 'problem')}, the widest first</small></h2>
${overview.problems.map((problem, index) => problemCard(problem, now, index === 0))}
${hidden === 0 ? undefined : markup`<p class="more">${plural(hidden, 'more problem')}: <a href="api/v1/failures">all failures as JSON</a>.</p>`}`;
}

function slowPulls({ slowPulls: pulls, slowPullCount, now }: PageData): Html | undefined {
  if (slowPullCount === 0) return undefined;
  const hidden = slowPullCount - pulls.length;
  const rows = pulls.map(
    (pull) => markup`<tr>
<td><bdi>${pull.namespace}/${pull.pod}</bdi> <small><bdi>${pull.container}</bdi></small></td>
<td><code>${pull.image}</code></td>
<td data-name="on"><bdi>${pull.node}</bdi></td>
<td data-name="for">${since(pull.since, now)}</td>
</tr>
`,
  );
  return markup`<h2 class="heading">Slow pulls<small>asked for, and no result yet: in a queue, large, or stalled</small></h2>
<section class="panel">
<table><thead><tr><th>Pod</th><th>Image</th><th>Node</th><th>Waits for</th></tr></thead>
<tbody>${rows}</tbody></table>
${hidden === 0 ? undefined : markup`<p class="more">${plural(hidden, 'more slow pull')}: <a href="api/v1/failures">JSON</a>.</p>`}
</section>`;
}

function exporterPanel(status: ExporterStatus, now: number): Html {
  const state = readiness(status, now);
  const events =
    status.events === undefined
      ? markup`not watched: successes, durations and slow pulls are not known`
      : resourceLine(status.events, now);
  return markup`<h2 class="heading">The exporter</h2>
<section class="panel"><dl>
<dt>State</dt><dd>${state.ready ? 'ready' : markup`not ready: <bdi>${state.reason}</bdi>`}</dd>
<dt>Pods</dt><dd>${resourceLine(status.pods, now)}</dd>
<dt>Events</dt><dd>${events}</dd>
<dt>Running</dt><dd>for ${since(status.startedAt, now)}</dd>
<dt>Version</dt><dd>${status.version} <small>${status.revision}</small></dd>
</dl></section>`;
}

function resourceLine({ synced, lastContactAt, problem }: ResourceStatus, now: number): Html {
  const contact =
    lastContactAt === undefined
      ? markup`no contact yet`
      : markup`last contact ${since(lastContactAt, now)} ago`;
  return markup`${synced ? 'synced' : 'first list not complete'}, ${contact}${
    problem === '' ? undefined : markup`: <bdi>${problem}</bdi>`
  }`;
}
