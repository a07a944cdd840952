import { KINDS, type Kind } from '../../model/event.js';
import type { SnapshotTotals } from '../../model/snapshot.js';
import { lastSnapshotUntil } from '../../reader/snapshot-search.js';
import { type SnapshotRange, snapshotRange } from '../snapshot-range.js';

/** A time or a range of time; the end of the recording where nothing is given. */
export interface TimeOptions {
  /** Seconds since the start, rounded down to a snapshot; or `peak`, the snapshot with the most live bytes. */
  readonly at?: number | 'peak' | undefined;
  /** Start of a range, likewise; with `to` alone it is 0. Not together with `at`. */
  readonly from?: number | undefined;
  /** End of a range; with `from` alone it is the end of the recording. */
  readonly to?: number | undefined;
}

/** The snapshots that stand for a time or a range. */
export interface ChosenTime {
  /** 0 for an instant: what was allocated counts from the start then. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly isInstant: boolean;
  /** Of these the average is taken of what is live; one where it is an instant. */
  readonly live: SnapshotRange;
  /** What these have allocated is added up. Empty (`first` above `last`) where a range begins and ends with one snapshot. */
  readonly allocated: SnapshotRange;
}

/**
 * The snapshots of a time. Of an instant, live memory is that of its snapshot, and allocations are those from the start up to
 * it; of a range, live memory is an average over its time, and allocations are those within it.
 * @param kind the peak is that of this kind alone
 * @throws RangeError for a time that there cannot be, and for both an instant and a range.
 */
export function chooseTime(
  totals: readonly SnapshotTotals[],
  { at, from, to }: TimeOptions,
  kind?: Kind,
): ChosenTime {
  if (from === undefined && to === undefined) {
    return instant(totals, at === 'peak' ? peakOf(totals, kind) : snapshotAt(totals, at));
  }
  if (at !== undefined) {
    throw new RangeError('Ask for one instant or for a range of time, not for both.');
  }
  const range = snapshotRange(totals, from, to);
  return {
    fromSeconds: totals[range.first]!.timeMicros / 1e6,
    toSeconds: totals[range.last]!.timeMicros / 1e6,
    isInstant: false,
    live: range,
    // What the first snapshot of a later range allocated came before the range.
    allocated: { first: range.first === 0 ? 0 : range.first + 1, last: range.last },
  };
}

function instant(totals: readonly SnapshotTotals[], index: number): ChosenTime {
  return {
    fromSeconds: 0,
    toSeconds: totals[index]!.timeMicros / 1e6,
    isInstant: true,
    live: { first: index, last: index },
    allocated: { first: 0, last: index },
  };
}

function snapshotAt(
  totals: readonly SnapshotTotals[],
  seconds: number = Number.POSITIVE_INFINITY,
): number {
  if (!(seconds >= 0)) {
    throw new RangeError(`The time must be in seconds from 0 on, or 'peak', but is ${seconds}.`);
  }
  return lastSnapshotUntil(totals, seconds);
}

/** The first snapshot with the most live bytes. */
function peakOf(totals: readonly SnapshotTotals[], kind: Kind | undefined): number {
  const kinds = kind === undefined ? KINDS : [kind];
  const bytes = totals.map(({ live }) => kinds.reduce((sum, each) => sum + live[each].bytes, 0));
  return bytes.reduce((peak, value, index) => (value > bytes[peak]! ? index : peak), 0);
}
