import type { EventBlock, PlainEventBlock, SiteEventBlock } from '../format/log.js';
import { NO_TRACE } from '../model/frame.js';
import type { SiteCounter } from './site-counter.js';

/** Counts the events of one member's log, site by site. */
export class EventBooker {
  readonly #sites: SiteCounter;
  readonly #firstTrace: number;
  readonly #traceCount: number;
  /** The number in the counter of each site of the current block; of version 1, of each event. Grows with the largest block. */
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
    const needed = block.layout === 'plain' ? block.count : block.siteCount;
    if (this.#numbers.length < needed) this.#numbers = new Uint32Array(needed);
    if (block.layout === 'plain') this.#findPlain(block);
    else this.#findSites(block);
    this.#generation = this.#sites.generation;
  }

  /** Books the events `from` (inclusive) to `to` (exclusive) of the block; they count from 0. */
  book(block: EventBlock, from: number, to: number): void {
    if (this.#generation !== this.#sites.generation) this.begin(block);
    if (block.layout === 'plain') {
      this.#bookPlain(block, from, to);
    } else if (to - from < block.siteCount) {
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

  #bookPlain(block: PlainEventBlock, from: number, to: number): void {
    const { frees } = block;
    const sites = this.#sites;
    const numbers = this.#numbers;
    for (let k = from; k < to; k++) {
      const free = frees[k]!;
      sites.add(numbers[k]!, 1 - free, free);
    }
  }

  #findSites({ siteCount, siteTraces, siteTypeKinds, siteSizesBytes }: SiteEventBlock): void {
    const sites = this.#sites;
    const numbers = this.#numbers;
    const firstTrace = this.#firstTrace;
    const traceCount = this.#traceCount;
    for (let site = 0; site < siteCount; site++) {
      const trace = siteTraces[site]!;
      const index = firstTrace + (trace <= traceCount ? trace : NO_TRACE);
      numbers[site] = sites.siteOf(index, siteTypeKinds[site]!, siteSizesBytes[site]!);
    }
  }

  /** In a loop of its own, so that the processor waits for the table of sites in many places at once. */
  #findPlain({ count, traces, sizesBytes }: PlainEventBlock): void {
    const sites = this.#sites;
    const numbers = this.#numbers;
    // Version 1 knows neither types nor kinds nor families: all is heap, of no known type, and of one member.
    const traceCount = this.#traceCount;
    for (let k = 0; k < count; k++) {
      const trace = traces[k]! <= traceCount ? traces[k]! : NO_TRACE;
      numbers[k] = sites.siteOf(trace, 0, sizesBytes[k]!);
    }
  }
}
