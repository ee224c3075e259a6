// Whatever users call their things, and whoever wraps an error: the cause stays.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classify } from '../../../src/classify/classify.ts';
import type { Cause } from '../../../src/classify/causes.ts';

/** Words of other causes, as names may hold them. */
const hostile = fc.constantFrom(
  'unauthorized',
  'denied',
  'forbidden',
  'not-found',
  'timeout',
  'i-o-timeout',
  'eof',
  'x509',
  'tls',
  'proxy',
  'toomanyrequests',
  'manifest-unknown',
  'name-unknown',
  'blob-unknown',
  'no-space-left-on-device',
  'connection-refused',
  'no-such-host',
  'lookup',
  'canceled',
  'signature',
  'policy',
  'expired',
  '401',
  '403',
  '404',
  '429',
  '500',
  '503',
);
const word = fc.oneof(hostile, fc.stringMatching(/^[a-z0-9]{1,8}$/));
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join('/'));
const tag = fc.oneof(word, fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,15}$/));
const host = fc
  .tuple(
    fc.array(word, { minLength: 1, maxLength: 3 }),
    fc.option(fc.integer({ min: 1, max: 65_535 })),
  )
  .map(([words, port]) => `${words.join('.')}.example.com${port === null ? '' : `:${port}`}`);

interface Names {
  readonly host: string;
  readonly path: string;
  readonly tag: string;
}

const names: fc.Arbitrary<Names> = fc.record({ host, path, tag });

type Core = readonly [cause: Cause, text: (names: Names) => string];

const ref = ({ host: h, path: p, tag: t }: Names): string => `${h}/${p}:${t}`;
const url = ({ host: h, path: p, tag: t }: Names): string => `https://${h}/v2/${p}/manifests/${t}`;
const resolve = (n: Names): string =>
  `failed to pull and unpack image "${ref(n)}": failed to resolve reference "${ref(n)}": `;
const asked = (n: Names): string => `${resolve(n)}failed to do request: Head "${url(n)}": `;

const cores: readonly Core[] = [
  ['image_not_found', (n) => `${resolve(n)}${ref(n)}: not found`],
  [
    'forbidden',
    (n) => `${resolve(n)}unexpected status from HEAD request to ${url(n)}: 403 Forbidden`,
  ],
  [
    'unauthorized',
    (n) => `${resolve(n)}unexpected status from HEAD request to ${url(n)}: 401 Unauthorized`,
  ],
  [
    'rate_limited',
    (n) => `${resolve(n)}unexpected status from HEAD request to ${url(n)}: 429 Too Many Requests`,
  ],
  [
    'registry_unavailable',
    (n) => `${resolve(n)}unexpected status from HEAD request to ${url(n)}: 503 Service Unavailable`,
  ],
  [
    'registry_error',
    (n) =>
      `${resolve(n)}unexpected status from HEAD request to ${url(n)}: 500 Internal Server Error`,
  ],
  [
    'dns_failure',
    (n) =>
      `${asked(n)}dial tcp: lookup ${n.host.replace(/:.*/, '')} on 192.0.2.53:53: no such host`,
  ],
  ['connection_refused', (n) => `${asked(n)}dial tcp 192.0.2.1:443: connect: connection refused`],
  ['connection_timeout', (n) => `${asked(n)}dial tcp 192.0.2.1:443: i/o timeout`],
  ['connection_reset', (n) => `${asked(n)}EOF`],
  [
    'tls_untrusted',
    (n) =>
      `${asked(n)}tls: failed to verify certificate: x509: certificate is valid for ${n.host}, not a`,
  ],
  ['tls_protocol', (n) => `${asked(n)}http: server gave HTTP response to HTTPS client`],
  [
    'proxy_error',
    (n) => `${asked(n)}proxyconnect tcp: dial tcp 192.0.2.1:3128: connect: connection refused`,
  ],
  [
    'platform_mismatch',
    (n) =>
      `failed to pull and unpack image "${ref(n)}": no match for platform in manifest: not found`,
  ],
  [
    'disk_full',
    (n) =>
      `failed to pull and unpack image "${ref(n)}": failed to extract layer sha256:00: write /var/lib/containerd/${n.path}: no space left on device: unknown`,
  ],
  [
    'content_corrupt',
    (n) =>
      `failed to pull and unpack image "${ref(n)}": failed commit on ref "layer-sha256:00": unexpected commit digest sha256:00, expected sha256:11: failed precondition`,
  ],
  [
    'access_denied_or_missing',
    (n) =>
      `Error response from daemon: pull access denied for ${n.host}/${n.path}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
  ],
  [
    'manifest_not_found',
    (n) =>
      `Error response from daemon: manifest for ${ref(n)} not found: manifest unknown: manifest unknown`,
  ],
  [
    'manifest_not_found',
    (n) =>
      `unable to pull image or OCI artifact: pull image err: initializing source docker://${ref(n)}: reading manifest ${n.tag} in ${n.host}/${n.path}: manifest unknown; artifact err: get manifest: build image source: reading manifest ${n.tag} in ${n.host}/${n.path}: manifest unknown`,
  ],
  [
    'signature_rejected',
    (n) =>
      `copying system image from manifest list: Source image rejected: Running image docker://${ref(n)} is rejected by policy.`,
  ],
  [
    'content_missing',
    (n) =>
      `failed to copy: httpReadSeeker: failed open: content at https://${n.host}/v2/${n.path}/blobs/sha256:00 not found: not found`,
  ],
  [
    'repository_not_found',
    (n) =>
      `Error response from daemon: repository ${n.host}/${n.path} not found: name unknown: repository ${n.path} not found`,
  ],
];

