import type { SnapshotTotals } from '../model/snapshot.js';
import { chooseTime, type TimeOptions } from './call-tree/time-choice.js';
import {
  addClasses,
  type GcPause,
  type GcSum,
  type GcTable,
  LONGEST_PAUSES,
  longestFirst,
} from './gc-table.js';

/** What garbage collection did in a time. */
export interface GcActivity {
  /** Seconds since the start; of an instant, all from the start up to it. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly total: GcFigures;
  /** Longest together first. */
  readonly kinds: readonly (GcFigures & {
    /** See `GC_KINDS`. */
    readonly gcKind: number;
  })[];
  /** Of each recording of the family that had any, by its number in `members`. */
  readonly threads: readonly (GcFigures & { readonly member: number })[];
  /** The longest, longest first; at most {@link LONGEST_PAUSES}. */
  readonly longest: readonly GcPause[];
}

/** Collections of one sort. */
export interface GcFigures {
  readonly collections: number;
  readonly pauseSeconds: number;
  /** Of the time, from 0 on: above 1 where several threads collect at once; 0 where the range has no length. */
  readonly pauseShare: number;
  /** How much of the heap was in use before one, on average; 0 where there was none. */
  readonly meanUsedBeforeBytes: number;
  /** How much of the heap was in use after one, on average; 0 where there was none. */
  readonly meanUsedAfterBytes: number;
  /** How many pauses are of each class, see `pauseClass`. */
  readonly pauseClasses: readonly number[];
}

/**
 * What garbage collection did in a time, rounded to snapshots as all else is.
 * @param table of the same snapshots
 * @throws RangeError for a time that there cannot be.
 */
export function gcActivity(
  totals: readonly SnapshotTotals[],
  { stretches }: GcTable,
  options: TimeOptions,
): GcActivity {
  const { fromSeconds, toSeconds, allocated } = chooseTime(totals, options);
  const within = stretches.slice(allocated.first, allocated.last + 1);
  const sums = within.flatMap((stretch) => stretch.sums);
  const figures = (some: readonly GcSum[]) => figuresOf(some, toSeconds - fromSeconds);
  const kinds = new Set(sums.map(({ gcKind }) => gcKind));
  const threads = new Set(sums.map(({ member }) => member));
  return {
    fromSeconds,
    toSeconds,
    total: figures(sums),
    kinds: [...kinds]
      .map((gcKind) => ({ gcKind, ...figures(sums.filter((sum) => sum.gcKind === gcKind)) }))
      .sort((a, b) => b.pauseSeconds - a.pauseSeconds),
    threads: [...threads]
      .sort((a, b) => a - b)
      .map((member) => ({ member, ...figures(sums.filter((sum) => sum.member === member)) })),
    longest: longestFirst(within.flatMap(({ longest }) => longest)).slice(0, LONGEST_PAUSES),
  };
}

function figuresOf(sums: readonly GcSum[], seconds: number): GcFigures {
  const total = (valueIn: (sum: GcSum) => number) =>
    sums.reduce((result, sum) => result + valueIn(sum), 0);
  const collections = total((sum) => sum.collections);
  const pauseSeconds = total((sum) => sum.pauseMicros) / 1e6;
  return {
    collections,
    pauseSeconds,
    pauseShare: seconds > 0 ? pauseSeconds / seconds : 0,
    meanUsedBeforeBytes: total((sum) => sum.usedBeforeBytes) / Math.max(collections, 1),
    meanUsedAfterBytes: total((sum) => sum.usedAfterBytes) / Math.max(collections, 1),
    pauseClasses: sums.reduce<number[]>((all, one) => addClasses(all, one.pauseClasses), []),
  };
}
