// The YAML file of --classify.rules-file -> rules that are known to work, or a UsageError of one line.
import { readFile } from 'node:fs/promises';
import { LineCounter, isCollection, isMap, isNode, isSeq, parseDocument, type YAMLMap } from 'yaml';
import { UserRuleError, compileUserRules } from '../classify/user-rules.ts';
import type { UserRule, UserRuleSource } from '../classify/user-rules.ts';
import { UsageError } from '../config/option.ts';

/** Throws UsageError that names the flag, the file, the line and the reason. */
export async function readRulesFile(file: string): Promise<readonly UserRule[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--classify.rules-file: cannot read ${file}: ${reason}`, { cause: error });
  }
  return parseRulesFile(text, file);
}

/** `file` is only for messages. */
export function parseRulesFile(text: string, file: string): readonly UserRule[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fail = (line: number, reason: string): never => {
    throw new UsageError(`--classify.rules-file: ${file}:${line}: ${reason}`);
  };
  const lineOf = (node: unknown): number =>
    isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1;

  const [error] = document.errors;
  if (error) fail(lines.linePos(error.pos[0]).line, error.message.split('\n')[0] ?? '');
  const list = isMap(document.contents) ? document.contents.get('rules') : undefined;
  if (!isSeq(list)) return fail(1, 'expected a list under the key "rules"');
  const stranger = (document.contents as YAMLMap).items.find(({ key }) => String(key) !== 'rules');
  if (stranger)
    fail(lineOf(stranger.key), `unknown key "${String(stranger.key)}"; expected "rules"`);

  const sources = list.items.map((item): UserRuleSource => {
    if (!isMap(item)) return fail(lineOf(item), 'expected a rule: id, cause, expression, examples');
    return {
      fields: item.toJS(document) as Record<string, unknown>,
      lineOf: (field, entry) => {
        const pair = item.items.find(({ key }) => String(key) === field);
        const value = pair?.value;
        const inside = entry !== undefined && isCollection(value) ? value.items[entry] : undefined;
        return lineOf(inside ?? pair?.key ?? item);
      },
    };
  });
  try {
    return compileUserRules(sources);
  } catch (caught) {
    if (!(caught instanceof UserRuleError)) throw caught;
    return fail(caught.line, caught.message);
  }
}