/** What kubelets, tools and logs put around an error. */
const wrappings: readonly ((core: string, n: Names) => string)[] = [
  (core) => core,
  (core) => `rpc error: code = Unknown desc = ${core}`,
  (core, n) => `Failed to pull image "${ref(n)}": ${core}`,
  (core, n) => `Back-off pulling image "${ref(n)}": ErrImagePull: ${core}`,
  (core, n) =>
    `Warning  Failed  3m (x4 over 5m)  kubelet, ${n.tag}-node  Failed to pull image "${ref(n)}": rpc error: code = Unknown desc = ${core}`,
  (core, n) =>
    `Error syncing pod, skipping: failed to "StartContainer" for "${n.tag}" with ErrImagePull: "${core.replaceAll('"', '\\"')}"`,
  (core, n) =>
    `E0101 00:00:00.000000    1 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"${n.tag}\\" with ErrImagePull: \\"rpc error: code = Unknown desc = ${core.replaceAll('"', '\\\\\\"')}\\"" pod="${n.path}" podUID="${n.tag}"`,
  (core) => `FATA[0003] pulling image: rpc error: code = Unknown desc = ${core}`,
  (core, n) =>
    `[rpc error: code = Unknown desc = ${core}, rpc error: code = Unknown desc = ${core.replace(n.tag, n.tag)}]`,
];

describe.each(cores)('%s', (cause, text) => {
  test(`stays for any names and wrappings: ${text({ host: '<host>', path: '<path>', tag: '<tag>' }).slice(0, 80)}`, () => {
    fc.assert(
      fc.property(names, fc.constantFrom(...wrappings), (n, wrap) => {
        const message = wrap(text(n), n);
        expect(classify({ message })?.cause).toBe(cause);
        expect(classify({ message, image: ref(n) })?.cause).toBe(cause);
      }),
    );
  });
});

test('any text has an answer, within its bounds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (message) => {
      const verdict = classify({ message });
      expect((verdict?.evidence ?? '').length).toBeLessThanOrEqual(200);
      expect(verdict?.endpoint ?? '').toMatch(/^[a-z0-9._:[\]%-]{0,260}$/);
    }),
  );
});
