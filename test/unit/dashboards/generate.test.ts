// `generate dashboards`: the user's own values in the files, and refusals that name the flag.
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readCommandLine } from '../../../src/config/command-line.ts';
import { generateDashboards } from '../../../src/generate/dashboards.ts';
import { dashboardsOptions, dashboardsSettings } from '../../../src/generate/dashboards-options.ts';

function generated(...argv: readonly string[]): Readonly<Record<string, string>> {
  const { values } = readCommandLine('generate dashboards', dashboardsOptions, argv, {});
  const { files } = generateDashboards(dashboardsSettings(values), values.formats);
  return Object.fromEntries(files.map(({ name, content }) => [name, content]));
}

test('without flags it is what is committed', () => {
  const { files } = generateDashboards();
  expect(Object.entries(generated())).toEqual(files.map(({ name, content }) => [name, content]));
});

test('one format writes only that', () => {
  expect(Object.keys(generated('--format', 'configmap'))).toEqual(['configmaps.yaml']);
  expect(Object.keys(generated('--format=json'))).toEqual([
    'imagepull-overview.json',
    'imagepull-registry.json',
    'imagepull-workload.json',
    'imagepull-nodes.json',
    'imagepull-exporter.json',
  ]);
});

test("the clusters' label is the user's, in queries, columns and variables", () => {
  const text =
    generated('--format=json', '--cluster-label', 'k8s_cluster')['imagepull-overview.json'] ?? '';
  expect(text).toContain(String.raw`k8s_cluster=~\"$cluster\"`);
  expect(text).toContain('"k8s_cluster": "Cluster"');
  expect(text).toContain(', k8s_cluster)"');
  expect(text).not.toMatch(/by \(cluster|on \(cluster|[{ ]cluster=~/);
});

test('without a label of clusters nothing speaks of clusters', () => {
  const files = generated('--format=json', '--cluster-label', 'none');
  for (const text of Object.values(files))
    expect(text).not.toMatch(/\$\{?cluster|cluster=|"cluster"|by \([^)]*cluster/);
});

test('uids, links, tags, job, data source and scrape interval follow the flags', () => {
  const files = generated(
    '--format=json',
    '--uid-prefix=acme-',
    '--tag=acme,pulls',
    '--job-selector=env="prod"',
    '--data-source=/^Thanos/',
    '--scrape-interval=2m',
    '--runbook-url=https://wiki.acme.example/runbooks/',
  );
  const text = files['acme-imagepull-overview.json'] ?? '';
  expect(text).toContain('/d/acme-imagepull-workload?');
  expect(text).not.toContain('/d/imagepull-');
  expect(JSON.parse(text)).toMatchObject({
    uid: 'acme-imagepull-overview',
    tags: ['acme', 'pulls'],
  });
  expect(text).toContain(String.raw`job=~\"$job\", env=\"prod\"`);
  expect(text).toContain('"regex": "/^Thanos/"');
  expect(text).toContain('rate8m');
  expect(text).toContain('https://wiki.acme.example/runbooks/${__data.fields');
});

test('thresholds of the rules move the lines of the panels', () => {
  const nodes =
    generated('--format=json', '--threshold=stalled-pull=45m')['imagepull-nodes.json'] ?? '';
  expect(nodes).toContain('"value": 2700');
  expect(nodes).not.toContain('"value": 1200');
});

test('folder and labels of the objects', () => {
  const files = generated(
    '--grafana-folder=',
    '--sidecar-label=dash=yes',
    '--instance-label=team=platform',
    '--format=configmap,grafanadashboard',
  );
  const [map] = parseAllDocuments(files['configmaps.yaml'] ?? '').map(
    (one) => one.toJS() as object,
  );
  expect(map).toMatchObject({ metadata: { labels: { dash: 'yes' } } });
  expect(map).not.toHaveProperty('metadata.annotations');
  const [object] = parseAllDocuments(files['grafanadashboards.yaml'] ?? '').map(
    (one) => one.toJS() as object,
  );
  expect(object).toMatchObject({
    spec: { instanceSelector: { matchLabels: { team: 'platform' } } },
  });
  expect(object).not.toHaveProperty('spec.folder');
});

test.each([
  [['--format=pdf'], '--format: expected one of json, configmap, grafanadashboard, got "pdf"'],
  [['--uid-prefix=Ä'], '--uid-prefix: expected at most 20 of a-z, 0-9 and -, got "Ä"'],
  [['--sidecar-label=x'], '--sidecar-label: expected KEY=VALUE as Kubernetes takes it, got "x"'],
  [
    ['--job-selector=prod'],
    '--job-selector: expected matchers such as job="imagepull-exporter", got "prod"',
  ],
  [['--scrape-interval=10m'], '--scrape-interval: expected more than 0s and at most 5m, got 10m'],
  [['--threshold=nothing=1'], '--threshold: there is no threshold "nothing"'],
])('refuses %j', (argv, message) => {
  expect(() => generated(...argv)).toThrow(message);
});
