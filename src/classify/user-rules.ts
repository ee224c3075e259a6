// Rules of one's own, as read from a file -> expressions that are known to work, or one clear error.
import { RE2JS, RE2JSSyntaxException } from 're2js';
import { type Cause, causes } from './causes.ts';
import { redact } from './redact.ts';
import { rules } from './rules.ts';
import { boundText, normalizeText } from './text.ts';

export interface UserRule {
  readonly id: string;
  readonly cause: Cause;
  /** The part of the text that the expression matches, undefined when there is none. In linear time. */
  readonly match: (text: string) => string | undefined;
}

/** One rule as it stands in the file, nothing checked yet. */
export interface UserRuleSource {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Line of a field, of its n-th entry, or of the rule where it has no such field. */
  readonly lineOf: (field: string, entry?: number) => number;
}

/** The operator's rule is wrong. */
export class UserRuleError extends Error {
  override readonly name = 'UserRuleError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const known = new Set(['id', 'cause', 'expression', 'examples']);
const idPattern = /^[a-z][a-z0-9-]{0,62}$/;

/** Throws UserRuleError at the first fault. */
export function compileUserRules(sources: readonly UserRuleSource[]): readonly UserRule[] {
  const ids = new Set(rules.map(({ id }) => id));
  return sources.map((source) => {
    const rule = compileRule(source);
    if (ids.has(rule.id)) {
      throw new UserRuleError(source.lineOf('id'), `id ${quote(rule.id)} is taken already`);
    }
    ids.add(rule.id);
    return rule;
  });
}

function compileRule({ fields, lineOf }: UserRuleSource): UserRule {
  const stranger = Object.keys(fields).find((key) => !known.has(key));
  if (stranger !== undefined) {
    throw new UserRuleError(
      lineOf(stranger),
      `unknown key ${quote(stranger)}; a rule has ${[...known].join(', ')}`,
    );
  }
  const text = (field: string): string => {
    const value = fields[field];
    if (typeof value === 'string' && value !== '') return value;
    throw new UserRuleError(lineOf(field), `a rule needs ${field}, a text`);
  };
  const id = text('id');
  if (!idPattern.test(id)) {
    throw new UserRuleError(
      lineOf('id'),
      `id ${quote(id)} must be lower-case letters, digits and hyphens, at most 63, a letter first`,
    );
  }
  const cause = text('cause');
  if (!isCause(cause)) {
    throw new UserRuleError(
      lineOf('cause'),
      `cause ${quote(cause)} is none of the ${Object.keys(causes).length} causes of docs/causes.md`,
    );
  }
  const match = compileExpression(text('expression'), lineOf('expression'));
  checkExamples(fields['examples'], match, lineOf);
  return { id, cause, match };
}

function compileExpression(source: string, line: number): UserRule['match'] {
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    throw new UserRuleError(line, `expression is not RE2 syntax: ${error.message}`);
  }
  if (expression.matcher('').find()) {
    throw new UserRuleError(
      line,
      'expression matches the empty text, so it would match every text',
    );
  }
  return (text) => {
    const matcher = expression.matcher(text);
    return matcher.find() ? (matcher.group() ?? '') : undefined;
  };
}

function checkExamples(
  examples: unknown,
  match: UserRule['match'],
  lineOf: UserRuleSource['lineOf'],
): void {
  if (!Array.isArray(examples) || examples.length === 0) {
    throw new UserRuleError(
      lineOf('examples'),
      'a rule needs examples, a list of messages that its expression must match',
    );
  }
  for (const [index, example] of examples.entries()) {
    const line = lineOf('examples', index);
    if (typeof example !== 'string') throw new UserRuleError(line, 'an example must be a text');
    // What the expression will see is unescaped and redacted.
    if (match(redact(normalizeText(boundText(example)))) === undefined) {
      throw new UserRuleError(line, `expression does not match its example ${quote(example)}`);
    }
  }
}

function isCause(text: string): text is Cause {
  return Object.hasOwn(causes, text);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
