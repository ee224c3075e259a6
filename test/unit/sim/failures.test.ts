// The catalogue of failures against the exporter's closed list of causes.
import { describe, expect, test } from 'vitest';
import { causes } from '../../../src/classify/causes.ts';
import { failPull } from '../../../src/sim/failure-text.ts';
import { failures } from '../../../src/sim/failures.ts';
import type { FailureName, Runtime } from '../../../src/sim/failures.ts';
import { parseImageReference } from '../../../src/sim/image-reference.ts';
import type { ImageReference } from '../../../src/sim/image-reference.ts';
import { Random } from '../../../src/sim/random.ts';
import { start } from './simulated-traffic.ts';

const names = Object.keys(failures) as FailureName[];
const runtimes: readonly Runtime[] = ['containerd', 'containerd-1.7', 'cri-o'];

function reference(image: string): ImageReference {
  const parsed = parseImageReference(image);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

function text(
  name: FailureName,
  runtime: Runtime,
  image = 'registry.corp.example/team7/search:v9',
): string {
  const context = {
    reference: reference(image),
    runtime,
    nodeIp: '10.40.0.1',
    now: start,
    random: new Random(1),
  };
  return failPull(name, context).text;
}

describe('failures', () => {
  test.each(names)('%s has a cause of the catalogue and a whole text for every runtime', (name) => {
    for (const runtime of runtimes) {
      const context = {
        reference: reference('registry.corp.example/team7/search:v9'),
        runtime,
        nodeIp: '10.40.0.1',
        now: start,
        random: new Random(1),
      };
      const { cause, text: words, takesMs } = failPull(name, context);
      expect(Object.keys(causes)).toContain(cause);
      expect(words).not.toMatch(/[{}]|undefined/);
      expect(takesMs).toBeGreaterThan(0);
    }
  });

  test('together with what the kubelet says itself, every cause can happen', () => {
    const shown = new Set(
      names.flatMap((name) =>
        runtimes.map(
          (runtime) =>
            failPull(name, {
              reference: reference('registry.corp.example/team7/search:v9'),
              runtime,
              nodeIp: '10.40.0.1',
              now: start,
              random: new Random(1),
            }).cause,
        ),
      ),
    );
    const ofTheKubelet = [
      'invalid_reference',
      'never_pull',
      'pull_secret_invalid',
      'node_pull_qps_exceeded',
    ];
    // Told by an event only, beside a failure that looks like `unauthorized`.
    const ofEvents = ['pull_secret_missing'];
    expect(
      Object.keys(causes).filter(
        (cause) => ![...shown, ...ofTheKubelet, ...ofEvents].includes(cause),
      ),
    ).toEqual([]);
  });

  test.each<[FailureName, Runtime, string]>([
    [
      'manifest-unknown',
      'containerd',
      'rpc error: code = NotFound desc = failed to pull and unpack image "registry.corp.example/team7/search:v9": failed to resolve image: registry.corp.example/team7/search:v9: not found',
    ],
    [
      'manifest-unknown',
      'containerd-1.7',
      'rpc error: code = NotFound desc = failed to pull and unpack image "registry.corp.example/team7/search:v9": failed to resolve reference "registry.corp.example/team7/search:v9": registry.corp.example/team7/search:v9: not found',
    ],
    [
      'manifest-unknown',
      'cri-o',
      'unable to pull image or OCI artifact: pull image err: initializing source docker://registry.corp.example/team7/search:v9: reading manifest v9 in registry.corp.example/team7/search: manifest unknown; artifact err: image reference: get manifest from ref: create image source: reading manifest v9 in registry.corp.example/team7/search: manifest unknown',
    ],
    [
      'http-503',
      'cri-o',
      'unable to pull image or OCI artifact: pull image err: initializing source docker://registry.corp.example/team7/search:v9: reading manifest v9 in registry.corp.example/team7/search: received unexpected HTTP status: 503 Service Unavailable; artifact err: image reference: get manifest from ref: create image source: reading manifest v9 in registry.corp.example/team7/search: received unexpected HTTP status: 503 Service Unavailable',
    ],
    [
      'unknown-authority',
      'containerd',
      'failed to pull and unpack image "registry.corp.example/team7/search:v9": failed to resolve image: failed to do request: Head "https://registry.corp.example/v2/team7/search/manifests/v9": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      'token-401',
      'containerd',
      'failed to pull and unpack image "registry.corp.example/team7/search:v9": failed to resolve image: failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.corp.example/token?scope=repository%3Ateam7%2Fsearch%3Apull&service=registry.corp.example: 401 Unauthorized',
    ],
    [
      'http-403',
      'containerd-1.7',
      'failed to pull and unpack image "registry.corp.example/team7/search:v9": failed to resolve reference "registry.corp.example/team7/search:v9": unexpected status from HEAD request to https://registry.corp.example/v2/team7/search/manifests/v9: 403 Forbidden',
    ],
  ])('%s of %s reads as recorded', (name, runtime, words) => {
    expect(text(name, runtime)).toBe(words);
  });

  test('an image of Docker Hub is asked for at its registry host', () => {
    expect(text('http-429', 'containerd', 'redis:7.2')).toBe(
      'failed to pull and unpack image "docker.io/library/redis:7.2": failed to resolve image: unexpected status from HEAD request to https://registry-1.docker.io/v2/library/redis/manifests/7.2: 429 Too Many Requests',
    );
  });
});

describe('image references', () => {
  test.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['acme/tool:1', 'docker.io/acme/tool:1'],
    ['index.docker.io/acme/tool', 'docker.io/acme/tool:latest'],
    ['localhost/tool:1', 'localhost/tool:1'],
    ['host:5000/shop/api:v4', 'host:5000/shop/api:v4'],
    [
      'r.example/a/b:v1@sha256:5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e',
      'r.example/a/b@sha256:5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e',
    ],
  ])('%s is %s', (image, normalised) => {
    expect(reference(image).normalised).toBe(normalised);
  });

  test.each([
    ['registry.corp.example/team/my app:v1', 'invalid reference format'],
    ['registry.corp.example/team/app/', 'invalid reference format'],
    ['registry.corp.example/team/app:${TAG}', 'invalid reference format'],
    ['https://registry.corp.example/app', 'invalid reference format'],
    ['registry.corp.example/team/app@sha256:1234', 'invalid reference format'],
    [
      'registry.corp.example/Team/App:v1',
      'invalid reference format: repository name (Team/App) must be lowercase',
    ],
    [
      '5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e',
      'invalid repository name (5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e), cannot specify 64-byte hexadecimal strings',
    ],
  ])('%s is none', (image, error) => {
    expect(parseImageReference(image)).toEqual({ error });
  });
});
