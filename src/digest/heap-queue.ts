import type { EventBlock, SiteEventBlock } from '../format/log.js';
import type { HeapRecord } from '../model/event.js';
import type { Weights } from './weights.js';
import { wholeNumber } from './whole-number.js';

/** What heap records say of the stretch of time that ends with a snapshot. */
export interface HeapSummary {
  /** Garbage collections since the snapshot before. */
  readonly collections: number;
  /** Their pauses together. */
  readonly gcPauseMicros: number;
  /** The last record at or before the snapshot. */
  readonly heap?: HeapRecord;
  /** Live array buffers at its time, by estimate; where it says how much the earlier ones are. */
  readonly attributedArrayBufferBytes?: number;
}

interface Stretch {
  /** Number of the first snapshot that is not earlier than the records; counts from 0. */
  readonly snapshot: number;
  collections: number;
  gcPauseMicros: number;
  heap: HeapRecord;
  /** Live array buffers at the time of `heap`; undefined as long as events of that time may follow. */
  arrayBufferBytes: number | undefined;
}

/**
 * Heap records that wait for their snapshot: in the file they come before the events of their time. What
 * belongs to one snapshot is added up at once, so that a log without events does not fill the memory.
 */
export class HeapQueue {
  readonly #timeIntervalMicros: number;
  readonly #stretches: Stretch[] = [];
  /** How many of the stretches know their array buffers: the first ones. */
  #knownCount = 0;
  /** Live array buffers after all events that were seen; weighted. */
  #arrayBufferBytes = 0;
  #siteBytes = new Float64Array(0);
  #last: Pick<HeapSummary, 'heap' | 'attributedArrayBufferBytes'> = {};

  constructor(timeIntervalMicros: number) {
    this.#timeIntervalMicros = timeIntervalMicros;
  }

  /** Records rise by time. */
  add(record: HeapRecord): void {
    const snapshot = Math.ceil(record.timeMicros / this.#timeIntervalMicros);
    let stretch = this.#stretches.at(-1);
    if (stretch === undefined || stretch.snapshot < snapshot) {
      stretch = {
        snapshot,
        collections: 0,
        gcPauseMicros: 0,
        heap: record,
        arrayBufferBytes: undefined,
      };
      this.#stretches.push(stretch);
    }
    stretch.heap = record;
    stretch.arrayBufferBytes = undefined;
    this.#knownCount = Math.min(this.#knownCount, this.#stretches.length - 1);
    if (record.gcKind !== 0) {
      stretch.collections += 1;
      stretch.gcPauseMicros += record.pauseMicros;
    }
  }

  /**
   * Notes the array buffers among the events of a block, which comes after all records up to its time.
   * @param startMicros what is to be added to the block's times
   */
  arrayBufferEvents(block: EventBlock, weights: Weights, startMicros: number): void {
    if (block.layout === 'plain' || !block.hasArrayBuffers) return;
    this.#weighArrayBuffers(block, weights);
    const { codes, count } = block;
    const times = block.timesMicros();
    const siteBytes = this.#siteBytes;
    for (let k = 0; k < count; k++) {
      const code = codes[k]!;
      const bytes = siteBytes[code >> 1]!;
      if (bytes === 0) continue;
      this.#settleBefore(times[k]! + startMicros);
      this.#arrayBufferBytes += (code & 1) === 0 ? bytes : -bytes;
    }
  }

  /** Takes what belongs to a snapshot (counts from 0) from the queue; snapshots are asked for in order. */
  take(snapshot: number): HeapSummary {
    let collections = 0;
    let gcPauseMicros = 0;
    for (;;) {
      const stretch = this.#stretches[0];
      if (stretch === undefined || stretch.snapshot > snapshot) break;
      this.#stretches.shift();
      this.#knownCount = Math.max(this.#knownCount - 1, 0);
      collections += stretch.collections;
      gcPauseMicros += stretch.gcPauseMicros;
      const { heap, arrayBufferBytes = this.#arrayBufferBytes } = stretch;
      this.#last = {
        heap,
        ...(heap.earlierArrayBufferBytes !== undefined && {
          attributedArrayBufferBytes: wholeNumber(arrayBufferBytes),
        }),
      };
    }
    return { collections, gcPauseMicros, ...this.#last };
  }

  /** The weighted bytes of one event of each site, 0 for those that are no array buffers. */
  #weighArrayBuffers(block: SiteEventBlock, weights: Weights): void {
    const { siteCount, siteTypeKinds, siteSizesBytes } = block;
    if (this.#siteBytes.length < siteCount) this.#siteBytes = new Float64Array(siteCount);
    for (let site = 0; site < siteCount; site++) {
      const isArrayBuffer = (siteTypeKinds[site]! & 1) === 1;
      const size = siteSizesBytes[site]!;
      this.#siteBytes[site] = isArrayBuffer ? size * weights.weight(size, 1) : 0;
    }
  }

  /** Records before this time have seen all events of theirs. */
  #settleBefore(timeMicros: number): void {
    for (;;) {
      const stretch = this.#stretches[this.#knownCount];
      if (stretch === undefined || stretch.heap.timeMicros >= timeMicros) return;
      stretch.arrayBufferBytes = this.#arrayBufferBytes;
      this.#knownCount += 1;
    }
  }
}
