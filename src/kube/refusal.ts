// What the API server says instead of objects, as an answer or inside a watch -> a KubeError with the
// next step for whoever operates the exporter.
import type { Status } from '../wire/objects.ts';
import type { AnswerHead } from './http-answer.ts';
import { KubeError, type KubeErrorCode } from './kube-error.ts';

const codesByStatus: Readonly<Record<number, KubeErrorCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  410: 'expired',
  422: 'invalid',
  429: 'throttled',
};

/** Of what the server says, in a log line. */
const longestMessage = 500;

/** An answer that is no 200. `permission`: what RBAC has to allow. */
export function refusal(
  { status: httpStatus, headers }: AnswerHead,
  status: Status | undefined,
  { attempted, permission, server }: Asked,
): KubeError {
  const code =
    codesByStatus[httpStatus] ?? (httpStatus >= 500 ? 'server_error' : 'unexpected_answer');
  const said = `${httpStatus} ${status?.message.slice(0, longestMessage) ?? ''}`.trim();
  const nextSteps: Partial<Record<KubeErrorCode, string>> = {
    unauthorized: '; the credentials are wrong, or have expired and cannot be renewed',
    forbidden: `; grant ${permission}`,
    not_found: '; is this the address of an API server?',
    unexpected_answer: '; is there a proxy or a login page in between?',
  };
  return new KubeError(
    isTooLarge(status) ? 'stale' : code,
    `cannot ${attempted}: ${server.origin} answers ${said}${nextSteps[code] ?? ''}`,
    { retryAfterMs: retryAfterMs(headers.get('retry-after'), status) },
  );
}

export interface Asked {
  /** `list pods in all namespaces`. */
  readonly attempted: string;
  /** `the verbs list and watch on pods`. */
  readonly permission: string;
  readonly server: URL;
}

/** An ERROR event inside a watch, where the answer as such is a 200. */
export function watchError(status: Status | undefined, attempted: string): KubeError {
  const code = codesByStatus[status?.code ?? 0] ?? 'server_error';
  const said =
    status === undefined
      ? 'no Status'
      : `${status.code} ${status.message.slice(0, longestMessage)}`.trim();
  return new KubeError(
    isTooLarge(status) ? 'stale' : code,
    `${attempted}: the server ends it: ${said}`,
    {
      retryAfterMs: retryAfterMs(undefined, status),
    },
  );
}

/** The version that was asked for is in this server's future: its etcd was restored. */
function isTooLarge(status: Status | undefined): boolean {
  return /Too large resource version/i.test(`${status?.message} ${status?.causes}`);
}

/** Seconds or a date in the header, seconds in the Status. */
function retryAfterMs(header: string | undefined, status: Status | undefined): number | undefined {
  const seconds = /^\d{1,9}$/.test(header ?? '') ? Number(header) : status?.retryAfterSeconds;
  if (seconds !== undefined) return seconds * 1000;
  const date = Date.parse(header ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
