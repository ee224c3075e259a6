// The catalogue of metrics -> docs/metrics.md.
import {
  type Family,
  type FamilyName,
  type LabelOf,
  countedFamilies,
  ownFamilies,
  stateFamilies,
} from '../metrics/catalog.ts';

type LabelName = { [Name in FamilyName]: LabelOf<Name> }[FamilyName];

/** A label means the same wherever it occurs. */
const labelMeanings: Readonly<Record<LabelName, string>> = {
  namespace: 'Namespace of the pod; `other` where a limit folds namespaces together.',
  pod: 'Name of the pod.',
  uid: 'UID of the pod, as in kube-state-metrics.',
  container: 'Name of the container.',
  container_type:
    '`container`, `init`, `sidecar` (an init container that is restarted) or `ephemeral`.',
  node: 'Node of the pod.',
  workload_kind:
    'Kind of the top owner that a person knows (`Deployment`, `StatefulSet`, `CronJob`, ...); `Pod` for a pod without a lasting owner.',
  workload: 'Name of that owner.',
  image: 'Image as the spec has it. Longer than 512 characters: cut.',
  registry:
    'Host of the image as Kubernetes resolves it (`nginx` is at `docker.io`), lower case; `invalid` where it cannot be a host; `other` where a limit folds registries together.',
  endpoint:
    'Host that the failing request went to (mirror, token server, CDN), where the text names one; `ip` for an address; `other` past 200 hosts.',
  class:
    'Who has to act: `reference`, `credentials`, `registry`, `node`, `policy` or `unknown`. Empty for successes.',
  cause: 'Why, one of the closed list in [causes.md](causes.md). Empty for successes.',
  backoff_attempt:
    "Step of the kubelet's back-off after the attempt: `1` to `5`, `6+`; `none` where the kubelet does not back off. Empty for successes. After step k the kubelet waits 10 s * 2^(k-1), at most 300 s.",
  result: '`success` or `failure`.',
  outcome: '`recovered`, `deleted` or `image_changed`.',
  heals: '`yes`, `maybe` or `no`: does it go away by itself?',
  resource: '`pods` or `events`.',
  reason:
    'Of a limit: `failing_containers`, `slow_pulls`, `endpoints`, `counter_series`. Of a restart or a skipped object: what happened, a closed list.',
  type: 'Type of the watch event: `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`.',
  rule: 'Id of the classification rule.',
  version: 'Version of the exporter.',
  revision: 'Commit that it was built from.',
  node_version: 'Version of Node.js.',
  shard:
    'Only where the exporter is sharded: `i/n`, or the name of the node with `--node`. On every series then.',
};

export function metricsPage(): string {
  return `# Metrics

<!-- Generated from src/metrics/catalog.ts by \`npm run generate\`. Do not edit. -->

Served at \`/metrics\` in the Prometheus text format 0.0.4, and as OpenMetrics 1.0 where the scraper asks for
it. Scrape with \`honorLabels: true\` (\`honor_labels\` in a plain Prometheus): otherwise \`namespace\`, \`pod\`,
\`container\` and \`node\` arrive as \`exported_namespace\` and so on.

**STABLE** promises that name, type, labels and meaning stay until the next major version. New values of
\`cause\`, \`rule\` and \`reason\` may come in any version: match those that you mean, and have a default.
**EXPERIMENTAL** families may change in any version, and the changelog says so.

## Failing containers

Present only while a container fails, replaced as a whole, never with two causes at once and without a gap
between ErrImagePull and ImagePullBackOff. Nothing is exposed before the first list of pods is complete; while
the API server is away the last state stays, and \`imagepull_exporter_last_contact_timestamp_seconds\` ages.
The first four labels are those of kube-state-metrics, so the families join:

\`\`\`promql
imagepull_container_failing
  * on (namespace, pod) group_left (phase) (kube_pod_status_phase == 1)
\`\`\`

${table(stateFamilies)}

At most \`--metrics.max-failing-containers\` (20,000) containers are exposed. Past it every failing workload keeps
at least one where that fits, and those that are left out come back when there is room;
\`imagepull_exporter_series_over_limit\` says how many there are.

## Counted since the start

Never includes what happened before the exporter started. Replicas and shards: take
\`max by (every label, shard)\` of replicas first, then \`sum\`.

${table(countedFamilies)}

- Successes, their duration and their time are known from events only. Where events are not watched, these
  series are absent, not 0.
- So that \`rate()\` and \`increase()\` do not lose a first increment, series begin at 0 before they count where
  that can be foreseen: successes and durations of a registry when a pull from it is asked for or fails; the
  next step of the back-off, the three outcomes and the recovery when a container begins to fail. The very
  first failure with a new cause in a namespace cannot be foreseen: its series begins at 1.
- At most \`--metrics.max-counter-series\` (10,000) lines, buckets included. Past it, new series have
  \`registry="other"\`, then \`namespace="other"\` as well; no count is lost. A namespace, or a registry, that has not
  counted anything for an hour and has no failing container gives up its series to those that need the room.

## The exporter's own health

${table(ownFamilies)}

Beside these stand the process and Node.js metrics of the Prometheus client library (\`process_*\`, \`nodejs_*\`).

## Labels

A label is always there, empty where its value is not known. Values are valid UTF-8 of at most 512 characters. No
error text and no URL ever becomes a label.

| label | meaning |
| --- | --- |
${Object.entries(labelMeanings)
  .map(([label, meaning]) => `| \`${label}\` | ${cell(meaning)} |`)
  .join('\n')}
`;
}

function table(section: Readonly<Record<string, Family>>): string {
  const rows = Object.entries(section).map(([name, family]) => {
    const labels = family.labels.map((label) => `\`${label}\``).join(' ') || '(none)';
    const buckets = family.buckets === undefined ? '' : ` Buckets: ${family.buckets.join(', ')}.`;
    return `| \`${name}\` | ${family.type} | ${labels} | ${cell(family.help + buckets)} | ${family.stability} |`;
  });
  return [
    '| metric | type | labels | meaning | stability |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
