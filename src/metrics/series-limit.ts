// A series that somebody wants to count in -> the series that it is counted in: its own while there is
// room, else one that shares registry `other`, else one that shares namespace `other` too.

export type Labels = Readonly<Record<string, string>>;

/** What the limit needs to know of a family. */
export interface LimitedFamily {
  readonly name: string;
  /** Lines that one series of it takes: a histogram has one per bucket, and three more. */
  readonly lines: number;
  /** Exposes the series with value 0. */
  readonly begin: (labels: Labels) => void;
  readonly remove: (labels: Labels) => void;
}

interface Series {
  readonly family: LimitedFamily;
  readonly labels: Labels;
}

/** The series that go when a namespace, or a registry, has been quiet for long. */
interface Group {
  changedAt: number;
  failing: number;
  readonly series: Map<string, Series>;
}

const idleMs = 3_600_000;
const sweepEveryMs = 60_000;

export class SeriesLimit {
  /** Lines up to which a series gets labels of its own, and up to which it keeps its namespace. */
  readonly #ownLines: number;
  readonly #namespaceLines: number;
  readonly #maxFolded: number;
  readonly #dropped: () => void;
  readonly #groups = new Map<string, Group>();
  /** Series that would exist without the limit, and when somebody last wanted to count in them. */
  readonly #folded = new Map<string, number>();
  #lines = 0;
  #sweptAt = -Infinity;

  /**
   * At most `maxLines`, one tenth of it kept for folded series. The last resort, where namespace and
   * registry are `other`, is never refused: labels that are left there have about 500 combinations.
   */
  constructor(maxLines: number, dropped: () => void) {
    this.#ownLines = Math.floor(maxLines * 0.9);
    this.#namespaceLines = Math.floor(maxLines * 0.95);
    this.#maxFolded = maxLines;
    this.#dropped = dropped;
  }

  /** Labels of the series to count in; the same object for the same series, until it is freed. */
  place(family: LimitedFamily, labels: Labels, now: number): Labels {
    const own =
      this.#existing(family, labels, now) ?? this.#create(family, labels, now, this.#ownLines);
    if (own !== undefined) return own;
    this.#fold(family, labels, now);
    const shared = { ...labels, registry: 'other' };
    if (!('namespace' in labels)) return this.#lastResort(family, shared, now);
    return (
      this.#existing(family, shared, now) ??
      this.#create(family, shared, now, this.#namespaceLines) ??
      this.#lastResort(family, { ...shared, namespace: 'other' }, now)
    );
  }

  /**
   * Begins a series before anything is counted in it, unless that would take more than `share` of the
   * room: the rest is for those that count something.
   */
  foresee(family: LimitedFamily, labels: Labels, now: number, share: number): void {
    if (this.#existing(family, labels, now) === undefined) {
      this.#create(family, labels, now, this.#ownLines * share);
    }
  }

  /** A container of this namespace and registry began (+1) or ceased (-1) to fail. */
  failing(namespace: string, registry: string, difference: 1 | -1): void {
    for (const name of [`namespace ${namespace}`, `registry ${registry}`]) {
      const group = this.#group(name);
      group.failing += difference;
      if (group.failing <= 0 && group.series.size === 0) this.#groups.delete(name);
    }
  }

  /** Series that are folded together now: wanted within the last hour. */
  folded(now: number): number {
    for (const [key, wantedAt] of this.#folded) {
      if (now - wantedAt > idleMs) this.#folded.delete(key);
    }
    return this.#folded.size;
  }

  #existing(family: LimitedFamily, labels: Labels, now: number): Labels | undefined {
    const group = this.#groups.get(groupName(labels));
    const series = group?.series.get(seriesKey(family, labels));
    if (group === undefined || series === undefined) return undefined;
    group.changedAt = now;
    return series.labels;
  }

  #create(family: LimitedFamily, labels: Labels, now: number, limit: number): Labels | undefined {
    if (this.#lines + family.lines > limit) this.#sweep(now);
    if (this.#lines + family.lines > limit) return undefined;
    this.#lines += family.lines;
    const group = this.#group(groupName(labels));
    group.changedAt = now;
    const key = seriesKey(family, labels);
    group.series.set(key, { family, labels });
    this.#folded.delete(key);
    family.begin(labels);
    return labels;
  }

  #lastResort(family: LimitedFamily, labels: Labels, now: number): Labels {
    return (
      this.#existing(family, labels, now) ?? this.#create(family, labels, now, Infinity) ?? labels
    );
  }

  #fold(family: LimitedFamily, labels: Labels, now: number): void {
    this.#dropped();
    const key = seriesKey(family, labels);
    this.#folded.delete(key);
    if (this.#folded.size < this.#maxFolded) this.#folded.set(key, now);
  }

  #group(name: string): Group {
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { changedAt: -Infinity, failing: 0, series: new Map() };
      this.#groups.set(name, group);
    }
    return group;
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < sweepEveryMs) return;
    this.#sweptAt = now;
    for (const [name, group] of this.#groups) {
      if (group.failing > 0 || now - group.changedAt <= idleMs) continue;
      for (const { family, labels } of group.series.values()) {
        family.remove(labels);
        this.#lines -= family.lines;
      }
      this.#groups.delete(name);
    }
  }
}

function groupName(labels: Labels): string {
  return labels['namespace'] === undefined
    ? `registry ${labels['registry']}`
    : `namespace ${labels['namespace']}`;
}

/** Unambiguous: of all labels only the namespace is free text. */
function seriesKey(family: LimitedFamily, labels: Labels): string {
  return `${family.name}|${Object.values(labels).join('|')}`;
}
