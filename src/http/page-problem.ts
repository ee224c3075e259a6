// One problem -> its card on the page: how wide, whose, why, what to do, and who is hit.
import { createHash } from 'node:crypto';
import { causes, classes } from '../classify/causes.ts';
import { backoffLabel } from '../metrics/label-values.ts';
import type { FailingContainer } from '../track/states.ts';
import { adviceHtml } from './advice.ts';
import { type Html, markup } from './html.ts';
import type { FailingWorkload, Place, Problem } from './overview.ts';
import { ageText, countdownText } from './times.ts';

/** Texts of runtimes have up to 16 kB; a page of hundreds of them would have megabytes. */
const longestText = 1500;
/** Names have 253 characters at most, image references somewhat more; what is longer is no name. */
const longestName = 300;

const healing = {
  yes: 'goes away by itself',
  maybe: 'may go away by itself',
  no: 'stays until somebody acts',
} as const;

const unknownTime = markup`<span>unknown</span>`;

/** With a space that does not break. */
export function plural(count: number, noun: string): string {
  return `${count}\u00a0${noun}${count === 1 ? '' : 's'}`;
}

export function since(at: number, now: number): Html {
  if (!Number.isFinite(at)) return unknownTime;
  return markup`<time datetime="${isoTime(at)}" data-since="${at}">${ageText(now - at)}</time>`;
}

function nextTry({ nextRetryAt, step }: FailingContainer, now: number): Html {
  // Without a back-off the kubelet tries at every sync, every 10 to 16 s.
  return nextRetryAt === undefined && step < 1
    ? markup`<span>every sync</span>`
    : until(nextRetryAt, now);
}

function until(at: number | undefined, now: number): Html {
  if (at === undefined || !Number.isFinite(at)) return unknownTime;
  return markup`<time datetime="${isoTime(at)}" data-until="${at}">${countdownText(at - now)}</time>`;
}

