// The image string of a pod -> the reference that kubelet and runtime make of it, or why they cannot.

export interface ImageReference {
  readonly host: string;
  /** Path without host, tag and digest. */
  readonly repository: string;
  /** Tag or digest: what a manifest is asked for by. */
  readonly target: string;
  /** As the runtime prints it: host, repository, and the digest if there is one, else the tag. */
  readonly normalised: string;
}

const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** @returns the parser's own words when the string is no reference (distribution/reference) */
export function parseImageReference(image: string): ImageReference | { readonly error: string } {
  if (/^[0-9a-f]{64}$/.test(image)) {
    return {
      error: `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`,
    };
  }
  const [named = '', digest] = image.split('@');
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0));
  const isHost = slash > 0 && (/[.:]|[A-Z]/.test(first) || first === 'localhost');
  const host = isHost ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io';
  const rest = isHost ? named.slice(slash + 1) : named;
  const colon = rest.indexOf(':');
  const path = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? undefined : rest.slice(colon + 1);
  if (
    /[A-Z]/.test(path) &&
    path
      .toLowerCase()
      .split('/')
      .every((part) => component.test(part))
  ) {
    return { error: `invalid reference format: repository name (${path}) must be lowercase` };
  }
  if (
    !path.split('/').every((part) => component.test(part)) ||
    (tag !== undefined && !tagPattern.test(tag)) ||
    (digest !== undefined && !digestPattern.test(digest))
  ) {
    return { error: 'invalid reference format' };
  }
  const repository = host === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const target = digest ?? tag ?? 'latest';
  const separator = digest === undefined ? ':' : '@';
  return { host, repository, target, normalised: `${host}/${repository}${separator}${target}` };
}
