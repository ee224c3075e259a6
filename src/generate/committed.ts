// `npm run generate`: writes every generated file that is committed; with --check it only compares
// and exits with 1 where one differs.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { committedCausesPage } from './committed-causes.ts';
import { committedDashboardFiles } from './committed-dashboards.ts';
import { committedKustomizeFiles } from './committed-kustomize.ts';
import { committedRuleFiles } from './committed-rules.ts';
import { configurationPage } from './configuration-page.ts';
import { metricsPage } from './metrics-page.ts';
import { compareFiles, writeFiles } from './written-files.ts';

// Each part of the repository that generates files adds its list here.
const files = [
  ...committedRuleFiles(),
  ...committedDashboardFiles(),
  ...committedKustomizeFiles(),
  { path: 'docs/metrics.md', content: () => metricsPage() },
  { path: 'docs/configuration.md', content: () => configurationPage() },
  committedCausesPage(),
];

/** Hold generated files only, so that what is generated no more is noticed. */
const folders = ['dashboards/generated', 'deploy', 'rules/generated', 'rules/tests/generated'];

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
if (values.check) {
  const differences = await compareFiles(root, files, folders);
  for (const { path, problem } of differences) {
    process.stderr.write(`${path}: ${problem}; run npm run generate\n`);
  }
  process.exitCode = differences.length === 0 ? 0 : 1;
} else {
  await writeFiles(root, files);
}
