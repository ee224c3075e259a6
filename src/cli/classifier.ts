// --classify.rules-file -> the classifier: the operator's rules, if there are any, before the built-in ones.
import { classify, createClassifier } from '../classify/classify.ts';
import type { Classify } from '../classify/verdict.ts';
import { readRulesFile } from './rules-file.ts';

/** Throws UsageError that names file, line and reason. */
export async function loadClassifier(rulesFile: string | undefined): Promise<Classify> {
  return rulesFile === undefined
    ? classify
    : createClassifier({ userRules: await readRulesFile(rulesFile) });
}
