// The exec section of a kubeconfig user -> credentials: runs the plugin, one at a time, with a
// deadline, and keeps what it says until that expires (client.authentication.k8s.io, ExecCredential).
import { execFile } from 'node:child_process';
import { KubeError } from './kube-error.ts';
import type { Environment } from './proxy.ts';

export interface ExecConfig {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
}

export interface ExecCredential {
  readonly token: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
  /** Unix ms; undefined when it does not say. */
  readonly expiresAt: number | undefined;
}

const deadlineMs = 60_000;
const longestOutput = 1024 * 1024;

export class ExecPlugin {
  readonly #config: ExecConfig;
  readonly #environment: Environment;
  #credential: ExecCredential | undefined;
  #running: Promise<ExecCredential> | undefined;

  /** `cluster` is what the plugin is told of the cluster, in the words of the kubeconfig. */
  constructor(config: ExecConfig, cluster: object, environment: Environment) {
    this.#config = config;
    const info = {
      apiVersion: config.apiVersion ?? 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false, ...(config.provideClusterInfo === true && { cluster }) },
    };
    this.#environment = {
      ...environment,
      ...Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value])),
      KUBERNETES_EXEC_INFO: JSON.stringify(info),
    };
  }

  /** Throws KubeError `credentials`. */
  credential(now: number): Promise<ExecCredential> {
    const kept = this.#credential;
    if (kept !== undefined && (kept.expiresAt ?? Infinity) > now) return Promise.resolve(kept);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<ExecCredential> {
    const { command, args, installHint } = this.#config;
    const output = await new Promise<string>((resolve, reject) => {
      const child = execFile(
        command,
        [...(args ?? [])],
        {
          env: { ...this.#environment },
          timeout: deadlineMs,
          killSignal: 'SIGKILL',
          maxBuffer: longestOutput,
        },
        (error, stdout, stderr) => {
          if (error === null) return resolve(stdout);
          const hint = error.code === 'ENOENT' && installHint ? `; ${installHint.trim()}` : '';
          const said = firstLine(stderr) || firstLine(error.message);
          const late = error.killed === true ? `no answer within ${deadlineMs / 1000} s` : said;
          return reject(this.#failure(`${late}${hint}`, error));
        },
      );
      child.stdin?.end();
    });
    this.#credential = this.#read(output);
    return this.#credential;
  }

  #read(output: string): ExecCredential {
    let parsed: { readonly status?: Readonly<Record<string, unknown>> } | null;
    try {
      parsed = JSON.parse(output);
    } catch {
      // The parser's message quotes the output, which may be the credential.
      throw this.#failure('its output is not JSON');
    }
    const { token, clientCertificateData, clientKeyData, expirationTimestamp } =
      parsed?.status ?? {};
    const expiresAt = Date.parse(textOf(expirationTimestamp) ?? '');
    const credential = {
      token: textOf(token)?.trim(),
      clientCertificate: textOf(clientCertificateData),
      clientKey: textOf(clientKeyData),
      expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
    };
    if (credential.token === undefined && credential.clientCertificate === undefined) {
      throw this.#failure('its output has neither status.token nor status.clientCertificateData');
    }
    return credential;
  }

  #failure(what: string, cause?: unknown): KubeError {
    const { command } = this.#config;
    return new KubeError('credentials', `exec plugin ${command} of the kubeconfig: ${what}`, {
      cause,
    });
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 300) ?? '';
}
