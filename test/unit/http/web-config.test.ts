import { expect, test } from 'vitest';
import { parseWebConfig } from '../../../src/http/web-config.ts';

const hash = '$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze';

test('a file with everything', () => {
  const text = `
tls_server_config:
  cert_file: server.crt
  key_file: /etc/tls/server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans:
    - prometheus.example
  min_version: TLS13
  max_version: TLS13
http_server_config:
  http2: true
  headers:
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  alice: ${hash}
`;
  expect(parseWebConfig(text, 'web.yml')).toEqual({
    tls: {
      certFile: 'server.crt',
      keyFile: '/etc/tls/server.key',
      clientAuth: 'RequireAndVerifyClientCert',
      clientCaFile: 'ca.crt',
      clientAllowedSans: ['prometheus.example'],
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
    },
    headers: { 'X-Frame-Options': 'deny', 'Strict-Transport-Security': 'max-age=31536000' },
    users: new Map([['alice', hash]]),
  });
});

test.each(['', '# nothing\n', 'basic_auth_users:\n', 'tls_server_config: {}\n'])(
  'a file without settings is plain HTTP: %j',
  (text) => {
    expect(parseWebConfig(text, 'web.yml')).toEqual({
      tls: undefined,
      headers: {},
      users: new Map(),
    });
  },
);

test('the defaults of TLS are those of the toolkit', () => {
  const { tls } = parseWebConfig('tls_server_config: { cert_file: a, key_file: b }', 'web.yml');
  expect(tls).toMatchObject({
    clientAuth: 'NoClientCert',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    clientAllowedSans: undefined,
  });
});

test.each([
  {
    text: 'basic_auth_user:\n  alice: x\n',
    message:
      'web.yml:1: basic_auth_user is not known; expected one of tls_server_config, http_server_config, basic_auth_users',
  },
  {
    text: 'tls_server_config:\n  cert_file: a\n  key_file: b\n  cipher_suites: []\n',
    message:
      'web.yml:4: tls_server_config.cipher_suites is not supported here; expected one of cert_file, key_file, client_auth_type, client_ca_file, client_allowed_sans, min_version, max_version',
  },
  {
    text: 'rate_limit:\n  burst: 20\n',
    message:
      'web.yml:1: rate_limit is not supported here; expected one of tls_server_config, http_server_config, basic_auth_users',
  },
  {
    text: 'tls_server_config:\n  cert_file: a\n',
    message: 'web.yml:2: tls_server_config.key_file is missing',
  },
  {
    text: 'tls_server_config:\n  cert_file: a\n  key_file: b\n  min_version: TLS1.2\n',
    message:
      'web.yml:4: tls_server_config.min_version: expected one of TLS10, TLS11, TLS12, TLS13, got "TLS1.2"',
  },
  {
    text: 'tls_server_config:\n  cert_file: a\n  key_file: b\n  client_auth_type: constructor\n',
    message:
      'web.yml:4: tls_server_config.client_auth_type: expected one of NoClientCert, RequestClientCert, RequireAnyClientCert, RequireClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert, got "constructor"',
  },
  {
    text: 'tls_server_config:\n  cert_file: a\n  key_file: b\n  client_ca_file: ca\n',
    message:
      'web.yml:4: tls_server_config.client_ca_file has no effect without client_auth_type: set it to RequireAndVerifyClientCert',
  },
  {
    text: 'tls_server_config:\n  cert_file: a\n  key_file: b\n  client_auth_type: VerifyClientCertIfGiven\n  client_allowed_sans: [a]\n',
    message:
      'web.yml:5: tls_server_config.client_allowed_sans needs client_auth_type RequireAndVerifyClientCert (or RequireAnyClientCert)',
  },
  {
    text: 'http_server_config:\n  headers:\n    Set-Cookie: a=b\n',
    message:
      'web.yml:3: http_server_config.headers.Set-Cookie cannot be set; expected one of Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, X-XSS-Protection, Content-Security-Policy',
  },
  {
    text: 'http_server_config:\n  headers:\n    X-Frame-Options: maybe\n',
    message:
      'web.yml:3: http_server_config.headers.X-Frame-Options: expected deny or sameorigin, got "maybe"',
  },
  {
    text: 'http_server_config:\n  headers:\n    X-XSS-Protection: "1\\r\\nset-cookie: x"\n',
    message:
      'web.yml:3: http_server_config.headers.X-XSS-Protection: only printable ASCII can be sent',
  },
  {
    text: 'basic_auth_users:\n  alice: secret\n',
    message:
      'web.yml:2: basic_auth_users.alice: expected a bcrypt hash of cost 4 to 19, as made by htpasswd -nBC 10 alice',
  },
  {
    text: `basic_auth_users:\n  alice: ${hash}\n  alice: ${hash}\n`,
    message: 'web.yml:3: Map keys must be unique',
  },
  { text: '- a\n', message: 'web.yml:1: the file: expected keys and values' },
  {
    text: 'tls_server_config: on\n',
    message: 'web.yml:1: tls_server_config: expected keys and values',
  },
  {
    text: 'tls_server_config:\n  cert_file: [a]\n  key_file: b\n',
    message: 'web.yml:2: tls_server_config.cert_file: expected a text',
  },
])('refused: $message', ({ text, message }) => {
  let seen = '';
  try {
    parseWebConfig(text, 'web.yml');
  } catch (error) {
    seen = String(error);
  }
  // What the YAML parser says goes on with a drawing of the place.
  expect(seen.split(/ at line/)[0]).toBe(`WebConfigError: ${message}`);
});

test('a message about a password does not show it', () => {
  expect(() => parseWebConfig('basic_auth_users:\n  alice: s3cret-in-clear\n', 'web.yml')).toThrow(
    /^(?!.*s3cret)/s,
  );
});
