import {
  type CompareMetric,
  type Estimate,
  type KeyOf,
  measure,
  sharedVariance,
} from './compare-measure.js';
import type { Profile } from './profile.js';
import { snapshotRange } from './snapshot-range.js';

/** One of the two that are compared: a range of a recording. */
export interface CompareSide {
  readonly profile: Profile;
  /** Start of the range, seconds since the start of the recording; by default 0. Rounded down to a snapshot. */
  readonly from?: number;
  /** End of the range, likewise; by default the end of the recording. */
  readonly to?: number;
}

/** The range that was compared, from snapshot to snapshot. */
export interface ComparedRange {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** An estimate in A and in B, and the variance that both have in common. */
export interface Pair {
  readonly a: Estimate;
  readonly b: Estimate;
  readonly shared: number;
}

/** The estimates of two ranges by key. */
export interface Pairs {
  readonly a: ComparedRange;
  readonly b: ComparedRange;
  /** What a key has; nothing where it has not been seen. */
  of(key: number): Pair;
}

/**
 * What each key has in both ranges. Of one recording, with a profile that is the same object, they have variance in common.
 * @param keyIn the keys of the rows of a profile; those that mean the same have to be equal in both
 * @throws RangeError for a range that there cannot be.
 */
export function pairsOf(
  a: CompareSide,
  b: CompareSide,
  metric: CompareMetric,
  keyIn: (profile: Profile) => KeyOf,
): Pairs {
  const rangeA = snapshotRange(a.profile.totals, a.from, a.to);
  const rangeB = snapshotRange(b.profile.totals, b.from, b.to);
  const keyInA = keyIn(a.profile);
  const isOne = a.profile === b.profile;
  const inA = measure(a.profile, rangeA, metric, keyInA);
  const inB = measure(b.profile, rangeB, metric, isOne ? keyInA : keyIn(b.profile));
  const span = {
    first: Math.min(rangeA.first, rangeB.first),
    last: Math.max(rangeA.last, rangeB.last),
  };
  const shared = isOne ? sharedVariance(a.profile, span, metric, keyInA) : () => 0;
  const seconds = ({ profile }: CompareSide, { first, last }: typeof rangeA): ComparedRange => ({
    fromSeconds: profile.totals[first]!.timeMicros / 1e6,
    toSeconds: profile.totals[last]!.timeMicros / 1e6,
  });
  return {
    a: seconds(a, rangeA),
    b: seconds(b, rangeB),
    of: (key) => ({ a: inA.of(key), b: inB.of(key), shared: shared(key) }),
  };
}

/**
 * Standard error of `b - factor * a`. What is common to both counts in A and in B by as much as the other has of it, and cancels
 * but for the factor.
 */
export function linearError({ a, b, shared }: Pair, factor: number): number {
  const variance = b.error ** 2 + (factor * a.error) ** 2 - 2 * factor * shared;
  return Math.sqrt(Math.max(0, variance));
}
