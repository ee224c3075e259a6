// The text of a web config file, in the format of Prometheus' exporter-toolkit -> who may connect, and
// how. Unknown keys are errors: a misspelt `basic_auth_users` must not leave the door open.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';

export type ClientAuth =
  | 'NoClientCert'
  | 'RequestClientCert'
  | 'RequireAnyClientCert'
  | 'VerifyClientCertIfGiven'
  | 'RequireAndVerifyClientCert';

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export interface TlsConfig {
  /** Paths as written: relative ones start at the folder of the web config file. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string | undefined;
  readonly clientAuth: ClientAuth;
  /** The client's certificate must carry one of them; undefined where any will do. */
  readonly clientAllowedSans: readonly string[] | undefined;
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
}

export interface WebConfig {
  /** Undefined for plain HTTP. */
  readonly tls: TlsConfig | undefined;
  /** Added to every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** User name -> bcrypt hash; empty where no login is asked for. */
  readonly users: ReadonlyMap<string, string>;
}

/** The operator's file is wrong; the message names the file, the line, the key, and what was expected. */
export class WebConfigError extends Error {
  override readonly name = 'WebConfigError';
}

const clientAuthTypes: Readonly<Record<string, ClientAuth>> = {
  NoClientCert: 'NoClientCert',
  RequestClientCert: 'RequestClientCert',
  RequireAnyClientCert: 'RequireAnyClientCert',
  /** The toolkit's old name for it. */
  RequireClientCert: 'RequireAnyClientCert',
  VerifyClientCertIfGiven: 'VerifyClientCertIfGiven',
  RequireAndVerifyClientCert: 'RequireAndVerifyClientCert',
};

const tlsVersions: Readonly<Record<string, TlsVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** Those that the toolkit allows, with the values that it allows; none where any will do. */
const headerValues: Readonly<Record<string, readonly string[]>> = {
  'Strict-Transport-Security': [],
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': [],
  'Content-Security-Policy': [],
};

/** Keys of the toolkit that this server does not have. */
const unsupported = new Set([
  'rate_limit',
  'cert',
  'key',
  'client_ca',
  'cipher_suites',
  'prefer_server_cipher_suites',
  'curve_preferences',
]);

const bcryptHash = /^\$2[aby]\$(?:0[4-9]|1\d)\$[./A-Za-z0-9]{53}$/;

