// The certificate of a client, after the handshake -> may it go on? As Go's tls.ClientAuthType has it.
import { isIPv6 } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsConfig } from './web-config.ts';

/** The part of a TLS socket that decides. */
export type PeerOfSocket = Pick<TLSSocket, 'authorized'> & {
  readonly getPeerX509Certificate: () =>
    | { readonly subjectAltName: string | undefined }
    | undefined;
};

export function acceptsClient(
  { clientAuth, clientAllowedSans }: TlsConfig,
  socket: PeerOfSocket,
): boolean {
  const certificate = socket.getPeerX509Certificate();
  switch (clientAuth) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'VerifyClientCertIfGiven':
      return certificate === undefined || socket.authorized;
    case 'RequireAnyClientCert':
      return certificate !== undefined && hasAllowedName(certificate, clientAllowedSans);
    case 'RequireAndVerifyClientCert':
      return (
        certificate !== undefined &&
        socket.authorized &&
        hasAllowedName(certificate, clientAllowedSans)
      );
  }
}

function hasAllowedName(
  { subjectAltName }: { readonly subjectAltName: string | undefined },
  allowed: readonly string[] | undefined,
): boolean {
  if (allowed === undefined) return true;
  const names = new Set(alternativeNames(subjectAltName ?? ''));
  return allowed.some((name) => names.has(canonical(name)));
}

/**
 * Node joins the names with commas, and quotes those that could be taken for several. Only the kinds
 * that the toolkit compares.
 */
function alternativeNames(joined: string): readonly string[] {
  const names: string[] = [];
  for (const [, kind, name = ''] of joined.matchAll(
    /(?:^|, )([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)/g,
  )) {
    if (!['DNS', 'email', 'IP Address', 'URI'].includes(kind ?? '')) continue;
    names.push(canonical(name.startsWith('"') ? unquote(name) : name));
  }
  return names;
}

function unquote(name: string): string {
  try {
    return String(JSON.parse(name));
  } catch {
    return name;
  }
}

/** Node writes IPv6 addresses in full and in capitals, people write them short. */
function canonical(name: string): string {
  return isIPv6(name) ? new URL(`http://[${name}]`).hostname : name;
}
