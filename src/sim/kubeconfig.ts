// The address of a simulated API server -> a kubeconfig for kubectl and client libraries.

/** JSON, which is YAML as well. */
export function kubeconfigFor(options: {
  readonly url: string;
  readonly tls?: { readonly cert: string };
  readonly tokens?: readonly string[];
}): string {
  const { url, tls, tokens } = options;
  const token = tokens?.[0];
  const document = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'simulated',
        cluster: {
          server: url,
          ...(tls === undefined
            ? {}
            : { 'certificate-authority-data': Buffer.from(tls.cert).toString('base64') }),
        },
      },
    ],
    users: [{ name: 'reader', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'simulated', context: { cluster: 'simulated', user: 'reader' } }],
    'current-context': 'simulated',
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
