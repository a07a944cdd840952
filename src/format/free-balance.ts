import type { EventBlock } from './log.js';

/** Counts frees of objects whose allocation a log does not have: the damaged part had it. */
export class FreeBalance {
  /**
   * How many there are, at least: where an object of the same trace, type, kind and size is live, a free is taken for
   * that one's; and a block counts as a whole.
   */
  unmatchedFrees = 0;
  /** Objects that are live, by what an event says of them. */
  readonly #live = new Map<string, number>();

  /** Blocks follow each other in time. */
  add(block: EventBlock): void {
    if (block.layout === 'plain') {
      const { count, traces, sizesBytes, frees } = block;
      for (let k = 0; k < count; k++) {
        this.#book(`${traces[k]} ${sizesBytes[k]}`, 1 - 2 * frees[k]!);
      }
      return;
    }
    const { count, codes, siteCount, siteTraces, siteTypeKinds, siteSizesBytes } = block;
    const net = new Int32Array(siteCount);
    for (let k = 0; k < count; k++) net[codes[k]! >> 1]! += 1 - 2 * (codes[k]! & 1);
    for (let site = 0; site < siteCount; site++) {
      if (net[site] === 0) continue;
      const key = `${siteTraces[site]} ${siteSizesBytes[site]} ${siteTypeKinds[site]}`;
      this.#book(key, net[site]!);
    }
  }

  #book(key: string, net: number): void {
    const live = (this.#live.get(key) ?? 0) + net;
    if (live < 0) this.unmatchedFrees -= live;
    if (live > 0) this.#live.set(key, live);
    else this.#live.delete(key);
  }
}
