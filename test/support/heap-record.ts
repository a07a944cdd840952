import type { HeapRecord } from '../../src/model/event.js';

/** A heap record of time 0 whose figures are 0 where none is given. */
export function heapRecord(figures: Partial<HeapRecord> = {}): HeapRecord {
  return {
    timeMicros: 0,
    gcKind: 0,
    pauseMicros: 0,
    usedBeforeBytes: 0,
    usedAfterBytes: 0,
    committedBytes: 0,
    limitBytes: 0,
    externalBytes: 0,
    arrayBufferBytes: 0,
    residentSetBytes: 0,
    ...figures,
  };
}
