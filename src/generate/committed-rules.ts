// The committed files that come from rules/: what is generated with the defaults.
import type { GeneratedFile } from './generated-file.ts';
import { ruleTests } from './rule-tests.ts';
import { runbookFiles } from './runbooks.ts';
import { generateRules, upstreamRules } from './rules.ts';
import type { WrittenFile } from './written-files.ts';

export function committedRuleFiles(): readonly WrittenFile[] {
  return [
    ...inFolder('rules/generated', [...generateRules().files, upstreamRules()]),
    ...inFolder('rules/tests/generated', ruleTests()),
    ...runbookFiles(),
  ];
}

function inFolder(folder: string, files: readonly GeneratedFile[]): readonly WrittenFile[] {
  return files.map(({ name, content }) => ({ path: `${folder}/${name}`, content: () => content }));
}
