import { expect, test } from 'vitest';
import { acceptsClient } from '../../../src/http/client-certificate.ts';
import type { ClientAuth, TlsConfig } from '../../../src/http/web-config.ts';

function accepts(
  clientAuth: ClientAuth,
  certificate: 'none' | 'untrusted' | 'trusted',
  options: { readonly names?: string; readonly allowed?: readonly string[] } = {},
): boolean {
  const tls: TlsConfig = {
    certFile: 'a',
    keyFile: 'b',
    clientCaFile: undefined,
    clientAuth,
    clientAllowedSans: options.allowed,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
  };
  return acceptsClient(tls, {
    authorized: certificate === 'trusted',
    getPeerX509Certificate: () =>
      certificate === 'none' ? undefined : { subjectAltName: options.names },
  });
}

test.each([
  ['NoClientCert', true, true, true],
  ['RequestClientCert', true, true, true],
  ['RequireAnyClientCert', false, true, true],
  ['VerifyClientCertIfGiven', true, false, true],
  ['RequireAndVerifyClientCert', false, false, true],
] as const)(
  '%s: no certificate %j, an untrusted one %j, a trusted one %j',
  (clientAuth, none, untrusted, trusted) => {
    expect(accepts(clientAuth, 'none')).toBe(none);
    expect(accepts(clientAuth, 'untrusted')).toBe(untrusted);
    expect(accepts(clientAuth, 'trusted')).toBe(trusted);
  },
);

test.each([
  { names: 'DNS:prometheus.example', allowed: ['prometheus.example'], expected: true },
  {
    names: 'DNS:a.example, DNS:prometheus.example',
    allowed: ['prometheus.example'],
    expected: true,
  },
  {
    names: 'URI:spiffe://cluster/prometheus',
    allowed: ['spiffe://cluster/prometheus'],
    expected: true,
  },
  { names: 'IP Address:FD00:0:0:0:0:0:0:1', allowed: ['fd00::1'], expected: true },
  { names: 'IP Address:10.0.0.1', allowed: ['10.0.0.1'], expected: true },
  { names: 'email:ops@example.com', allowed: ['ops@example.com'], expected: true },
  { names: 'DNS:a.example', allowed: ['prometheus.example'], expected: false },
  { names: 'DNS:"x, DNS:prometheus.example"', allowed: ['prometheus.example'], expected: false },
  { names: 'DirName:prometheus.example', allowed: ['prometheus.example'], expected: false },
  { names: undefined, allowed: ['prometheus.example'], expected: false },
  { names: 'DNS:prometheus.example', allowed: [], expected: false },
])('$names against $allowed: $expected', ({ names, allowed, expected }) => {
  expect(
    accepts('RequireAndVerifyClientCert', 'trusted', {
      allowed,
      ...(names === undefined ? {} : { names }),
    }),
  ).toBe(expected);
});
