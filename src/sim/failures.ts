// Ways in which a pull fails -> the cause that a reader can tell, how long it takes, and each runtime's words.
// Texts as in the recordings of containerd 2.4, containerd 1.7 and CRI-O 1.37, and in error-formats.md.

export type Runtime = 'containerd' | 'containerd-1.7' | 'cri-o';

/**
 * How far the pull comes, which decides what the runtimes wrap around the detail: `connect` has no
 * answer from the registry, `resolve` no manifest, `content` fails after it; `raw` is wrapped in nothing.
 */
export type Stage = 'connect' | 'resolve' | 'content' | 'raw';

export interface FailureRecord {
  /** One of the exporter's causes; what containerd's text shows. */
  readonly cause: string;
  /** Where CRI-O's words tell more, or less. */
  readonly crioCause?: string;
  /** containerd 1.7 does not show the registry's own words. */
  readonly containerd17Cause?: string;
  readonly stage: Stage;
  /** gRPC code that containerd gives and the kubelet shows. */
  readonly code?: string;
  /** `{ref}` `{host}` `{url}` and the like are filled in, see failure-text. */
  readonly containerd: string;
  readonly containerd17?: string;
  readonly crio?: string;
  /** How long an attempt takes, from and to; tens of milliseconds where it is not said. */
  readonly takesMs?: readonly [number, number];
  readonly takesMsElsewhere?: readonly [number, number];
}

type Extra = Omit<FailureRecord, 'cause' | 'stage' | 'containerd'>;

function connect(cause: string, detail: string, extra: Extra = {}): FailureRecord {
  return {
    cause,
    stage: 'connect',
    containerd: `failed to do request: Head "{url}": ${detail}`,
    crio: `Get "https://{endpoint}/v2/": ${detail}`,
    ...extra,
  };
}

function resolve(cause: string, containerd: string, extra: Extra = {}): FailureRecord {
  return { cause, stage: 'resolve', containerd, ...extra };
}

function status(
  cause: string,
  line: string,
  body = '',
  crio?: string,
  containerd17Cause = cause,
): FailureRecord {
  return resolve(cause, `unexpected status from HEAD request to {url}: ${line}${body}`, {
    containerd17: `unexpected status from HEAD request to {url}: ${line}`,
    containerd17Cause,
    crio: crio ?? `received unexpected HTTP status: ${line}`,
  });
}

function token(cause: string, line: string): FailureRecord {
  return resolve(
    cause,
    `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to {tokenUrl}: ${line}`,
    { crio: 'authentication required', crioCause: 'unauthorized' },
  );
}

function blob(cause: string, line: string, message: string, extra: Extra = {}): FailureRecord {
  return {
    cause,
    stage: 'content',
    containerd: `failed to copy: httpReadSeeker: failed open: unexpected status from GET request to {blobUrl}: ${line}${message === '' ? '' : `\n${message}`}`,
    containerd17: `failed to copy: httpReadSeeker: failed open: unexpected status code {blobUrl}: ${line}${message === '' ? '' : ` - Server message: ${message}`}`,
    crio: `reading blob {digest}: fetching blob: ${message === '' ? `received unexpected HTTP status: ${line}` : message}`,
    ...extra,
  };
}

function content(cause: string, containerd: string, extra: Extra = {}): FailureRecord {
  return { cause, stage: 'content', containerd, ...extra };
}

const tlsFailure = 'tls: failed to verify certificate: x509: ';
const noBasicAuth =
  'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials';

