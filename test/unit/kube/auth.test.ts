import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readClusterAccess } from '../../../src/kube/auth.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imagepull-auth-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

interface Parts {
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: string;
}

/** Writes a kubeconfig with one context, `test`; returns its path. */
function write(file: string, { cluster, user, context = 'test' }: Parts = {}): string {
  const path = join(folder, file);
  writeFileSync(
    path,
    stringify({
      'current-context': context,
      clusters: [{ name: context, cluster: { server: 'https://k8s.example:6443', ...cluster } }],
      users: [{ name: context, user: { ...user } }],
      contexts: [{ name: context, context: { cluster: context, user: context } }],
    }),
  );
  return path;
}

function access(given: Partial<Parameters<typeof readClusterAccess>[0]> = {}) {
  return readClusterAccess({
    kubeconfig: undefined,
    context: undefined,
    environment: { HOME: folder },
    ...given,
  });
}

/** What the first request says. */
async function authorization(user: object): Promise<string | undefined> {
  return (await access({ kubeconfig: write('config', { user }) }).credentials(0)).authorization;
}

describe('where the cluster is found', () => {
  test('in the file that is given', () => {
    const file = write('given');

    expect(access({ kubeconfig: file })).toMatchObject({
      server: new URL('https://k8s.example:6443'),
      source: `context test of ${file}`,
    });
  });

  test('else in $KUBECONFIG, of which the first file that says something wins', () => {
    const one = write('one', { cluster: { server: 'https://one' }, context: 'one' });
    const two = write('two', { cluster: { server: 'https://two' }, context: 'two' });
    const environment = {
      HOME: folder,
      KUBECONFIG: [join(folder, 'absent'), one, two].join(delimiter),
    };

    expect(access({ environment }).server.href).toBe('https://one/');
    expect(access({ environment, context: 'two' }).server.href).toBe('https://two/');
  });

  test('else in the home directory', () => {
    mkdirSync(join(folder, '.kube'));
    write('.kube/config');

    expect(access().source).toBe(`context test of ${join(folder, '.kube', 'config')}`);
  });

  test('else in the pod that this is', () => {
    process.env['KUBERNETES_SERVICE_HOST'] = 'fd00::1';
    process.env['KUBERNETES_SERVICE_PORT'] = '443';
    try {
      const inPod = access({ environment: { HOME: folder, KUBERNETES_SERVICE_HOST: 'fd00::1' } });
      expect(inPod).toMatchObject({
        server: new URL('https://[fd00::1]:443'),
        source: 'context inClusterContext of the service account',
      });
    } finally {
      delete process.env['KUBERNETES_SERVICE_HOST'];
      delete process.env['KUBERNETES_SERVICE_PORT'];
    }
  });

  test('the current context may be another one', () => {
    const file = write('given', { context: 'blue' });

    expect(() => access({ kubeconfig: file, context: 'red' })).toThrow(
      `${file} has no context "red"; it has: blue`,
    );
    expect(access({ kubeconfig: file, context: 'blue' }).source).toBe(`context blue of ${file}`);
  });
});

