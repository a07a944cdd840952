import type { EventBlock, PlainEventBlock, SiteEventBlock } from '../format/log.js';
import { NO_TRACE } from '../model/frame.js';
import type { SiteCounter } from './site-counter.js';

/** Counts the events of one member's log, site by site. */
export class EventBooker {
  readonly #sites: SiteCounter;
  readonly #firstTrace: number;
  readonly #traceCount: number;
  /** The number in the counter of each site of the current block. Grows with the largest block. */
  #numbers = new Uint32Array(0);
  #generation = 0;
  // Events of each code, zero between calls.
  readonly #counts = new Uint32Array(1 << 16);

  /**
   * @param firstTrace the index in the counter of the member's trace 0
   * @param traceCount how many traces the member has; what is above counts as trace 0
   */
  constructor(sites: SiteCounter, firstTrace: number, traceCount: number) {
    this.#sites = sites;
    this.#firstTrace = firstTrace;
    this.#traceCount = traceCount;
  }

  /** Prepares a block, of which {@link book} then takes one stretch after the other. */
  begin(block: EventBlock): void {
    if (block.layout === 'sites') this.#findSites(block);
  }

  /** Books the events `from` (inclusive) to `to` (exclusive) of the block; they count from 0. */
  book(block: EventBlock, from: number, to: number): void {
    if (block.layout === 'plain') {
      this.#bookPlain(block, from, to);
      return;
    }
    if (this.#generation !== this.#sites.generation) this.#findSites(block);
    if (to - from < block.siteCount) {
      this.#bookEvents(block, from, to);
    } else {
      this.#bookSites(block, from, to);
    }
  }

  /** Counts the events of each site, then books site by site. */
  #bookSites(block: SiteEventBlock, from: number, to: number): void {
    const { codes, siteCount } = block;
    const counts = this.#counts;
    for (let k = from; k < to; k++) counts[codes[k]!]! += 1;
    const sites = this.#sites;
    const numbers = this.#numbers;
    for (let site = 0; site < siteCount; site++) {
      const allocations = counts[site * 2]!;
      const frees = counts[site * 2 + 1]!;
      if (allocations + frees === 0) continue;
      sites.add(numbers[site]!, allocations, frees);
      counts[site * 2] = 0;
      counts[site * 2 + 1] = 0;
    }
  }

  /** Books event by event: for stretches that are short beside the table of sites. */
  #bookEvents(block: SiteEventBlock, from: number, to: number): void {
    const { codes } = block;
    for (let k = from; k < to; k++) {
      const code = codes[k]!;
      const free = code & 1;
      this.#sites.add(this.#numbers[code >> 1]!, 1 - free, free);
    }
  }

  #findSites({ siteCount, siteTraces, siteTypeKinds, siteSizesBytes }: SiteEventBlock): void {
    if (this.#numbers.length < siteCount) this.#numbers = new Uint32Array(siteCount);
    const sites = this.#sites;
    const numbers = this.#numbers;
    this.#generation = sites.generation;
    const firstTrace = this.#firstTrace;
    const traceCount = this.#traceCount;
    for (let site = 0; site < siteCount; site++) {
      const trace = siteTraces[site]!;
      const index = firstTrace + (trace <= traceCount ? trace : NO_TRACE);
      numbers[site] = sites.siteOf(index, siteTypeKinds[site]!, siteSizesBytes[site]!);
    }
  }

  /** Version 1 knows neither types nor kinds nor families: all is heap, of no known type, and of one member. */
  #bookPlain({ traces, sizesBytes, frees }: PlainEventBlock, from: number, to: number): void {
    const sites = this.#sites;
    const traceCount = this.#traceCount;
    for (let k = from; k < to; k++) {
      const trace = traces[k]!;
      const free = frees[k]!;
      const site = sites.siteOf(trace <= traceCount ? trace : NO_TRACE, 0, sizesBytes[k]!);
      sites.add(site, 1 - free, free);
    }
  }
}
