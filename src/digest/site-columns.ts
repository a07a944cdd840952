import type { SiteArrays, SiteCounter } from './site-counter.js';

/** Counts of sites, field by field: element i of each array belongs to row i. */
export class SiteColumns {
  /** Rows that there are. */
  count = 0;
  #arrays: SiteArrays;

  /** @param arrays to be written over; without them, there is room for a few rows */
  constructor(arrays: SiteArrays = withRoomFor(1024)) {
    this.#arrays = arrays;
  }

  /** What was written; whoever takes it away leaves these columns useless. */
  get arrays(): SiteArrays {
    return this.#arrays;
  }

  /** Takes all that was counted from `sites`, which then has counted nothing. */
  takeFrom(sites: SiteCounter): void {
    const counted = sites.takeFresh();
    this.#reserve(this.count + counted.length);
    let row = this.count;
    for (const site of counted) sites.moveTo(this.#arrays, row++, site);
    this.count = row;
  }

  #reserve(count: number): void {
    const { traces, typeKinds, sizesBytes, allocations, frees } = this.#arrays;
    if (count <= traces.length) return;
    const larger = withRoomFor(Math.max(count, traces.length * 2));
    larger.traces.set(traces);
    larger.typeKinds.set(typeKinds);
    larger.sizesBytes.set(sizesBytes);
    larger.allocations.set(allocations);
    larger.frees.set(frees);
    this.#arrays = larger;
  }
}

/** Adds the rows `from` (inclusive) to `to` (exclusive) to the counts of `sites`. */
export function addRows(sites: SiteCounter, rows: SiteArrays, from: number, to: number): void {
  const { traces, typeKinds, sizesBytes, allocations, frees } = rows;
  for (let row = from; row < to; row++) {
    const site = sites.siteOf(traces[row]!, typeKinds[row]!, sizesBytes[row]!);
    sites.add(site, allocations[row]!, frees[row]!);
  }
}

function withRoomFor(count: number): SiteArrays {
  return {
    traces: new Uint32Array(count),
    typeKinds: new Uint32Array(count),
    sizesBytes: new Float64Array(count),
    allocations: new Uint32Array(count),
    frees: new Uint32Array(count),
  };
}
