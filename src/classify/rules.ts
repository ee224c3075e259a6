// The ordered rule table: the first rule whose conditions all hold names the cause.
import type { Cause } from './causes.ts';
import type { Meaning } from './forms.ts';

/**
 * Everything that is given must hold; of a list, one. Phrases are lower-case words with names
 * masked (`‹ref›`); `*` is any one word, `^` and `$` are the two ends, only `:` counts of the punctuation.
 */
export interface Condition {
  /** A reason of the kubelet, given with the text or named in it. */
  readonly reason?: readonly string[];
  /** What a wrapper in the text means. */
  readonly wrapper?: readonly Meaning[];
  /** HTTP status of the answer: one of these, or the lowest and highest of a range. */
  readonly status?: readonly number[] | { readonly from: number; readonly to: number };
  /** Registry error code. */
  readonly code?: readonly string[];
  /** No runtime put a wrapper around the text. */
  readonly bare?: true;
  /** In the words of programs on the node. */
  readonly own?: readonly string[];
  /** In the words of whoever answered. */
  readonly server?: readonly string[];
  /** In either. */
  readonly words?: readonly string[];
  /** Part of a media type that the text names. */
  readonly media?: readonly string[];
  /** Part of the URL of the request. */
  readonly url?: readonly string[];
  /** Host that answered, or the image's. */
  readonly host?: readonly string[];
  /** A proxy answered CONNECT. */
  readonly proxyAnswered?: true;
  /** Outermost gRPC code. */
  readonly grpc?: readonly string[];
  /** In either, and then the rule does not hold. */
  readonly unless?: readonly string[];
  readonly unlessWrapper?: readonly Meaning[];
}

export interface Rule {
  readonly id: string;
  readonly cause: Cause;
  readonly when: Condition;
  /** A message that needs the rule: without it the cause is another one, or none. */
  readonly message: string;
  /** The kubelet's reason that comes with the message, where only that decides. */
  readonly reason?: string;
  /** Where it was seen. */
  readonly seen: string;
}

