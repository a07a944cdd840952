import type { SnapshotTotals } from '../model/snapshot.js';

/**
 * What V8 counts as array buffers at the time of a heap record, and where they come from. The three parts add up
 * to `countedBytes`.
 */
export interface ArrayBufferAccount {
  /** Time of the heap record, since the start of the recording. */
  readonly timeSeconds: number;
  /** By V8. */
  readonly countedBytes: number;
  /** Live array buffers of the recording, by estimate: those that a trace tells of. */
  readonly attributedBytes: number;
  /** Standard error of `attributedBytes` from sampling. */
  readonly attributedBytesError: number;
  /** Of those that were there before the start, what is not known to be freed. */
  readonly earlierBytes: number;
  /**
   * What is left: array buffers that did not come from V8's allocator, such as those of addons. Because
   * of sampling it can be below 0.
   */
  readonly unattributedBytes: number;
}

/** The account of a snapshot's heap record; undefined where there is none, or it does not say what was there before the start. */
export function arrayBufferAccount(totals: SnapshotTotals): ArrayBufferAccount | undefined {
  const { heap, attributedArrayBufferBytes: attributedBytes } = totals;
  const earlierBytes = heap?.earlierArrayBufferBytes;
  if (heap === undefined || earlierBytes === undefined || attributedBytes === undefined) {
    return undefined;
  }
  const countedBytes = heap.arrayBufferBytes;
  return {
    timeSeconds: heap.timeMicros / 1e6,
    countedBytes,
    attributedBytes,
    attributedBytesError: totals.live.arrayBuffer.bytesError,
    earlierBytes,
    unattributedBytes: countedBytes - earlierBytes - attributedBytes,
  };
}
