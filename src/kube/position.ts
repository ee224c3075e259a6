// Versions as they come -> where a watch can be resumed, and what a break of it may have hidden.
import { KubeError } from './kube-error.ts';

export class Position {
  /** Of the last object or bookmark; '' when everything has to be listed. */
  version = '';
  /** When the watch was last known to deliver; monotonic, for the other clock may jump. */
  #aliveAt = 0;

  /** All objects were listed, as they were at this time. */
  listed(version: string, at: number): void {
    this.version = version;
    this.#aliveAt = at;
  }

  /** False for a version that was seen already. Throws KubeError `stale` for an older one. */
  advance(version: string, attempted: string): boolean {
    this.alive();
    if (version === this.version || version === '') return false;
    this.check(version, attempted);
    this.version = version;
    return true;
  }

  /** Throws KubeError `stale` for a version before the one that was reached. */
  check(version: string, attempted: string): void {
    // By contract opaque, in truth integers, and comparable since Kubernetes 1.35 (KEP-5504). What is
    // no number compares as false.
    if (Number(version) < Number(this.version)) {
      const versions = `version ${version} after ${this.version}`;
      throw new KubeError(
        'stale',
        `${attempted}: ${versions}: events out of order, or a restored etcd`,
      );
    }
  }

  alive(): void {
    this.#aliveAt = performance.now();
  }

  brokenForMs(): number {
    return performance.now() - this.#aliveAt;
  }
}
