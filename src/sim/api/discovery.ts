// The paths that clients ask first -> what this API server offers, as plain documents.

/** @returns the JSON document of a path outside the resources; undefined when there is none */
export function discoveryDocument(path: string, kubernetesVersion: string): object | undefined {
  switch (path) {
    case '/version': {
      const minor = /^v?1\.(\d+)/.exec(kubernetesVersion)?.[1] ?? '36';
      return {
        major: '1',
        minor,
        gitVersion: `v1.${minor}.0`,
        gitCommit: '0000000000000000000000000000000000000000',
        gitTreeState: 'clean',
        buildDate: '2026-01-01T00:00:00Z',
        goVersion: 'go1.26.0',
        compiler: 'gc',
        platform: 'linux/amd64',
      };
    }
    case '/api':
      return {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
      };
    case '/apis':
      return { kind: 'APIGroupList', apiVersion: 'v1', groups: [] };
    case '/api/v1':
      return {
        kind: 'APIResourceList',
        groupVersion: 'v1',
        resources: [
          resource('pods', 'pod', 'Pod', ['po']),
          resource('events', 'event', 'Event', ['ev']),
        ],
      };
    default:
      return undefined;
  }
}

function resource(
  name: string,
  singularName: string,
  kind: string,
  shortNames: readonly string[],
): object {
  return {
    name,
    singularName,
    namespaced: true,
    kind,
    verbs: ['get', 'list', 'watch'],
    shortNames,
  };
}
