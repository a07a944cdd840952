import type { EventBlock, PlainEventBlock, SiteEventBlock } from '../format/log.js';
import { NO_TRACE } from '../model/frame.js';
import type { Ledger } from './ledger.js';
import type { Weights } from './weights.js';

/** Books the events of one member's log in the ledger of its family, each with its weight. */
export class EventBooker {
  readonly #ledger: Ledger;
  readonly #weights: Weights;
  readonly #firstTrace: number;
  readonly #traceCount: number;
  // Of the current block's sites; they grow with the largest block.
  #slots = new Uint32Array(0);
  #siteWeights = new Float64Array(0);
  // Events of each code, zero between calls.
  readonly #counts = new Uint32Array(1 << 16);

  /**
   * @param firstTrace the index in the ledger of the member's trace 0
   * @param traceCount how many traces the member has; what is above counts as trace 0
   */
  constructor(ledger: Ledger, weights: Weights, firstTrace: number, traceCount: number) {
    this.#ledger = ledger;
    this.#weights = weights;
    this.#firstTrace = firstTrace;
    this.#traceCount = traceCount;
  }

  /** Prepares a block, of which {@link book} then takes one stretch after the other. */
  begin(block: EventBlock): void {
    if (block.layout === 'plain') return;
    const { siteCount, siteTraces, siteTypeKinds, siteSizesBytes } = block;
    if (this.#slots.length < siteCount) {
      this.#slots = new Uint32Array(siteCount);
      this.#siteWeights = new Float64Array(siteCount);
    }
    const ledger = this.#ledger;
    const slots = this.#slots;
    const weights = this.#weights;
    const siteWeights = this.#siteWeights;
    const firstTrace = this.#firstTrace;
    const traceCount = this.#traceCount;
    for (let site = 0; site < siteCount; site++) {
      const trace = siteTraces[site]!;
      const typeKind = siteTypeKinds[site]!;
      const index = firstTrace + (trace <= traceCount ? trace : NO_TRACE);
      slots[site] = ledger.slotOf(index, typeKind);
      siteWeights[site] = weights.weight(siteSizesBytes[site]!, typeKind & 1);
    }
  }

  /** Books the events `from` (inclusive) to `to` (exclusive) of the block; they count from 0. */
  book(block: EventBlock, from: number, to: number): void {
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
    const { codes, siteCount, siteSizesBytes } = block;
    const counts = this.#counts;
    for (let k = from; k < to; k++) counts[codes[k]!]! += 1;
    const ledger = this.#ledger;
    const slots = this.#slots;
    const weights = this.#siteWeights;
    for (let site = 0; site < siteCount; site++) {
      const allocations = counts[site * 2]!;
      const frees = counts[site * 2 + 1]!;
      if (allocations + frees === 0) continue;
      ledger.add(slots[site]!, siteSizesBytes[site]!, weights[site]!, allocations, frees);
      counts[site * 2] = 0;
      counts[site * 2 + 1] = 0;
    }
  }

  /** Books event by event: for stretches that are short beside the table of sites. */
  #bookEvents(block: SiteEventBlock, from: number, to: number): void {
    const { codes, siteSizesBytes } = block;
    for (let k = from; k < to; k++) {
      const code = codes[k]!;
      const site = code >> 1;
      const free = code & 1;
      const size = siteSizesBytes[site]!;
      this.#ledger.add(this.#slots[site]!, size, this.#siteWeights[site]!, 1 - free, free);
    }
  }

  #bookPlain(block: PlainEventBlock, from: number, to: number): void {
    const { traces, sizesBytes, frees } = block;
    const ledger = this.#ledger;
    const weights = this.#weights;
    const traceCount = this.#traceCount;
    for (let k = from; k < to; k++) {
      const trace = traces[k]! <= traceCount ? traces[k]! : NO_TRACE;
      const size = sizesBytes[k]!;
      const free = frees[k]!;
      // Version 1 knows neither types nor kinds nor families: all is heap, of no known type, and of one member.
      ledger.add(ledger.slotOf(trace, 0), size, weights.weight(size, 0), 1 - free, free);
    }
  }
}
