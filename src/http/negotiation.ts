// Accept and Accept-Encoding -> exposition format and compression, with q-values.
import type { Format } from '../metrics/text-format.ts';

interface Range {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly q: number;
}

/**
 * OpenMetrics 1.0 only for those who name it, and prefer it or like it as much; text 0.0.4 for all
 * others: a scraper that accepts neither is better served than refused.
 */
export function negotiateFormat(accept: string | undefined): Format {
  const ranges = parseRanges(accept ?? '');
  const openMetrics = best(
    ranges.filter(
      ({ name, parameters }) =>
        name === 'application/openmetrics-text' &&
        ['1.0.0', undefined].includes(parameters.get('version')),
    ),
  );
  const text = best(
    ranges.filter(
      ({ name, parameters }) =>
        ['text/*', '*/*'].includes(name) ||
        (name === 'text/plain' && ['0.0.4', undefined].includes(parameters.get('version'))),
    ),
  );
  return openMetrics > 0 && openMetrics >= text ? 'openmetrics' : 'text';
}

/** True where gzip is accepted and not liked less than no compression. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const ranges = parseRanges(acceptEncoding ?? '');
  const q = (coding: string): number | undefined => ranges.find(({ name }) => name === coding)?.q;
  const gzip = q('gzip') ?? q('x-gzip') ?? q('*') ?? 0;
  return gzip > 0 && gzip >= (q('identity') ?? 0);
}

function best(ranges: readonly Range[]): number {
  return Math.max(0, ...ranges.map(({ q }) => q));
}

function parseRanges(header: string): readonly Range[] {
  return header.split(',').flatMap((part) => {
    const [name = '', ...rest] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (name === '') return [];
    const parameters = new Map(
      rest.map((piece) => {
        const equals = piece.indexOf('=');
        return [piece.slice(0, equals).trim(), piece.slice(equals + 1).trim()];
      }),
    );
    const q = Number(parameters.get('q') ?? 1);
    return [{ name, parameters, q: q >= 0 && q <= 1 ? q : 0 }];
  });
}
