import type { HeapRecord } from '../model/event.js';
import { snapshotAtOrAfter } from './snapshot-number.js';
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

type HeapState = Pick<HeapSummary, 'heap' | 'attributedArrayBufferBytes'>;

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
  #stretches: Stretch[] = [];
  /** How many of the stretches know their array buffers: the first ones. */
  #knownCount = 0;
  /** Live array buffers after all events that were seen; weighted. */
  #arrayBufferBytes = 0;
  #last: HeapState = {};

  constructor(timeIntervalMicros: number) {
    this.#timeIntervalMicros = timeIntervalMicros;
  }

  /** Records rise by time. */
  add(record: HeapRecord): void {
    const snapshot = snapshotAtOrAfter(record.timeMicros, this.#timeIntervalMicros);
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
   * Notes an event of an array buffer; they come in the order of time, and after all records up to theirs.
   * @param bytes weighted; below 0 for a free
   */
  bufferEvent(timeMicros: number, bytes: number): void {
    this.#settleBefore(timeMicros);
    this.#arrayBufferBytes += bytes;
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
      this.#last = this.#stateOf(stretch);
    }
    return { collections, gcPauseMicros, ...this.#last };
  }

  /** A queue of the same state, from which can be taken without a loss for this one. */
  copy(): HeapQueue {
    const copy = new HeapQueue(this.#timeIntervalMicros);
    copy.#stretches = this.#stretches.map((stretch) => ({ ...stretch }));
    copy.#knownCount = this.#knownCount;
    copy.#arrayBufferBytes = this.#arrayBufferBytes;
    copy.#last = this.#last;
    return copy;
  }

  #stateOf({ heap, arrayBufferBytes = this.#arrayBufferBytes }: Stretch): HeapState {
    return {
      heap,
      ...(heap.earlierArrayBufferBytes !== undefined && {
        attributedArrayBufferBytes: wholeNumber(arrayBufferBytes),
      }),
    };
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
