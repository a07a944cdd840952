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
import { secondsWithin, type ThreadSpan } from './thread-time.js';

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
  readonly threads: readonly GcThread[];
  /** The longest, longest first; at most {@link LONGEST_PAUSES}. */
  readonly longest: readonly GcPause[];
}

/** Collections of one thread; its share is of the time in which it was there. */
export interface GcThread extends GcFigures {
  readonly member: number;
  /** The most of its heap that was in use before one of them. */
  readonly mostUsedBytes: number;
  /** Its capacity, as it was at last. */
  readonly limitBytes: number;
}

/** Collections of one sort. */
export interface GcFigures {
  readonly collections: number;
  readonly pauseSeconds: number;
  /** Of the time of all threads that were there, from 0 to 1; 0 where the range has no length. */
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
 * @param spans when each recording of the family was there, by its number in `members`
 * @throws RangeError for a time that there cannot be.
 */
export function gcActivity(
  totals: readonly SnapshotTotals[],
  { stretches }: GcTable,
  options: TimeOptions,
  spans: readonly ThreadSpan[],
): GcActivity {
  const { fromSeconds, toSeconds, allocated } = chooseTime(totals, options);
  const within = stretches.slice(allocated.first, allocated.last + 1);
  const sums = within.flatMap((stretch) => stretch.sums);
  const secondsOf = (span: ThreadSpan) => secondsWithin(span, fromSeconds, toSeconds);
  const allSeconds = spans.reduce((sum, span) => sum + secondsOf(span), 0);
  const kinds = new Set(sums.map(({ gcKind }) => gcKind));
  const threads = new Set(sums.map(({ member }) => member));
  return {
    fromSeconds,
    toSeconds,
    total: figuresOf(sums, allSeconds),
    kinds: [...kinds]
      .map((gcKind) => {
        const ofKind = sums.filter((sum) => sum.gcKind === gcKind);
        return { gcKind, ...figuresOf(ofKind, allSeconds) };
      })
      .sort((a, b) => b.pauseSeconds - a.pauseSeconds),
    threads: [...threads]
      .sort((a, b) => a - b)
      .map((member) => {
        const ofThread = sums.filter((sum) => sum.member === member);
        return {
          member,
          ...figuresOf(ofThread, secondsOf(spans[member]!)),
          mostUsedBytes: ofThread.reduce((most, sum) => Math.max(most, sum.mostUsedBytes), 0),
          limitBytes: ofThread.at(-1)!.limitBytes,
        };
      }),
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
