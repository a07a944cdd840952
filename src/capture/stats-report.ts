import {
  type AllocationStatistics,
  byPowersOfTwo,
  type SizeClass,
  totalOf,
} from '../model/allocation-statistics.js';
import { adviseSampling, type SamplingAdvice } from '../model/sampling-advice.js';

/** What `stop()` returns after `gatherStats()`. */
export interface StatsReport {
  /** How long was counted. */
  readonly elapsedSeconds: number;
  /** CPU time of the process in that time, the counting included. */
  readonly cpuSeconds: number;
  /** JavaScript objects. */
  readonly heap: SizeDistribution;
  /** Backing stores of ArrayBuffers and Buffers. */
  readonly arrayBuffer: SizeDistribution;
  /** The budget that was given: CPU time for recording, as a fraction of the program's own. */
  readonly overhead: number;
  /** How to sample within the budget. */
  readonly advice: SamplingAdvice;
}

/** How often each size was allocated. */
export interface SizeDistribution {
  readonly count: number;
  readonly bytes: number;
  /** By powers of two, rising; only those that occur. */
  readonly ranges: readonly SizeRange[];
  /** The same in detail: below 2,048 bytes classes of 8 bytes, above eight of each power of two; only those that occur. */
  readonly classes: readonly SizeClass[];
}

/** Allocations of `fromBytes` or more and less than `belowBytes`. */
export interface SizeRange {
  readonly fromBytes: number;
  readonly belowBytes: number;
  readonly count: number;
  readonly bytes: number;
  /** Of the bytes of the distribution. */
  readonly share: number;
}

/** The budget where none is given. */
export const DEFAULT_OVERHEAD = 0.05;

/** The report of what was counted; `overhead` is the budget for recording. */
export function reportOf(statistics: AllocationStatistics, overhead: number): StatsReport {
  return {
    elapsedSeconds: statistics.elapsedMicros / 1e6,
    cpuSeconds: statistics.cpuMicros / 1e6,
    heap: distributionOf(statistics.sizes.heap),
    arrayBuffer: distributionOf(statistics.sizes.arrayBuffer),
    overhead,
    advice: adviseSampling(statistics, overhead),
  };
}

function distributionOf(classes: readonly SizeClass[]): SizeDistribution {
  const total = totalOf(classes);
  const ranges = byPowersOfTwo(classes).map(
    (one): SizeRange => ({
      ...one,
      belowBytes: one.fromBytes === 0 ? 16 : one.fromBytes * 2,
      share: total.bytes > 0 ? one.bytes / total.bytes : 0,
    }),
  );
  return { ...total, ranges, classes };
}
