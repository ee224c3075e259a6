// A rule and a parsed text -> the words that make it hold, or nothing.
import { isKubelets } from './forms.ts';
import type { Parsed } from './parse.ts';
import type { PhraseTree, Span } from './phrases.ts';
import type { Condition, Rule } from './rules.ts';
import type { Words } from './words.ts';

/** A text as rules ask about it. */
export interface Subject {
  readonly parsed: Parsed;
  readonly own: ReadonlyMap<string, Span>;
  readonly server: ReadonlyMap<string, Span>;
  /** The kubelet's reasons: the one given with the text, and those that it names. */
  readonly reasons: ReadonlySet<string>;
  /** Registry host of the image; '' when not known. */
  readonly registry: string;
}

export function subjectOf(
  parsed: Parsed,
  phrases: PhraseTree,
  reason: string,
  registry: string,
): Subject {
  return {
    parsed,
    own: phrases.find(parsed.own),
    server: phrases.find(parsed.server),
    reasons: new Set([reason, ...parsed.reasons]),
    registry,
  };
}

/** Every phrase that the rule looks for. */
export function phrasesOf({ when }: Rule): readonly string[] {
  return [when.own, when.server, when.words, when.unless].flatMap((list) => list ?? []);
}

/** The words that decided, '' when a reason alone did; undefined when the rule does not hold. */
export function matchRule({ when }: Rule, subject: Subject): string | undefined {
  if (!when.own && !when.server && !when.words) {
    return holdsFields(when, subject) ? fieldEvidence(when, subject.parsed) : undefined;
  }
  const { own, server } = subject.parsed;
  const evidence =
    evidenceIn(when.own, subject.own, own) ??
    evidenceIn(when.server, subject.server, server) ??
    evidenceIn(when.words, subject.own, own) ??
    evidenceIn(when.words, subject.server, server);
  return evidence !== undefined && holdsFields(when, subject) ? evidence : undefined;
}

function evidenceIn(
  phrases: readonly string[] | undefined,
  found: ReadonlyMap<string, Span>,
  words: Words,
): string | undefined {
  if (!phrases || found.size === 0) return undefined;
  const phrase = phrases.find((candidate) => found.has(candidate));
  const span = phrase === undefined ? undefined : found.get(phrase);
  return span && words.source(span.start, span.end);
}

function holdsFields(when: Condition, subject: Subject): boolean {
  const { parsed } = subject;
  return (
    (when.reason?.some((reason) => subject.reasons.has(reason)) ?? true) &&
    (when.wrapper?.some((means) => parsed.meanings.has(means)) ?? true) &&
    !when.unlessWrapper?.some((means) => parsed.meanings.has(means)) &&
    (when.status === undefined || statusIn(when.status, parsed.httpStatus)) &&
    (when.code?.some((code) => parsed.codes.includes(code)) ?? true) &&
    (when.media?.some((part) => parsed.mediaTypes.some((type) => type.includes(part))) ?? true) &&
    (when.url?.some((part) => parsed.url.includes(part)) ?? true) &&
    (when.host?.some((host) => host === parsed.endpoint || host === subject.registry) ?? true) &&
    (when.grpc?.includes(parsed.grpcCode) ?? true) &&
    (!when.bare || parsed.frames.every((frame) => isKubelets(frame.means))) &&
    (!when.proxyAnswered || parsed.connectAnswer !== undefined) &&
    !when.unless?.some((phrase) => subject.own.has(phrase) || subject.server.has(phrase))
  );
}

function statusIn(wanted: NonNullable<Condition['status']>, status: number | undefined): boolean {
  if (status === undefined) return false;
  return 'from' in wanted ? status >= wanted.from && status <= wanted.to : wanted.includes(status);
}

function fieldEvidence(when: Condition, parsed: Parsed): string {
  if (when.proxyAnswered) return parsed.connectAnswer ?? '';
  if (when.status) return parsed.statusText;
  if (when.code) return parsed.server.source(0, parsed.server.tokens.length);
  const frame = parsed.frames.findLast(({ means }) => when.wrapper?.includes(means));
  return frame ? frame.text + frame.rest : '';
}