export const failures = {
  'manifest-unknown': resolve('image_not_found', '{ref}: not found', {
    code: 'NotFound',
    crio: 'manifest unknown',
    crioCause: 'manifest_not_found',
  }),
  'name-unknown': resolve('image_not_found', '{ref}: not found', {
    code: 'NotFound',
    crio: 'repository name not known to registry',
    crioCause: 'repository_not_found',
  }),
  'child-manifest-missing': content(
    'manifest_not_found',
    'failed to copy: httpReadSeeker: failed open: content at https://{endpoint}/v2/{repository}/manifests/{digest} not found: not found',
    { code: 'NotFound', crio: 'reading manifest {digest} in {name}: manifest unknown' },
  ),
  'harbor-repository-missing': status(
    'repository_not_found',
    '403 Forbidden',
    '\nname unknown: repository {repository} not found',
    'name unknown: repository {repository} not found',
    'forbidden',
  ),
  'wrong-platform': {
    cause: 'platform_mismatch',
    stage: 'raw',
    code: 'NotFound',
    containerd:
      'get image config descriptor: no match for platform in manifest {digest}: not found',
    containerd17:
      'failed to pull and unpack image "{ref}": no match for platform in manifest: not found',
    crio: 'unable to pull image or OCI artifact: pull image err: choosing an image from manifest list docker://{ref}: no image found in image index for architecture "amd64", variant "", OS "linux"; artifact err: image reference: choose manifest instance: no image found in image index for architecture "amd64", variant "", OS "linux"',
  },
  'schema-1': content(
    'unsupported_manifest',
    'schema 1 image manifests are no longer supported: invalid argument',
    {
      code: 'InvalidArgument',
      containerd17: 'no signatures',
      crio: 'initializing image from source docker://{ref}: image ID "" is invalid',
    },
  ),

  'token-401': token('unauthorized', '401 Unauthorized'),
  'http-401': status('unauthorized', '401 Unauthorized', '', 'authentication required'),
  'no-basic-auth': resolve('unauthorized', noBasicAuth, { crio: 'authentication required' }),
  'token-403': token('forbidden', '403 Forbidden'),
  'http-403': status(
    'forbidden',
    '403 Forbidden',
    '\ndenied: permission denied for "pull" on resource',
    'denied: permission denied for "pull" on resource',
  ),
  'quota-403': status(
    'rate_limited',
    '403 Forbidden',
    '\ndenied: You have exceeded your download quota for this month. Please contact billing',
    'denied: You have exceeded your download quota for this month. Please contact billing',
    'forbidden',
  ),
  'insufficient-scope': resolve(
    'access_denied_or_missing',
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    { crio: 'requested access to the resource is denied' },
  ),
  'ecr-token-expired': status(
    'credentials_expired',
    '403 Forbidden',
    '\ndenied: Your authorization token has expired. Reauthenticate and try again.',
    'denied: Your authorization token has expired. Reauthenticate and try again.',
    'forbidden',
  ),
  'credential-helper': resolve('unauthorized', noBasicAuth, {
    crioCause: 'credential_provider_failed',
    crio: 'getting username and password: error getting credentials - err: exit status 1, out: `error getting credentials: token file /var/run/secrets/registry/token is empty`',
  }),

  'http-429': status('rate_limited', '429 Too Many Requests', '', 'toomanyrequests'),
  'token-429': token('rate_limited', '429 Too Many Requests'),
  'blob-429': blob('rate_limited', '429 Too Many Requests', 'toomanyrequests: too many requests'),
  'http-500': status('registry_error', '500 Internal Server Error'),
  'token-500': token('registry_error', '500 Internal Server Error'),
  'http-502': status('registry_unavailable', '502 Bad Gateway'),
  'http-503': status('registry_unavailable', '503 Service Unavailable'),
  'http-504': status('registry_unavailable', '504 Gateway Timeout'),
  'token-503': token('registry_unavailable', '503 Service Unavailable'),
  'blob-404': content(
    'content_missing',
    'failed to copy: httpReadSeeker: failed open: could not fetch content descriptor {digest} (application/vnd.oci.image.layer.v1.tar+gzip) from remote: not found',
    { code: 'NotFound', crio: 'reading blob {digest}: fetching blob: blob unknown' },
  ),
  'blob-url-expired': content(
    'forbidden',
    'failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://cdn.{host}/blobs/data?X-Amz-Expires=1200&X-Amz-Signature=abc: 403 Forbidden',
    {
      crio: 'reading blob {digest}: fetching blob: StatusCode: 403, "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?>\\n<Error><Cod..."',
    },
  ),
  'blob-500': blob('registry_error', '500 Internal Server Error', 'unknown', {
    crio: 'reading blob {digest}: fetching blob: received unexpected HTTP status: 500 Internal Server Error',
  }),
  'wrong-size': content(
    'content_corrupt',
    'failed to copy: httpReadSeeker: read past expected size 1049115: failed precondition',
    {
      code: 'FailedPrecondition',
      containerd17:
        'failed commit on ref "layer-{digest}": "layer-{digest}" failed size validation: 1049122 != 1049111: failed precondition',
      crio: 'writing blob: storing blob to file "/var/tmp/container_images_storage{number}/1": happened during read: Digest did not match, expected {digest}, got {digest2}',
    },
  ),
  'short-blob': content(
    'content_corrupt',
    'short read: expected 1049108 bytes but got 524554: unexpected EOF',
    {
      containerd17: 'failed to read expected number of bytes: unexpected EOF',
      crio: 'writing blob: storing blob to file "/var/tmp/container_images_storage{number}/1": happened during read: Digest did not match, expected {digest}, got {digest2}',
    },
  ),

  'dns-nxdomain': connect(
    'dns_failure',
    'dial tcp: lookup {endpointHost} on {resolver}: no such host',
  ),
  'dns-servfail': connect(
    'dns_failure',
    'dial tcp: lookup {endpointHost} on {resolver}: server misbehaving',
  ),
  'dns-timeout': connect(
    'dns_failure',
    'dial tcp: lookup {endpointHost} on {resolver}: read udp {nodeIp}:{port}->{resolver}: i/o timeout',
    { takesMs: [50_180, 50_330], takesMsElsewhere: [10_000, 10_030] },
  ),
  'token-dns': resolve(
    'dns_failure',
    'failed to authorize: failed to fetch anonymous token: Get "https://auth.{host}/token?scope=%5BREDACTED%5D&service=%5BREDACTED%5D": dial tcp: lookup auth.{host} on {resolver}: no such host',
    { crio: 'authentication required', crioCause: 'unauthorized' },
  ),
  'connection-refused': connect(
    'connection_refused',
    'dial tcp {ip}:443: connect: connection refused',
    {
      crio: 'Get "https://{endpoint}/v2/": dial tcp {ip}:443: connect: connection refused',
    },
  ),
  'connection-timeout': connect('connection_timeout', 'dial tcp {ip}:443: i/o timeout', {
    code: 'DeadlineExceeded',
    takesMs: [30_000, 120_200],
    takesMsElsewhere: [30_000, 30_060],
  }),
  'tls-timeout': connect('connection_timeout', 'net/http: TLS handshake timeout', {
    takesMs: [50_160, 50_320],
    takesMsElsewhere: [10_000, 10_030],
  }),
  'no-answer': connect('connection_timeout', 'net/http: timeout awaiting response headers', {
    code: 'DeadlineExceeded',
    takesMs: [30_010, 30_080],
  }),
  'connection-reset': connect(
    'connection_reset',
    'read tcp {nodeIp}:{port}->{ip}:443: read: connection reset by peer',
  ),
  'blob-reset': content(
    'connection_reset',
    'failed to copy: read tcp {nodeIp}:{port}->{ip}:443: read: connection reset by peer',
    {
      crio: 'writing blob: storing blob to file "/var/tmp/container_images_storage{number}/1": happened during read: read tcp {nodeIp}:{port}->{ip}:443: read: connection reset by peer (after reconnecting, server did not process a Range: header, status 200)',
    },
  ),
  'network-unreachable': connect(
    'network_unreachable',
    'dial tcp {ip}:443: connect: network is unreachable',
  ),
  'no-route': connect('network_unreachable', 'dial tcp {ip}:443: connect: no route to host', {
    takesMs: [3000, 3200],
  }),
  'unknown-authority': connect(
    'tls_untrusted',
    `${tlsFailure}certificate signed by unknown authority`,
  ),
  'certificate-expired': connect(
    'tls_untrusted',
    `${tlsFailure}certificate has expired or is not yet valid: current time {now} is after {lastWeek}`,
  ),
  'wrong-host': connect(
    'tls_untrusted',
    `${tlsFailure}certificate is valid for *.internal.example, not {endpointHost}`,
  ),
  'plain-http': connect('tls_protocol', 'http: server gave HTTP response to HTTPS client'),
  'old-tls': connect('tls_protocol', 'remote error: tls: protocol version not supported'),
  'proxy-forbidden': connect('proxy_error', 'Forbidden'),
  'proxy-bad-gateway': connect('proxy_error', 'Bad Gateway'),
  'proxy-down': connect(
    'proxy_error',
    'proxyconnect tcp: dial tcp {proxyIp}:3128: connect: connection refused',
  ),

  'disk-full': content(
    'disk_full',
    'failed to copy: write /var/lib/containerd/io.containerd.content.v1.content/ingest/{hash}/data: no space left on device',
    {
      crio: 'writing blob: storing blob to file "/var/tmp/container_images_storage{number}/1": write /var/tmp/container_images_storage{number}/1: no space left on device',
    },
  ),
  'read-only-disk': content(
    'storage_error',
    'failed to copy: open /var/lib/containerd/io.containerd.content.v1.content/ingest/{hash}/data: read-only file system',
    {
      crio: 'writing blob: storing blob to file "/var/tmp/container_images_storage{number}/1": open /var/tmp/container_images_storage{number}/1: read-only file system',
    },
  ),
  'bad-layer': content(
    'layer_extract_failed',
    'failed to extract layer (application/vnd.oci.image.layer.v1.tar+gzip {digest}) to overlayfs as "extract-{number}-{suffix} {digest2}": archive/tar: invalid tar header',
    {
      containerd17: 'failed to extract layer {digest}: archive/tar: invalid tar header: unknown',
      crio: 'writing blob: adding layer with blob "{digest}"/""/"{digest2}": unpacking failed (error: exit status 1; output: archive/tar: invalid tar header)',
    },
  ),
  'too-many-files': connect(
    'node_resource_exhausted',
    'dial tcp: lookup {endpointHost}: too many open files',
  ),
  'ca-file-missing': resolve(
    'runtime_misconfigured',
    'unable to read CA cert "/etc/containerd/certs.d/{host}/ca.crt": open /etc/containerd/certs.d/{host}/ca.crt: no such file or directory',
    { crio: 'open /etc/containers/certs.d/{host}/ca.crt: no such file or directory' },
  ),
  'stalled-layer-cancelled': {
    cause: 'pull_cancelled',
    stage: 'raw',
    code: 'Canceled',
    containerd: 'failed to pull and unpack image "{ref}": context canceled',
    crio: 'unable to pull image: context canceled',
    takesMs: [315_000, 322_000],
  },
  'runtime-gone': {
    cause: 'runtime_unavailable',
    stage: 'raw',
    code: 'Unavailable',
    containerd: 'error reading from server: EOF',
    crio: 'error reading from server: EOF',
  },

  unsigned: content(
    'signature_rejected',
    'image verifier cosign blocked pull of {ref} with digest {digest} for reason: verifier cosign rejected image (exit code 1): no valid signature found for image (policy: require-signed)',
    { crio: 'Source image rejected: A signature was required, but no signature exists' },
  ),
  'vulnerable-412': status(
    'blocked_by_policy',
    '412 Precondition Failed',
    '',
    'unknown: current image with 3 vulnerabilities cannot be pulled due to configured policy in \'Prevent images with vulnerability severity of "Critical" or higher from running.\'',
  ),
  unexplained: content('unknown', 'content lease is in an unexpected state', {
    crio: 'lease is in an unexpected state',
  }),
} as const satisfies Record<string, FailureRecord>;

export type FailureName = keyof typeof failures;
