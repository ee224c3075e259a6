// A server with defaults, not listening, over states that a test chooses.
import type { ExporterStatus } from '../../../src/http/exporter-status.ts';
import { createServer, type ServerOptions } from '../../../src/http/server.ts';
import type { WebConfig } from '../../../src/http/web-config.ts';
import type { WebConfigFile } from '../../../src/http/web-config-file.ts';
import { anExposition, testTime } from '../metrics/scrape.ts';

export function aStatus(given: Partial<ExporterStatus> = {}): ExporterStatus {
  return {
    version: '1.2.3',
    revision: 'abc1234',
    cluster: 'prod-eu-1',
    shard: undefined,
    startedAt: testTime - 86_400_000,
    pods: { synced: true, lastContactAt: testTime - 4000, problem: '' },
    events: { synced: true, lastContactAt: testTime - 2000, problem: '' },
    ...given,
  };
}

export function aServer(given: Partial<ServerOptions> = {}) {
  const exposition = anExposition();
  exposition.health.synced('pods');
  return createServer({
    render: exposition.render,
    failing: () => [],
    slowPulls: () => [],
    status: () => aStatus(),
    webConfig: undefined,
    now: () => testTime,
    ...given,
  });
}

/** A web config that no file stands behind. */
export function aWebConfig(given: Partial<WebConfig>): WebConfigFile {
  const config = {
    tls: undefined,
    headers: {},
    users: new Map<string, string>(),
    secureContext: undefined,
    ...given,
  };
  return { current: () => config };
}
