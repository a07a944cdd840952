import type { SnapshotTotals } from '../model/snapshot.js';

/** What V8 lets its heap grow to, and what of it is in use: V8's own figures over a range of time. Array buffers are not in it. */
export interface HeapCapacity {
  /** The highest heap limit of the range; of a family, the sum over the threads that there were. */
  readonly capacityBytes: number;
  /** Heap in use when V8 last reported it, averaged over the time of the range. */
  readonly averageUsedBytes: number;
  /** The most of the range. */
  readonly peakUsedBytes: number;
  /** As fractions of `capacityBytes`. */
  readonly averageUsedShare: number;
  readonly peakUsedShare: number;
}

/**
 * The capacity over snapshots, of which some may lack a heap record; undefined where all do, or no limit is known.
 * @param weights of the snapshots in averages
 */
export function heapCapacity(
  totals: readonly SnapshotTotals[],
  weights: readonly number[],
): HeapCapacity | undefined {
  let capacityBytes = 0;
  let peakUsedBytes = 0;
  let weightedBytes = 0;
  let totalWeight = 0;
  for (const [position, { heap }] of totals.entries()) {
    if (heap === undefined) continue;
    capacityBytes = Math.max(capacityBytes, heap.limitBytes);
    peakUsedBytes = Math.max(peakUsedBytes, heap.usedAfterBytes);
    weightedBytes += weights[position]! * heap.usedAfterBytes;
    totalWeight += weights[position]!;
  }
  if (capacityBytes === 0) return undefined;
  const averageUsedBytes = totalWeight > 0 ? weightedBytes / totalWeight : peakUsedBytes;
  return {
    capacityBytes,
    averageUsedBytes,
    peakUsedBytes,
    averageUsedShare: averageUsedBytes / capacityBytes,
    peakUsedShare: peakUsedBytes / capacityBytes,
  };
}
