// Reasons to refuse a request -> the Status objects that a real API server answers with.

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message: string;
      readonly field?: string;
    }[];
    readonly retryAfterSeconds?: number;
  };
  readonly code: number;
}

function failure(
  code: number,
  reason: string,
  message: string,
  details?: Status['details'],
): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details === undefined ? {} : { details }),
    code,
  };
}

export const unauthorized = failure(401, 'Unauthorized', 'Unauthorized');

export function forbidden(verb: string, resource: string, namespace: string | undefined): Status {
  const where =
    namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return failure(
    403,
    'Forbidden',
    `${resource} is forbidden: User "system:serviceaccount:monitoring:imagepull-exporter" cannot ${verb} resource "${resource}" in API group "" ${where}`,
    { kind: resource },
  );
}

export function notFound(resource: string, name: string): Status {
  return failure(404, 'NotFound', `${resource} "${name}" not found`, { name, kind: resource });
}

export const noSuchResource = failure(
  404,
  'NotFound',
  'the server could not find the requested resource',
  {},
);

export function methodNotAllowed(): Status {
  return failure(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

export function notAcceptable(): Status {
  return failure(
    406,
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/vnd.kubernetes.protobuf',
  );
}

export function tooOldVersion(asked: number, oldest: number): Status {
  return failure(410, 'Expired', `too old resource version: ${asked} (${oldest})`);
}

/** A continue token whose version is gone; the one in it goes on without consistency. */
export function continueExpired(token: string): Status {
  return {
    ...failure(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    ),
    metadata: { continue: token },
  };
}

export const badContinue = failure(
  400,
  'BadRequest',
  'invalid continue token: continue key is not valid: illegal base64 data at input byte 0',
);

export function unknownField(field: string): Status {
  return failure(400, 'BadRequest', `field label not supported: ${field}`);
}

export function badParameter(message: string): Status {
  return failure(400, 'BadRequest', message);
}

/** Validation of list options. */
export function invalidOptions(field: string, problem: string): Status {
  return failure(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: ${problem}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [{ reason: 'FieldValueForbidden', message: problem, field }],
  });
}

export function tooLargeVersion(asked: number, current: number): Status {
  return failure(504, 'Timeout', `Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

export function tooManyRequests(retryAfterSeconds: number): Status {
  return failure(
    429,
    'TooManyRequests',
    'the server has received too many requests and has asked us to try again later',
    { retryAfterSeconds },
  );
}

export function unavailable(retryAfterSeconds?: number): Status {
  return failure(
    503,
    'ServiceUnavailable',
    'the server is currently unable to handle the request',
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
}

export const internalError = failure(
  500,
  'InternalError',
  'Internal error occurred: etcdserver: request timed out',
  { causes: [{ message: 'etcdserver: request timed out' }] },
);
