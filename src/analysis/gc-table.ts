import type { HeapRecord } from '../model/event.js';
import type { LoggedProfile, Profile } from './profile.js';

/** Garbage collections between snapshots, as the log has them: what answers for any range of snapshots without the log. JSON has all of it. */
export interface GcTable {
  /** One for each snapshot: the time from the one before, exclusively, to it. */
  readonly stretches: readonly GcStretch[];
}

/** The collections of a stretch of time. */
export interface GcStretch {
  /** By member and kind, those that there were. */
  readonly sums: readonly GcSum[];
  /** The {@link LONGEST_PAUSES} longest, longest first. */
  readonly longest: readonly GcPause[];
}

/** Collections of one kind in one thread. */
export interface GcSum {
  /** Number of the recording in `members`. */
  readonly member: number;
  /** See `GC_KINDS`. */
  readonly gcKind: number;
  readonly collections: number;
  readonly pauseMicros: number;
  /** Heap in use before each of them, added up. */
  readonly usedBeforeBytes: number;
  /** Heap in use after each of them, added up. */
  readonly usedAfterBytes: number;
  /** The most of the heap that was in use before one of them. */
  readonly mostUsedBytes: number;
  /** The thread's capacity at the last of them. */
  readonly limitBytes: number;
  /** How many pauses are of each class (see {@link pauseClass}); up to the last that there is. */
  readonly pauseClasses: readonly number[];
}

/** One collection. */
export interface GcPause {
  /** Its end, since the start of the recording. */
  readonly timeSeconds: number;
  readonly member: number;
  readonly gcKind: number;
  readonly pauseMicros: number;
  readonly usedBeforeBytes: number;
  readonly usedAfterBytes: number;
}

/** Of each stretch so many are kept one by one: of any range, these are known to be the longest. */
export const LONGEST_PAUSES = 5;

/** How full the heap of a thread was, as its garbage collections tell. */
export interface ThreadHeap {
  /** The most that was in use before one of them. */
  readonly mostUsedBytes: number;
  /** Its capacity, as it was at last. */
  readonly limitBytes: number;
}

/** The heaps of the threads that had collections, by their numbers in `members`. */
export function threadHeaps({ stretches }: GcTable): ReadonlyMap<number, ThreadHeap> {
  const heaps = new Map<number, ThreadHeap>();
  for (const { member, mostUsedBytes, limitBytes } of stretches.flatMap(({ sums }) => sums)) {
    const before = heaps.get(member)?.mostUsedBytes ?? 0;
    heaps.set(member, { mostUsedBytes: Math.max(before, mostUsedBytes), limitBytes });
  }
  return heaps;
}

/** The class of a pause: 0 is less than 2 µs, k is from 2^k to 2^(k+1) µs. */
export function pauseClass(micros: number): number {
  return micros < 2 ? 0 : Math.floor(Math.log2(micros));
}

/**
 * Goes through the logs once. Sums are those of `SnapshotTotals`: `collections` and `gcPauseMicros`.
 * @throws HeapprofError if a log cannot be read.
 */
export function gcTable({ totals, members }: Pick<Profile, 'totals'> & LoggedProfile): GcTable {
  const stretches = totals.map(() => new Stretch());
  for (const [number, member] of members.entries()) {
    let at = 0;
    const log = member.openLog();
    try {
      for (const item of log.items()) {
        if (item.item !== 'heap') continue;
        for (const record of item.records) {
          if (record.gcKind === 0) continue;
          const micros = record.timeMicros + member.startMicros;
          // Records come in the order of time, as snapshots do; those after the last one are in none.
          while (at < totals.length && micros > totals[at]!.timeMicros) at += 1;
          stretches[at]?.add(number, record, micros);
        }
      }
    } finally {
      log.close();
    }
  }
  return { stretches: stretches.map((stretch) => stretch.done()) };
}

/** A sum that grows. */
type Counting = { -readonly [Key in keyof Omit<GcSum, 'pauseClasses'>]: GcSum[Key] } & {
  readonly pauseClasses: number[];
};

class Stretch {
  readonly #sums: Counting[] = [];
  #longest: GcPause[] = [];

  add(member: number, record: HeapRecord, micros: number): void {
    const { gcKind, pauseMicros, usedBeforeBytes, usedAfterBytes, limitBytes } = record;
    let sum = this.#sums.find((one) => one.member === member && one.gcKind === gcKind);
    if (sum === undefined) {
      sum = {
        member,
        gcKind,
        collections: 0,
        pauseMicros: 0,
        usedBeforeBytes: 0,
        usedAfterBytes: 0,
        mostUsedBytes: 0,
        limitBytes,
        pauseClasses: [],
      };
      this.#sums.push(sum);
    }
    sum.collections += 1;
    sum.pauseMicros += pauseMicros;
    sum.usedBeforeBytes += usedBeforeBytes;
    sum.usedAfterBytes += usedAfterBytes;
    sum.mostUsedBytes = Math.max(sum.mostUsedBytes, usedBeforeBytes);
    sum.limitBytes = limitBytes;
    const among = pauseClass(pauseMicros);
    while (sum.pauseClasses.length <= among) sum.pauseClasses.push(0);
    sum.pauseClasses[among]! += 1;
    const shortest = this.#longest.at(LONGEST_PAUSES - 1);
    if (shortest !== undefined && shortest.pauseMicros >= pauseMicros) return;
    const timeSeconds = micros / 1e6;
    this.#longest.push({
      timeSeconds,
      member,
      gcKind,
      pauseMicros,
      usedBeforeBytes,
      usedAfterBytes,
    });
    this.#longest = longestFirst(this.#longest).slice(0, LONGEST_PAUSES);
  }

  done(): GcStretch {
    return { sums: this.#sums, longest: this.#longest };
  }
}

/** Longest first; of equal ones the earlier. */
export function longestFirst(pauses: readonly GcPause[]): GcPause[] {
  return [...pauses].sort((a, b) => b.pauseMicros - a.pauseMicros || a.timeSeconds - b.timeSeconds);
}

/** Classes of pauses, added up. */
export function addClasses(a: readonly number[], b: readonly number[]): number[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, k) => (a[k] ?? 0) + (b[k] ?? 0));
}
