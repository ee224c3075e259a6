// Image string of a spec -> registry, repository, tag, digest, split as Kubernetes does it.

export interface ImageReference {
  /** Host and port, lower case; `invalid` where the string names none that could exist. */
  readonly registry: string;
  readonly repository: string;
  /** '' where the string has none: the kubelet then asks for `latest`. */
  readonly tag: string;
  readonly digest: string;
}

/** The API does not bound an image string; nothing beyond this is a reference (a name has 255). */
const longestReference = 1024;
const tooLong: ImageReference = { registry: 'invalid', repository: '', tag: '', digest: '' };

const hostName = /^[a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?(?::\d{1,5})?$/;
const ipv6Host = /^\[[0-9a-f:]{2,45}\](?::\d{1,5})?$/;

/**
 * Rules of distribution/reference (kubelet-semantics 6.1). It does not say whether the reference is
 * valid: `team/my app:v1` has a registry all the same, and that is what a person wants to see.
 */
export function parseImageReference(image: string): ImageReference {
  if (image.length > longestReference) return tooLong;
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const named = isHost(first);
  const registry = named ? hostOf(first) : 'docker.io';
  const { name, tag, digest } = splitName(named ? image.slice(slash + 1) : image);
  const official = registry === 'docker.io' && name !== '' && !name.includes('/');
  return { registry, repository: official ? `library/${name}` : name, tag, digest };
}

/** Is the part before the first slash a host, and not the first part of a path at Docker Hub? */
function isHost(first: string): boolean {
  return first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
}

function hostOf(first: string): string {
  const host = first.toLowerCase();
  if (host === 'index.docker.io') return 'docker.io';
  return hostName.test(host) || ipv6Host.test(host) ? host : 'invalid';
}

function splitName(rest: string): { name: string; tag: string; digest: string } {
  const at = rest.indexOf('@');
  const beforeDigest = at < 0 ? rest : rest.slice(0, at);
  const digest = at < 0 ? '' : rest.slice(at + 1);
  const colon = beforeDigest.indexOf(':', beforeDigest.lastIndexOf('/') + 1);
  return colon < 0
    ? { name: beforeDigest, tag: '', digest }
    : { name: beforeDigest.slice(0, colon), tag: beforeDigest.slice(colon + 1), digest };
}
