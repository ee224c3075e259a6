// The bytes of a JSON list or watch answer -> its objects, one by one.
import { type ListMetadata, projectListMetadata, projectStatus } from './json.ts';
import { JsonView, parseJson } from './json-view.ts';
import { JsonListScanner, truncated } from './json-list-scanner.ts';
import { Leftover } from './leftover.ts';
import type { Encoding, ListReader, ObjectKind, ObjectView, StreamReader } from './stream.ts';
import { decodeUtf8 } from './text.ts';
import { WireError } from './wire-error.ts';

export const jsonEncoding: Encoding = {
  name: 'json',
  readWatch: (kind, take) => new JsonWatch(kind, take),
  readList: (kind, take) => new JsonList(kind, take),
  readStatus: (body) => {
    try {
      return projectStatus(parseJson(decodeUtf8(body, 0, body.length)));
    } catch {
      return undefined;
    }
  },
};

const newline = 0x0a;

/** One event a line. */
class JsonWatch implements StreamReader {
  private readonly take: (type: string, object: ObjectView) => void;
  private readonly view: JsonView;
  private readonly leftover = new Leftover();

  constructor(kind: ObjectKind, take: (type: string, object: ObjectView) => void) {
    this.view = new JsonView(kind);
    this.take = take;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    for (;;) {
      const end = chunk.indexOf(newline, at);
      if (end === -1) break;
      if (this.leftover.length > 0) {
        this.leftover.append(chunk, at, end);
        this.readLine(this.leftover.bytes, 0, this.leftover.length);
        this.leftover.clear();
      } else this.readLine(chunk, at, end);
      at = end + 1;
    }
    if (at < chunk.length) this.leftover.append(chunk, at, chunk.length);
  }

  end(): void {
    if (this.leftover.length > 0) throw truncated();
  }

  private readLine(bytes: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    const type = this.view.placeEvent(bytes, start, end);
    this.take(type, this.view);
  }
}

class JsonList implements ListReader {
  metadata: ListMetadata = projectListMetadata(undefined);
  private readonly listKind: string;
  private readonly scanner: JsonListScanner;
  private kindKnown = false;

  constructor(kind: ObjectKind, take: (object: ObjectView) => void) {
    this.listKind = `${kind}List`;
    const view = new JsonView(kind);
    this.scanner = new JsonListScanner({
      item: (bytes, start, end) => {
        view.placeItem(bytes, start, end);
        take(view);
      },
      value: (key, bytes, start, end) => {
        if (key === 'kind') this.checkKind(parseJson(decodeUtf8(bytes, start, end)));
        else if (key === 'metadata') {
          this.metadata = projectListMetadata(parseJson(decodeUtf8(bytes, start, end)));
        }
      },
    });
  }

  push(chunk: Uint8Array): void {
    this.scanner.push(chunk);
  }

  end(): void {
    this.scanner.end();
    if (!this.kindKnown) throw new WireError('unexpected_kind', `asked for ${this.listKind}`);
  }

  private checkKind(kind: unknown): void {
    if (kind !== this.listKind) {
      throw new WireError(
        'unexpected_kind',
        `asked for ${this.listKind}, got ${JSON.stringify(kind)}`,
      );
    }
    this.kindKnown = true;
  }
}
