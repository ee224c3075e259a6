// The bundle, from which the API clients of @kubernetes/client-node are left out -> every way to log in
// and to get there works all the same.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeKubeconfig } from '../../bench/chaos/scene.ts';
import { createLoadCluster, type LoadCluster } from '../../src/sim/load.ts';
import { startSocksProxy, type TestProxy } from '../support/proxies.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let cluster: LoadCluster;
let server: string;
let proxy: TestProxy;

/** Valid until 2100, and never checked here. */
const idToken = ['{"alg":"none"}', '{"exp":4102444800}', 'signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

async function run(...argv: readonly string[]) {
  const child = spawn(process.execPath, [...argv], {
    cwd: root,
    env: { PATH: process.env['PATH'] },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imagepull-bundle-'));
  const { code, said } = await run('build/bundle.ts', join(folder, 'dist'));
  if (code !== 0) throw new Error(said);
  cluster = createLoadCluster({
    seed: 1,
    pods: 20,
    failing: 1,
    now: Date.now(),
    server: { tokens: ['good', idToken] },
  });
  server = (await cluster.listen()).url;
  proxy = await startSocksProxy();
});

afterAll(async () => {
  await proxy.close();
  await cluster.close();
  rmSync(folder, { recursive: true });
});

/** A program that says this. */
function program(name: string, output: object): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify(output)}'\n`);
  chmodSync(file, 0o755);
  return file;
}

test.each([
  { how: 'a token', user: () => ({ token: 'good' }) },
  {
    how: 'a token file',
    user: () => {
      writeFileSync(join(folder, 'token'), 'good\n');
      return { tokenFile: 'token' };
    },
  },
  {
    how: 'an exec plugin',
    user: () => {
      const apiVersion = 'client.authentication.k8s.io/v1';
      const credential = { apiVersion, kind: 'ExecCredential', status: { token: 'good' } };
      return { exec: { apiVersion, command: program('plugin', credential) } };
    },
  },
  {
    how: 'an OIDC provider',
    user: () => ({
      'auth-provider': {
        name: 'oidc',
        config: {
          'client-id': 'me',
          'id-token': idToken,
          'refresh-token': 'more',
          'idp-issuer-url': 'https://issuer.example',
        },
      },
    }),
  },
  {
    how: 'a provider that asks a program',
    user: () => ({
      'auth-provider': {
        name: 'gcp',
        config: {
          'cmd-path': program('gcloud', {
            credential: { access: 'good', expiry: '2100-01-01T00:00:00Z' },
          }),
          'token-key': '{.credential.access}',
          'expiry-key': '{.credential.expiry}',
        },
      },
    }),
  },
  {
    how: 'a token, through a SOCKS proxy',
    user: () => ({ token: 'good' }),
    access: () => ({ 'proxy-url': proxy.url }),
  },
])('diagnose logs in with $how', async ({ user, access }) => {
  const kubeconfig = writeKubeconfig(folder, { server, ...access?.() }, user());
  const { code, said } = await run(
    join(folder, 'dist', 'main.js'),
    'diagnose',
    '--kubeconfig',
    kubeconfig,
  );
  // 1: something fails.
  expect({ code, said }).toEqual({
    code: 1,
    said: expect.stringMatching(/search-|shop-|media-|data-/),
  });
});

test('and who is not let in is told so', async () => {
  const kubeconfig = writeKubeconfig(folder, { server }, { token: 'bad' });
  const { said } = await run(
    join(folder, 'dist', 'main.js'),
    'diagnose',
    '--kubeconfig',
    kubeconfig,
  );
  expect(said).toContain('answers 401');
  expect(said).not.toContain('prod');
});
