// Error texts, one per line -> one JSON line each with the cause, or for people how it was found.
import { causes } from '../classify/causes.ts';
import { type Explain, type Explanation, createExplainer } from '../classify/classify.ts';
import type { ClassifyInput } from '../classify/verdict.ts';
import { readCommandLine } from '../config/command-line.ts';
import { toggle } from '../config/option.ts';
import { rulesFileOption } from '../config/serve-options.ts';
import { parseImageReference } from '../observe/image-reference.ts';
import type { Command } from './command.ts';
import { explanationText } from './explanation.ts';
import { readLines } from './lines.ts';
import { readRulesFile } from './rules-file.ts';

const options = {
  explain: toggle({
    name: 'explain',
    help: 'Print for people: how each text was taken apart, which rules matched, which won.',
    group: 'Output',
  }),
  rulesFile: { ...rulesFileOption, group: 'Rules' },
};

export const command: Command = {
  description: {
    name: 'classify',
    summary: 'Say why an image could not be pulled: one error text per line on standard input.',
    usage: '[flags] < FILE',
    options,
    examples: [
      "kubectl get events -A -o json | jq -r '.items[].message' | imagepull-exporter classify",
      'echo \'{"message": "manifest unknown", "image": "nginx:nope"}\' | imagepull-exporter classify',
      "echo 'dial tcp: lookup ghcr.io: no such host' | imagepull-exporter classify --explain",
    ],
    notes:
      'A line is a text, or a JSON object {"message", "reason"?, "image"?}. The answer to each, in order, is one JSON line {"cause", "class", "rule", "evidence", "stage", "http_status", "endpoint", "registry"}; with the field "error" where the line could not be read.',
  },
  async run(context) {
    const { values } = readCommandLine('classify', options, context.argv, context.environment);
    return runClassify({ input: context.stdin, write: context.write }, values);
  },
};

/**
 * Answers every line, in order, whatever it is. Rejects with UsageError for a broken rules file,
 * and with the writer's error, EPIPE among them.
 */
export async function runClassify(
  io: {
    readonly input: AsyncIterable<string | Uint8Array>;
    readonly write: (text: string) => Promise<void> | void;
  },
  { explain, rulesFile }: { readonly explain: boolean; readonly rulesFile?: string | undefined },
): Promise<number> {
  const userRules = rulesFile === undefined ? [] : await readRulesFile(rulesFile);
  const explainer = createExplainer({ userRules });
  const answer = explain ? explanationOf : jsonLineOf;
  for await (const lines of readLines(io.input)) {
    // One write for all lines of a chunk: a write each would cost more than the classifying.
    await io.write(lines.map((line) => answer(line, explainer)).join(''));
  }
  return 0;
}

function explanationOf(line: string, explainer: Explain): string {
  const input = readLine(line);
  if (typeof input === 'string') return `  error     ${input}\n\n`;
  return `${explanationText(explainer(input))}\n\n`;
}

function jsonLineOf(line: string, explainer: Explain): string {
  const input = readLine(line);
  const bad = typeof input === 'string';
  const explanation = explainer(bad ? { message: '' } : input);
  const error = bad ? { error: input } : {};
  return `${JSON.stringify({ ...answerOf(explanation), ...error })}\n`;
}

function answerOf({ verdict, image }: Explanation): Record<string, unknown> {
  const cause = verdict?.cause ?? 'unknown';
  return {
    cause,
    class: causes[cause].class,
    rule: verdict?.rule ?? '',
    evidence: verdict?.evidence ?? '',
    stage: verdict?.stage ?? null,
    http_status: verdict?.httpStatus ?? null,
    endpoint: verdict?.endpoint ?? '',
    registry: image === '' ? '' : parseImageReference(image).registry,
  };
}

/** What to classify, or what is wrong with the line. */
function readLine(line: string): ClassifyInput | string {
  if (!line.trimStart().startsWith('{')) return { message: line };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not a JSON object: ${error instanceof Error ? error.message : String(error)}`;
  }
  const { message, reason, image } = value as Record<string, unknown>;
  if (typeof message !== 'string') return 'expected "message", a text';
  if (!isTextOrAbsent(reason)) return 'expected "reason" to be a text';
  if (!isTextOrAbsent(image)) return 'expected "image" to be a text';
  return { message, ...(reason ? { reason } : {}), ...(image ? { image } : {}) };
}

function isTextOrAbsent(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string';
}
