import type { Kind } from './event.js';

/** Allocations of sizes from `fromBytes` to the begin of the next class. */
export interface SizeClass {
  readonly fromBytes: number;
  readonly count: number;
  /** Of all of them. */
  readonly bytes: number;
}

/** What was counted of every allocation of a program. */
export interface AllocationStatistics {
  /** How long was counted. */
  readonly elapsedMicros: number;
  /** CPU time of the process in that time, the counting included. */
  readonly cpuMicros: number;
  /**
   * Classes that have allocations, rising by size. Sizes below 2,048 bytes have classes of 8 bytes, a power of two above has
   * eight; a class begins at every power of two.
   */
  readonly sizes: Readonly<Record<Kind, readonly SizeClass[]>>;
  /** Garbage collections, and by how many bytes they made the JavaScript heap smaller. */
  readonly collections: number;
  readonly collectedBytes: number;
  readonly stacks: StackStatistics;
}

/** What was seen of the stacks of a random sample of allocations. */
export interface StackStatistics {
  /** Of how many stacks there are the two means. */
  readonly walks: number;
  /** Mean time that V8 takes to walk one. */
  readonly walkMicros: number;
  /** Mean number of frames. */
  readonly frames: number;
  /** All samples, and random parts of them, falling by number: the fewer samples, the more of them are new. */
  readonly thinnings: readonly StackThinning[];
}

/** How many stacks of a random sample were seen for the first time. */
export interface StackThinning {
  readonly samples: number;
  /** Not seen since the last mark-compact, as long as a recorder knows stacks by their addresses. */
  readonly newToCache: number;
  /** Not seen since the start. */
  readonly newEver: number;
}

/** How many allocations there were, and of how many bytes. */
export function totalOf(classes: readonly SizeClass[]): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const one of classes) {
    count += one.count;
    bytes += one.bytes;
  }
  return { count, bytes };
}

/** The same allocations in a class for each power of two, the first for all sizes below 16. */
export function byPowersOfTwo(classes: readonly SizeClass[]): SizeClass[] {
  const powers: { fromBytes: number; count: number; bytes: number }[] = [];
  for (const { fromBytes, count, bytes } of classes) {
    const power = fromBytes < 16 ? 0 : 2 ** Math.floor(Math.log2(fromBytes));
    if (powers.at(-1)?.fromBytes !== power) powers.push({ fromBytes: power, count: 0, bytes: 0 });
    const last = powers.at(-1)!;
    last.count += count;
    last.bytes += bytes;
  }
  return powers;
}
