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
export interface Attempt {
  readonly parsed: Parsed;
  /** Rules that hold, in their order: the first decides. */
  readonly matches: readonly Match[];
  /** They hold for the error inside the registry's answer: a cache relays what happened to it. */
  readonly relayed: boolean;
}

/** How a verdict came about. */
export interface Explanation {
  /** What was looked at: bounded, unescaped, redacted. */
  readonly text: string;
  /** Image reference, as given or as the text quotes it; '' when neither has one. */
  readonly image: string;
  /** Rules of the user's own, which win, and look at the whole text. */
  readonly userMatches: readonly Match[];
  readonly attempts: readonly Attempt[];
  readonly verdict: Verdict | undefined;
}

export interface ClassifierOptions {
  readonly userRules?: readonly UserRule[];
  /** In place of the built-in table. */
  readonly table?: readonly Rule[];
}

const noMatch: Match = { cause: 'unknown', rule: '', evidence: '' };
const longestEvidence = 200;

export type Explain = (input: ClassifyInput) => Explanation;

export function createExplainer(options: ClassifierOptions = {}): Explain {
  const judge = createJudge(options);
  return (input) => judge(input, Number.POSITIVE_INFINITY);
}

export function createClassifier(options: ClassifierOptions = {}): Classify {
  const judge = createJudge(options);
  return (input) => judge(input, 1).verdict;
}

/** With the built-in rules only. */
export const explain: Explain = createExplainer();
export const classify: Classify = createClassifier();

/** `most`: how many rules that hold are wanted; the first decides. */
function createJudge(
  options: ClassifierOptions,
): (input: ClassifyInput, most: number) => Explanation {
  const { userRules = [], table = rules } = options;
  const phrases = new PhraseTree(table.flatMap(phrasesOf));

  function matchesOf(subject: Subject, most: number): readonly Match[] {
    const matches: Match[] = [];
    for (const rule of table) {
      matches.push(...matchOf(rule, matchRule(rule, subject)));
      if (matches.length >= most) break;
    }
    return matches;
  }

  function attemptOf(
    text: string,
    { image = '', reason = '' }: ClassifyInput,
    most: number,
  ): Attempt {
    const parsed = parse(text);
    const ref = image === '' ? parsed.ref : image;
    const registry = ref === '' ? '' : parseImageReference(ref).registry;
    const matches = matchesOf(subjectOf(parsed, phrases, reason, registry), most);
    if (matches.length > 0 || parsed.answer === '') return { parsed, matches, relayed: false };
    const inner = subjectOf(parse(parsed.answer), phrases, reason, registry);
    return { parsed, matches: matchesOf(inner, most), relayed: true };
  }

  return (input, most) => {
    const text = redact(normalizeText(boundText(input.message || (input.reason ?? ''))));
    const userMatches = userRules.flatMap((rule) => matchOf(rule, rule.match(text)));
    const attempts = splitAttempts(text).map((part) => attemptOf(primaryError(part), input, most));
    const quoted = attempts.find(({ parsed }) => parsed.ref !== '')?.parsed.ref;
    return {
      text,
      image: input.image ?? quoted ?? '',
      userMatches,
      attempts,
      verdict: decide(userMatches[0], attempts),
    };
  };
}

function matchOf(
  rule: { readonly id: string; readonly cause: Cause },
  evidence: string | undefined,
): readonly Match[] {
  if (evidence === undefined) return [];
  return [{ rule: rule.id, cause: rule.cause, evidence: clip(evidence) }];
}

function decide(byUser: Match | undefined, attempts: readonly Attempt[]): Verdict | undefined {
  const verdicts = attempts.flatMap(({ parsed, matches }): readonly Verdict[] => {
    const match = byUser ?? matches[0];
    if (!match && namesNoCause(parsed)) return [];
    const { stage, httpStatus, endpoint } = parsed;
    return [{ ...(match ?? noMatch), stage, httpStatus, endpoint }];
  });
  return mostAdvanced(verdicts);
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length <= longestEvidence ? line : `${line.slice(0, longestEvidence - 1)}…`;
}
