import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { readFileSync } from 'node:fs';
import { hashSync } from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWebConfig, type WebConfigFile } from '../../../src/http/web-config-file.ts';
import { aServer } from './a-server.ts';

const certificates = join(import.meta.dirname, 'certificates');
let folder = '';
let now = 0;
let problems: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'web-config-'));
  now = 0;
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, certificate: string): void {
  copyFileSync(join(certificates, certificate), join(folder, name));
}

function open(text: string): WebConfigFile {
  writeFileSync(join(folder, 'web.yml'), text);
  return openWebConfig(join(folder, 'web.yml'), {
    now: () => now,
    onProblem: (message) => problems.push(message),
  });
}

const tls = 'tls_server_config:\n  cert_file: tls.pem\n  key_file: tls.key\n';

test('files are found beside the web config, and what cannot be read is named', () => {
  expect(() => open(tls)).toThrow(
    `${folder}/web.yml: tls_server_config.cert_file: cannot read ${folder}/tls.pem: ENOENT`,
  );
  put('tls.pem', 'server-1.pem');
  put('tls.key', 'server-2.key');
  expect(() => open(tls)).toThrow('the certificate and key cannot be used');
  put('tls.key', 'server-1.key');
  expect(open(tls).current().secureContext?.cert).toEqual(
    readFileSync(join(certificates, 'server-1.pem')),
  );
  expect(() =>
    openWebConfig(join(folder, 'none.yml'), { now: () => 0, onProblem: () => {} }),
  ).toThrow(`--web.config.file: cannot read ${folder}/none.yml: ENOENT`);
});

test('a changed file is read again, a second later at most', () => {
  const file = open(`basic_auth_users:\n  alice: ${hashSync('old', 4)}\n`);
  const changed = hashSync('new', 4);
  writeFileSync(join(folder, 'web.yml'), `basic_auth_users:\n  carol: ${changed}\n`);
  expect([...file.current().users.keys()]).toEqual(['alice']);
  now = 1000;
  expect([...file.current().users]).toEqual([['carol', changed]]);
});

test('half of a rotation is told once and changes nothing, the whole one is used', () => {
  put('tls.pem', 'server-1.pem');
  put('tls.key', 'server-1.key');
  const file = open(tls);
  const before = file.current();
  put('tls.pem', 'server-2.pem');
  for (now = 1000; now < 4000; now += 1000) expect(file.current()).toBe(before);
  expect(problems).toHaveLength(1);
  put('tls.key', 'server-2.key');
  now = 5000;
  expect(file.current().secureContext?.key).toEqual(
    readFileSync(join(certificates, 'server-2.key')),
  );
  rmSync(join(folder, 'web.yml'));
  now = 6000;
  expect(file.current().secureContext?.key).toBeDefined();
  expect(problems[1]).toContain('cannot read');
});

describe('over TLS', () => {
  /** Status and the server's common name, or what went wrong. */
  function visit(port: number, client?: string): Promise<string> {
    const read = (name: string) => readFileSync(join(certificates, name));
    return new Promise((resolve) => {
      const request = get(
        {
          host: '127.0.0.1',
          port,
          path: '/-/healthy',
          ca: read('ca.pem'),
          agent: false,
          ...(client === undefined
            ? {}
            : { cert: read(`${client}.pem`), key: read(`${client}.key`) }),
        },
        (response) => {
          const name = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
          response.resume();
          response.on('end', () => resolve(`${response.statusCode} from ${String(name)}`));
        },
      );
      request.on('error', () => resolve('no answer'));
    });
  }

  async function serve(webConfig: WebConfigFile) {
    const server = aServer({ webConfig });
    await server.listen({ host: '127.0.0.1', port: 0 });
    return { server, port: (server.server.address() as { port: number }).port };
  }

  test('a rotated certificate is used for the next connection, without a restart', async () => {
    put('tls.pem', 'server-1.pem');
    put('tls.key', 'server-1.key');
    const { server, port } = await serve(open(tls));
    expect(await visit(port)).toBe('200 from server-1');
    put('tls.pem', 'server-2.pem');
    put('tls.key', 'server-2.key');
    now = 1000;
    expect(await visit(port)).toBe('200 from server-2');
    await server.close();
  });

  test.each([
    {
      type: 'RequireAndVerifyClientCert',
      sans: '',
      none: 'no answer',
      client: '200 from server-1',
      stranger: 'no answer',
    },
    {
      type: 'RequireAndVerifyClientCert',
      sans: '[fd00::1]',
      none: 'no answer',
      client: '200 from server-1',
      stranger: 'no answer',
    },
    {
      type: 'RequireAndVerifyClientCert',
      sans: '[other.example]',
      none: 'no answer',
      client: 'no answer',
      stranger: 'no answer',
    },
    {
      type: 'VerifyClientCertIfGiven',
      sans: '',
      none: '200 from server-1',
      client: '200 from server-1',
      stranger: 'no answer',
    },
    {
      type: 'RequireAnyClientCert',
      sans: '[prometheus.example]',
      none: 'no answer',
      client: '200 from server-1',
      stranger: '200 from server-1',
    },
  ])(
    '$type $sans: none $none, client $client, stranger $stranger',
    async ({ type, sans, none, client, stranger }) => {
      put('tls.pem', 'server-1.pem');
      put('tls.key', 'server-1.key');
      put('ca.pem', 'ca.pem');
      const { server, port } = await serve(
        open(
          `${tls}  client_auth_type: ${type}\n  client_ca_file: ca.pem\n${sans === '' ? '' : `  client_allowed_sans: ${sans.replace('[', '["').replace(/\]$/, '"]')}\n`}`,
        ),
      );
      expect(await visit(port)).toBe(none);
      expect(await visit(port, 'client')).toBe(client);
      expect(await visit(port, 'stranger')).toBe(stranger);
      await server.close();
    },
  );
});
