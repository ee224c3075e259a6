// The value of --classify.rules-file -> a classifier with those rules in front of the built-in ones.
import { createClassifier } from '../classify/classify.ts';
import type { Classify } from '../classify/verdict.ts';
import { readRulesFile } from './rules-file.ts';

/** Throws UsageError when the file cannot be used. */
export async function loadClassifier(file: string | undefined): Promise<Classify> {
  return createClassifier({ userRules: file === undefined ? [] : await readRulesFile(file) });
}
