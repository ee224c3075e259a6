// The shipped dashboards pass checks 19 to 28 and 30, and every check finds what it is for (29, the
// proof by data, is test/e2e/dashboards.test.ts).
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import type { DashboardJson, PanelJson, TargetJson } from '../../dashboards/preview/queries.ts';
import { dashboardUids } from '../../rules/alert.ts';
import { causes, classes } from '../../src/classify/causes.ts';
import { causeColours, classColours } from '../../dashboards/palette.ts';
import {
  colourProblems,
  linkProblems,
  panelProblems,
  placementProblems,
  queryProblems,
  thresholdProblems,
  transformationProblems,
  variableProblems,
} from './dashboards-lint/panels.ts';
import {
  configMapProblems,
  identityProblems,
  layoutProblems,
  modelProblems,
  type ConfigMap,
  type Identity,
} from './dashboards-lint/structure.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const folder = join(root, 'dashboards/generated');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const texts = dashboardUids.map((uid) => read(`${uid}.json`));
const dashboards = texts.map((text) => JSON.parse(text) as DashboardJson & Identity);
const rules = parse(readFileSync(join(root, 'rules/generated/prometheus-rules.yaml'), 'utf8')) as {
  groups: { rules: { record?: string }[] }[];
};
const records = rules.groups.flatMap((group) => group.rules.flatMap(({ record }) => record ?? []));

/** A dashboard of one panel. */
function withPanel(own: object): DashboardJson {
  const panel = {
    id: 1,
    type: 'timeseries',
    title: 'A title',
    description: 'A question?',
    datasource: { uid: '${datasource}' },
    gridPos: { x: 0, y: 0, w: 24, h: 4 },
    targets: [target({})],
    fieldConfig: { defaults: { unit: 'none' }, overrides: [] },
    ...own,
  };
  return { uid: 'imagepull-overview', title: 'T', panels: [panel], templating: { list: [] } };
}

function target(own: Partial<TargetJson>): TargetJson {
  return {
    refId: 'A',
    datasource: { uid: '${datasource}' },
    expr: 'up{job=~"$job"}',
    range: true,
    format: 'time_series',
    ...own,
  };
}

const asks = (expr: string) => withPanel({ targets: [target({ expr })] });

