// A web config file and the certificates that it names -> what the server uses now. Files that change
// are read again, so that a rotated certificate or a new password needs no restart.
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { parseWebConfig, type TlsConfig, type WebConfig, WebConfigError } from './web-config.ts';

export interface LoadedWebConfig extends WebConfig {
  /** Certificate, key and CA as read; undefined for plain HTTP. */
  readonly secureContext: SecureContextOptions | undefined;
}

export interface WebConfigFile {
  /**
   * Looks at the files at most once a second. A change that cannot be used is told to `onProblem` and
   * leaves things as they were: half of a rotation must not take the server down.
   */
  readonly current: () => LoadedWebConfig;
}

const lookEveryMs = 1000;

/** Throws WebConfigError when the files cannot be used to begin with. */
export function openWebConfig(
  file: string,
  options: { readonly now: () => number; readonly onProblem: (message: string) => void },
): WebConfigFile {
  let loaded = load(file);
  let lookedAt = options.now();
  let problem = '';

  function look(): void {
    const marks = fileMarks(filesOf(file, loaded.config));
    if (marks === loaded.marks) return;
    try {
      loaded = load(file);
      problem = '';
    } catch (error) {
      if (!(error instanceof WebConfigError)) throw error;
      if (error.message !== problem) options.onProblem(error.message);
      problem = error.message;
    }
  }

  return {
    current() {
      const now = options.now();
      if (Math.abs(now - lookedAt) >= lookEveryMs) {
        lookedAt = now;
        look();
      }
      return loaded.config;
    },
  };
}

interface Loaded {
  readonly config: LoadedWebConfig;
  /** Taken before reading, so that a change in the middle is seen the next time. */
  readonly marks: string;
}

function load(file: string): Loaded {
  const config = parseWebConfig(read(file, '--web.config.file').toString('utf8'), file);
  const marks = fileMarks(filesOf(file, config));
  return { config: { ...config, secureContext: readSecureContext(file, config.tls) }, marks };
}

function readSecureContext(
  file: string,
  tls: TlsConfig | undefined,
): SecureContextOptions | undefined {
  if (tls === undefined) return undefined;
  const at = (path: string): string => resolve(dirname(file), path);
  const context: SecureContextOptions = {
    cert: read(at(tls.certFile), `${file}: tls_server_config.cert_file`),
    key: read(at(tls.keyFile), `${file}: tls_server_config.key_file`),
    ...(tls.clientCaFile === undefined
      ? {}
      : { ca: read(at(tls.clientCaFile), `${file}: tls_server_config.client_ca_file`) }),
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
  };
  try {
    createSecureContext(context);
  } catch (error) {
    throw new WebConfigError(
      `${file}: tls_server_config: the certificate and key cannot be used: ${text(error)}`,
      { cause: error },
    );
  }
  return context;
}

function read(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new WebConfigError(`${what}: cannot read ${path}: ${text(error)}`, { cause: error });
  }
}

function filesOf(file: string, { tls }: WebConfig): readonly string[] {
  const named = tls === undefined ? [] : [tls.certFile, tls.keyFile, tls.clientCaFile ?? ''];
  return [file, ...named.filter((path) => path !== '').map((path) => resolve(dirname(file), path))];
}

function fileMarks(files: readonly string[]): string {
  return files
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? 'gone' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    })
    .join('\n');
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
