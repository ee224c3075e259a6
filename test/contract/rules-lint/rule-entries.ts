// A rule file -> its rules one by one, for the checks beside this file. Each check takes what is
// shipped and answers what is wrong with it, in sentences; they are numbered as in the specification
// (section 9 of reference/rules-and-dashboards.md).
import type { RuleFile, RuleFileEntry } from '../../../src/generate/rule-file.ts';
import { parsePromql, type PromqlNode } from '../../support/promql-tree.ts';

export type Problems = readonly string[];

export function entries(file: RuleFile): readonly RuleFileEntry[] {
  return file.groups.flatMap((group) => group.rules);
}

export function nameOf(entry: RuleFileEntry): string {
  return entry.alert ?? entry.record ?? '?';
}

/** What `check` says of each expression of the file, with the rule's name in front. */
export function ofEachExpression(
  file: RuleFile,
  check: (root: PromqlNode, entry: RuleFileEntry) => Problems,
): Problems {
  return entries(file).flatMap((entry) => {
    const root = parsePromql(entry.expr);
    const problems = root === undefined ? ['does not parse'] : check(root, entry);
    return problems.map((problem) => `${nameOf(entry)}: ${problem}`);
  });
}

/** What stands between {{ and }}. */
export function actionsOf(text: string): readonly string[] {
  return [...text.matchAll(/\{\{(.*?)\}\}/gs)].map(([, action]) => action ?? '');
}
