import { longer } from '../../base/longer.js';
import { SiteCounter } from '../../digest/site-counter.js';
import { SiteSorter } from '../../digest/site-sorter.js';
import { ObjectLives } from '../object-lives.js';
import type { LoggedProfile, Profile } from '../profile.js';

/**
 * How often temporary memory was freed: by site (a trace, a type and kind, and a size), and by snapshot, which has what was freed
 * since the one before. Counts are those of the log, so that nothing of it is lost. Sites rise by trace, `type << 1 | kind` and size.
 */
export interface TemporaryFrees {
  /** Of each site, as those of the digest's rows count. */
  readonly traces: Uint32Array;
  /** Of each site; the type is an index of a string of its member. */
  readonly typeKinds: Uint32Array;
  /** Of each site: bytes of one object. */
  readonly sizesBytes: Float64Array;
  /** Site k has the counts from `starts[k]` (inclusive) to `starts[k + 1]` (exclusive); one more than there are sites. */
  readonly starts: Uint32Array;
  /** Of each count: the snapshot's index, from 0; rising within a site. */
  readonly snapshots: Uint32Array;
  /** Of each count, from 1. */
  readonly counts: Uint32Array;
}

/**
 * Counts the temporary memory of a recording in one pass over each log: what was freed by the first garbage collection of its life.
 * @param firstTraces the trace index that stands for trace 0, of each member
 * @throws HeapprofError if a log cannot be read, or is of version 1, which has no ages.
 */
export function temporaryFrees(
  profile: LoggedProfile & Pick<Profile, 'totals'>,
  firstTraces: readonly number[],
): TemporaryFrees {
  const ends = profile.totals.map(({ timeMicros }) => timeMicros);
  const last = ends.at(-1)!;
  const counter = new FreeCounter();
  for (const [number, { startMicros }] of profile.members.entries()) {
    const lives = new ObjectLives(profile, number);
    const firstTrace = firstTraces[number]!;
    let snapshot = 0;
    lives.visit({
      allocated: () => {},
      freed: (slot, _born, diedMicros, sizeBytes, _weight, _age, survived) => {
        const micros = diedMicros + startMicros;
        if (survived > 0 || micros > last) return;
        // Events come in the order of time.
        while (micros > ends[snapshot]!) snapshot++;
        const { trace, typeKind } = lives.columnsOf(slot);
        counter.add(firstTrace + trace, typeKind, sizeBytes, snapshot, 1);
      },
    });
  }
  return counter.frees();
}

/** Counts frees by site and snapshot; those of one site have to come in the order of snapshots. */
export class FreeCounter {
  readonly #sites = new SiteCounter();
  #count = 0;
  // What is counted, field by field.
  #siteOf = new Uint32Array(1024);
  #snapshots = new Uint32Array(1024);
  #counts = new Uint32Array(1024);
  /** Of each site, the latest count + 1. */
  #latest = new Uint32Array(1024);

  add(
    trace: number,
    typeKind: number,
    sizeBytes: number,
    snapshot: number,
    freeCount: number,
  ): void {
    const site = this.#sites.siteOf(trace, typeKind, sizeBytes);
    if (site >= this.#latest.length) this.#latest = longer(this.#latest);
    const latest = this.#latest[site]! - 1;
    if (latest >= 0 && this.#snapshots[latest] === snapshot) {
      this.#counts[latest]! += freeCount;
      return;
    }
    if (this.#count === this.#counts.length) {
      this.#siteOf = longer(this.#siteOf);
      this.#snapshots = longer(this.#snapshots);
      this.#counts = longer(this.#counts);
    }
    this.#siteOf[this.#count] = site;
    this.#snapshots[this.#count] = snapshot;
    this.#counts[this.#count] = freeCount;
    this.#latest[site] = ++this.#count;
  }

  /** What was counted. */
  frees(): TemporaryFrees {
    const sites = this.#sites;
    const sorted = Uint32Array.from({ length: sites.count }, (_, site) => site);
    new SiteSorter().sort(sorted, sites);
    const places = new Uint32Array(sites.count);
    sorted.forEach((site, place) => {
      places[site] = place;
    });
    const placeOf = this.#siteOf.subarray(0, this.#count).map((site) => places[site]!);
    const { starts, order } = sortedBy(placeOf, sites.count);
    return {
      traces: sorted.map((site) => sites.trace(site)),
      typeKinds: sorted.map((site) => sites.typeKind(site)),
      sizesBytes: Float64Array.from(sorted, (site) => sites.sizeBytes(site)),
      starts,
      snapshots: order.map((count) => this.#snapshots[count]!),
      counts: order.map((count) => this.#counts[count]!),
    };
  }
}

/**
 * Puts items into the order of their keys; those of one key stay as they are.
 * @param keys of each item, from 0 to below `keyCount`
 * @returns the items' indexes in that order, and where each key begins in it, with an end after the last
 */
export function sortedBy(
  keys: Uint32Array,
  keyCount: number,
): { readonly starts: Uint32Array; readonly order: Uint32Array } {
  const starts = new Uint32Array(keyCount + 1);
  for (const key of keys) starts[key + 1]! += 1;
  for (let key = 0; key < keyCount; key++) starts[key + 1]! += starts[key]!;
  const next = starts.slice();
  const order = new Uint32Array(keys.length);
  keys.forEach((key, item) => {
    order[next[key]!++] = item;
  });
  return { starts, order };
}
