import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseImageReference } from '../../../src/observe/image-reference.ts';

const sha = `sha256:${'a'.repeat(64)}`;

const cases: readonly (readonly [
  image: string,
  registry: string,
  repository: string,
  tag: string,
  digest: string,
])[] = [
  ['nginx', 'docker.io', 'library/nginx', '', ''],
  ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', ''],
  ['acme/web:v1', 'docker.io', 'acme/web', 'v1', ''],
  ['docker.io/nginx', 'docker.io', 'library/nginx', '', ''],
  ['index.docker.io/acme/web', 'docker.io', 'acme/web', '', ''],
  ['registry-1.docker.io/library/nginx', 'registry-1.docker.io', 'library/nginx', '', ''],
  ['localhost/web:v1', 'localhost', 'web', 'v1', ''],
  ['localhost:5000', 'docker.io', 'library/localhost', '5000', ''],
  ['reg.corp.example:5000/shop/api:v404', 'reg.corp.example:5000', 'shop/api', 'v404', ''],
  ['[fc00::1]:5000/web', '[fc00::1]:5000', 'web', '', ''],
  ['LOCALDOMAIN/app', 'localdomain', 'app', '', ''],
  ['Registry.Example.COM/app:v1', 'registry.example.com', 'app', 'v1', ''],
  [`quay.io/acme/tool:v1@${sha}`, 'quay.io', 'acme/tool', 'v1', sha],
  ['registry.corp.example/team/my app:v1', 'registry.corp.example', 'team/my app', 'v1', ''],
  ['registry.corp.example/team/app:${TAG}', 'registry.corp.example', 'team/app', '${TAG}', ''],
  ['registry.corp.example/team/app/', 'registry.corp.example', 'team/app/', '', ''],
  ['https://registry.corp.example/app', 'invalid', '/registry.corp.example/app', '', ''],
  ['bad host.example/app', 'invalid', 'app', '', ''],
  ['a"b.example/app', 'invalid', 'app', '', ''],
  [`${'a'.repeat(260)}.example/app`, 'invalid', 'app', '', ''],
  [`registry.corp.example/${'a'.repeat(2000)}`, 'invalid', '', '', ''],
  ['', 'docker.io', '', '', ''],
];

describe('an image string is split as Kubernetes splits it', () => {
  test.each(cases)('%s', (image, registry, repository, tag, digest) => {
    expect(parseImageReference(image)).toEqual({ registry, repository, tag, digest });
  });
});

test('whatever the string, the registry is a bounded, lower-case host or `invalid`', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 3000 }), (image) => {
      const { registry } = parseImageReference(image);
      expect(registry).toMatch(/^(invalid|[a-z0-9[][a-z0-9.:_\]-]{0,262})$/);
    }),
  );
});