/** Times come from a cluster: a year that no calendar has must not end the page. */
function isoTime(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

export function placeText(place: Place): Html {
  switch (place.type) {
    case 'registry':
      return place.registry === ''
        ? markup`A registry that is not known`
        : markup`<bdi>${cut(place.registry, longestName)}</bdi>`;
    case 'node':
      return markup`Node <bdi>${cut(place.node, longestName)}</bdi>`;
    case 'namespace':
      return markup`Namespace <bdi>${cut(place.namespace, longestName)}</bdi>`;
    case 'workload':
      return markup`<bdi>${cut(place.workload.kind, longestName)}</bdi> <bdi>${cut(`${place.namespace}/${place.workload.name}`, longestName)}</bdi>`;
  }
}

/** `open` for the one that the reader should not have to look for. */
export function problemCard(problem: Problem, now: number, open: boolean): Html {
  const cause = causes[problem.cause];
  const key = shortHash(JSON.stringify([problem.cause, problem.place]));
  const hidden = problem.workloadCount - problem.workloads.length;
  const text = textOf(problem.workloads[0]);
  return markup`<article class="problem ${cause.class}">
<h3>${placeText(problem.place)}: <span class="cause">${cause.title}</span></h3>
<p class="facts">
<span class="badge">${cause.class}</span>
${width(problem).map(
  (text) => markup`<span>${text}</span>
`,
)}<span>for <b>${since(problem.firstFailureAt, now)}</b></span>
${problem.nextRetryAt === undefined ? undefined : markup`<span>next try <b>${until(problem.nextRetryAt, now)}</b></span>`}
</p>
<pre>${text}</pre>
${advice(problem, key, open)}
<table><thead><tr><th>Workload</th><th>Image</th><th>Containers</th><th>Failing for</th><th>Attempts</th><th>Next try</th></tr></thead>
<tbody>
${problem.workloads.map((workload) => workloadRows(workload, now, key, text))}</tbody></table>
${hidden === 0 ? undefined : markup`<p class="more">${plural(hidden, 'more workload')} with this problem: <a href="api/v1/failures">all failures as JSON</a>.</p>`}
</article>
`;
}

/** How wide, without what the place says already. */
function width(problem: Problem): readonly string[] {
  const { type } = problem.place;
  return [
    ...(type === 'workload' ? [] : [plural(problem.workloadCount, 'workload')]),
    plural(problem.containerCount, 'container'),
    ...(type === 'workload' || type === 'namespace'
      ? []
      : [plural(problem.namespaceCount, 'namespace')]),
    ...(type === 'node' ? [] : [plural(problem.nodeCount, 'node')]),
  ];
}

function advice({ cause, workloads }: Problem, key: string, open: boolean): Html | undefined {
  const record = causes[cause];
  const example = workloads[0]?.containers[0];
  if (example === undefined) return undefined;
  return markup`<details class="advice" id="a${key}"${open ? markup` open` : undefined}><summary>For ${classes[record.class].acts} · ${healing[record.heals]} · what to check and do</summary>
<dl>
<dt>Means</dt><dd>${adviceHtml(record.meaning, example)}</dd>
<dt>Check</dt><dd>${adviceHtml(record.check, example)}</dd>
<dt>Do</dt><dd>${adviceHtml(record.fix, example)}</dd>
${record.lookalikes === '' ? undefined : markup`<dt>But</dt><dd>${adviceHtml(record.lookalikes, example)}</dd>`}
<dt>Cause</dt><dd><code>${cause}</code></dd>
</dl>
</details>`;
}

function workloadRows(
  workload: FailingWorkload,
  now: number,
  key: string,
  shownText: string,
): Html {
  const [first] = workload.containers;
  if (first === undefined) return markup``;
  const { namespace, workload: owner } = workload;
  return markup`<tr class="workload">
<td><b><bdi>${cut(`${namespace}/${owner.name}`, longestName)}</bdi></b> <small><bdi>${cut(owner.kind, longestName)}</bdi></small></td>
<td><code>${cut(first.image, longestName)}</code></td>
<td class="number" data-name="containers">${workload.containerCount}</td>
<td data-name="failing for">${since(workload.firstFailureAt, now)}</td>
<td class="number" data-name="attempts">${attempts(first)}</td>
<td data-name="next try">${nextTry(first, now)}</td>
</tr>
<tr class="detail"><td colspan="6">${podDetails(workload, first, now, key, shownText)}</td></tr>
`;
}

/** `about` where the time model says it, because nobody watched. */
function attempts({ attempts: count, exact }: FailingContainer): string {
  return exact ? String(count) : `about ${count}`;
}

function podDetails(
  workload: FailingWorkload,
  first: FailingContainer,
  now: number,
  key: string,
  shownText: string,
): Html {
  const text = textOf(workload);
  const { namespace, workload: owner } = workload;
  const hidden = workload.containerCount - workload.containers.length;
  const id = shortHash(`${key} ${namespace} ${owner.kind} ${owner.name}`);
  const { rule, evidence } = first.verdict;
  return markup`<details id="w${id}"><summary>${text === shownText ? 'Pods' : 'Error text and pods'}</summary>
${text === shownText ? undefined : markup`<pre>${text}</pre>`}
<table class="pods"><thead><tr><th>Pod</th><th>Container</th><th>Node</th><th>Asked</th><th>Attempts</th><th>Last try</th><th>Next try</th></tr></thead>
<tbody>${workload.containers.map((container) => containerRow(container, now))}</tbody></table>
${hidden === 0 ? undefined : markup`<p class="more">${plural(hidden, 'more container')} of this workload.</p>`}
${rule === '' ? undefined : markup`<p class="more">Classified by rule <code>${rule}</code>, which saw <q>${evidence}</q>.</p>`}
<pre>kubectl -n ${shellWord(namespace)} describe pod ${shellWord(first.pod)}</pre>
</details>`;
}

function containerRow(container: FailingContainer, now: number): Html {
  const { lastAttemptAt, verdict } = container;
  const last =
    lastAttemptAt === undefined ? markup`none` : markup`${since(lastAttemptAt, now)} ago`;
  const asked = verdict.endpoint || container.registry;
  return markup`<tr>
<td><bdi>${cut(container.pod, longestName)}</bdi></td>
<td data-name="container"><bdi>${cut(container.container, longestName)}</bdi>${container.containerType === 'container' ? '' : ` (${container.containerType})`}</td>
<td data-name="node"><bdi>${cut(container.node, longestName)}</bdi></td>
<td data-name="asked"><bdi>${cut(asked, longestName)}</bdi></td>
<td class="number" data-name="attempts">${attempts(container)} <small>step ${backoffLabel(container.step)}</small></td>
<td data-name="last try">${last}</td>
<td data-name="next try">${nextTry(container, now)}</td>
</tr>
`;
}

/** Of the container that fails for the longest time: all of a workload say much the same. */
function textOf(workload: FailingWorkload | undefined): string {
  const message = workload?.containers[0]?.message ?? '';
  return message === '' ? 'No text was seen.' : cut(message, longestText);
}

/** For a line that people copy into a shell. */
function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text)
    ? text
    : `'${cut(text, longestName).replaceAll("'", String.raw`'\''`)}'`;
}

function cut(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)} ...` : text;
}

/** Stable between two renderings, so that what the reader has opened stays open. */
function shortHash(text: string): string {
  return createHash('sha1').update(text).digest('base64url').slice(0, 12);
}