export const rules: readonly Rule[] = [
  // The kubelet's own texts.
  {
    id: 'pull-qps',
    cause: 'node_pull_qps_exceeded',
    when: { own: ['pull qps exceeded'] },
    message: 'pull QPS exceeded',
    seen: 'kubelet, all',
  },
  {
    id: 'never-pull',
    cause: 'never_pull',
    when: { wrapper: ['neverPull'] },
    message: 'Container image "app:dev" is not present with pull policy of Never',
    seen: 'kubelet, all',
  },
  {
    id: 'never-pull-reason',
    cause: 'never_pull',
    when: { reason: ['ErrImageNeverPull'] },
    message: 'Error: ErrImageNeverPull',
    seen: 'kubelet, all',
  },
  {
    id: 'pull-secret-missing',
    cause: 'pull_secret_missing',
    when: { wrapper: ['secretMissing'] },
    message:
      'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
    seen: 'kubelet >=1.28',
  },
  {
    id: 'pull-secret-missing-reason',
    cause: 'pull_secret_missing',
    when: { reason: ['FailedToRetrieveImagePullSecret'] },
    message: '',
    reason: 'FailedToRetrieveImagePullSecret',
    seen: 'kubelet >=1.28, its message not kept',
  },
  {
    id: 'invalid-name',
    cause: 'invalid_reference',
    when: { wrapper: ['invalidName'] },
    message:
      'Failed to apply default image tag "x509: app": couldn\'t parse image name "x509: app": invalid reference format',
    seen: 'kubelet, all',
  },
  {
    id: 'invalid-name-reason',
    cause: 'invalid_reference',
    when: { reason: ['InvalidImageName'] },
    message: 'Error: InvalidImageName',
    seen: 'kubelet, all',
  },
  {
    id: 'reference-format',
    cause: 'invalid_reference',
    when: {
      words: [
        'invalid reference format',
        'repository name must be lowercase',
        'repository name must not be more than',
        'must be lowercase$',
        'failed to parse image reference',
        'invalid repository name',
        'cannot specify * hexadecimal',
        'hostname required$',
        'object required$',
        'invalid tag format',
        'invalid checksum digest',
        'unsupported digest algorithm',
        'invalid image name',
        'could not parse reference',
        'invalid namespace name',
        'manifest tag did not match uri',
      ],
    },
    message:
      'Error response from daemon: invalid reference format: repository name must be lowercase',
    seen: 'containerd, CRI-O, Docker, distribution',
  },
  {
    id: 'short-name',
    cause: 'invalid_reference',
    when: {
      own: [
        'short name mode is enforcing',
        'did not resolve to an alias',
        'short-name resolution enforced',
        'no registries configured while trying to pull an unqualified image',
        'no unqualified-search registries are defined',
      ],
    },
    message:
      'Failed to inspect image "": rpc error: code = Unknown desc = short name mode is enforcing, but image name app:1 returns ambiguous list',
    seen: 'CRI-O, all',
  },
  {
    id: 'pull-secret-broken',
    cause: 'pull_secret_invalid',
    when: {
      bare: true,
      own: [
        'illegal base64 data at input byte',
        'unable to parse auth field',
        '^unexpected end of json input',
        '^invalid character * looking for beginning of',
        '^invalid character * after',
        '^invalid character * in',
        '^json : cannot unmarshal',
      ],
    },
    message: 'illegal base64 data at input byte 4',
    seen: 'kubelet, all; since 1.33 as the reason, too',
  },
  {
    id: 'pull-secret-decoded',
    cause: 'pull_secret_invalid',
    when: {
      own: [
        'invalid decoded auth',
        'invalid auth configuration file',
        'invalid header field value',
      ],
    },
    message:
      'failed to pull and unpack image "r.example.com/a:1": failed to get credentials for "r.example.com": invalid decoded auth: "user"',
    seen: 'containerd',
  },

  // The runtime's socket.
  {
    id: 'runtime-socket',
    cause: 'runtime_unavailable',
    when: { wrapper: ['dialUnix'] },
    message: 'dial unix /run/containerd/containerd.sock: connect: permission denied',
    seen: 'all',
  },
  {
    id: 'runtime-transport',
    cause: 'runtime_unavailable',
    when: {
      own: [
        'transport : error while dialing',
        'error reading from server',
        'transport is closing',
        'the connection is draining',
        'unknown service ‹host›',
        'grpc : the client connection is closing',
        'grpc : received message larger',
        'grpc : trying to send message larger',
        'server is not initialized yet',
        'cannot connect to the docker daemon',
        'is the docker daemon running',
        'connect to the docker daemon socket',
        'connect to the docker api at',
        'error during connect',
        'image api is not implemented',
        'validate service connection',
        'container runtime is down',
      ],
    },
    message: 'rpc error: code = Unavailable desc = error reading from server: EOF',
    seen: 'all',
  },
  {
    id: 'runtime-inspect',
    cause: 'runtime_unavailable',
    when: { wrapper: ['inspect'], own: ['context deadline exceeded'], unlessWrapper: ['request'] },
    message:
      'Failed to inspect image "": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    seen: 'kubelet, all',
  },

  // Policies.
  {
    id: 'verifier-signature',
    cause: 'signature_rejected',
    when: {
      wrapper: ['verifier'],
      own: ['signature', 'signatures', 'signed', 'unsigned', 'cosign', 'notation', 'attestation'],
    },
    message:
      'image verifier bindir blocked pull of r.example.com/a:1 with digest sha256:00 for reason: verifier v rejected image (exit code 1): no valid signature found',
    seen: 'containerd >=2.0',
  },
  {
    id: 'verifier',
    cause: 'blocked_by_policy',
    when: { wrapper: ['verifier'] },
    message:
      'image verifier bindir blocked pull of r.example.com/a:1 with digest sha256:00 for reason: not on the allow list',
    seen: 'containerd >=2.0',
  },
  {
    id: 'verifier-failed',
    cause: 'blocked_by_policy',
    when: { wrapper: ['verifierFailed'] },
    message:
      'blocking pull of r.example.com/a:1 with digest sha256:00: image verifier bindir returned error: context deadline exceeded',
    seen: 'containerd >=2.0',
  },
  {
    id: 'signature',
    cause: 'signature_rejected',
    when: { wrapper: ['rejected', 'signatureInvalid'] },
    message:
      'Source image rejected: Required email "a@example.com" not found (got "b@example.com")',
    seen: 'CRI-O, all',
  },
  {
    id: 'signature-reason',
    cause: 'signature_rejected',
    when: { reason: ['SignatureValidationFailed'] },
    message: 'Error: SignatureValidationFailed',
    seen: 'kubelet >=1.28',
  },
  {
    id: 'signature-words',
    cause: 'signature_rejected',
    when: {
      words: [
        'is not signed by',
        'is not signed',
        'signature verification',
        'signature validation failed',
        'signature verify failed',
        'signature was required',
        'signatures do not satisfied',
        'signatures were accepted',
        'signatures found for image',
        'no matching signatures',
        'no valid signature',
        'no valid signatures',
        'no signature exists',
        'no pubkey',
        'is rejected by policy',
        'are rejected by policy',
        'no signature verification policy found',
        'no trust data for',
        'remote trust data does not exist',
      ],
    },
    message: 'Error response from daemon: unknown: The image is not signed by cosign.',
    seen: 'Harbor, Docker content trust, c/image with its head cut',
  },
  {
    id: 'policy-words',
    cause: 'blocked_by_policy',
    when: {
      words: [
        'due to configured policy',
        'equal or higher than the threshold',
        'download blocking policy',
        'artifact download request rejected',
        'is blocked in',
        'denied by policy',
        'blocked by policy',
        'cannot be pulled due to',
        'vulnerability scanning cannot be pulled',
      ],
    },
    message: 'registry r.example.com is blocked in /etc/containers/registries.conf',
    seen: 'Harbor, Artifactory, c/image',
  },
  {
    id: 'policy-status',
    cause: 'blocked_by_policy',
    when: { status: [412] },
    message:
      'unexpected status from HEAD request to https://h.example.com/v2/a/manifests/1: 412 Precondition Failed',
    seen: 'Harbor',
  },

  // Configuration of the node.
  {
    id: 'credential-helper',
    cause: 'credential_provider_failed',
    when: {
      own: [
        'error getting credentials',
        'errors looking up credentials',
        'unable to move auth file',
        'credential helper',
        'credentials helper',
        'credential provider plugin',
        'error retrieving credentials',
        'failed to get authorization token',
      ],
    },
    message: 'error getting credentials - err: exit status 1, out: ``',
    seen: 'c/image, Docker',
  },
  {
    id: 'credential-helper-wrapper',
    cause: 'credential_provider_failed',
    when: { wrapper: ['credentialHelper'] },
    message: 'prepare temp auth file: open /run/x.json: permission denied',
    seen: 'c/image, CRI-O >=1.34',
  },
  {
    id: 'runtime-config',
    cause: 'runtime_misconfigured',
    when: {
      own: [
        'no policy.json file found',
        'invalid policy in',
        'unable to read ca cert',
        'unable to load ca cert',
        'unable to read cert file',
        'failed to load x509 key pair',
        'unable to initialize cert pool',
        'invalid type * for',
        'snapshotter * was not found',
        'snapshotter not loaded : *',
        'unable to parse server',
        'failed to create oci registry',
        'unable to load client certificate',
        'missing client certificate',
        'missing key * for client certificate',
        'get tlsconfig for registry',
        'get registry endpoints',
        'error loading registries configuration',
        'loading * registries configuration',
        'error loading trust policy',
        'no host in request url',
      ],
    },
    message: 'unable to read CA cert "/etc/ca.crt": open /etc/ca.crt: no such file or directory',
    seen: 'containerd, CRI-O',
  },
  {
    id: 'unpacker',
    cause: 'runtime_misconfigured',
    when: { wrapper: ['unpacker'] },
    message: 'unable to initialize unpacker: no unpack platforms defined: invalid argument',
    seen: 'containerd >=2.1',
  },
  {
    id: 'registries-conf',
    cause: 'runtime_misconfigured',
    when: { wrapper: ['registriesConf'] },
    message: 'loading registries configuration: toml: line 4: expected a value',
    seen: 'c/image',
  },

  {
    id: 'config-file',
    cause: 'runtime_misconfigured',
    when: {
      wrapper: ['configFile'],
      unless: [
        'error processing tar',
        'unpacking failed',
        're-exec error',
        'applylayer',
        'too many open files',
      ],
      unlessWrapper: ['extract', 'registerLayer'],
    },
    message:
      'open /etc/docker/certs.d/registry.access.redhat.com/redhat-ca.crt: no such file or directory',
    seen: 'Docker, c/image',
  },

  // The node.
  {
    id: 'node-resources',
    cause: 'node_resource_exhausted',
    when: {
      own: [
        'too many open files',
        'cannot allocate memory',
        'resource temporarily unavailable',
        'not enough memory',
        'out of memory',
        'insufficient system resources',
        'lacked sufficient buffer space',
        'paging file is too small',
        'signal : killed',
      ],
    },
    message: 'dial tcp: lookup r.example.com: socket: too many open files',
    seen: 'all',
  },
  {
    id: 'disk-full',
    cause: 'disk_full',
    when: {
      words: [
        'no space left on',
        'disk quota exceeded',
        'not enough space on the disk',
        'insufficient disk space',
        'free data blocks which is less than minimum',
        'out of disk space',
        // Of Windows, whose messages come in many languages.
        '0x70',
      ],
    },
    message: 'failed to register layer: write /usr/lib/x: no space left on device',
    seen: 'all',
  },
  {
    id: 'storage',
    cause: 'storage_error',
    when: {
      own: [
        'input/output error',
        'read-only file system',
        'structure needs cleaning',
        'stale nfs file handle',
        'stale file handle',
        'device or resource busy',
        'transport endpoint is not connected',
        'too many levels of symbolic links',
        'too many links',
        'parent snapshot * does not exist',
        'missing parent',
        'failed to stat parent',
        'blob not found',
        'failed to open database file',
        'id or size of image',
        'layer not known',
        'image not known',
        'creating read-write layer',
        'creating overlay mount',
        'error creating layer',
        'creating layer with id',
        'error creating overlay mount',
        'error creating aufs mount',
        'that id is already in use',
        'locating image with id',
        'does not resolve to an image id',
        'content digest * : not found',
        'blob ‹digest› expected at',
        'ref * locked',
        'locked for *',
        'mount source :',
        'failed to mount',
        'failed to unmount',
        'failed to create image rootfs',
        'create image rootfs',
        'failed to rename',
        'failed to commit snapshot',
        'failed to create snapshot',
        'failed to create temp dir',
        'unable to create temp dir',
        'layer does not exist',
        'failed to find image ref of snapshot',
        'failed to get reader from content store',
        'database not open',
        'database is locked',
        'devmapper :',
        'blob ‹digest› not found',
        'failed to get image information',
        'overlay is not supported over',
        'not supported as upperdir',
        'integrity checksum failed',
      ],
      unlessWrapper: ['lookup', 'status'],
      unless: ['context canceled'],
    },
    message: 'mkdir /var/lib/containerd/x: read-only file system',
    seen: 'all',
  },
  {
    id: 'storage-permission',
    cause: 'storage_error',
    when: {
      wrapper: ['file'],
      own: ['permission denied', 'access is denied'],
      unless: ['error processing tar', 'unpacking failed', 're-exec error', 'applylayer'],
    },
    message: 'failed to register layer: mkdir /var/lib/docker/overlay2/x: permission denied',
    seen: 'all',
  },
  {
    id: 'storage-file',
    cause: 'storage_error',
    when: {
      wrapper: ['file'],
      own: [
        'file exists',
        'invalid argument',
        'no such file or directory',
        'operation not permitted',
        'not a directory',
        'is a directory',
        'directory not empty',
        'bad message',
        'bad file descriptor',
        'the system cannot find',
        'being used by another process',
      ],
      unless: ['error processing tar', 'unpacking failed', 're-exec error', 'applylayer'],
      unlessWrapper: ['extract', 'unpackInside'],
    },
    message: 'readlink /var/lib/docker/overlay2: invalid argument',
    seen: 'Docker, containerd',
  },

  // Content.
  {
    id: 'manifest-media',
    cause: 'unsupported_manifest',
    when: { media: ['manifest.v1+prettyjws', 'manifest.v1+json', 'manifest.v1+jws'] },
    message:
      'could not fetch content descriptor sha256:00 (application/vnd.docker.distribution.manifest.v1+prettyjws) from remote: not found',
    seen: 'containerd, CRI-O',
  },
  {
    id: 'manifest-format',
    cause: 'unsupported_manifest',
    when: {
      words: [
        'schema 1 image manifests are no longer supported',
        'schema 1 not supported',
        'schema 1 support has been removed',
        'pulling schema 1 images',
        'manifest version 2 schema 1',
        'unexpected media type * for',
        'no processor for media-type',
        'no processor for media type',
        'unimplemented manifest mime type',
        'unsupported docker * media type',
        'unsupported ociv1 media type',
        'unsupported schema version',
        'unsupported manifest',
        'unsupported media type',
        'unsupported mediatype',
        'unexpectedly received a manifest list',
        'encountered remote *',
        'invalid rootfs in image configuration',
        '‹media› not supported',
        'media type * not supported',
        'media type * is no longer supported',
        '^no signatures$',
        '· no signatures$',
        'missing signature key',
        'image id is invalid',
        'image id * is invalid',
        'mediatype in manifest should be',
        'accept header does not support',
        'not implemented : media type',
        'target is unknown',
        'target is plugin',
        'unknown media type',
      ],
    },
    message: 'schema 1 image manifests are no longer supported: invalid argument',
    seen: 'all',
  },
  {
    id: 'platform',
    cause: 'platform_mismatch',
    when: {
      words: [
        'no match for platform',
        'no image found in image index for architecture',
        'no image found in manifest list for architecture',
        'no matching manifest for',
        'no child with platform',
        'cannot download image with operating system',
        'does not match the specified platform',
        'cannot be used on this platform',
        'does not support platform',
        'does not provide the specified platform',
        'does not provide any platform',
        'descriptor matching platform',
        'incompatible with a * host',
        'container operating system does not match the host',
      ],
    },
    message:
      'failed to pull and unpack image "r.example.com/a:1": no match for platform in manifest: not found',
    seen: 'all',
  },
  {
    id: 'content-corrupt',
    cause: 'content_corrupt',
    when: {
      own: [
        'unexpected commit digest',
        'unexpected commit size',
        'failed size validation',
        'short read : expected',
        'failed to read expected number of bytes',
        'wrong diff id',
        'content size of zero',
        'number of layers and diffids',
        'mismatched image rootfs and manifest layers',
        'digest did not match',
        'digest mismatch',
        'checksum mismatch',
        'checksum does not match',
        'size mismatch',
        'blob size mismatch',
        'does not match provided manifest digest',
        'does not match selected manifest digest',
        'does not match expected',
        "does not match config's *",
        'verification failed for digest',
        'manifest verification failed',
        'image config verification failed',
        'layer verification failed',
        "layers from manifest don't match image configuration",
        "don't match image configuration",
        'bad record mac',
        'read past expected size',
        'invalid desc',
      ],
      unlessWrapper: ['token', 'ping'],
    },
    message:
      'failed commit on ref "layer-sha256:00": unexpected commit digest sha256:00, expected sha256:11: failed precondition',
    seen: 'all',
  },
  {
    id: 'content-cut',
    cause: 'content_corrupt',
    when: {
      own: ['unexpected end of json input'],
      unlessWrapper: ['status', 'token', 'ping'],
    },
    message:
      'initializing image from source docker://r.example.com/a:1: unexpected end of JSON input',
    seen: 'c/image',
  },
  {
    id: 'descriptor-page',
    cause: 'registry_error',
    when: { wrapper: ['descriptorNotFound'], media: ['text/html'] },
    message: 'could not fetch content descriptor sha256:00 (text/html) from remote: not found',
    seen: 'containerd',
  },
  {
    id: 'descriptor-missing',
    cause: 'content_missing',
    when: { wrapper: ['descriptorNotFound'] },
    message:
      'could not fetch content descriptor sha256:00 (application/vnd.oci.image.config.v1+json) from remote: not found',
    seen: 'containerd',
  },
  {
    id: 'content-missing',
    cause: 'content_missing',
    when: { wrapper: ['contentNotFound'], url: ['/blobs/'] },
    message: 'content at https://r.example.com/v2/a/blobs/sha256:00 not found: not found',
    seen: 'containerd',
  },
  {
    id: 'blob-unknown',
    cause: 'content_missing',
    when: {
      words: [
        'blob unknown',
        'unknown blob',
        'blob_unknown',
        'references to blobs * manifests are missing',
      ],
    },
    message: 'reading blob sha256:00: fetching blob: blob unknown to registry',
    seen: 'all',
  },
  {
    id: 'snapshot',
    cause: 'storage_error',
    when: {
      wrapper: ['snapshot', 'unpack'],
      unless: ['‹media›', 'context canceled', 'context deadline exceeded'],
      unlessWrapper: ['extract'],
    },
    message: 'failed to prepare extraction snapshot "extract-1 sha256:00": operation not supported',
    seen: 'containerd, its snapshotters',
  },
  {
    id: 'mount',
    cause: 'storage_error',
    when: { wrapper: ['mount'], unless: ['context canceled', 'context deadline exceeded'] },
    message:
      'failed to extract layer sha256:00: failed to mount /var/lib/containerd/tmpmounts/containerd-mount1: no such device: unknown',
    seen: 'containerd',
  },
  {
    id: 'extract-wrapper',
    cause: 'layer_extract_failed',
    when: {
      wrapper: ['extract', 'unpackInside', 'registerLayer'],
      unless: ['context canceled', 'context deadline exceeded'],
    },
    message: 'failed to extract layer sha256:00: operation not permitted: unknown',
    seen: 'all',
  },
  {
    id: 'extract',
    cause: 'layer_extract_failed',
    when: {
      own: [
        'unpacking failed',
        'error processing tar',
        'archive/tar :',
        'gzip : invalid',
        'zstd : invalid',
        're-exec error',
        'applylayer',
        'applylayer exit status',
        'unpigz',
        'failed to apply layer',
        'error unpacking image',
        'applying layer',
        'magic number mismatch',
        'flate : corrupt input',
        'potentially insufficient uids or gids',
        'failed to lchown',
        'hcsshim : :',
        'invalid tar header',
        'missing private key needed for decryption',
        'no suitable key unwrapper',
      ],
    },
    message:
      'writing blob: storing blob to file "/var/tmp/x": happened during read: gzip: invalid header',
    seen: 'all',
  },

  // The way to the registry.
  {
    id: 'proxy',
    cause: 'proxy_error',
    when: { wrapper: ['proxy'] },
    message: 'Head "https://r.example.com/v2/": proxyconnect tcp: EOF',
    seen: 'all',
  },
  {
    id: 'proxy-answer',
    cause: 'proxy_error',
    when: { proxyAnswered: true },
    message: 'Head "https://r.example.com/v2/": Forbidden',
    seen: 'all',
  },
  {
    id: 'proxy-status',
    cause: 'proxy_error',
    when: { status: [407] },
    message:
      'unexpected status from HEAD request to http://r.example.com/v2/: 407 Proxy Authentication Required',
    seen: 'all',
  },
  {
    id: 'proxy-words',
    cause: 'proxy_error',
    when: {
      own: [
        'proxy authentication required',
        'connect tunnel failed',
        'proxy : unknown scheme',
        'invalid proxy address',
      ],
    },
    message: 'Error response from daemon: Proxy Authentication Required',
    seen: 'Docker, Windows',
  },
  {
    id: 'dns',
    cause: 'dns_failure',
    when: { wrapper: ['lookup'] },
    message:
      'dial tcp: lookup r.example.com on 10.0.0.10:53: read udp 10.0.0.1:53->10.0.0.10:53: i/o timeout',
    seen: 'all',
  },
  {
    id: 'dns-words',
    cause: 'dns_failure',
    when: {
      own: [
        'no such host',
        'temporary failure in name resolution',
        'could not resolve host',
        'name or service not known',
        'server misbehaving',
        'no answer from dns server',
        'no answer from server',
        'no such host is known',
        'cannot unmarshal dns message',
        'lame referral',
        'nodename nor servname provided',
        'getaddrinfow :',
        'getaddrinfo enotfound',
        'getaddrinfo eai_again',
      ],
    },
    message: 'Failed to pull image "r.example.com/a:1": no such host',
    seen: 'all, shortened',
  },
  {
    id: 'tls-timeout',
    cause: 'connection_timeout',
    when: { own: ['tls handshake timeout'] },
    message:
      'failed to do request: Head "https://r.example.com/v2/a/manifests/1": remote error: tls: TLS handshake timeout',
    seen: 'all',
  },
  {
    id: 'certificate',
    cause: 'tls_untrusted',
    when: { wrapper: ['certificate'] },
    message: 'x509: cannot verify signature: insecure algorithm SHA1-RSA',
    seen: 'all',
  },
  {
    id: 'certificate-words',
    cause: 'tls_untrusted',
    when: {
      own: [
        'certificate signed by unknown authority',
        'certificate has expired',
        'certificate is valid for',
        'certificate is not valid',
        'certificate verify failed',
        'failed to verify certificate',
        'unable to verify the first certificate',
        'self-signed certificate',
        'self signed certificate',
        'unable to get local issuer certificate',
        'unknown certificate authority',
        'invalid peer certificate',
        'cannot validate certificate for',
      ],
      unlessWrapper: ['tlsAlert'],
    },
    message: 'Failed to pull image "a": certificate signed by unknown authority',
    seen: 'all, shortened',
  },
  {
    id: 'tls',
    cause: 'tls_protocol',
    when: {
      words: [
        'server gave http response to https client',
        'first record does not look like',
        'malformed http response',
        'oversized record received',
        'client sent an http request to an https server',
        'http request was sent to https port',
        'http request was sent to an https port',
        'handshake failure',
        'wrong version number',
        'unrecognized name',
        'no application protocol',
        'bad certificate',
        'tls : *',
      ],
      unlessWrapper: ['certificate'],
    },
    message: 'Head "https://r.example.com/v2/": http: server gave HTTP response to HTTPS client',
    seen: 'all',
  },
  {
    id: 'tls-alert',
    cause: 'tls_protocol',
    when: { wrapper: ['tlsAlert', 'tlsLocal'] },
    message: 'remote error: tls: access denied',
    seen: 'all',
  },
  {
    id: 'network-denied',
    cause: 'network_unreachable',
    when: {
      own: [
        'connect : permission denied',
        'connect : operation not permitted',
        'forbidden by its access permissions',
      ],
    },
    message:
      'dial tcp 192.0.2.1:443: connectex: An attempt was made to access a socket in a way forbidden by its access permissions.',
    seen: 'all',
  },

  // The registry's answer.
  {
    id: 'rate-status',
    cause: 'rate_limited',
    when: { status: [429] },
    message: 'unexpected status from HEAD request to https://r.example.com/v2/a/manifests/1: 429',
    seen: 'all',
  },
  {
    id: 'rate-code',
    cause: 'rate_limited',
    when: { code: ['toomanyrequests', 'too many requests', 'too many request'] },
    message: 'toomanyrequests: Data limit exceeded',
    seen: 'all',
  },
  {
    id: 'rate-words',
    cause: 'rate_limited',
    when: {
      words: [
        'too many requests',
        'rate exceeded',
        'rate limit',
        'rate limits',
        'rate limited',
        'rate limiting',
        'retry-after :',
        'quota exceeded',
        'exceeded * quota',
        'exceeded * * quota',
        'exceeded your * quota',
        'exceeded your * * quota',
        'too many failed login attempts',
        'request throttled',
      ],
    },
    message:
      'Error response from daemon: error from registry: You have reached your unauthenticated pull rate limit',
    seen: 'Docker 29, Artifact Registry, Harbor',
  },
  {
    id: 'credentials-expired',
    cause: 'credentials_expired',
    when: {
      words: [
        'token has expired',
        'token is expired',
        'token expired',
        'token included in the request is expired',
        'credentials have expired',
        'access token has expired',
        'are expired',
      ],
    },
    message: 'denied: Your authorization token has expired. Reauthenticate and try again.',
    seen: 'ECR, Docker Hub, Quay, AWS STS',
  },
  {
    id: 'forbidden-words',
    cause: 'forbidden',
    when: {
      words: [
        'is not authorized to perform',
        'not authorized to perform :',
        'is not allowed access',
        'permission_denied :',
        'permission denied for * from request',
        'does not have * access',
        'billing',
        'since docker is a us company',
        'export control',
        'insufficient permissions',
      ],
      unless: ['or it may not exist'],
    },
    message:
      'Failed to pull image "r.example.com/a:1": User: arn is not authorized to perform: ecr:BatchGetImage',
    seen: 'ECR, ACR, GHCR, GCR, Docker Hub',
  },
  {
    id: 'may-not-exist',
    cause: 'access_denied_or_missing',
    when: {
      words: [
        'or it may not exist',
        'or may not exist',
        'not exist or may require',
        'not exist or no pull access',
      ],
      unlessWrapper: ['accessDenied'],
    },
    message: 'denied: Permission "x" denied on resource "y" (or it may not exist)',
    seen: 'Artifact Registry',
  },
  {
    id: 'unauthorized-words',
    cause: 'unauthorized',
    when: {
      words: [
        'no basic auth',
        'missing username or secret',
        'did not include a token',
        'does not match bearer token resource',
        'security token included in the request is invalid',
        'incorrect username or password',
        'invalid username or password',
        'bad credentials',
      ],
    },
    message:
      'pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
    seen: 'all',
  },
  {
    id: 'invalid-token',
    cause: 'unauthorized',
    when: { code: ['invalid token'] },
    message:
      'pull access denied, repository does not exist or may require authorization: server message: invalid_token: authorization failed',
    seen: 'containerd',
  },
  {
    id: 'insufficient-scope',
    cause: 'access_denied_or_missing',
    when: { code: ['insufficient scope'] },
    message: 'failed to authorize: server message: insufficient_scope: authorization failed',
    seen: 'containerd',
  },
  {
    id: 'requested-access',
    cause: 'access_denied_or_missing',
    when: {
      words: ['requested access'],
    },
    message: 'denied: requested access to the resource is denied',
    seen: 'all',
  },
  {
    id: 'ghcr-denied',
    cause: 'access_denied_or_missing',
    when: {
      code: ['denied'],
      host: ['ghcr.io'],
      server: ['^denied$', '^denied : denied$', '^denied denied$'],
    },
    message:
      'Error response from daemon: Head "https://ghcr.io/v2/a/b/manifests/1": denied: denied',
    seen: 'GHCR',
  },
  {
    id: 'pull-access-denied',
    cause: 'access_denied_or_missing',
    when: { wrapper: ['accessDenied'], unless: ['denied : *', 'unauthorized', '‹page›'] },
    message: "pull access denied for a, repository does not exist or may require 'docker login'",
    seen: 'Docker',
  },
  {
    id: 'repository-words',
    cause: 'repository_not_found',
    when: {
      words: [
        'repository name not known',
        'name unknown',
        'name_unknown',
        'repository not found',
        'repository * not found',
        'project * not found',
        'project not found',
        'repository does not exist',
        'repository with name * does not exist',
        'the repository with name',
        'no such repository',
        'repository * does not exist',
      ],
      unlessWrapper: ['accessDenied'],
    },
    message: 'reading manifest 1 in r.example.com/a: repository name not known to registry',
    seen: 'all',
  },
  {
    id: 'repository-wrapper',
    cause: 'repository_not_found',
    when: { wrapper: ['repositoryNotFound'] },
    message: 'repository team/app not found: 404',
    seen: 'Docker',
  },
  {
    id: 'manifest-wrapper',
    cause: 'manifest_not_found',
    when: { wrapper: ['manifestNotFound'] },
    message: 'manifest for a:1 not found',
    seen: 'Docker',
  },
  {
    id: 'manifest-words',
    cause: 'manifest_not_found',
    when: {
      words: [
        'manifest unknown',
        'manifest_unknown',
        'tag_expired',
        'tag expired',
        'manifest not found',
        'manifest is not known to the registry',
        'named manifest is not known',
        'failed to fetch ‹text›',
        'was deleted or has expired',
        'artifact * not found',
        'requested image not found',
        'requested entity was not found',
        'tag * not found',
        'tag not found',
        'tag does not exist',
        'tag * does not exist',
        'manifest * not found',
        'manifest does not exist',
        'unknown tag',
        'unknown manifest name',
        'no such manifest',
        'manifest for * not found',
        'does not exist within the repository',
      ],
    },
    message: 'Error response from daemon: unknown: artifact library/app:1 not found',
    seen: 'Harbor, Quay, ECR, Artifact Registry, Artifactory',
  },
  {
    id: 'content-at-manifest',
    cause: 'manifest_not_found',
    when: { wrapper: ['contentNotFound'], url: ['/manifests/'] },
    message: 'content at https://r.example.com/v2/a/manifests/sha256:00 not found: not found',
    seen: 'containerd',
  },

  {
    id: 'name-invalid',
    cause: 'invalid_reference',
    when: { code: ['name invalid', 'tag invalid'] },
    message: 'reading manifest 1 in us-docker.pkg.dev/a: name invalid: Missing image name',
    seen: 'Artifact Registry, distribution',
  },

  // The number of the answer.
  {
    id: 'blob-404',
    cause: 'content_missing',
    when: { status: [404], wrapper: ['blob', 'config'] },
    message: 'reading blob sha256:00: fetching blob: StatusCode: 404, ""',
    seen: 'c/image',
  },
  {
    id: 'token-404',
    cause: 'registry_error',
    when: { status: [404], wrapper: ['token', 'ping'] },
    message:
      'failed to fetch anonymous token: unexpected status from GET request to https://r.example.com/token: 404 Not Found',
    seen: 'all',
  },
  {
    id: 'status-401',
    cause: 'unauthorized',
    when: { status: [401] },
    message:
      'unexpected status from HEAD request to https://r.example.com/v2/a/manifests/1: 401 Authorization Required',
    seen: 'all',
  },
  {
    id: 'status-403',
    cause: 'forbidden',
    when: { status: [403, 451] },
    message: 'unexpected status from HEAD request to https://r.example.com/v2/a/manifests/1: 403',
    seen: 'all',
  },
  {
    id: 'status-404',
    cause: 'image_not_found',
    when: { status: [404] },
    message: 'StatusCode: 404, "404 page not found\\n"',
    seen: 'all',
  },
  {
    id: 'status-unavailable',
    cause: 'registry_unavailable',
    when: { status: [502, 503, 504] },
    message: 'received unexpected HTTP status: 503 Service Unavailable',
    seen: 'all',
  },
  {
    id: 'status-other',
    cause: 'registry_error',
    when: { status: { from: 300, to: 599 } },
    message: 'received unexpected HTTP status: 500 Internal Server Error',
    seen: 'all',
  },

  // The words of an answer without a number.
  {
    id: 'authentication-words',
    cause: 'unauthorized',
    when: {
      words: [
        '^unauthorized',
        ': unauthorized',
        '· unauthorized',
        'unauthorized$',
        'unauthorized :',
        'authentication required',
        'authentication is required',
        'authentication failed',
        'authorization failed',
        'authorization required',
        'invalid username/password',
        'not logged in',
        'please login',
        'invalid credentials',
        'unauthenticated :',
        'unauthenticated$',
        'client does not have permission for manifest',
      ],
    },
    message: 'reading manifest 1 in r.example.com/a: authentication required',
    seen: 'all',
  },
  {
    id: 'denied',
    cause: 'forbidden',
    when: { code: ['denied', 'forbidden'] },
    message: 'Error response from daemon: denied: ask the owner of the project',
    seen: 'all',
  },
  {
    id: 'gateway-answer',
    cause: 'registry_unavailable',
    when: { words: ['upstream connect error', 'no healthy upstream', 'backend fetch failed'] },
    message:
      'Error response from daemon: unknown: upstream connect error or disconnect/reset before headers',
    seen: 'Envoy, Istio, Varnish',
  },
  {
    id: 'unsupported',
    cause: 'registry_error',
    when: { code: ['unsupported'] },
    message: 'reading manifest 1 in r.example.com/a: unsupported: The operation is unsupported.',
    seen: 'distribution, Nexus',
  },
  {
    id: 'answer-unusable',
    cause: 'registry_error',
    when: {
      own: [
        'unable to decode token',
        'decoding bearer token',
        'decode token response',
        'stopped after 10 redirects',
        'no endpoints found for',
        'in header not a valid digest',
        'rejecting * byte manifest',
        'protocol version * no longer supported',
        'unsupported protocol scheme',
        "can't talk to a v1",
        'missing location header',
        'no location header in response',
        'missing or empty * header',
      ],
    },
    message: 'Get "https://r.example.com/v2/a/manifests/1": stopped after 10 redirects',
    seen: 'all',
  },

  // Sockets.
  {
    id: 'refused',
    cause: 'connection_refused',
    when: {
      own: ['connection refused', 'actively refused', 'econnrefused'],
    },
    message: 'dial tcp 192.0.2.1:443: connect: connection refused',
    seen: 'all',
  },
  {
    id: 'unreachable',
    cause: 'network_unreachable',
    when: {
      own: [
        'network is unreachable',
        'no route to host',
        'host is down',
        'host unreachable',
        'unreachable network',
        'unreachable host',
        'network is down',
        'cannot assign requested address',
        "can't assign requested address",
        'ehostunreach',
        'enetunreach',
        'no suitable address',
        'address family not supported',
        'requested address is not valid',
      ],
    },
    message: 'read tcp 192.0.2.2:4711->192.0.2.1:443: read: no route to host',
    seen: 'all',
  },
  {
    id: 'timeout',
    cause: 'connection_timeout',
    when: {
      own: [
        'i/o timeout',
        'connection timed out',
        'operation timed out',
        'timeout awaiting',
        'client.timeout exceeded',
        'client.timeout or context',
        'did not properly respond',
        'request canceled while *',
        'semaphore timeout period has expired',
        'network timed out while trying',
        'etimedout',
        'connection timeout',
        'net/http : timeout',
        'connectex :',
      ],
    },
    message:
      'net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    seen: 'all',
  },
  {
    id: 'timeout-docker',
    cause: 'connection_timeout',
    when: { wrapper: ['networkTimeout'] },
    message:
      'Network timed out while trying to connect to https://r.example.com/v1/repositories/a/images. You may want to check your internet connection or if you are behind a proxy.',
    seen: 'Docker <=1.12',
  },
  {
    id: 'timeout-request',
    cause: 'connection_timeout',
    when: { wrapper: ['request'], own: ['context deadline exceeded'] },
    message:
      'failed to do request: Head "https://r.example.com/v2/a/manifests/1": context deadline exceeded',
    seen: 'all',
  },
  {
    id: 'reset',
    cause: 'connection_reset',
    when: {
      own: [
        'connection reset',
        'forcibly closed',
        'broken pipe',
        'eof',
        'goaway',
        'stream error',
        'client connection lost',
        'server closed idle',
        'use of closed network',
        'connection aborted',
        'software caused connection abort',
        'connection was aborted',
        'econnreset',
        'socket hang up',
        'transport connection broken',
        'connection force closed',
        'wsarecv :',
        'wsasend :',
      ],
    },
    message: 'Head "https://r.example.com/v2/": EOF',
    seen: 'all',
  },
  {
    id: 'dial',
    cause: 'network_unreachable',
    when: { wrapper: ['dial'], own: ['connect : *', 'socket : *'] },
    message: 'dial tcp [fe80::1]:443: connect: invalid argument',
    seen: 'all: errors of sockets that have no rule of their own',
  },
  {
    id: 'cancelled',
    cause: 'pull_cancelled',
    when: {
      own: [
        'context canceled',
        'context cancelled',
        'context deadline exceeded',
        'cancelled',
        'request canceled',
        'operation was canceled',
        'terminated by rst_stream',
      ],
    },
    message: 'failed to pull and unpack image "r.example.com/a:1": context canceled',
    seen: 'all',
  },
  // Behind the sockets: containerd ends errors of its own with `: unavailable`.
  {
    id: 'unavailable',
    cause: 'registry_unavailable',
    when: { code: ['unavailable'] },
    message: 'reading manifest 1 in r.example.com/a: unavailable: try again',
    seen: 'all',
  },

  // What remains, from the most to the least telling.
  {
    id: 'page-for-json',
    cause: 'registry_error',
    when: {
      own: [
        'invalid character * looking for beginning of',
        'invalid character * after *',
        'json : cannot unmarshal',
      ],
    },
    message:
      "initializing image from source docker://r.example.com/a:1: invalid character '<' looking for beginning of value",
    seen: 'c/image',
  },
  {
    id: 'image-wrapper',
    cause: 'image_not_found',
    when: { wrapper: ['imageNotFound'] },
    message: 'Error: image team/app:1 not found',
    seen: 'Docker <=1.12',
  },
  {
    id: 'not-found',
    cause: 'image_not_found',
    when: {
      words: [
        '‹ref› : not found',
        '‹host› : not found',
        '‹ref› not found',
        'image not found',
        'image does not exist',
        'image * not found',
        'image * : not found',
        'image * does not exist',
        'no such image',
        'unable to find image',
      ],
    },
    message: 'r.example.com/a:1: not found',
    seen: 'containerd',
  },
  {
    id: 'not-found-end',
    cause: 'image_not_found',
    when: {
      wrapper: ['event', 'backOff', 'pull', 'resolve', 'manifest', 'daemon'],
      words: ['not found$', 'not found : unknown$', 'not_found$'],
    },
    message: 'Failed to pull image "r.example.com/a:1": not found',
    seen: 'all, shortened',
  },
  {
    id: 'forbidden-plain',
    cause: 'forbidden',
    when: {
      words: [
        'access denied',
        'access is denied',
        'access forbidden',
        'permission denied',
        '^forbidden',
        ': forbidden',
        'forbidden$',
        'forbidden :',
        'do not have permission',
        'does not have permission',
        'not permitted',
        'not allowed',
      ],
    },
    message: 'Failed to pull image "r.example.com/a:1": access forbidden',
    seen: 'all, shortened',
  },
  {
    id: 'unavailable-plain',
    cause: 'registry_unavailable',
    when: {
      words: ['bad gateway', 'service unavailable', 'gateway timeout', 'gateway time-out'],
    },
    message: 'Failed to pull image "r.example.com/a:1": Bad Gateway',
    seen: 'all, shortened',
  },
  {
    id: 'error-plain',
    cause: 'registry_error',
    when: { words: ['internal server error', 'bad request'] },
    message: 'Failed to pull image "r.example.com/a:1": Internal Server Error',
    seen: 'all, shortened',
  },
  {
    id: 'timeout-plain',
    cause: 'connection_timeout',
    when: { own: ['^timeout', ': timeout', 'timeout$', 'timed out'] },
    message: 'Failed to pull image "r.example.com/a:1": timeout',
    seen: 'all, shortened',
  },
  {
    id: 'not-found-cut',
    cause: 'image_not_found',
    when: {
      grpc: ['NotFound', '5'],
      wrapper: ['pull', 'resolve'],
      unlessWrapper: ['copy', 'commit', 'unpack', 'extract', 'snapshot', 'config'],
    },
    message:
      'rpc error: code = NotFound desc = failed to pull and unpack image "r.example.com/a:1": failed to resolve reference "r.exa',
    seen: 'containerd, cut',
  },
  {
    id: 'cancelled-cut',
    cause: 'pull_cancelled',
    when: { grpc: ['Canceled', '1'] },
    message: 'rpc error: code = Canceled desc = failed to pull and unpack image "r.exam',
    seen: 'containerd, cut',
  },
  {
    id: 'registry-unavailable',
    cause: 'registry_unavailable',
    when: { wrapper: ['registryUnavailable'] },
    message: 'image pull failed for r.example.com/a:1 because the registry is unavailable.',
    seen: 'kubelet <=1.27, cri-dockerd',
  },
  {
    id: 'registry-unavailable-reason',
    cause: 'registry_unavailable',
    when: { reason: ['RegistryUnavailable'] },
    message: 'Error: RegistryUnavailable',
    seen: 'kubelet',
  },
];
