// The closed list of causes and classes: classifier, metrics, page, docs, alerts and dashboards read it.

export interface ClassRecord {
  readonly title: string;
  /** Who can act on it. */
  readonly acts: string;
}

export const classes = {
  reference: {
    title: 'The image reference or the pull policy is wrong',
    acts: 'the owner of the workload',
  },
  credentials: {
    title: 'The registry does not accept the credentials',
    acts: 'the owner of the workload; the platform team when many namespaces are hit',
  },
  registry: {
    title: 'The registry, or the path to it, fails',
    acts: 'the platform team',
  },
  node: { title: 'This node cannot pull', acts: 'the platform team' },
  policy: { title: 'A policy rejects the image', acts: 'the security team' },
  unknown: {
    title: 'No rule knows the text',
    acts: 'the maintainers of the rule table',
  },
} as const satisfies Record<string, ClassRecord>;

export type CauseClass = keyof typeof classes;

export interface CauseRecord {
  readonly class: CauseClass;
  /** Does it go away without anybody doing anything? */
  readonly heals: 'yes' | 'no' | 'maybe';
  /** It hides the real cause for a while, and so never replaces another definite cause. */
  readonly masks: boolean;
  /** It speaks for an outage of the registry or of the path to it. */
  readonly outage: boolean;
  readonly stability: 'STABLE' | 'EXPERIMENTAL';
  readonly title: string;
}

export const causes = {
  invalid_reference: record('reference', 'no', 'The image reference cannot be parsed'),
  repository_not_found: record('reference', 'no', 'The repository does not exist in the registry'),
  manifest_not_found: record('reference', 'no', 'The tag or digest does not exist'),
  image_not_found: record('reference', 'no', 'The image does not exist: repository, tag or digest'),
  platform_mismatch: record('reference', 'no', "No image for the node's platform"),
  unsupported_manifest: record('reference', 'no', 'The manifest format is not supported'),
  never_pull: record('reference', 'no', 'The pull policy is Never and the image is absent'),

  unauthorized: record('credentials', 'no', 'The registry wants other credentials'),
  forbidden: record('credentials', 'no', 'The credentials may not pull this image'),
  access_denied_or_missing: record('credentials', 'no', 'Access denied, or no such repository'),
  credentials_expired: record('credentials', 'maybe', 'The credentials have expired'),
  pull_secret_missing: record('credentials', 'no', 'A pull secret of the pod does not exist'),
  pull_secret_invalid: record('credentials', 'no', 'A pull secret of the pod cannot be decoded'),
  credential_provider_failed: record('credentials', 'maybe', 'A credential helper failed'),

  rate_limited: record('registry', 'yes', 'The registry limits the rate of pulls'),
  registry_error: record('registry', 'maybe', 'The registry answers with an error', 'outage'),
  registry_unavailable: record('registry', 'yes', 'The registry is unavailable', 'outage'),
  content_missing: record('registry', 'no', 'A layer or config is missing in the registry'),
  content_corrupt: record('registry', 'maybe', 'Content does not match its digest or size'),
  dns_failure: record('registry', 'maybe', 'The host name cannot be resolved', 'outage'),
  connection_refused: record('registry', 'maybe', 'The connection is refused', 'outage'),
  connection_timeout: record('registry', 'maybe', 'The connection times out', 'outage'),
  connection_reset: record('registry', 'maybe', 'The connection is closed early', 'outage'),
  network_unreachable: record('registry', 'maybe', 'The network has no way to the host', 'outage'),
  tls_untrusted: record('registry', 'no', 'The certificate is not trusted', 'outage'),
  tls_protocol: record('registry', 'no', 'The TLS handshake fails', 'outage'),
  proxy_error: record('registry', 'maybe', 'The HTTP proxy refuses or fails', 'outage'),

  disk_full: record('node', 'maybe', 'The disk of the node is full'),
  storage_error: record('node', 'maybe', 'The image store of the node fails'),
  layer_extract_failed: record('node', 'no', 'A layer cannot be unpacked'),
  node_pull_qps_exceeded: record('node', 'yes', 'The kubelet limits its own pulls', 'masks'),
  node_resource_exhausted: record('node', 'maybe', 'The node is out of files, memory or processes'),
  runtime_unavailable: record('node', 'maybe', 'The container runtime does not answer', 'masks'),
  runtime_misconfigured: record('node', 'no', 'The container runtime is misconfigured'),
  pull_cancelled: record('node', 'yes', 'The pull was cancelled'),

  signature_rejected: record('policy', 'no', 'The signature is missing or not accepted'),
  blocked_by_policy: record('policy', 'no', 'A policy blocks the image'),

  unknown: record('unknown', 'maybe', 'The text is not known'),
} as const;

export type Cause = keyof typeof causes;

function record(
  causeClass: CauseClass,
  heals: CauseRecord['heals'],
  title: string,
  ...flags: readonly ('outage' | 'masks')[]
): CauseRecord {
  return {
    class: causeClass,
    heals,
    masks: flags.includes('masks'),
    outage: flags.includes('outage'),
    stability: 'STABLE',
    title,
  };
}
