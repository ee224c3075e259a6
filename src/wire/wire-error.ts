// What can be wrong with bytes that a cluster sends.

/**
 * - `malformed`: not the encoding that it claims to be.
 * - `oversized`: one object or frame is longer than any that an API server stores.
 * - `truncated`: the stream ended inside an object or frame.
 * - `unexpected_kind`: well-formed, but about something else than was asked for.
 */
export type WireErrorCode = 'malformed' | 'oversized' | 'truncated' | 'unexpected_kind';

export class WireError extends Error {
  override readonly name = 'WireError';
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
