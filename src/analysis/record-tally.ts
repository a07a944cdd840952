import { Weights } from '../digest/weights.js';
import type { EventBlock, SiteEventBlock } from '../format/log.js';
import type { HeapRecord } from '../model/event.js';
import type { Sampling } from '../model/sampling.js';
import type { ArrayBufferAccount } from './array-buffer-account.js';

/** How much of what V8 allocated on its heap a recording has seen. */
export interface HeapVolume {
  /** Allocated from the first heap record to the last, as their figures say. */
  readonly allocatedBytes: number;
  /** Allocated in that time by the estimate from events. */
  readonly seenBytes: number;
  /** Standard error of `seenBytes` from sampling. */
  readonly seenBytesError: number;
}

/** Weighted sums over events, and their variances. */
interface Sums {
  readonly allocated: number;
  readonly allocatedVariance: number;
  readonly arrayBuffers: number;
  readonly arrayBufferVariance: number;
}

const NOTHING: Sums = {
  allocated: 0,
  allocatedVariance: 0,
  arrayBuffers: 0,
  arrayBufferVariance: 0,
};

/** A heap record, and the sums over all events at or before its time. */
interface Reading {
  readonly record: HeapRecord;
  sums: Sums;
}

/**
 * Holds the events of a log against its heap records: at the times of the first and the last of them, so that
 * what happened before and after does not count.
 */
export class RecordTally {
  readonly #weights: Weights;
  #sums = NOTHING;
  #first: Reading | undefined;
  #last: Reading | undefined;
  #allocatedBytes = 0;
  /** Events of each code, zero between calls. */
  readonly #counts = new Uint32Array(1 << 16);

  constructor(sampling: Sampling) {
    this.#weights = new Weights(sampling);
  }

  /** Records rise by time, and come before the events of their time. */
  heapRecords(records: readonly HeapRecord[]): void {
    for (const record of records) {
      const before = this.#last?.record;
      if (before) this.#allocatedBytes += record.usedBeforeBytes - before.usedAfterBytes;
      // All events up to now are earlier; of those to come, some may be.
      this.#last = { record, sums: this.#sums };
      this.#first ??= this.#last;
    }
  }

  events(block: EventBlock): void {
    // Version 1 has no heap records.
    if (block.layout === 'plain') return;
    let from = 0;
    for (const reading of new Set([this.#first, this.#last])) {
      if (reading === undefined || reading.record.timeMicros < block.firstTimeMicros) continue;
      const to = countUntil(block, reading.record.timeMicros);
      this.#add(block, from, to);
      reading.sums = this.#sums;
      from = to;
    }
    this.#add(block, from, block.count);
  }

  /** Undefined where there were no two heap records with something allocated between them. */
  heapVolume(): HeapVolume | undefined {
    if (this.#first === undefined || !(this.#allocatedBytes > 0)) return undefined;
    const before = this.#first.sums;
    const { allocated, allocatedVariance } = this.#last!.sums;
    return {
      allocatedBytes: this.#allocatedBytes,
      seenBytes: allocated - before.allocated,
      seenBytesError: Math.sqrt(allocatedVariance - before.allocatedVariance),
    };
  }

  /** Of the last heap record; undefined where it does not say what was there before the start. */
  arrayBuffers(): ArrayBufferAccount | undefined {
    if (this.#last === undefined) return undefined;
    const { record, sums } = this.#last;
    const earlierBytes = record.earlierArrayBufferBytes;
    if (earlierBytes === undefined) return undefined;
    return {
      timeSeconds: record.timeMicros / 1e6,
      countedBytes: record.arrayBufferBytes,
      attributedBytes: sums.arrayBuffers,
      attributedBytesError: Math.sqrt(Math.max(sums.arrayBufferVariance, 0)),
      earlierBytes,
      unattributedBytes: record.arrayBufferBytes - earlierBytes - sums.arrayBuffers,
    };
  }

  /** Adds the events `from` (inclusive) to `to` (exclusive) of a block. */
  #add(block: SiteEventBlock, from: number, to: number): void {
    if (from === to) return;
    const { codes, siteCount, siteSizesBytes, siteTypeKinds } = block;
    const counts = this.#counts;
    for (let k = from; k < to; k++) counts[codes[k]!]! += 1;
    const sums = { ...this.#sums };
    for (let site = 0; site < siteCount; site++) {
      const allocations = counts[site * 2]!;
      const frees = counts[site * 2 + 1]!;
      counts[site * 2] = 0;
      counts[site * 2 + 1] = 0;
      const size = siteSizesBytes[site]!;
      const weight = this.#weights.weight(size, siteTypeKinds[site]! & 1);
      const bytes = size * weight;
      const variance = size * bytes * (weight - 1);
      if ((siteTypeKinds[site]! & 1) === 1) {
        sums.arrayBuffers += (allocations - frees) * bytes;
        sums.arrayBufferVariance += (allocations - frees) * variance;
      } else {
        sums.allocated += allocations * bytes;
        sums.allocatedVariance += allocations * variance;
      }
    }
    this.#sums = sums;
  }
}

/** How many events of a block are at or before a time. */
function countUntil(block: SiteEventBlock, timeMicros: number): number {
  if (block.lastTimeMicros <= timeMicros) return block.count;
  const times = block.timesMicros();
  let count = 0;
  while (count < block.count && times[count]! <= timeMicros) count++;
  return count;
}
