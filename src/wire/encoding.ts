// Content-Type of an answer -> how to read it.
import { jsonEncoding } from './json-stream.ts';
import { protobufEncoding } from './protobuf-stream.ts';
import type { Encoding } from './stream.ts';

/** What to ask for: proxies and old or aggregated servers that have no protobuf answer JSON. */
export const acceptedByList = 'application/vnd.kubernetes.protobuf, application/json';
export const acceptedByWatch = 'application/vnd.kubernetes.protobuf;stream=watch, application/json';

/** Undefined for what is neither encoding, such as the HTML of something in between. */
export function encodingOf(contentType: string): Encoding | undefined {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/vnd.kubernetes.protobuf') return protobufEncoding;
  return type === 'application/json' ? jsonEncoding : undefined;
}
