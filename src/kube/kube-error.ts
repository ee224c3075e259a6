// What can go wrong between the exporter and the API server: a closed list, for metrics, logs and
// readiness. The message says what was tried, with what, and the next step.

/** Code -> what it means. Labels of imagepull_exporter_watch_restarts_total, so never renamed. */
export const kubeErrorCodes = {
  config: 'the kubeconfig or the environment names no usable cluster',
  credentials: 'credentials could not be had: token file, exec plugin, OIDC provider',
  unauthorized: '401: the credentials are not accepted',
  forbidden: '403: a rule of RBAC is missing',
  not_found: '404: not the API of Kubernetes',
  invalid: '400 or 422: the server refuses a parameter',
  expired: '410: the history that a resume needs is gone',
  throttled: '429: the server asks to slow down',
  server_error: '5xx, or an error inside the watch',
  refused: 'nothing listens at the address',
  dns: 'the name of the server cannot be resolved',
  tls: 'the certificate of the server or of the client is not accepted',
  network: 'the connection broke, or there is no route',
  timeout: 'no connection or no answer in time',
  silent: 'connected, but nothing came for too long',
  endless: 'a list or a watch that does not end when it should',
  stale: 'the resource version went backwards: events out of order, or a restored etcd',
  unexpected_answer: 'no answer of an API server: HTML, a redirect, another encoding',
  unexpected_kind: 'well-formed objects of another kind',
  malformed: 'bytes that are not what they claim to be',
  oversized: 'an object longer than any that an API server stores',
  truncated: 'the answer ended inside an object',
} as const;

export type KubeErrorCode = keyof typeof kubeErrorCodes;

export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly code: KubeErrorCode;
  /** How long the server asks to wait before the next request. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: KubeErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What is none is a fault of ours; it must not end the loop either. */
export function asKubeError(error: unknown): KubeError {
  if (error instanceof KubeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new KubeError('malformed', message, { cause: error });
}

const systemErrors: Readonly<Record<string, KubeErrorCode>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_NODATA: 'dns',
  EPROTO: 'tls',
};

/** The error of a socket, as Node reports it; `hasBegun`: it came in the middle of a good answer. */
export function connectionError(
  attempted: string,
  server: URL,
  cause: unknown,
  hasBegun: boolean,
): KubeError {
  const { code = '', message } = describe(cause);
  const kind = systemErrors[code] ?? (isTls(code) ? 'tls' : 'network');
  // What Node advises then is about its own flags.
  const [what] = message.split('; if the root CA is installed locally', 1);
  const said = `${attempted}: ${server.origin}: ${what}`;
  return new KubeError(kind, hasBegun ? said : `cannot ${said}${nextStep[kind] ?? ''}`, { cause });
}

const nextStep: Partial<Record<KubeErrorCode, string>> = {
  refused: '; is the API server running, and is this its address?',
  dns: '; check the name of the server in the kubeconfig, and the DNS here',
  tls: '; check certificate-authority, tls-server-name and the client certificate',
  network: '; check routes, network policies and proxy settings',
};

function isTls(code: string): boolean {
  return /^(ERR_(TLS|SSL)|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA)/.test(
    code,
  );
}

function describe(error: unknown): { readonly code?: string; readonly message: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  // Several addresses were tried: each has an error of its own.
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { ...(code !== undefined && { code }), message: error.message || (code ?? error.name) };
}
