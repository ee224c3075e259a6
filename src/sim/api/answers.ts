// Documents, Status objects and faults -> HTTP answers.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './faults.ts';
import { encodeObject } from './protobuf.ts';
import type { Format } from './request.ts';
import type { Status } from './statuses.ts';

export const contentTypes: Readonly<Record<Format, string>> = {
  json: 'application/json',
  table: 'application/json',
  protobuf: 'application/vnd.kubernetes.protobuf',
};

export const watchContentTypes: Readonly<Record<Format, string>> = {
  ...contentTypes,
  protobuf: 'application/vnd.kubernetes.protobuf;stream=watch',
};

export function bearerToken(request: IncomingMessage): string {
  return (request.headers.authorization ?? '').replace(/^Bearer /, '');
}

export function sendJson(response: ServerResponse, code: number, document: object): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(document));
}

export function sendStatus(
  response: ServerResponse,
  status: Status,
  format: Format,
  retryAfterSeconds?: number,
): void {
  response.writeHead(status.code, {
    'content-type': contentTypes[format],
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  response.end(format === 'protobuf' ? encodeObject('Status', status) : JSON.stringify(status));
}

export function sendAnswer(response: ServerResponse, answer: Answer, format: Format): void {
  if (answer.type === 'status') {
    sendStatus(response, answer.status, format, answer.retryAfterSeconds);
    return;
  }
  response.writeHead(answer.code, { 'content-type': answer.contentType, ...answer.headers });
  response.end(answer.body);
}

/** Many small pieces -> few of about 64 KiB. */
export function* gathered(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let held: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    held.push(piece);
    size += piece.length;
    if (size >= 65_536) {
      yield Buffer.concat(held);
      held = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(held);
}
