import type { Frame } from '../model/frame.js';
import { type CompareMetric, type Estimate, FIRST_KEY, FOLDED, TOTAL } from './compare-measure.js';
import { type CompareSide, linearError, pairsOf } from './compare-pairs.js';
import { lineMatcher } from './line-match.js';
import type { Profile } from './profile.js';

/** The most that memory, all of it or a part, may grow from A to B. */
export interface GrowthLimit {
  readonly metric: CompareMetric;
  /** Only the traces that contain this line, as `file:line`, or a function of this name; by default all. */
  readonly of?: string;
  /** Bytes, or objects; not together with `growthFraction`. */
  readonly growth?: number;
  /** A fraction of what A has. */
  readonly growthFraction?: number;
}

/** What came of a limit. */
export interface LimitOutcome {
  readonly a: Estimate;
  readonly b: Estimate;
  /** What B has beyond what is allowed, with its standard error; below 0 where it keeps within. */
  readonly excess: Estimate;
  readonly isExceeded: boolean;
}

/** Standard errors; one-sided, so that a program that is exactly at its limit fails in 2 of 100 cases. */
const SIGNIFICANT = 2;

/**
 * Whether an estimate is certainly above a limit: by more than 2 of its standard errors.
 */
export function isBeyond({ value, error }: Estimate, limit: number): boolean {
  return value - limit > SIGNIFICANT * error;
}

/**
 * Holds the growth from A to B against a limit. It is exceeded only where sampling is no excuse, see {@link isBeyond}. Errors are
 * those of `compare`.
 * @throws HeapprofError if `of` has the form of a line but is none, RangeError for a range that there cannot be.
 */
export function checkGrowth(a: CompareSide, b: CompareSide, limit: GrowthLimit): LimitOutcome {
  const { metric, of, growth = 0, growthFraction = 0 } = limit;
  const pairs = pairsOf(a, b, metric, (profile) => keyOfPart(profile, of));
  const pair = pairs.of(of === undefined ? TOTAL : PART);
  const factor = 1 + growthFraction;
  const excess = {
    value: pair.b.value - factor * pair.a.value - growth,
    error: linearError(pair, factor),
  };
  // Of a part, A may have what its digest has folded away.
  const folded = of === undefined ? 0 : factor * pairs.of(FOLDED).a.value;
  return { a: pair.a, b: pair.b, excess, isExceeded: isBeyond(excess, folded) };
}

/** The most live bytes of a profile at any one snapshot, with their standard error. */
export function peakLive({ totals }: Profile): Estimate {
  let peak: Estimate = { value: 0, error: 0 };
  for (const { live } of totals) {
    const value = live.heap.bytes + live.arrayBuffer.bytes;
    const error = Math.hypot(live.heap.bytesError, live.arrayBuffer.bytesError);
    if (value > peak.value) peak = { value, error };
  }
  return peak;
}

const PART = FIRST_KEY;

/** The key of rows whose traces contain what is meant; what has no trace, and may belong to it, has the key of what is folded away. */
function keyOfPart(
  { hpm }: Profile,
  of: string | undefined,
): (row: { trace: number }) => number | undefined {
  if (of === undefined) return () => undefined;
  const matches = frameMatcher(of);
  const keys = new Map<number, number | undefined>();
  return ({ trace }) => {
    if (!keys.has(trace)) {
      const frames = hpm.traces.trace(trace) ?? [];
      keys.set(trace, frames.length === 0 ? FOLDED : frames.some(matches) ? PART : undefined);
    }
    return keys.get(trace);
  };
}

function frameMatcher(of: string): (frame: Frame) => boolean {
  return /:\d+$/.test(of) ? lineMatcher(of) : ({ functionName }) => functionName === of;
}
