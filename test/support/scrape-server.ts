// Pages of metrics -> targets for a real Prometheus, each on a free port.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScrapeTarget {
  /** HOST:PORT. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** A page that cannot be had is a scrape that fails. */
export async function serveMetrics(page: () => string | Promise<string>): Promise<ScrapeTarget> {
  const server = createServer((_, response) => {
    Promise.resolve()
      .then(page)
      .then(
        (text) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(text),
        (error: unknown) => response.writeHead(502).end(String(error)),
      );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/**
 * Moments of a clock that runs `speed` times as fast as Prometheus', put where Prometheus' clock has
 * them: what began 20 minutes ago by the one began 40 seconds ago by the other, at a speed of 30.
 */
export function onPrometheusClock(page: string, now: () => number, speed: number): string {
  const [theirs, ours] = [now() / 1000, Date.now() / 1000];
  return page.replaceAll(
    /^(imagepull_\w+_timestamp_seconds(?:\{.*\})?) (\S+)$/gm,
    (_, series: string, moment: string) =>
      `${series} ${(ours - (theirs - Number(moment)) / speed).toFixed(3)}`,
  );
}
