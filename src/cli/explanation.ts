// How a verdict came about -> lines for people.
import { causes } from '../classify/causes.ts';
import type { Attempt, Explanation, Match } from '../classify/classify.ts';

const longestText = 2000;

export function explanationText(explanation: Explanation): string {
  const { attempts, userMatches, verdict } = explanation;
  const lines = [
    field('text', clip(explanation.text)),
    ...(userMatches.length > 0 ? matchLines('own rules', userMatches, 0) : []),
    ...attempts.flatMap((attempt, index) => [
      ...(attempts.length > 1 ? [`  attempt ${index + 1} of ${attempts.length}`] : []),
      ...attemptLines(attempt),
    ]),
  ];
  if (!verdict)
    return [...lines, field('cause', 'none named: a pod keeps the cause it has')].join('\n');
  const record = causes[verdict.cause];
  const rule =
    verdict.rule === ''
      ? 'none knows this text; docs/causes.md says how to report it'
      : `${verdict.rule}: ${verdict.evidence === '' ? 'the reason alone' : verdict.evidence}`;
  return [
    ...lines,
    field('cause', `${verdict.cause} (${record.class}): ${record.title}`),
    field('rule', rule),
  ].join('\n');
}

function attemptLines({ parsed, matches, relayed }: Attempt): readonly string[] {
  const facts = [
    fact('status', parsed.statusText || String(parsed.httpStatus ?? '')),
    fact('codes', parsed.codes.join(', ')),
    fact('proxy answered', parsed.connectAnswer ?? ''),
    fact('gRPC', parsed.grpcCode),
    fact('reasons', [...parsed.reasons].join(', ')),
    fact('media types', parsed.mediaTypes.join(', ')),
    fact('stage', parsed.stage ?? ''),
    fact('endpoint', parsed.endpoint),
    fact('image', parsed.ref),
  ].flat();
  return [
    ...parsed.frames.map(({ means, text }, index) =>
      field(index === 0 ? 'wrappers' : '', `${means}: ${oneLine(text).trim()}`),
    ),
    field('words', parsed.own.tokens.join(' ') || '(none)'),
    ...(parsed.server.tokens.length > 0 ? [field('answer', parsed.server.tokens.join(' '))] : []),
    ...(facts.length > 0 ? [field('fields', facts.join('; '))] : []),
    ...matchLines(relayed ? 'relayed' : 'rules', matches, 0),
  ];
}

function matchLines(name: string, matches: readonly Match[], winner: number): readonly string[] {
  if (matches.length === 0) return [field(name, '(none)')];
  return matches.map(({ rule, cause, evidence }, index) =>
    field(
      index === 0 ? name : '',
      `${index === winner ? '> ' : '  '}${rule} -> ${cause}${evidence === '' ? '' : `: ${evidence}`}`,
    ),
  );
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(10)}${value}`;
}

function fact(name: string, value: string): readonly string[] {
  return value === '' ? [] : [`${name} ${value}`];
}

function clip(text: string): string {
  const line = oneLine(text);
  return line.length <= longestText ? line : `${line.slice(0, longestText)}…`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
