import { expect, test } from 'vitest';
import { acceptsGzip, negotiateFormat } from '../../../src/http/negotiation.ts';

test.each([
  { who: 'nobody in particular', accept: undefined, format: 'text' },
  { who: 'curl', accept: '*/*', format: 'text' },
  {
    who: 'Prometheus 2.42',
    accept:
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    format: 'openmetrics',
  },
  {
    who: 'Prometheus 3',
    accept:
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    format: 'openmetrics',
  },
  {
    who: 'Prometheus 3 with the text format preferred',
    accept:
      'text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.2',
    format: 'text',
  },
  {
    who: 'a browser',
    accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    format: 'text',
  },
  {
    who: 'one who refuses OpenMetrics',
    accept: 'application/openmetrics-text;q=0',
    format: 'text',
  },
  {
    who: 'one who knows an older OpenMetrics only',
    accept: 'application/openmetrics-text;version=0.0.1',
    format: 'text',
  },
  {
    who: 'one who shouts',
    accept: 'Application/OpenMetrics-Text; Version=1.0.0',
    format: 'openmetrics',
  },
  { who: 'one who accepts neither', accept: 'application/json', format: 'text' },
  {
    who: 'one who writes nonsense',
    accept: ';;q=x,,application/openmetrics-text;q=9',
    format: 'text',
  },
])('$who is served $format', ({ accept, format }) => {
  expect(negotiateFormat(accept)).toBe(format);
});

test.each([
  [undefined, false],
  ['gzip', true],
  ['gzip, deflate, br', true],
  ['GZIP;q=0.5', true],
  ['*', true],
  ['br', false],
  ['gzip;q=0', false],
  ['*;q=0', false],
  ['gzip;q=0, *', false],
  ['gzip;q=0.5, identity', false],
  ['gzip;q=0.5, identity;q=0.1', true],
])('Accept-Encoding %j: gzip is sent: %j', (header, expected) => {
  expect(acceptsGzip(header)).toBe(expected);
});
