// The fault matrix: name -> how the cluster, or what stands before it, goes wrong, and for how long the
// exporter may be blind then.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Timing } from '../../src/kube/timing.ts';
import {
  type Fault,
  duplicateChanges,
  failInternally,
  garble,
  goHalfOpen,
  htmlFromProxy,
  loseDeletions,
  oneByteAtATime,
  resetMidFrame,
  slowBytes,
  swapChanges,
  throttle,
  truncateAfter,
  wrongContentType,
} from '../../src/sim/api/faults.ts';
import type { Scene, SceneOptions } from './scene.ts';
import { begin } from './workloads.ts';

export interface ChaosFault extends SceneOptions {
  readonly name: string;
  /** Puts it in force; what it returns ends it. */
  readonly strike: (scene: Scene) => Promise<() => unknown> | (() => unknown);
  /** From the end of the fault to the first good answer; default: the longest back-off and a bit. */
  readonly reconnectMs?: (timing: Timing) => number;
  /** From there to the right picture; default 5 s. */
  readonly rightMs?: (timing: Timing) => number;
  /** The exporter is to be right while the fault lasts, too. */
  readonly isHarmless?: boolean;
  /** Where the waits of production are too long for a test. */
  readonly timing?: Partial<Timing>;
  /** It takes all of a processor. */
  readonly isBusy?: boolean;
}

const certificates = join(import.meta.dirname, '../../test/unit/http/certificates');
const pem = (name: string): string => readFileSync(join(certificates, name), 'utf8');
const retryAfterSeconds = 10;

/** Connections end as when the server is killed, so that all that follows meets the fault. */
function struck(fault: Fault): ChaosFault['strike'] {
  return ({ cluster }) => {
    const heal = cluster.faults.inject(fault);
    cluster.server.abortConnections();
    return heal;
  };
}

/** In the stream as it is. */
function mixedIn(fault: Fault): ChaosFault['strike'] {
  return ({ cluster }) => cluster.faults.inject(fault);
}

function every(ms: number, action: () => void): () => void {
  const timer = setInterval(action, ms);
  return () => clearInterval(timer);
}

export const faults: readonly ChaosFault[] = [
  { name: 'none', strike: () => () => undefined, isHarmless: true },
  {
    name: 'connection refused',
    strike: async ({ cluster }) => {
      await cluster.server.refuse();
      cluster.server.abortConnections();
      return () => cluster.listen();
    },
  },
  { name: 'reset in the middle of a frame', strike: struck(resetMidFrame(20_000)) },
  {
    name: 'half-open connection',
    strike: mixedIn(goHalfOpen()),
    reconnectMs: ({ longestBackOffMs, podSilenceMs }) => podSilenceMs + longestBackOffMs,
  },
  { name: 'slow bytes', strike: struck(slowBytes(20_000)) },
  { name: 'one byte at a time', strike: struck(oneByteAtATime()), isBusy: true },
  { name: 'duplicated events', strike: mixedIn(duplicateChanges()), isHarmless: true },
  { name: 'reordered events', strike: mixedIn(swapChanges()) },
  {
    name: 'lost DELETED',
    strike: mixedIn(loseDeletions()),
    // Half an hour is not waited for.
    timing: { listMs: 4000, podWatchMs: [4000, 8000], reconcileMs: 10_000 },
    rightMs: ({ listMs, reconcileMs }) => listMs + reconcileMs * 1.1 + 5000,
  },
  {
    name: '410 storm',
    strike: ({ cluster: { server } }) =>
      every(200, () => {
        server.expireHistory();
        server.endWatches();
      }),
  },
  {
    name: '429 with Retry-After',
    strike: struck(throttle(retryAfterSeconds)),
    // The longer one counts, of what the server asks for and the back-off.
    reconnectMs: ({ longestBackOffMs }) =>
      Math.max(retryAfterSeconds * 1100, longestBackOffMs) + 5000,
  },
  { name: '500', strike: struck(failInternally()) },
  { name: 'HTML, 502', strike: struck(htmlFromProxy(502)) },
  { name: 'HTML, 200', strike: struck(htmlFromProxy(200)) },
  { name: 'wrong Content-Type', strike: struck(wrongContentType('text/plain')) },
  {
    name: 'expired token',
    server: { tokens: ['old'] },
    access: (folder) => {
      writeFileSync(join(folder, 'token'), 'old');
      return { user: { tokenFile: 'token' } };
    },
    strike: ({ cluster: { server }, folder }) => {
      server.tokens = new Set(['new']);
      server.abortConnections();
      return () => writeFileSync(join(folder, 'token'), 'new\n');
    },
  },
  {
    name: 'certificate and CA rotated',
    server: { tls: { key: pem('client.key'), cert: pem('client.pem') } },
    access: (folder) => {
      copyFileSync(join(certificates, 'ca.pem'), join(folder, 'ca.pem'));
      const cluster = {
        'certificate-authority': 'ca.pem',
        'tls-server-name': 'prometheus.example',
      };
      return { cluster };
    },
    strike: ({ cluster: { server }, folder }) => {
      server.setCertificate({ key: pem('stranger.key'), cert: pem('stranger.pem') });
      server.abortConnections();
      return () => copyFileSync(join(certificates, 'stranger.pem'), join(folder, 'ca.pem'));
    },
  },
  {
    name: 'clock jumps an hour and back',
    strike: ({ cluster }) => {
      cluster.faults.jumpClock(3_600_000);
      return () => cluster.faults.jumpClock(-3_600_000);
    },
    isHarmless: true,
  },
  {
    name: 'versions go back (etcd restore)',
    strike: ({ cluster: { server } }) => {
      server.rewindVersions(30_000);
      return () => undefined;
    },
  },
  {
    name: 'bookmark flood',
    strike: ({ cluster: { server } }) => every(20, () => server.floodBookmarks(500)),
    isHarmless: true,
  },
  {
    name: 'list grows while paged',
    server: { watchList: false },
    crowd: 1200,
    strike: ({ cluster }) => {
      let extra = 100;
      const heal = cluster.faults.inject({
        answer: ({ resource, verb }) => {
          if (verb === 'list' && resource === 'pods' && extra < 112) begin(cluster, extra++);
          return undefined;
        },
      });
      cluster.server.expireHistory();
      cluster.server.endWatches();
      return heal;
    },
    isHarmless: true,
  },
  {
    name: 'malformed frames',
    strike: struck(garble(Buffer.from([0, 0, 0, 4, 255, 255, 255, 255]))),
  },
  { name: 'over-long frames', strike: struck(garble(Buffer.from([0x7f, 255, 255, 255, 0x0a]))) },
  { name: 'truncated frames', strike: struck(truncateAfter(20_000)) },
];
