import type { HeapSummary } from './summary.js';
import { secondsWithin, type ThreadSpan } from './thread-time.js';
import type { TimePlotPoint } from './time-plot.js';

/** How fast memory is allocated in a range of time, and what collecting the garbage costs. */
export interface MemoryPace {
  /** Length of the range. */
  readonly seconds: number;
  readonly allocatedBytesPerSecond: number;
  /** Standard error of `allocatedBytesPerSecond` from sampling. */
  readonly allocatedBytesPerSecondError: number;
  /** Garbage collections, of all threads. */
  readonly collections: number;
  /** Their pauses together. */
  readonly gcPauseSeconds: number;
  /** `gcPauseSeconds` as a fraction of the time of all threads that were there. */
  readonly gcShare: number;
}

/**
 * The pace of a summary's range; undefined for an instant.
 * @param points of the same recording, all that there are in the range
 * @param spans when each thread was there
 */
export function memoryPace(
  { fromSeconds, toSeconds, total }: Pick<HeapSummary, 'fromSeconds' | 'toSeconds' | 'total'>,
  points: readonly TimePlotPoint[],
  spans: readonly ThreadSpan[],
): MemoryPace | undefined {
  const seconds = toSeconds - fromSeconds;
  if (!(seconds > 0)) return undefined;
  // What the first snapshot of a later range tells of came before the range.
  const within = points.filter(
    ({ timeSeconds }) =>
      timeSeconds <= toSeconds && (timeSeconds > fromSeconds || fromSeconds === 0),
  );
  const threadSeconds = spans.reduce(
    (sum, span) => sum + secondsWithin(span, fromSeconds, toSeconds),
    0,
  );
  const gcPauseSeconds = within.reduce((sum, point) => sum + point.gcPauseSeconds, 0);
  return {
    seconds,
    allocatedBytesPerSecond: total.allocatedBytes / seconds,
    allocatedBytesPerSecondError: total.allocatedBytesError / seconds,
    collections: within.reduce((sum, point) => sum + point.collections, 0),
    gcPauseSeconds,
    gcShare: gcPauseSeconds / (threadSeconds || seconds),
  };
}
