// The body of one answer -> bytes on its socket, in the shape that the faults of the moment give it.
import type { ServerResponse } from 'node:http';
import type { Shape } from './faults.ts';

/** One answer being sent. All bytes of a body go through here. */
export class Outlet {
  readonly #response: ServerResponse;
  readonly #shape: () => Shape;
  #queue: Buffer = Buffer.alloc(0);
  #sending = false;
  #sent = 0;
  #ending = false;
  #silent = false;

  /** @param shape asked at every write: a fault may begin in the middle of a stream */
  constructor(response: ServerResponse, shape: () => Shape) {
    this.#response = response;
    this.#shape = shape;
  }

  get closed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  /** More is waiting than the reader takes. */
  get backedUp(): boolean {
    return this.#response.writableNeedDrain || this.#queue.length > 1_000_000;
  }

  async drained(): Promise<void> {
    while (this.backedUp && !this.closed) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          clearTimeout(timer);
          this.#response.off('drain', go);
          this.#response.off('close', go);
          resolve();
        };
        const timer = setTimeout(go, 50);
        this.#response.once('drain', go);
        this.#response.once('close', go);
      });
    }
  }

  write(bytes: Uint8Array): void {
    if (this.closed || this.#silent) return;
    const shape = this.#shape();
    switch (shape.type) {
      case 'plain':
        if (this.#queue.length > 0) this.#enqueue(bytes, 0);
        else this.#send(bytes);
        return;
      case 'silent':
        // What was held back is lost as well: a half-open connection never heals.
        this.#silent = true;
        return;
      case 'pieces':
        this.#enqueue(bytes, shape.everyMs);
        return;
      case 'reset': {
        const rest = shape.afterBytes - this.#sent;
        if (bytes.length <= rest) {
          this.#send(bytes);
          return;
        }
        this.#send(bytes.subarray(0, Math.max(rest, 0)));
        // Let the part leave first, so that the reader sees a cut in the middle.
        setTimeout(() => this.#response.socket?.resetAndDestroy(), 5);
        this.#silent = true;
        return;
      }
      case 'cut':
        if (this.#sent + bytes.length <= shape.afterBytes) this.#send(bytes);
        else {
          this.#send(bytes.subarray(0, Math.max(shape.afterBytes - this.#sent, 0)));
          this.#response.end();
        }
        return;
      case 'garbled':
        this.#send(shape.bytes);
    }
  }

  end(): void {
    if (this.#silent || this.closed) return;
    this.#ending = true;
    if (this.#queue.length === 0 && this.#shape().type !== 'silent') this.#response.end();
  }

  #send(bytes: Uint8Array): void {
    this.#sent += bytes.length;
    this.#response.write(bytes);
  }

  #enqueue(bytes: Uint8Array, everyMs: number): void {
    this.#queue = Buffer.concat([this.#queue, bytes]);
    if (!this.#sending) this.#sendLater(everyMs);
  }

  #sendLater(everyMs: number): void {
    this.#sending = true;
    const send = (): void => this.#sendPiece();
    // The shortest timer is a millisecond.
    if (everyMs === 0) setImmediate(send);
    else setTimeout(send, everyMs);
  }

  #sendPiece(): void {
    this.#sending = false;
    if (this.closed || this.#silent) return;
    const shape = this.#shape();
    const { bytes: size, everyMs } =
      shape.type === 'pieces' ? shape : { bytes: this.#queue.length, everyMs: 0 };
    this.#send(this.#queue.subarray(0, size));
    this.#queue = this.#queue.subarray(size);
    if (this.#queue.length > 0) this.#sendLater(everyMs);
    else if (this.#ending) this.#response.end();
  }
}