describe('19: the model', () => {
  test('has nothing that only exports have', () => {
    expect(dashboards.flatMap(modelProblems)).toEqual([]);
    expect(modelProblems({ __inputs: [], id: 3, version: 1 })).toEqual([
      '__inputs is not for files',
      'id is not for files',
      'version is not for files',
    ]);
  });

  test("fits Grafana's own types, and a field that they do not have is found", async () => {
    await mkdir(join(root, '.cache'), { recursive: true });
    const work = await mkdtemp(join(root, '.cache/schema-'));
    try {
      const unknownField = JSON.stringify({ ...dashboards[0], refreshEvery: '1m' });
      for (const [i, text] of [...texts, unknownField].entries()) {
        await writeFile(join(work, `dashboard-${i}.ts`), schemaCheck + text);
      }
      const files = (await readdir(work)).map((name) => join(work, name));
      const options =
        '--noEmit --strict --skipLibCheck --allowImportingTsExtensions --ignoreConfig --module nodenext --target es2024 --types node';
      const said = await run('tsc', [...options.split(' '), ...files], { cwd: root }).then(
        ({ stdout }) => stdout,
        (error: { readonly stdout: string }) => error.stdout,
      );
      const problems = said.split('\n').filter((line) => line.includes('error'));
      expect(problems).toEqual([expect.stringContaining('refreshEvery')]);
      expect(problems[0]).toContain(`dashboard-${texts.length}.ts`);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }, 60_000);
});

const schemaCheck = `import type { GrafanaDashboard } from '${join(import.meta.dirname, 'dashboards-lint/grafana-model.ts')}';
export const dashboard: GrafanaDashboard = `;

describe('20: identity', () => {
  test('is fixed', () => {
    expect(dashboards.map(({ uid }) => uid)).toEqual(dashboardUids);
    expect(dashboards.flatMap((one) => identityProblems(one, dashboardUids))).toEqual([]);
  });
  test('catches what links, search and migration trip over', () => {
    const other = {
      uid: 'Über',
      title: 'X',
      tags: [],
      editable: true,
      timezone: '',
      schemaVersion: 42,
    };
    expect(identityProblems(other, dashboardUids)).toHaveLength(7);
  });
});

describe('21: layout', () => {
  test('has stable ids and no gap', () => {
    expect(dashboards.flatMap(layoutProblems)).toEqual([]);
  });
  const at = (x: number, y: number, w: number, id: number): PanelJson => ({
    id,
    type: 'stat',
    title: `p${id}`,
    gridPos: { x, y, w, h: 2 },
  });
  test.each([
    [[at(0, 0, 12, 1), at(12, 0, 13, 2)], 'p2 is outside of the grid'],
    [[at(0, 0, 12, 1), at(11, 1, 12, 2)], 'p1 and p2 overlap'],
    [[at(0, 0, 12, 1), at(0, 3, 12, 2)], 'nothing in line 2'],
    [[at(0, 0, 12, 1), at(12, 0, 12, 1)], 'id 1 is none, or is there twice'],
    [
      [{ ...at(0, 0, 24, 1), type: 'row', panels: [at(0, 2, 24, 2)] }],
      'p1: only a collapsed row holds its panels',
    ],
  ])('catches %#', (panels, problem) => {
    expect(layoutProblems({ uid: 'u', title: 't', panels, templating: { list: [] } })).toContain(
      problem,
    );
  });
});

describe('22: panels', () => {
  test('say what they answer', () => {
    expect(dashboards.flatMap(panelProblems)).toEqual([]);
  });
  test.each([
    [{ title: '' }, 'timeseries: no title'],
    [{ description: '' }, 'A title: no description'],
    [{ fieldConfig: { defaults: { unit: 'furlong' }, overrides: [] } }, 'A title: unit furlong'],
    [{ datasource: { uid: 'abc' } }, 'A title: a data source of its own'],
    [{ targets: [target({}), target({})] }, 'A title: A is there twice'],
    [{ targets: [target({ instant: true })] }, 'A title: A: instant or range?'],
    [{ type: 'table' }, 'A title: A: format time_series'],
  ])('catches %j', (own, problem) => {
    expect(panelProblems(withPanel(own))).toContain(problem);
  });
});

describe('23: queries', () => {
  test('ask for what is exposed', () => {
    expect(dashboards.flatMap((one) => queryProblems(one, records))).toEqual([]);
  });
  test.each([
    ['sum(', 'A does not parse'],
    ['imagepull_nothing{job=~"$job"}', 'imagepull_nothing is exposed by nobody'],
    ['imagepull_container_failing', 'imagepull_container_failing without a job'],
    [
      'imagepull_container_failing{job=~"$job", reason="x"}',
      'imagepull_container_failing has no label reason',
    ],
    [
      'imagepull_attempts_total{job=~"$job"}',
      'the counter imagepull_attempts_total without its growth',
    ],
    [
      'rate(imagepull_attempts_total{job=~"$job"}[5m])',
      'imagepull_attempts_total without $__rate_interval',
    ],
    ['rate(up{job=~"$job"}[$__rate_interval])', 'rate of up'],
  ])('catches %s', (expr, problem) => {
    expect(queryProblems(asks(expr), records)).toEqual([`A title: ${problem}`]);
  });
});

describe('24: variables', () => {
  test('are declared, used and not chosen', () => {
    expect(dashboards.flatMap(variableProblems)).toEqual([]);
  });
  test('catches strangers, idlers, exact matches and choices', () => {
    const list = [
      { name: 'datasource', type: 'datasource', label: 'DS' },
      { name: 'job', type: 'query', allValue: '.*', multi: true, current: {} },
      { name: 'idle', type: 'query', allValue: '.*', multi: true },
    ];
    expect(
      variableProblems({ ...asks('up{job="$job", node=~"$node"}'), templating: { list } }),
    ).toEqual([
      'node is not declared',
      'idle is not used',
      'job="$job" takes one value only',
      'job: chosen',
      'label of the data source',
      'job: All is .*',
    ]);
  });
});

test('25: transformations are known, and a typing error is caught', () => {
  expect(dashboards.flatMap(transformationProblems)).toEqual([]);
  const wrong = withPanel({ transformations: [{ id: 'organise', options: {} }] });
  expect(transformationProblems(wrong)).toEqual(['A title: no transformation organise']);
});

describe('26: links', () => {
  test('lead somewhere and take along what is needed', () => {
    expect(dashboards.flatMap((one) => linkProblems(one, dashboards))).toEqual([]);
    expect(texts.flatMap(placementProblems)).toEqual([]);
    expect(placementProblems('{"placement": "inControlsMenu"}')).toEqual(['placement']);
  });
  const rest = '${datasource:queryparam}&${__url_time_range}';
  test.each([
    [`/d/imagepull-nothing?${rest}`, 'L: no dashboard imagepull-nothing'],
    [`/d/imagepull-nodes?var-pod=x&${rest}`, 'L: imagepull-nodes has no variable pod'],
    [`/d/imagepull-nodes?var-node=\${__data.fields["Host"]}&${rest}`, 'L: no column Host'],
    ['/d/imagepull-nodes?${__url_time_range}', 'L: ${datasource:queryparam} is lost'],
    ['nowhere', 'L: leads nowhere'],
  ])('catches %s', (url, problem) => {
    const properties = [{ id: 'links', value: [{ title: 'L', url }] }];
    const overrides = [{ matcher: { id: 'byName', options: 'Node' }, properties }];
    const wrong = withPanel({ fieldConfig: { defaults: { unit: 'none' }, overrides } });
    expect(linkProblems(wrong, dashboards)).toEqual([`A title: ${problem}`]);
  });
});

describe('27: colours', () => {
  test('every class and cause has one, and it is the same everywhere', () => {
    expect(Object.keys(classColours)).toEqual(Object.keys(classes));
    expect(Object.keys(causeColours).sort()).toEqual(Object.keys(causes).sort());
    expect(new Set(Object.values(causeColours)).size).toBe(Object.keys(causes).length);
    expect(dashboards.flatMap(colourProblems)).toEqual([]);
  });
  test('catches another colour of a series and of a cell', () => {
    const overrides = [
      {
        matcher: { id: 'byName', options: 'policy' },
        properties: [{ id: 'color', value: { fixedColor: '#000000' } }],
      },
      {
        matcher: { id: 'byName', options: 'Cause' },
        properties: [{ id: 'mappings', value: [{ options: { unknown: { color: '#FFFFFF' } } }] }],
      },
    ];
    const wrong = withPanel({ fieldConfig: { defaults: { unit: 'none' }, overrides } });
    expect(colourProblems(wrong)).toEqual([
      'A title: policy is #000000',
      'A title: unknown is #FFFFFF',
    ]);
  });
});

describe('28: sizes and ConfigMaps', () => {
  const maps = parseAllDocuments(read('configmaps.yaml')).map((one) => one.toJS() as ConfigMap);
  test('fit kubectl and the sidecar, with the same dashboards as the files', () => {
    expect(maps.flatMap(configMapProblems)).toEqual([]);
    expect(maps.map(({ data }) => JSON.parse(Object.values(data)[0] ?? '') as unknown)).toEqual(
      dashboards,
    );
  });
  test('catches what is too large, unlabelled or misnamed', () => {
    const text = JSON.stringify({ uid: 'u', fill: 'x'.repeat(200_000) });
    const wrong = {
      kind: 'Secret',
      metadata: { name: 'A_b', labels: {} },
      data: { 'x.json': text },
    };
    expect(configMapProblems(wrong)).toEqual([
      'Secret is no ConfigMap',
      'no label for the sidecar',
      'no folder',
      'keys x.json',
      'name A_b',
      `${text.length} bytes`,
    ]);
  });
  test('GrafanaDashboards hold the same', () => {
    const objects = parseAllDocuments(read('grafanadashboards.yaml')).map(
      (one) => one.toJS() as { kind: string; spec: { json: string } },
    );
    expect(objects.map(({ spec }) => JSON.parse(spec.json) as unknown)).toEqual(dashboards);
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(['GrafanaDashboard']));
  });
});

test('30: the lines of panels are the numbers of the alerts', () => {
  expect(dashboards.flatMap(thresholdProblems)).toEqual([]);
  const wrong = withPanel({
    fieldConfig: {
      defaults: {
        unit: 's',
        custom: { thresholdsStyle: { mode: 'dashed' } },
        thresholds: { steps: [{ value: null }, { value: 123 }] },
      },
      overrides: [],
    },
  });
  expect(thresholdProblems(wrong)).toEqual(['A title: 123 is no threshold of an alert']);
});
