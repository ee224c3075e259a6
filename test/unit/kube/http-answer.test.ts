import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HttpAnswer } from '../../../src/kube/http-answer.ts';
import { KubeError } from '../../../src/kube/kube-error.ts';

/** What is made of the answer, given in pieces and then closed. */
function read(...pieces: readonly string[]) {
  const heads: { status: number; headers: Record<string, string> }[] = [];
  let body = '';
  const answer = new HttpAnswer({
    head: ({ status, headers }) => heads.push({ status, headers: Object.fromEntries(headers) }),
    body: (piece) => {
      body += piece.toString('latin1');
    },
  });
  for (const piece of pieces) answer.push(Buffer.from(piece, 'latin1'));
  const { isComplete, keepsAlive } = answer;
  return { ...heads[0], body, isComplete, keepsAlive, isWholeWhenClosed: answer.close() };
}

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

test.each([
  {
    what: 'a counted body',
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello',
    body: 'hello',
    keepsAlive: true,
  },
  {
    what: 'an empty body',
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    body: '',
    keepsAlive: true,
  },
  {
    what: 'chunks',
    bytes: `${chunked}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`,
    body: 'hello world',
    keepsAlive: true,
  },
  {
    what: 'chunks with extensions and a trailer',
    bytes: `${chunked}00A;a="b;c"\r\n0123456789\r\n0 \r\nX: y\r\n\r\n`,
    body: '0123456789',
    keepsAlive: true,
  },
  {
    what: 'line ends without CR',
    bytes: 'HTTP/1.1 200 OK\nContent-Length: 1\n\nx',
    body: 'x',
    keepsAlive: true,
  },
  {
    what: 'an interim answer before it',
    bytes: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx',
    body: 'x',
    keepsAlive: true,
  },
  {
    what: 'a connection that ends with it',
    bytes: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx',
    body: 'x',
    keepsAlive: false,
  },
  {
    what: 'HTTP/1.0',
    bytes: 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx',
    body: 'x',
    keepsAlive: false,
  },
  {
    what: 'more than was asked for',
    bytes: `${chunked}0\r\n\r\nHTTP/1.1`,
    body: '',
    keepsAlive: false,
  },
  { what: 'no content', bytes: 'HTTP/1.1 204 No Content\r\n\r\n', body: '', keepsAlive: true },
])('$what', ({ bytes, body, keepsAlive }) => {
  expect(read(bytes)).toMatchObject({
    body,
    keepsAlive,
    isComplete: true,
    isWholeWhenClosed: true,
  });
});

test('the head is given with names in lower case', () => {
  expect(
    read('HTTP/1.1 429 Too Many Requests\r\nRetry-After:  7 \r\nContent-Length: 0\r\n\r\n'),
  ).toMatchObject({
    status: 429,
    headers: { 'retry-after': '7', 'content-length': '0' },
  });
});

test('a body of unknown length ends with the connection', () => {
  const answer = read('HTTP/1.1 200 OK\r\n\r\nhel', 'lo');

  expect(answer).toMatchObject({ body: 'hello', isComplete: false, isWholeWhenClosed: true });
});

test.each([
  { where: 'its head', bytes: 'HTTP/1.1 200 OK\r\nContent-Le' },
  { where: 'a counted body', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell' },
  { where: 'a chunk', bytes: `${chunked}5\r\nhell` },
  { where: 'the size of a chunk', bytes: `${chunked}5` },
  { where: 'the end of a chunk', bytes: `${chunked}5\r\nhello\r` },
  { where: 'the trailer', bytes: `${chunked}0\r\n` },
])('a connection that ends in $where cuts the answer short', ({ bytes }) => {
  expect(read(bytes)).toMatchObject({ isComplete: false, isWholeWhenClosed: false });
});

test('it makes no difference how it is cut', () => {
  const bytes = `${chunked}5\r\nhello\r\n1f\r\n${'x'.repeat(31)}\r\n0\r\nA: b\r\n\r\n`;
  const positions = fc.array(fc.nat(bytes.length), { maxLength: 30 });
  fc.assert(
    fc.property(positions, (cuts) => {
      const sorted = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = sorted.slice(1).map((end, index) => bytes.slice(sorted[index], end));
      expect(read(...pieces)).toEqual(read(bytes));
    }),
  );
});

describe('what is no answer', () => {
  test.each([
    { what: 'another protocol', bytes: 'SSH-2.0-OpenSSH_9.2\r\n\r\n' },
    { what: 'a TLS alert', bytes: '\x15\x03\x01\x00\x02\x02\x46\n\n' },
    { what: 'a status that is no number', bytes: 'HTTP/1.1 abc OK\r\n\r\n' },
    { what: 'HTTP/2', bytes: 'HTTP/2 200\r\n\r\n' },
    { what: 'a switch of protocols', bytes: 'HTTP/1.1 101 Switching Protocols\r\n\r\n' },
    { what: 'a length that is no number', bytes: 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n' },
    {
      what: 'a coding that nobody asked for',
      bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n',
    },
    { what: 'a chunk without a size', bytes: `${chunked}\r\n` },
    { what: 'a size that is no number', bytes: `${chunked}xyz\r\n` },
    { what: 'a size beyond all reason', bytes: `${chunked}${'f'.repeat(20)}\r\n` },
    { what: 'a chunk longer than its size', bytes: `${chunked}1\r\nhello\r\n` },
    { what: 'a head without end', bytes: `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}` },
    { what: 'a line without end', bytes: 'x'.repeat(70_000) },
    { what: 'a trailer without end', bytes: `${chunked}0\r\n${'X: y\r\n'.repeat(20_000)}` },
  ])('$what is refused', ({ bytes }) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('whatever the bytes, nothing but KubeError is thrown', () => {
    const token = fc.constantFrom(
      'HTTP/1.1 200 OK\r\n',
      'Content-Length: 3\r\n',
      'Transfer-Encoding: chunked\r\n',
      '\r\n',
      '3\r\n',
      'abc',
      '0\r\n',
      '\n',
      ';',
      'f',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(token, fc.string()), { maxLength: 12 }), (pieces) => {
        try {
          read(...pieces);
        } catch (error) {
          if (!(error instanceof KubeError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
