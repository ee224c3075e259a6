// An error text -> its cause: taken apart, then judged by the first rule that holds.
import { parseImageReference } from '../observe/image-reference.ts';
import { mostAdvanced } from './aggregate.ts';
import type { Cause } from './causes.ts';
import { type Subject, matchRule, phrasesOf, subjectOf } from './match.ts';
import { namesNoCause } from './no-cause.ts';
import { type Parsed, parse } from './parse.ts';
import { PhraseTree } from './phrases.ts';
import { redact } from './redact.ts';
import { type Rule, rules } from './rules.ts';
import { primaryError, splitAttempts } from './split.ts';
import { boundText, normalizeText } from './text.ts';
import type { UserRule } from './user-rules.ts';
import type { Classify, ClassifyInput, Verdict } from './verdict.ts';

export interface Match {
  readonly rule: string;
  readonly cause: Cause;
  readonly evidence: string;
}

/** One of the errors that a text joins, and what the rules say about it. */
export interface Judged {
  readonly parsed: Parsed;
  /** Rules that hold, in their order: the first decides. */
  readonly matches: readonly Match[];
  /** The error was found in the registry's answer: a cache relays what happened to it. */
  readonly relayed: boolean;
}

/** How a verdict came about. */
export interface Explanation {
  /** What was looked at: bounded, unescaped, redacted. */
  readonly text: string;
  readonly userMatches: readonly Match[];
  readonly attempts: readonly Judged[];
  readonly verdict: Verdict | undefined;
}

export interface Classifier {
  readonly classify: Classify;
  readonly explain: (input: ClassifyInput) => Explanation;
}

const noMatch: Match = { cause: 'unknown', rule: '', evidence: '' };
const longestEvidence = 200;

/** `table` is for tests. User's rules come first, and look at the whole text. */
export function createClassifier(
  options: { readonly userRules?: readonly UserRule[]; readonly table?: readonly Rule[] } = {},
): Classifier {
  const { userRules = [], table = rules } = options;
  const phrases = new PhraseTree(table.flatMap(phrasesOf));

  function judge(input: ClassifyInput, firstOnly: boolean): Explanation {
    const reason = input.reason ?? '';
    const text = redact(normalizeText(boundText(input.message || reason)));
    const userMatches = userRules.flatMap((rule) => matchUserRule(rule, text));
    const attempts = splitAttempts(text).map((attempt): Judged => {
      const parsed = parse(primaryError(attempt));
      const registry = registryOf(input.image ?? parsed.ref);
      const matches = matchesIn(subjectOf(parsed, phrases, reason, registry), firstOnly);
      if (matches.length > 0 || parsed.answer === '') return { parsed, matches, relayed: false };
      const inner = subjectOf(parse(parsed.answer), phrases, reason, registry);
      return { parsed, matches: matchesIn(inner, firstOnly), relayed: true };
    });
    return { text, userMatches, attempts, verdict: decide(userMatches[0], attempts) };
  }

  function matchesIn(subject: Subject, firstOnly: boolean): readonly Match[] {
    const matches: Match[] = [];
    for (const rule of table) {
      const evidence = matchRule(rule, subject);
      if (evidence === undefined) continue;
      matches.push({ rule: rule.id, cause: rule.cause, evidence: clip(evidence) });
      if (firstOnly) break;
    }
    return matches;
  }

  return {
    classify: (input) => judge(input, true).verdict,
    explain: (input) => judge(input, false),
  };
}

function matchUserRule(rule: UserRule, text: string): readonly Match[] {
  const evidence = rule.match(text);
  if (evidence === undefined) return [];
  return [{ rule: rule.id, cause: rule.cause, evidence: clip(evidence) }];
}

function decide(byUser: Match | undefined, attempts: readonly Judged[]): Verdict | undefined {
  const verdicts = attempts.flatMap(({ parsed, matches }): readonly Verdict[] => {
    const match = byUser ?? matches[0];
    if (!match && namesNoCause(parsed)) return [];
    const { stage, httpStatus, endpoint } = parsed;
    return [{ ...(match ?? noMatch), stage, httpStatus, endpoint }];
  });
  return mostAdvanced(verdicts);
}

function registryOf(image: string): string {
  return image === '' ? '' : parseImageReference(image).registry;
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= longestEvidence ? line : `${line.slice(0, longestEvidence - 1)}…`;
}

const builtIn = createClassifier();

/** With the built-in rules only. */
export const classify: Classify = builtIn.classify;
export const explain = builtIn.explain;
