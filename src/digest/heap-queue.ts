import type { HeapRecord } from '../model/event.js';

/** What heap records say of the stretch of time that ends with a snapshot. */
export interface HeapSummary {
  /** Garbage collections since the snapshot before. */
  readonly collections: number;
  /** Their pauses together. */
  readonly gcPauseMicros: number;
  /** The last record at or before the snapshot. */
  readonly heap?: HeapRecord;
}

interface Stretch {
  /** Number of the first snapshot that is not earlier than the records; counts from 0. */
  readonly snapshot: number;
  collections: number;
  gcPauseMicros: number;
  heap: HeapRecord;
}

/**
 * Heap records that wait for their snapshot: in the file they come before the events of their time. What
 * belongs to one snapshot is added up at once, so that a log without events does not fill the memory.
 */
export class HeapQueue {
  readonly #timeIntervalMicros: number;
  readonly #stretches: Stretch[] = [];
  #last: HeapRecord | undefined;

  constructor(timeIntervalMicros: number) {
    this.#timeIntervalMicros = timeIntervalMicros;
  }

  /** Records rise by time. */
  add(record: HeapRecord): void {
    const snapshot = Math.ceil(record.timeMicros / this.#timeIntervalMicros);
    let stretch = this.#stretches.at(-1);
    if (stretch === undefined || stretch.snapshot < snapshot) {
      stretch = { snapshot, collections: 0, gcPauseMicros: 0, heap: record };
      this.#stretches.push(stretch);
    }
    stretch.heap = record;
    if (record.gcKind !== 0) {
      stretch.collections += 1;
      stretch.gcPauseMicros += record.pauseMicros;
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
      collections += stretch.collections;
      gcPauseMicros += stretch.gcPauseMicros;
      this.#last = stretch.heap;
    }
    return {
      collections,
      gcPauseMicros,
      ...(this.#last === undefined ? {} : { heap: this.#last }),
    };
  }
}
