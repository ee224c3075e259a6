import { describe, expect, test } from 'vitest';
import { ObjectStore, Revision, WholeObject } from '../../../src/sim/api/store.ts';
import type { Pod } from '../../../src/sim/objects.ts';

function aPod(name: string, phase = 'Pending'): Pod {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace: 'a',
      uid: `uid-${name}`,
      resourceVersion: '',
      creationTimestamp: '',
    },
    spec: { containers: [], restartPolicy: 'Always' },
    status: { phase, qosClass: 'BestEffort' },
  };
}

function aStore(historyLimit = 100): ObjectStore {
  return new ObjectStore(new Revision(10), historyLimit);
}

function put(store: ObjectStore, name: string, phase?: string): void {
  store.put((version) => new WholeObject(aPod(name, phase), version));
}

function remove(store: ObjectStore, name: string): void {
  store.remove('a', name, (version) => new WholeObject(aPod(name), version));
}

describe('the store', () => {
  test('tells ADDED, MODIFIED and DELETED, each with a version of its own', () => {
    const store = aStore();
    const seen: string[] = [];
    store.listen(({ type, version, current }) => seen.push(`${type} ${current.name} ${version}`));
    put(store, 'x');
    put(store, 'y');
    put(store, 'x', 'Running');
    remove(store, 'y');
    remove(store, 'y');
    expect(seen).toEqual(['ADDED x 11', 'ADDED y 12', 'MODIFIED x 13', 'DELETED y 14']);
    expect(
      store.list().map((stored) => [stored.name, stored.version, stored.field('status.phase')]),
    ).toEqual([['x', 13, 'Running']]);
  });

  test('shows what was there at an earlier version', () => {
    const store = aStore();
    put(store, 'x');
    put(store, 'y');
    put(store, 'x', 'Running');
    remove(store, 'y');
    put(store, 'z');
    const at = (version: number): unknown =>
      store.listAt(version)?.map((stored) => `${stored.name} ${stored.field('status.phase')}`);
    expect(at(10)).toEqual([]);
    expect(at(12)).toEqual(['x Pending', 'y Pending']);
    expect(at(13)).toEqual(['x Running', 'y Pending']);
    expect(at(14)).toEqual(['x Running']);
    expect(at(15)).toEqual(['x Running', 'z Pending']);
  });

  test('replays what came after a version', () => {
    const store = aStore();
    for (const name of ['p', 'q', 'r', 's']) put(store, name);
    expect(store.changesAfter(12).map(({ current }) => current.name)).toEqual(['r', 's']);
    expect(store.changesAfter(14)).toEqual([]);
  });

  test('forgets the oldest changes, and says from when on it knows', () => {
    const store = aStore(8);
    for (let i = 0; i < 30; i++) put(store, 'x');
    expect(store.oldestVersion).toBeGreaterThan(25);
    expect(store.changesAfter(store.oldestVersion).length).toBeLessThanOrEqual(10);
    expect(store.listAt(store.oldestVersion - 1)).toBeUndefined();
    store.compact();
    expect(store.oldestVersion).toBe(40);
    expect(store.listAt(40)?.length).toBe(1);
  });

  test('goes back to older versions and keeps the content', () => {
    const store = aStore();
    put(store, 'x', 'Running');
    put(store, 'y');
    store.revision.restore(11);
    store.rewind(11);
    expect(store.list().map((stored) => [stored.name, stored.version])).toEqual([
      ['x', 11],
      ['y', 11],
    ]);
    expect(store.oldestVersion).toBe(11);
  });
});
