// Objects of lists and events of watches -> the handler, each once and in order; what cannot be read is
// counted and left out.
import type { Resource } from '../wire/objects.ts';
import type { ObjectView } from '../wire/stream.ts';
import { WireError } from '../wire/wire-error.ts';
import { KubeError } from './kube-error.ts';
import type { Position } from './position.ts';
import { watchError } from './refusal.ts';
import type { WatchMonitor } from './watch-monitor.ts';

/** What it throws is counted, and the object left out. */
export interface ObjectHandler {
  /** A list begins. `gap`: changes between these times (receive time) may never be shown. */
  readonly listBegins: (gap: { readonly from: number; readonly to: number } | undefined) => void;
  readonly listed: (object: ObjectView, receivedAt: number) => void;
  /** Everything was listed; changes follow. */
  readonly listEnds: () => void;
  readonly changed: (
    type: 'ADDED' | 'MODIFIED' | 'DELETED',
    object: ObjectView,
    receivedAt: number,
  ) => void;
}

export class Intake {
  /** Of the bytes at hand, by the exporter's clock. */
  receivedAt = 0;
  readonly #resource: Resource;
  readonly #handler: ObjectHandler;
  readonly #monitor: WatchMonitor;
  readonly #position: Position;

  constructor(
    resource: Resource,
    handler: ObjectHandler,
    monitor: WatchMonitor,
    position: Position,
  ) {
    this.#resource = resource;
    this.#handler = handler;
    this.#monitor = monitor;
    this.#position = position;
  }

  listed(object: ObjectView): void {
    try {
      this.#handler.listed(object, this.receivedAt);
    } catch (error) {
      this.#skipped(error);
    }
  }

  /**
   * An event of a streaming list. Returns the version at its end, else undefined. Throws KubeError:
   * `invalid` when the server does not know streaming lists.
   */
  initial(type: string, object: ObjectView, attempted: string): string | undefined {
    if (type === 'ADDED') {
      this.#monitor.watchEvent(this.#resource, type);
      this.listed(object);
      return undefined;
    }
    if (type === 'ERROR') throw watchError(object.status(), attempted);
    if (type === 'BOOKMARK' && object.endsInitialEvents) return object.resourceVersion;
    throw new KubeError('invalid', `${attempted}: the server does not know sendInitialEvents`);
  }

  /** An event of a watch. True for one that brings a newer version. Throws KubeError. */
  change(type: string, object: ObjectView, attempted: string): boolean {
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED':
        this.#monitor.watchEvent(this.#resource, type);
        try {
          if (!this.#position.advance(object.resourceVersion, attempted)) return false;
          this.#handler.changed(type, object, this.receivedAt);
        } catch (error) {
          if (error instanceof KubeError) throw error;
          this.#skipped(error);
        }
        return true;
      case 'BOOKMARK':
        this.#monitor.watchEvent(this.#resource, type);
        return this.#position.advance(object.resourceVersion, attempted);
      case 'ERROR':
        throw watchError(object.status(), attempted);
      default:
        this.#monitor.skipped(this.#resource, 'unknown_type');
        return false;
    }
  }

  #skipped(error: unknown): void {
    if (error instanceof WireError) this.#monitor.skipped(this.#resource, error.code);
    else this.#monitor.skipped(this.#resource, 'failed', error);
  }
}
