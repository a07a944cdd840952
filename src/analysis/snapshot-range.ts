import type { SnapshotTotals } from '../model/snapshot.js';
import { lastSnapshotUntil } from '../reader/snapshot-search.js';

/** Snapshots of a stretch of time, by index (counts from 0); both ends belong to it. */
export interface SnapshotRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The snapshots from the state at `from` to the state at `to`, in seconds since the start. Both are
 * rounded down to a snapshot, as `snapshotAt` does, so that a range always has one.
 * @throws RangeError if a time is not a number of seconds from 0 on, or `from` is later than `to`.
 */
export function snapshotRange(
  totals: readonly SnapshotTotals[],
  from = 0,
  to = Number.POSITIVE_INFINITY,
): SnapshotRange {
  if (!(from >= 0 && to >= 0)) {
    throw new RangeError(`The range must be in seconds from 0 on, but is ${from} to ${to}.`);
  }
  if (from > to) throw new RangeError(`The range starts at ${from} s, after its end at ${to} s.`);
  return { first: lastSnapshotUntil(totals, from), last: lastSnapshotUntil(totals, to) };
}

/**
 * The time in microseconds that each snapshot of a range stands for in an average: half the time to each
 * neighbour in the range (the trapezoidal rule), so that the last one, which may follow shortly after
 * the one before, does not count more than its time. A snapshot by itself stands for 1.
 */
export function timeWeights(totals: readonly SnapshotTotals[], range: SnapshotRange): number[] {
  const times = totals.slice(range.first, range.last + 1).map((snapshot) => snapshot.timeMicros);
  if (times.length === 1) return [1];
  return times.map((time, position) => {
    const before = times[position - 1] ?? time;
    const after = times[position + 1] ?? time;
    return (after - before) / 2;
  });
}
