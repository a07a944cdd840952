import type { SnapshotTotals } from '../model/snapshot.js';

/**
 * The index (from 0) of the last snapshot at or before `seconds` since the start; that of the first where all are later.
 * @param totals in the order of time, at least one
 */
export function lastSnapshotUntil(totals: readonly SnapshotTotals[], seconds: number): number {
  let low = 0;
  let high = totals.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    // Divided, not multiplied: a snapshot's own time in seconds must find that snapshot.
    if (totals[middle]!.timeMicros / 1e6 <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}