describe('what the operator is told when it is not found', () => {
  test('nowhere', () => {
    expect(() => access()).toThrow(
      expect.objectContaining({
        code: 'config',
        message:
          `no cluster to watch: --kubeconfig is not given, KUBECONFIG is not set, ${folder}/.kube/config does not ` +
          'exist, and this is no pod (KUBERNETES_SERVICE_HOST is not set); give --kubeconfig FILE',
      }),
    );
  });

  test.each([
    {
      contents: undefined,
      message: /^cannot read the kubeconfig .*bad: ENOENT: no such file or directory/,
    },
    { contents: 'a: [', message: /^cannot read the kubeconfig .*bad: \S/ },
    { contents: '', message: /^cannot read the kubeconfig .*bad: it is no kubeconfig$/ },
    { contents: 'clusters: [{}]', message: /bad: clusters\[0\]\.name is missing$/ },
    {
      contents: 'clusters: 7',
      message: /bad has no current context; give --context, one of: none$/,
    },
    {
      contents: 'current-context: a\ncontexts: [{name: a, context: {cluster: b}}]',
      message: /bad: context a names cluster b, which it lacks$/,
    },
    {
      contents: stringify({
        'current-context': 'a',
        clusters: [{ name: 'b', cluster: { server: 'https://k8s' } }],
        contexts: [{ name: 'a', context: { cluster: 'b', user: 'c' } }],
      }),
      message: /bad: context a names user c, which it lacks$/,
    },
    {
      contents: stringify({
        'current-context': 'a',
        clusters: [{ name: 'b', cluster: { server: 'k8s.example' } }],
        contexts: [{ name: 'a', context: { cluster: 'b' } }],
      }),
      message: /: server "k8s\.example" is no URL$/,
    },
  ])('$message', ({ contents, message }) => {
    const kubeconfig = join(folder, 'bad');
    if (contents !== undefined) writeFileSync(kubeconfig, contents);

    expect(() => access({ kubeconfig })).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(message) }),
    );
  });

  test.each([
    { proxyUrl: 'ftp://proxy', message: /must be http, https or socks5, not ftp:$/ },
    { proxyUrl: '::', message: /its proxy-url, or HTTPS_PROXY, is no URL$/ },
  ])('a proxy-url $proxyUrl', ({ proxyUrl, message }) => {
    const kubeconfig = write('config', { cluster: { 'proxy-url': proxyUrl } });

    expect(() => access({ kubeconfig })).toThrow(message);
  });

  test('none of the files in $KUBECONFIG exists', () => {
    const environment = { HOME: folder, KUBECONFIG: join(folder, 'absent') };

    expect(() => access({ environment })).toThrow(/absent: no such file; correct or unset it$/);
  });
});

describe('credentials', () => {
  test('a token', async () => {
    expect(await authorization({ token: 'secret' })).toBe('Bearer secret');
  });

  test('a user and password', async () => {
    expect(await authorization({ username: 'u', password: 'p' })).toBe('Basic dTpw');
  });

  test('nothing at all', async () => {
    expect(await authorization({})).toBeUndefined();
  });

  test('a file with a token, beside the kubeconfig, its newline left out', async () => {
    writeFileSync(join(folder, 'token'), 'from-file\n');

    expect(await authorization({ tokenFile: 'token', token: 'stale' })).toBe('Bearer from-file');
  });

  test('a file that is not there is told, and may come later', async () => {
    const cluster = access({ kubeconfig: write('config', { user: { tokenFile: 'token' } }) });

    await expect(cluster.credentials(0)).rejects.toMatchObject({
      code: 'credentials',
      message: expect.stringMatching(/^cannot get the credentials of context test of .*: ENOENT/),
    });
    writeFileSync(join(folder, 'token'), 'late');
    expect((await cluster.credentials(0)).authorization).toBe('Bearer late');
  });

  test('certificates, as data or from files beside the kubeconfig', async () => {
    writeFileSync(join(folder, 'ca.pem'), 'CA');
    const kubeconfig = write('config', {
      cluster: { 'certificate-authority': 'ca.pem', 'tls-server-name': 'k8s' },
      user: {
        'client-certificate-data': Buffer.from('CERT').toString('base64'),
        'client-key-data': Buffer.from('KEY').toString('base64'),
      },
    });
    const { tls } = await access({ kubeconfig }).credentials(0);

    expect(
      Object.fromEntries(Object.entries(tls).map(([name, value]) => [name, String(value)])),
    ).toEqual({
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
      servername: 'k8s',
      rejectUnauthorized: 'true',
    });
  });

  test('the user that is impersonated', async () => {
    const kubeconfig = write('config', { user: { token: 't', as: 'jane' } });

    expect((await access({ kubeconfig }).credentials(0)).impersonate).toBe('jane');
  });

  test('plain http needs no word about TLS, and a cluster no user', async () => {
    const kubeconfig = write('config', { cluster: { server: 'http://127.0.0.1:8001' } });

    expect((await access({ kubeconfig }).credentials(0)).authorization).toBeUndefined();
  });
});

