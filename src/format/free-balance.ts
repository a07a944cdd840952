import type { EventBlock } from './log.js';

/** So many take about 100 MB; recordings have some thousands. */
const MAX_KEYS = 1_000_000;

/** Counts frees of objects whose allocation a log does not have: the damaged part had it. */
export class FreeBalance {
  /**
   * How many there are, at least: where another object of the same trace, type, kind and size is live, a free is taken
   * for that one's; and when there are {@link MAX_KEYS} of these at a time, counting ends.
   */
  unmatchedFrees = 0;
  /** How many objects are live, by what an event says of them. */
  readonly #live = new Map<string, number>();

  /** Blocks follow each other in time. */
  add(block: EventBlock): void {
    if (block.layout === 'plain') {
      const { count, traces, sizesBytes, frees } = block;
      for (let k = 0; k < count; k++) {
        const key = `${traces[k]} ${sizesBytes[k]}`;
        this.#keep(key, this.#after(this.#live.get(key) ?? 0, frees[k]!));
      }
      return;
    }
    const { count, codes, siteCount, siteTraces, siteTypeKinds, siteSizesBytes } = block;
    const keys = Array.from({ length: siteCount }, (_, site) => {
      return `${siteTraces[site]} ${siteSizesBytes[site]} ${siteTypeKinds[site]}`;
    });
    // A site may stand twice: the last one stands for both.
    const numbers = new Map(keys.map((key, site) => [key, site]));
    const siteNumbers = Uint32Array.from(keys, (key) => numbers.get(key)!);
    const live = Float64Array.from(keys, (key) => this.#live.get(key) ?? 0);
    for (let k = 0; k < count; k++) {
      const site = siteNumbers[codes[k]! >> 1]!;
      live[site] = this.#after(live[site]!, codes[k]! & 1);
    }
    for (const [key, site] of numbers) this.#keep(key, live[site]!);
  }

  /** How many are live after an event. */
  #after(live: number, free: number): number {
    if (free === 0) return live + 1;
    if (live === 0 && this.#live.size < MAX_KEYS) this.unmatchedFrees += 1;
    return Math.max(live - 1, 0);
  }

  #keep(key: string, live: number): void {
    // When it is full it remains so: what was left out would look like unmatched frees.
    if (this.#live.size === MAX_KEYS) return;
    if (live > 0) this.#live.set(key, live);
    else this.#live.delete(key);
  }
}
