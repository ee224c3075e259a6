// What can go wrong between the API server and its readers, each a small piece that composes with others.
import type { ApiRequest } from './request.ts';
import type { Change } from './store.ts';
import type { Status } from './statuses.ts';
import { internalError, tooManyRequests, unauthorized, unavailable } from './statuses.ts';

/** An answer in place of the server's own. */
export type Answer =
  | { readonly type: 'status'; readonly status: Status; readonly retryAfterSeconds?: number }
  | {
      readonly type: 'raw';
      readonly code: number;
      readonly contentType: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** How bytes leave. */
export type Shape =
  | { readonly type: 'plain' }
  /** The socket stays open and nothing more is sent. */
  | { readonly type: 'silent' }
  | { readonly type: 'pieces'; readonly bytes: number; readonly everyMs: number }
  /** The connection is reset in the middle of what is written then. */
  | { readonly type: 'reset'; readonly afterBytes: number }
  /** The body ends in the middle, as if that were all of it. */
  | { readonly type: 'cut'; readonly afterBytes: number }
  /** Each write becomes these bytes. */
  | { readonly type: 'garbled'; readonly bytes: Uint8Array };

export interface Fault {
  readonly answer?: (request: ApiRequest) => Answer | undefined;
  /** What a watch sends for a change; `stream` is the same object for all changes of one watch. */
  readonly changes?: (change: Change, request: ApiRequest, stream: object) => readonly Change[];
  readonly shape?: (request: ApiRequest) => Shape | undefined;
  readonly contentType?: (request: ApiRequest) => string | undefined;
}

export type Match = Partial<Pick<ApiRequest, 'verb' | 'resource'>>;

function matches(match: Match, request: ApiRequest): boolean {
  return (
    (match.verb === undefined || match.verb === request.verb) &&
    (match.resource === undefined || match.resource === request.resource)
  );
}

/** The faults that are in force now. */
export class Faults {
  readonly #active: Fault[] = [];
  /** By how much the reader's clock is off (`now` of the cluster). */
  clockJumpMs = 0;

  /** @returns takes the fault away again */
  inject(fault: Fault): () => void {
    this.#active.push(fault);
    return () => {
      const index = this.#active.indexOf(fault);
      if (index !== -1) this.#active.splice(index, 1);
    };
  }

  clear(): void {
    this.#active.length = 0;
  }

  jumpClock(byMs: number): void {
    this.clockJumpMs += byMs;
  }

  answer(request: ApiRequest): Answer | undefined {
    for (const fault of this.#active) {
      const answer = fault.answer?.(request);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  changes(change: Change, request: ApiRequest, stream: object): readonly Change[] {
    let changes: readonly Change[] = [change];
    for (const fault of this.#active) {
      const replace = fault.changes;
      if (replace === undefined) continue;
      changes = changes.flatMap((one) => replace(one, request, stream));
    }
    return changes;
  }

  shape(request: ApiRequest): Shape {
    for (const fault of this.#active) {
      const shape = fault.shape?.(request);
      if (shape !== undefined) return shape;
    }
    return { type: 'plain' };
  }

  contentType(request: ApiRequest): string | undefined {
    for (const fault of this.#active) {
      const contentType = fault.contentType?.(request);
      if (contentType !== undefined) return contentType;
    }
    return undefined;
  }
}

/** @param times how often; for ever when not given */
export function answerWith(answer: Answer, match: Match = {}, times = Infinity): Fault {
  let left = times;
  return {
    answer: (request) => {
      if (left <= 0 || !matches(match, request)) return undefined;
      left--;
      return answer;
    },
  };
}

export function refuseWith(status: Status, match?: Match, times?: number): Fault {
  return answerWith({ type: 'status', status }, match, times);
}

export function throttle(retryAfterSeconds: number, match?: Match, times?: number): Fault {
  const status = tooManyRequests(retryAfterSeconds);
  return answerWith({ type: 'status', status, retryAfterSeconds }, match, times);
}

export function unavailableFor(retryAfterSeconds?: number, match?: Match, times?: number): Fault {
  const status = unavailable(retryAfterSeconds);
  return answerWith(
    { type: 'status', status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
    match,
    times,
  );
}

export function failInternally(match?: Match, times?: number): Fault {
  return refuseWith(internalError, match, times);
}

export function refuseCredentials(match?: Match, times?: number): Fault {
  return refuseWith(unauthorized, match, times);
}

/** A load balancer that has lost the API server. */
export function htmlFromProxy(code = 502, match?: Match, times?: number): Fault {
  const title = code === 200 ? 'Sign in' : `${code} Bad Gateway`;
  return answerWith(
    {
      type: 'raw',
      code,
      contentType: 'text/html',
      body: `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`,
    },
    match,
    times,
  );
}

/** The bytes stay what they are. */
export function wrongContentType(contentType: string, match: Match = {}): Fault {
  return { contentType: (request) => (matches(match, request) ? contentType : undefined) };
}

function shaped(shape: Shape, match: Match): Fault {
  return { shape: (request) => (matches(match, request) ? shape : undefined) };
}

export function halfOpen(match: Match = { verb: 'watch' }): Fault {
  return shaped({ type: 'silent' }, match);
}

export function slowBytes(bytesPerSecond: number, match: Match = {}): Fault {
  const bytes = Math.max(1, Math.floor(bytesPerSecond / 20));
  return shaped({ type: 'pieces', bytes, everyMs: 50 }, match);
}

export function oneByteAtATime(match: Match = {}): Fault {
  return shaped({ type: 'pieces', bytes: 1, everyMs: 0 }, match);
}

/** @param afterBytes of the body; a number in the middle of a frame cuts that frame */
export function resetMidFrame(afterBytes: number, match: Match = { verb: 'watch' }): Fault {
  return shaped({ type: 'reset', afterBytes }, match);
}

/** Connections that stand when this is made go silent for ever; new ones are good. */
export function goHalfOpen(match: Match = { verb: 'watch' }): Fault {
  const fresh = new WeakSet<ApiRequest>();
  return {
    answer: (request) => {
      fresh.add(request);
      return undefined;
    },
    shape: (request) =>
      fresh.has(request) || !matches(match, request) ? undefined : { type: 'silent' },
  };
}

export function truncateAfter(afterBytes: number, match: Match = { verb: 'watch' }): Fault {
  return shaped({ type: 'cut', afterBytes }, match);
}

/** @param bytes like a frame whose length is none, or whose contents are no event */
export function garble(bytes: Uint8Array, match: Match = { verb: 'watch' }): Fault {
  return shaped({ type: 'garbled', bytes }, match);
}

export function duplicateChanges(match: Match = {}): Fault {
  return {
    changes: (change, request) => (matches(match, request) ? [change, change] : [change]),
  };
}

/** Every change waits for the next one of its watch and follows it. */
export function swapChanges(match: Match = {}): Fault {
  const held = new WeakMap<object, Change>();
  return {
    changes: (change, request, stream) => {
      if (!matches(match, request)) return [change];
      const before = held.get(stream);
      held.delete(stream);
      if (before !== undefined) return [change, before];
      held.set(stream, change);
      return [];
    },
  };
}

export function loseDeletions(match: Match = { resource: 'pods' }): Fault {
  return {
    changes: (change, request) =>
      change.type === 'DELETED' && matches(match, request) ? [] : [change],
  };
}
