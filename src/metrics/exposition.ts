// Changes -> the body of /metrics: one instant, rendered in slices, shared by concurrent scrapes.
import { setImmediate } from 'node:timers/promises';
import { Registry } from 'prom-client';
import type { Change } from '../track/states.ts';
import { stateFamilies } from './catalog.ts';
import { CountedFamilies } from './counted-families.ts';
import { gzipParts } from './gzip-parts.ts';
import { labelValue } from './label-values.ts';
import { type Build, type OwnHealth, OwnMetrics } from './own-health.ts';
import { PartWriter } from './part-writer.ts';
import { SharedParts } from './shared-parts.ts';
import { StateFamilies } from './state-families.ts';
import {
  contentTypes,
  familyHeader,
  type Format,
  libraryFamilies,
  type LibraryFamily,
  snapshotFamily,
  snapshotSlices,
} from './text-format.ts';

export interface ExpositionOptions {
  readonly build: Build;
  /** `i/n` or the node's name; undefined where the exporter is not sharded. */
  readonly shard: string | undefined;
  readonly maxFailingContainers: number;
  readonly maxCounterSeries: number;
  /** Whether successes can be seen now; without events their series are absent, not 0. */
  readonly eventsWatched: () => boolean;
  readonly now: () => number;
}

export interface Body {
  readonly contentType: string;
  readonly encoding: 'gzip' | undefined;
  /** As they are made, and from the first one for every reader; many megabytes in a large incident. */
  readonly parts: AsyncIterable<Buffer>;
}

export interface Exposition {
  /** All that one observation changed, at once. */
  readonly apply: (changes: readonly Change[], now: number) => void;
  /**
   * While anybody holds, scrapes show the states of when the first of them began: a relist is applied
   * under it, so that no scrape sees half of one. Counters and own health go on. `holder` is whoever
   * has to release it; holding twice is holding once.
   */
  readonly hold: (holder: string) => void;
  readonly release: (holder: string) => void;
  readonly health: OwnHealth;
  /** A scrape that comes while a body of its format is in the making gets that one. */
  readonly render: (format: Format, gzip: boolean) => Body;
}

/** A redirect names them, so they cannot be many. */
const maxEndpoints = 200;

/** Characters that are joined before they are encoded; longer ropes cost twice as much. */
const sliceLength = 32_768;
/** How long rendering goes on before other work gets its turn. */
const sliceMs = 2;

export function createExposition(options: ExpositionOptions): Exposition {
  const registry = new Registry();
  const holders = new Set<string>();
  let synced = false;
  const shardLabel = options.shard === undefined ? '' : `shard="${labelValue(options.shard)}"`;
  const states = new StateFamilies(
    shardLabel,
    { maxFailingContainers: options.maxFailingContainers, maxEndpoints },
    (reason) => own.dropped(reason),
  );
  const counted = new CountedFamilies(registry, options.maxCounterSeries, () =>
    own.dropped('counter_series'),
  );
  const own = new OwnMetrics(registry, options.build, (resource) => {
    if (resource === 'pods') synced = true;
  });

  /** Everything of one instant, as slices still to be joined. */
  async function instant(format: Format): Promise<Iterable<string>> {
    own.setTracked(states.tracked, {
      ...states.overLimit,
      counter_series: counted.folded(options.now()),
    });
    const families = await libraryFamilies(registry);
    // No await from here on: states and counters are of the same moment.
    const eventsWatched = options.eventsWatched();
    const stateLines = synced ? states.lines() : [];
    const snapshots = families
      .flatMap((family) => (eventsWatched ? [family] : withoutSuccess(family)))
      .map(snapshotFamily);
    return (function* () {
      for (const { name, slices } of stateLines) {
        const { type, help } = stateFamilies[name];
        yield familyHeader(format, name, type, help);
        yield* slices(sliceLength);
      }
      for (const snapshot of snapshots) {
        yield* snapshotSlices(snapshot, format, shardLabel, sliceLength);
      }
      if (format === 'openmetrics') yield '# EOF\n';
    })();
  }

  async function* render(format: Format): AsyncGenerator<Buffer> {
    const writer = new PartWriter();
    let startedAt = performance.now();
    for (const slice of await instant(format)) {
      const part = writer.write(slice);
      if (part !== undefined) yield part;
      if (performance.now() - startedAt > sliceMs) {
        await setImmediate();
        startedAt = performance.now();
      }
    }
    const last = writer.finish();
    if (last !== undefined) yield last;
  }

  const plain = shared(render);
  const zipped = shared((format) => gzipParts(plain(format)));

  return {
    apply(changes, now) {
      for (const change of changes) {
        counted.apply(change, now);
        if (change.type === 'stateChanged') {
          if (change.after !== undefined) states.setFailing(change.after, now);
          else if (change.before !== undefined) states.deleteFailing(change.before, now);
        } else if (change.type === 'slowPullChanged') {
          if (change.after !== undefined) states.setSlow(change.after);
          else if (change.before !== undefined) states.deleteSlow(change.before);
        }
      }
    },
    hold(holder) {
      holders.add(holder);
      states.hold();
    },
    release(holder) {
      if (holders.delete(holder) && holders.size === 0) states.release();
    },
    health: own.health,
    render: (format, gzip) => ({
      contentType: contentTypes[format],
      encoding: gzip ? 'gzip' : undefined,
      parts: gzip ? zipped(format) : plain(format),
    }),
  };
}

/**
 * What only events can tell is left out while they are not watched: absence of success is evidence only
 * where success would be seen.
 */
function withoutSuccess(family: LibraryFamily): readonly LibraryFamily[] {
  switch (family.name) {
    case 'imagepull_duration_seconds':
    case 'imagepull_last_success_timestamp_seconds':
      return [];
    case 'imagepull_attempts_total':
      return [
        {
          ...family,
          values: family.values.filter(({ labels }) => labels?.['result'] !== 'success'),
        },
      ];
    default:
      return [family];
  }
}

/** Callers of one format that come while its parts are being made share them. */
function shared(make: (format: Format) => AsyncIterable<Buffer>): (format: Format) => SharedParts {
  const making = new Map<Format, SharedParts>();
  return (format) => {
    let parts = making.get(format);
    if (parts === undefined) {
      parts = new SharedParts(make(format));
      making.set(format, parts);
      const over = (): unknown => making.delete(format);
      parts.complete.then(over, over);
    }
    return parts;
  };
}