describe('an exec plugin', () => {
  /** A plugin beside the kubeconfig that notes how often it ran, and with what. */
  function plugin(body: string): object {
    const file = join(folder, 'plugin.cjs');
    const script = `#!${process.execPath}\nconst fs = require('node:fs');
      fs.appendFileSync(${JSON.stringify(join(folder, 'runs'))}, process.env.KUBERNETES_EXEC_INFO + '\\n');\n${body}`;
    writeFileSync(file, script);
    chmodSync(file, 0o755);
    const apiVersion = 'client.authentication.k8s.io/v1beta1';
    return {
      exec: { apiVersion, command: './plugin.cjs', env: [{ name: 'SAY', value: 'hello' }] },
    };
  }

  const runs = (): readonly string[] =>
    readFileSync(join(folder, 'runs'), 'utf8').trim().split('\n');

  const answers = (status: string): string =>
    `console.log(JSON.stringify({ kind: 'ExecCredential', status: ${status} }))`;

  test('gives a token, and is told what kubectl tells it', async () => {
    expect(await authorization(plugin(answers('{ token: process.env.SAY }')))).toBe('Bearer hello');
    expect(runs().map((line) => JSON.parse(line))).toEqual([
      {
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        kind: 'ExecCredential',
        spec: { interactive: false },
      },
    ]);
  });

  test('is asked once by any number of requests, and again when what it said expires', async () => {
    const status = `{ token: String(fs.readFileSync(${JSON.stringify(join(folder, 'runs'))}, 'utf8').split('\\n').length - 1),
      expirationTimestamp: '2026-11-21T12:00:00Z' }`;
    const cluster = access({ kubeconfig: write('config', { user: plugin(answers(status)) }) });
    const expiry = Date.parse('2026-11-21T12:00:00Z');
    const first = await Promise.all([1, 2, 3].map(() => cluster.credentials(expiry - 1)));
    const second = await cluster.credentials(expiry - 1);
    const third = await cluster.credentials(expiry);

    expect(first.map(({ authorization: said }) => said)).toEqual([
      'Bearer 1',
      'Bearer 1',
      'Bearer 1',
    ]);
    expect(second.authorization).toBe('Bearer 1');
    expect(third.authorization).toBe('Bearer 2');
  });

  test('may give a certificate', async () => {
    const user = plugin(answers("{ clientCertificateData: 'CERT', clientKeyData: 'KEY' }"));
    const { tls, authorization: said } = await access({
      kubeconfig: write('config', { user }),
    }).credentials(0);

    expect([said, tls.cert, tls.key]).toEqual([undefined, 'CERT', 'KEY']);
  });

  test.each([
    {
      what: 'fails',
      body: "console.error('token has expired\\nmore'); process.exit(1)",
      said: 'token has expired',
    },
    { what: 'says no JSON', body: "console.log('secret-token')", said: 'its output is not JSON' },
    {
      what: 'says nothing of use',
      body: answers('{}'),
      said: 'its output has neither status.token nor status.clientCertificateData',
    },
  ])('that $what is told with its own words, and never its output', async ({ body, said }) => {
    const cluster = access({ kubeconfig: write('config', { user: plugin(body) }) });

    await expect(cluster.credentials(0)).rejects.toMatchObject({
      code: 'credentials',
      message: `exec plugin ${join(folder, 'plugin.cjs')} of the kubeconfig: ${said}`,
    });
    const error = await cluster.credentials(0).catch((caught: unknown) => caught);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-token');
  });

  test('that is not installed is told with the hint of the kubeconfig', async () => {
    const exec = {
      command: 'no-such-plugin',
      installHint: 'Install it from https://plugin.example',
    };
    const cluster = access({ kubeconfig: write('config', { user: { exec } }) });

    await expect(cluster.credentials(0)).rejects.toThrow(
      'exec plugin no-such-plugin of the kubeconfig: spawn no-such-plugin ENOENT; Install it from https://plugin.example',
    );
  });
});