/** `file` is only for messages. Throws WebConfigError. */
export function parseWebConfig(text: string, file: string): WebConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const fail: Fail = (node, message) => {
    const offset = hasRange(node) ? node.range[0] : 0;
    throw new WebConfigError(`${file}:${lines.linePos(offset).line}: ${message}`);
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw new WebConfigError(`${file}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
  }
  const root = new Section(document.contents, '', fail);
  root.allow(['tls_server_config', 'http_server_config', 'basic_auth_users']);
  return {
    tls: readTls(root, fail),
    headers: readHeaders(root.section('http_server_config'), fail),
    users: readUsers(root.section('basic_auth_users'), fail),
  };
}

type Fail = (node: unknown, message: string) => never;

function readTls(root: Section, fail: Fail): TlsConfig | undefined {
  const section = root.section('tls_server_config');
  section.allow([
    'cert_file',
    'key_file',
    'client_auth_type',
    'client_ca_file',
    'client_allowed_sans',
    'min_version',
    'max_version',
  ]);
  if (section.isEmpty) return undefined;
  const clientCaFile = section.text('client_ca_file');
  const clientAllowedSans = section.texts('client_allowed_sans');
  const clientAuth = section.oneOf('client_auth_type', clientAuthTypes) ?? 'NoClientCert';
  if (clientCaFile !== undefined && clientAuth === 'NoClientCert') {
    fail(
      section.key('client_ca_file'),
      'tls_server_config.client_ca_file has no effect without client_auth_type: set it to RequireAndVerifyClientCert',
    );
  }
  if (
    clientAllowedSans !== undefined &&
    clientAuth !== 'RequireAnyClientCert' &&
    clientAuth !== 'RequireAndVerifyClientCert'
  ) {
    fail(
      section.key('client_allowed_sans'),
      'tls_server_config.client_allowed_sans needs client_auth_type RequireAndVerifyClientCert (or RequireAnyClientCert)',
    );
  }
  return {
    certFile: section.required('cert_file'),
    keyFile: section.required('key_file'),
    clientCaFile,
    clientAuth,
    clientAllowedSans,
    minVersion: section.oneOf('min_version', tlsVersions) ?? 'TLSv1.2',
    maxVersion: section.oneOf('max_version', tlsVersions) ?? 'TLSv1.3',
  };
}

function readHeaders(section: Section, fail: Fail): Readonly<Record<string, string>> {
  // `http2` is allowed and has no effect: this server speaks HTTP/1.1.
  section.allow(['http2', 'headers']);
  const headers: Record<string, string> = {};
  for (const [name, value, node] of section.section('headers').entries()) {
    const allowed = headerValues[name];
    if (allowed === undefined) {
      fail(
        node,
        `http_server_config.headers.${name} cannot be set; expected one of ${Object.keys(headerValues).join(', ')}`,
      );
    }
    if (allowed.length > 0 && !allowed.includes(value)) {
      fail(
        node,
        `http_server_config.headers.${name}: expected ${allowed.join(' or ')}, got ${JSON.stringify(value)}`,
      );
    }
    if (/[^\t\x20-\x7e]/.test(value)) {
      fail(node, `http_server_config.headers.${name}: only printable ASCII can be sent`);
    }
    if (value !== '') headers[name] = value;
  }
  return headers;
}

function readUsers(section: Section, fail: Fail): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const [name, hash, node] of section.entries()) {
    if (!bcryptHash.test(hash)) {
      fail(
        node,
        `basic_auth_users.${name}: expected a bcrypt hash of cost 4 to 19, as made by htpasswd -nBC 10 ${name}`,
      );
    }
    users.set(name, hash);
  }
  return users;
}

/** One mapping of the file, read strictly. */
class Section {
  readonly #map: YAMLMap | undefined;
  readonly #path: string;
  readonly #fail: Fail;

  constructor(node: unknown, path: string, fail: Fail) {
    this.#path = path;
    this.#fail = fail;
    const empty = node === undefined || node === null || (isScalar(node) && node.value === null);
    if (!empty && !isMap(node)) fail(node, `${path || 'the file'}: expected keys and values`);
    this.#map = isMap(node) ? node : undefined;
  }

  get isEmpty(): boolean {
    return this.#map === undefined || this.#map.items.length === 0;
  }

  allow(known: readonly string[]): void {
    for (const { key } of this.#map?.items ?? []) {
      const name = String(isScalar(key) ? key.value : key);
      if (known.includes(name)) continue;
      const problem = unsupported.has(name) ? 'is not supported here' : 'is not known';
      this.#fail(key, `${this.#name(name)} ${problem}; expected one of ${known.join(', ')}`);
    }
  }

  key(name: string): unknown {
    return this.#map?.items.find(({ key }) => isScalar(key) && key.value === name)?.key;
  }

  section(name: string): Section {
    return new Section(this.#map?.get(name, true), this.#name(name), this.#fail);
  }

  text(name: string): string | undefined {
    const node = this.#map?.get(name, true);
    if (node === undefined) return undefined;
    return this.#scalar(node, name);
  }

  required(name: string): string {
    const text = this.text(name);
    if (text === undefined || text === '') {
      this.#fail(this.#map, `${this.#name(name)} is missing`);
    }
    return text;
  }

  oneOf<V>(name: string, values: Readonly<Record<string, V>>): V | undefined {
    const text = this.text(name);
    if (text === undefined || text === '') return undefined;
    if (!Object.hasOwn(values, text)) {
      this.#fail(
        this.key(name),
        `${this.#name(name)}: expected one of ${Object.keys(values).join(', ')}, got ${JSON.stringify(text)}`,
      );
    }
    return values[text];
  }

  texts(name: string): readonly string[] | undefined {
    const node = this.#map?.get(name, true);
    if (node === undefined) return undefined;
    if (!isSeq(node)) this.#fail(node, `${this.#name(name)}: expected a list`);
    return node.items.map((item) => this.#scalar(item, name));
  }

  entries(): readonly (readonly [name: string, value: string, key: unknown])[] {
    return (this.#map?.items ?? []).map(({ key, value }) => {
      const name = String(isScalar(key) ? key.value : key);
      return [name, this.#scalar(value, name), key];
    });
  }

  #scalar(node: unknown, name: string): string {
    if (isScalar(node) && node.value === null) return '';
    if (!isScalar(node) || typeof node.value !== 'string') {
      this.#fail(node, `${this.#name(name)}: expected a text`);
    }
    return node.value;
  }

  #name(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
