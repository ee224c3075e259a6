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
  /** What happened, for somebody who has not read the text. */
  readonly meaning: string;
  /** How to make sure, with commands; `<...>` stands for the reader's own names. */
  readonly check: string;
  /** What ends it. */
  readonly fix: string;
  /** What else shows the same text, or what is easily taken for it. */
  readonly lookalikes: string;
}

export const causes = {
  invalid_reference: record('reference', 'no', 'The image reference cannot be parsed', {
    meaning:
      'The image string of the pod is no valid reference, so nothing was sent to any registry. Or the registry itself refused the name, or CRI-O was given a short name that it may not complete.',
    check:
      "Look at the string as it stands in the pod: `kubectl get pod -n <namespace> <pod> -o jsonpath='{..image}'`. Usual faults: an unexpanded `${TAG}`, capital letters, a blank, `https://` in front, a slash too many, an empty tag.",
    fix: 'Correct the image in the workload, or in the template or pipeline that fills it in. For short names under CRI-O write the registry out: `docker.io/library/nginx`, not `nginx`.',
    lookalikes:
      '`ImageInspectError` with a text about short names is this cause, and not the runtime.',
  }),
  repository_not_found: record('reference', 'no', 'The repository does not exist in the registry', {
    meaning:
      'The registry answered that it has no repository of that name. It looked at the credentials first, so they are good enough to be told.',
    check:
      "Compare with what the registry has: `crane ls <registry>/<repository>` or `skopeo list-tags docker://<registry>/<repository>`, or the registry's own page. Look for a missing project or organisation in the path.",
    fix: 'Correct the path in the workload, create the repository, or push the image. For a pull-through cache: check that the upstream path is mapped.',
    lookalikes:
      'Most registries answer 401 or 403 instead when the caller may not know; those are `access_denied_or_missing`, `unauthorized` or `forbidden`. containerd does not say which part is missing: `image_not_found`.',
  }),
  manifest_not_found: record('reference', 'no', 'The tag or digest does not exist', {
    meaning:
      'The repository exists, but not with this tag or digest: a typing error, a build that has not pushed yet, or a tag that was deleted or has expired.',
    check:
      '`crane ls <registry>/<repository>` or `skopeo list-tags docker://<registry>/<repository>` lists the tags; `crane digest <image>` shows whether this one resolves.',
    fix: 'Correct the tag, run the build that pushes it, or restore it. If a clean-up policy removes tags in use, exempt them; pin by digest what must not move.',
    lookalikes:
      "A multi-platform image whose index is there and whose platform's manifest was cleaned up shows this as well.",
  }),
  image_not_found: record(
    'reference',
    'no',
    'The image does not exist: repository, tag or digest',
    {
      meaning:
        'The registry answered 404 and said no more. containerd asks with HEAD, which has no text, so a wrong tag and a wrong repository look alike.',
      check:
        "`crane manifest <image>` or `skopeo inspect docker://<image>` from anywhere with the same credentials says which part is missing; `kubectl get pod -n <namespace> <pod> -o jsonpath='{..image}'` shows the string in use.",
      fix: 'Correct the repository or tag in the workload, or push the image.',
      lookalikes:
        'A mirror in front of the registry can answer 404 while the registry has the image: compare the endpoint with the registry of the image.',
    },
  ),
  platform_mismatch: record('reference', 'no', "No image for the node's platform", {
    meaning:
      'The image exists, but its index has nothing for the operating system and architecture of this node.',
    check:
      "`crane manifest <image>` lists the platforms; `kubectl get node <node> -o jsonpath='{.status.nodeInfo.operatingSystem}/{.status.nodeInfo.architecture}'` shows the node's. For Windows the build number counts, too.",
    fix: 'Build and push the image for this platform as well (`docker buildx build --platform linux/amd64,linux/arm64`), or keep the pod off such nodes with a `nodeSelector` on `kubernetes.io/arch`.',
    lookalikes:
      'An image without an index pulls on any node and fails afterwards with `exec format error`, which is no pull failure.',
  }),
  unsupported_manifest: record('reference', 'no', 'The manifest format is not supported', {
    meaning:
      'The runtime of the node cannot use what the registry returned: a manifest of the old schema 1, an artifact that is no image (a helm chart, a signature), or layers of an unknown kind.',
    check: '`crane manifest <image>` shows `mediaType` and `schemaVersion`.',
    fix: 'Rebuild and push the image with a current tool (`docker buildx build --push`), or refer to the image instead of the artifact beside it. containerd 2 no longer pulls schema 1.',
    lookalikes: 'A web page in place of the manifest is `registry_error`.',
  }),
  never_pull: record('reference', 'no', 'The pull policy is Never and the image is absent', {
    meaning: 'The pod says `imagePullPolicy: Never`, and the node does not have the image.',
    check:
      "`kubectl get pod -n <namespace> <pod> -o jsonpath='{..imagePullPolicy}'`; on the node `crictl images | grep <repository>`.",
    fix: 'Load the image onto every node that can get the pod (`kind load docker-image`, `ctr -n k8s.io images import`), or use `IfNotPresent` and a registry.',
    lookalikes:
      'A kubelet that verifies credentials (`KubeletEnsureSecretPulledImages`, on in Kubernetes 1.36) says the same of an image that is present, but was pulled with a secret that this pod does not have.',
  }),

  unauthorized: record('credentials', 'no', 'The registry wants other credentials', {
    meaning:
      'The registry answered 401: no credentials were sent, or it does not accept those that were.',
    check:
      "Which secrets does the pod use: `kubectl get pod -n <namespace> <pod> -o jsonpath='{.spec.imagePullSecrets}'` and `kubectl get serviceaccount -n <namespace> <serviceaccount> -o jsonpath='{.imagePullSecrets}'`. Whether the secret holds the registry's exact host: `kubectl get secret -n <namespace> <secret> -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d`.",
    fix: "Create or renew the secret (`kubectl create secret docker-registry <secret> --docker-server=<registry> ...`) and name it in the pod or its service account. On a cloud registry check the node's role and the kubelet's credential provider.",
    lookalikes:
      "`no basic auth credentials` and `anonymous token` mean that no secret matched; `oauth token` with 401 means that one was sent and refused. A failing credential provider of the kubelet shows as this, with the reason only in the kubelet's log. Quay, and Harbor for private projects, answer 401 for repositories that do not exist.",
  }),
  forbidden: record('credentials', 'no', 'The credentials may not pull this image', {
    meaning:
      'The registry knows who asks, and refuses: a missing permission, a network rule (firewall, address list, country), or a signed download link that has expired.',
    check:
      "Ask with the same credentials: `crane manifest <image>`. In the answer of the cloud's registry look for the missing action (`ecr:BatchGetImage`, `artifactregistry.repositories.downloadArtifacts`) or the refused address.",
    fix: 'Give the account read access to the repository, or allow the address. A web page in the answer comes from a firewall or proxy in between.',
    lookalikes:
      "GHCR, GitLab and Artifact Registry answer 403 for images that do not exist. A 403 from a proxy for CONNECT is `proxy_error`; one on a blob's host is often an expired or blocked download link.",
  }),
  access_denied_or_missing: record('credentials', 'no', 'Access denied, or no such repository', {
    meaning:
      'The registry does not want to tell whether the repository exists: either it does not, or the credentials may not see it.',
    check:
      "First the spelling of the repository: `kubectl get pod -n <namespace> <pod> -o jsonpath='{..image}'`. Then `crane manifest <image>` with and without the credentials of the pull secret.",
    fix: 'Correct the name, or create a pull secret that may read the repository and name it in the pod.',
    lookalikes: 'Docker Hub answers like this for every misspelt name.',
  }),
  credentials_expired: record('credentials', 'maybe', 'The credentials have expired', {
    meaning:
      'The registry accepted the credentials as genuine, and as too old. Tokens of ECR live 12 hours, those of Artifact Registry one.',
    check:
      'When the secret was last written: `kubectl get secret -n <namespace> <secret> -o yaml`. Which job renews it, and when it last ran.',
    fix: "Renew the secret, and what renews it. Better: let the kubelet's credential provider of the cloud fetch tokens, so that none are stored.",
    lookalikes:
      'Many registries say only 401 or 403 for an expired token. `certificate has expired` is `tls_untrusted`.',
  }),
  pull_secret_missing: record('credentials', 'no', 'A pull secret of the pod does not exist', {
    meaning:
      'The pod or its service account names a pull secret that is not in the namespace. The kubelet tries to pull without it.',
    check: '`kubectl get secret -n <namespace> <secret>`; secrets are per namespace.',
    fix: 'Create or copy the secret into the namespace, or take the name out of the pod or service account if the image is public.',
    lookalikes: 'The pull may well succeed without it; then this stays a warning.',
  }),
  pull_secret_invalid: record('credentials', 'no', 'A pull secret of the pod cannot be decoded', {
    meaning:
      'The secret exists, but what is in it is no list of registry credentials, so the kubelet cannot even begin.',
    check:
      "`kubectl get secret -n <namespace> <secret> -o jsonpath='{.data.\\.dockerconfigjson}' | base64 -d | jq .`; each `auth` must be `user:password` in base64.",
    fix: 'Write it anew: `kubectl create secret docker-registry <secret> --docker-server=<registry> --docker-username=<user> --docker-password=<password>`.',
    lookalikes:
      "The kubelet shows the decoder's error as the waiting reason itself. The same words inside a longer text are `registry_error` or `content_corrupt`.",
  }),
  credential_provider_failed: record('credentials', 'maybe', 'A credential helper failed', {
    meaning:
      "A program that should have fetched credentials (a Docker or containers credential helper, CRI-O's auth files) failed on the node.",
    check:
      "On the node run the helper by hand with the registry's host as input, and look at the runtime's log: `journalctl -u crio -u docker --since -1h`.",
    fix: 'Install or repair the helper, and give the node the role that it needs.',
    lookalikes:
      "Failing credential providers of the kubelet itself never show in a pod: there the pull ends in `unauthorized` or `forbidden`, and the kubelet's log has the reason.",
  }),

  rate_limited: record('registry', 'yes', 'The registry limits the rate of pulls', {
    meaning:
      'The registry answered 429, or said that a pull limit or quota is used up. Docker Hub counts per account, or per address for pulls without one.',
    check:
      'For Docker Hub: `curl -sI -H "Authorization: Bearer <token>" https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest | grep -i ratelimit`. Which pulls there are: `sum by (namespace, registry) (increase(imagepull_attempts_total[1h]))`.',
    fix: 'Pull with an account, through a pull-through cache, or from a copy in a registry of your own; use `IfNotPresent`. It heals when the window ends, but every retry counts.',
    lookalikes: "`pull QPS exceeded` is the kubelet's own limit: `node_pull_qps_exceeded`.",
  }),
  registry_error: record(
    'registry',
    'maybe',
    'The registry answers with an error',
    {
      meaning:
        'The registry, or something that answers in its place, returned what no client can use: HTTP 500, an unexpected status, a web page, an unusable token.',
      check:
        "Repeat the request from the node: `curl -v https://<registry>/v2/`. Then the registry's own log and status page.",
      fix: 'Repair the registry or what is in front of it. A 404 at the token endpoint means a wrong realm or a wrong path in front of the repository.',
      lookalikes: 'A captive portal or login page of a proxy looks like this, too.',
    },
    'outage',
  ),
  registry_unavailable: record(
    'registry',
    'yes',
    'The registry is unavailable',
    {
      meaning:
        'The registry, or the gateway in front of it, answered 502, 503 or 504, or the runtime says that it cannot be reached.',
      check:
        "`curl -v https://<registry>/v2/` from the node, the registry's status page, and whether all nodes are hit: `sum by (registry, node) (imagepull_container_failing)`.",
      fix: 'Wait, or switch to a mirror. For a registry inside the cluster: are its pods ready, and does its gateway find them?',
      lookalikes:
        "CRI-O's reason `RegistryUnavailable` is used for refused connections only; those are `connection_refused`.",
    },
    'outage',
  ),
  content_missing: record('registry', 'no', 'A layer or config is missing in the registry', {
    meaning:
      'The manifest is there, but a layer or the config that it names is not: garbage collection, a broken replication, or a cache that lost its upstream.',
    check: '`crane validate --remote <image>` fetches everything and names what is missing.',
    fix: "Push the image again, from a machine that has it in full; repair or empty the cache; check the registry's garbage collection.",
    lookalikes: "A blob missing on the node's disk is `storage_error`.",
  }),
  content_corrupt: record('registry', 'maybe', 'Content does not match its digest or size', {
    meaning:
      'What arrived is not what the manifest promised: it was cut or changed on the way, or is damaged in the registry.',
    check:
      '`crane validate --remote <image>` from elsewhere. If that works: a proxy, a cache or the memory of this node.',
    fix: "Push the image again if the registry's copy is bad; else empty the cache in between. Take security appliances that rewrite downloads out of the path.",
    lookalikes:
      'An artifact that is no image (a helm chart) ends with `mismatched image rootfs and manifest layers` on some runtimes.',
  }),
  dns_failure: record(
    'registry',
    'maybe',
    'The host name cannot be resolved',
    {
      meaning:
        'The node could not turn the host name into an address. It may be that of the registry, of its token service or of its storage.',
      check:
        "On the node: `getent hosts <host>` and `resolvectl status`. The node's resolver counts, not the cluster's DNS service.",
      fix: "Correct the name in the image, or the node's resolver; open port 53. Names of services of the cluster do not resolve on nodes.",
      lookalikes:
        'A time-out or refusal that mentions `lookup` is about the resolver and not the registry.',
    },
    'outage',
  ),
  connection_refused: record(
    'registry',
    'maybe',
    'The connection is refused',
    {
      meaning: 'The host answered that nobody listens on that port.',
      check:
        "From the node: `curl -v https://<registry>/v2/`. On the registry's machine: is it running, and on this port?",
      fix: 'Start the registry, correct the port, or the address in its DNS record or in hosts.toml. `localhost` in an image means the node.',
      lookalikes:
        "A refusal by the proxy is `proxy_error`, by the resolver `dns_failure`, by the runtime's socket `runtime_unavailable`.",
    },
    'outage',
  ),
  connection_timeout: record(
    'registry',
    'maybe',
    'The connection times out',
    {
      meaning:
        'Nobody answered in time: the address is not routed, a firewall drops the packets, or the other side is overloaded.',
      check:
        'From the node: `curl -v --connect-timeout 10 https://<host>/v2/`. Does it concern one node, one zone, or all?',
      fix: 'Open the way (firewall, security group, NAT, network policy of the node), or configure the proxy in the runtime. A time-out in the TLS handshake only is often an MTU problem.',
      lookalikes:
        '504 from a gateway is `registry_unavailable`; a time-out with `lookup` is `dns_failure`.',
    },
    'outage',
  ),
  connection_reset: record(
    'registry',
    'maybe',
    'The connection is closed early',
    {
      meaning:
        'The connection was made and then cut: reset, closed in the middle, or an HTTP/2 stream that ended.',
      check:
        'Repeat with `curl -v https://<host>/v2/`; does it break always or only for large layers?',
      fix: 'Mostly it heals. If not: proxies, firewalls and load balancers in between with limits on time or size; a registry that restarts.',
      lookalikes: '`unexpected EOF` while a layer is unpacked is `layer_extract_failed`.',
    },
    'outage',
  ),
  network_unreachable: record(
    'registry',
    'maybe',
    'The network has no way to the host',
    {
      meaning:
        'The node has no route to the address, or its own firewall rejects the connection. Often an IPv6 address on a node without IPv6.',
      check:
        'On the node: `ip route get <address>` and `ip -6 route get <address>`; `nft list ruleset` for local rules.',
      fix: 'Repair the route or the rule, or let the resolver return only addresses of a family that the node has.',
      lookalikes: '',
    },
    'outage',
  ),
  tls_untrusted: record(
    'registry',
    'no',
    'The certificate is not trusted',
    {
      meaning:
        'The connection works, but the node does not accept the certificate: unknown authority, another host name, or expired.',
      check:
        '`openssl s_client -connect <host>:443 -servername <host> -showcerts </dev/null | openssl x509 -noout -issuer -subject -dates -ext subjectAltName`.',
      fix: "Install the authority's certificate on the nodes (system store, or `ca` in containerd's hosts.toml), renew the certificate, or use the name that it carries. Check the node's clock.",
      lookalikes:
        'A TLS-inspecting proxy shows as an unknown authority. A broken hosts.toml is ignored silently by containerd, and then this is what one sees.',
    },
    'outage',
  ),
  tls_protocol: record(
    'registry',
    'no',
    'The TLS handshake fails',
    {
      meaning:
        'Client and server cannot agree: one speaks plain HTTP, or they share no version, or the server wants a client certificate.',
      check:
        '`curl -v https://<host>/v2/` and `curl -v http://<host>/v2/` show which one is spoken.',
      fix: "For a registry without TLS declare it so (`http://` in containerd's hosts.toml, `insecure-registries` for Docker, `insecure = true` for CRI-O), or better give it a certificate. Update servers that know only old versions.",
      lookalikes: 'A time-out in the handshake is `connection_timeout`.',
    },
    'outage',
  ),
  proxy_error: record(
    'registry',
    'maybe',
    'The HTTP proxy refuses or fails',
    {
      meaning:
        'The proxy that the runtime is told to use cannot be reached, wants a login, or refused to connect to the registry. Its answer appears as a bare phrase after the URL, without a number.',
      check:
        'What the runtime uses: `systemctl show containerd crio docker -p Environment`. From the node: `curl -v -x <proxy> https://<registry>/v2/`.',
      fix: "Correct the proxy's address or login, allow the host in the proxy, or add it to `NO_PROXY`.",
      lookalikes: '',
    },
    'outage',
  ),

  disk_full: record('node', 'maybe', 'The disk of the node is full', {
    meaning:
      'There was no space, or no inodes, left for the image. The kubelet removes unused images by itself when a threshold is passed.',
    check:
      'On the node: `df -h /var/lib/containerd; df -i /var/lib/containerd`; `kubectl describe node <node> | grep -A5 Conditions`; `crictl images`.',
    fix: 'Free or add space, lower the image garbage collection thresholds of the kubelet, or make the image smaller.',
    lookalikes: 'A full disk of the registry shows as `registry_error`.',
  }),
  storage_error: record('node', 'maybe', 'The image store of the node fails', {
    meaning:
      'The runtime could not read or write its own store: a file system error, missing files, a lock, a snapshotter that fails.',
    check:
      'On the node: `journalctl -u containerd -u crio -u docker --since -1h`, `dmesg -T | tail -50`, `crictl images`.',
    fix: "Remove the image and pull again (`crictl rmi <image>`); restart the runtime. If it stays: drain the node and replace it, or empty the runtime's store.",
    lookalikes: 'Missing in the registry instead of on the node is `content_missing`.',
  }),
  layer_extract_failed: record('node', 'no', 'A layer cannot be unpacked', {
    meaning:
      "The layer arrived, but its archive is broken, or holds what this node may not create (owners, devices, attributes, another system's files).",
    check:
      '`crane validate --remote <image>`; does it fail on every node, or on one kind (rootless, user namespaces, Windows version)?',
    fix: "Rebuild the image with a current tool. In user namespaces map enough ids. On Windows use an image of the node's version.",
    lookalikes: 'A full disk in the middle of unpacking is `disk_full`.',
  }),
  node_pull_qps_exceeded: record(
    'node',
    'yes',
    'The kubelet limits its own pulls',
    {
      meaning:
        'The kubelet asked for more pulls per second than `registryPullQPS` allows, and refused this one before anything was sent. It hides the real cause until the next try.',
      check:
        'Many pods started at once on this node, or its kubelet restarted: `kubectl get pods -A --field-selector spec.nodeName=<node>`.',
      fix: "It heals. If it is frequent, raise `registryPullQPS` and `registryBurst` in the kubelet's configuration.",
      lookalikes: "`too many requests` is the registry's limit: `rate_limited`.",
    },
    'masks',
  ),
  node_resource_exhausted: record(
    'node',
    'maybe',
    'The node is out of files, memory or processes',
    {
      meaning: 'The runtime could not get a file descriptor, memory or a process on the node.',
      check:
        'On the node: `cat /proc/$(pidof containerd)/limits`, `ls /proc/$(pidof containerd)/fd | wc -l`, `free -m`, `dmesg -T | grep -i oom`.',
      fix: "Raise the limits of the runtime's service, or find what leaks; restart the runtime.",
      lookalikes: 'It can appear inside a DNS or network text, and is neither.',
    },
  ),
  runtime_unavailable: record(
    'node',
    'maybe',
    'The container runtime does not answer',
    {
      meaning:
        'The kubelet could not talk to the runtime: it is down, starting, hanging, or does not offer the interface. It hides the real cause for a while.',
      check:
        'On the node: `systemctl status containerd crio docker`, `crictl info`, `journalctl -u kubelet --since -15m`.',
      fix: 'Start or restart the runtime; if it hangs, look at the disk and memory of the node first.',
      lookalikes: '',
    },
    'masks',
  ),
  runtime_misconfigured: record('node', 'no', 'The container runtime is misconfigured', {
    meaning:
      "The runtime's configuration for registries, signatures or snapshotters is missing or broken, so it fails for every image that needs it.",
    check:
      'The file that the text names; else `containerd config dump`, `ls -R /etc/containerd/certs.d`, `cat /etc/containers/registries.conf /etc/containers/policy.json`.',
    fix: 'Correct the file on every node, through whatever manages them, and restart the runtime where it needs it.',
    lookalikes: '',
  }),
  pull_cancelled: record('node', 'yes', 'The pull was cancelled', {
    meaning:
      'The pull was given up from outside: the pod was deleted, the runtime restarted, or no progress was seen for too long.',
    check:
      'Was there progress: `journalctl -u containerd --since -1h | grep -i <repository>`. Slow pulls: `imagepull_duration_seconds`.',
    fix: "Mostly it heals. For very large images or slow lines raise containerd's `image_pull_progress_timeout`, or bring the image nearer.",
    lookalikes: '`Client.Timeout exceeded` is `connection_timeout`.',
  }),

  signature_rejected: record('policy', 'no', 'The signature is missing or not accepted', {
    meaning:
      'The policy of the node or of the registry wants a signature that the image does not have, or not from this signer.',
    check:
      '`cosign tree <image>` shows the signatures; the policy is `/etc/containers/policy.json` on the node, an image verifier of containerd, or a setting of the Harbor project.',
    fix: 'Sign the image, copy its signatures along with it, or correct the policy.',
    lookalikes: 'Vulnerability and allow-list rules are `blocked_by_policy`.',
  }),
  blocked_by_policy: record('policy', 'no', 'A policy blocks the image', {
    meaning:
      'A rule that has nothing to do with credentials forbids this image: vulnerabilities found, not scanned yet, a blocked registry, an image verifier.',
    check:
      "The text names the rule. Harbor: the scan of the artifact and the project's deployment security. Artifactory: the Xray policy. Node: `blocked` in registries.conf, verifiers in containerd's configuration.",
    fix: 'Update the image, wait for its scan, or have the exception granted by whoever owns the policy.',
    lookalikes:
      'HTTP 412 is this cause whatever the text says. Admission policies refuse the pod before any pull and never show here.',
  }),

  unknown: record('unknown', 'maybe', 'The text is not known', {
    meaning: 'No rule knows the text, so this exporter does not guess.',
    check:
      'Read the text: `kubectl describe pod -n <namespace> <pod>`. `imagepull-exporter classify --explain` shows how it was taken apart.',
    fix: 'Add a rule of your own with `--classify.rules-file`, and report the text, with names and hosts replaced, so that everybody gets it.',
    lookalikes: 'A pull that failed without any text shows as this, too.',
  }),
} as const;

export type Cause = keyof typeof causes;

type Prose = Pick<CauseRecord, 'meaning' | 'check' | 'fix' | 'lookalikes'>;

function record(
  causeClass: CauseClass,
  heals: CauseRecord['heals'],
  title: string,
  prose: Prose,
  ...flags: readonly ('outage' | 'masks')[]
): CauseRecord {
  return {
    class: causeClass,
    heals,
    masks: flags.includes('masks'),
    outage: flags.includes('outage'),
    stability: 'STABLE',
    title,
    ...prose,
  };
}
