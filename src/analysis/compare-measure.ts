import type { Snapshot, UsageRow } from '../model/snapshot.js';
import type { Profile } from './profile.js';
import { RowAverages } from './row-averages.js';
import { type SnapshotRange, timeWeights } from './snapshot-range.js';

/** What is compared. */
export const COMPARE_METRICS = ['live', 'allocated', 'objects'] as const;

/**
 * `live`: live bytes, averaged over the time of the range. `allocated`: bytes allocated within the range. `objects`: live
 * objects, averaged likewise.
 */
export type CompareMetric = (typeof COMPARE_METRICS)[number];

/** An estimate and its standard error from sampling. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
}

/** Where a row's figures go, besides {@link TOTAL}; undefined for nowhere else. */
export type KeyOf = (row: UsageRow) => string | undefined;

/** The key of all rows together. */
export const TOTAL = '\0total';

/**
 * What each key has of a metric in a range. Rows are sampled independently, so their variances add up; the error of an average is that of
 * {@link RowAverages}.
 */
export function measure(
  profile: Profile,
  range: SnapshotRange,
  metric: CompareMetric,
  keyOf: KeyOf,
): Map<string, Estimate> {
  if (metric === 'allocated') {
    // What the first snapshot of a later range allocated came before the range.
    const first = range.first === 0 ? 0 : range.first + 1;
    return withErrors(sumAllocated(profile, first, range.last, metric, keyOf));
  }
  const weights = timeWeights(profile.totals, range);
  const averages = new RowAverages();
  for (let index = range.first; index <= range.last; index++) {
    averages.add(profile.snapshots.at(index)!.liveRows, weights[index - range.first]!);
  }
  return withErrors(sumUp(averages.rows(), metric, keyOf, new Map()));
}

/**
 * Variance of what was live all the time between two instants, and never more than that, by this: what is live at the last and was not
 * allocated since the first was live throughout. Its error is the same at both, and cancels in their difference.
 * @param hidden variance of what was allocated since and may belong to it unseen
 */
export function lastingVariance(
  variances: { readonly first: number; readonly last: number; readonly since: number },
  hidden: number,
): number {
  return Math.max(0, Math.min(variances.last - variances.since - hidden, variances.first));
}

/**
 * Of two ranges of one recording: variance that both have in common, because it is of objects that were live all the time, see
 * {@link lastingVariance}.
 * @param foldedKey the key of what the digest has folded away; it may hide allocations of any other
 */
export function sharedVariance(
  profile: Profile,
  span: SnapshotRange,
  metric: CompareMetric,
  keyOf: KeyOf,
  foldedKey: string,
): (key: string) => number {
  // What is allocated in one range is not allocated in the other.
  if (metric === 'allocated') return () => 0;
  const atIndex = (index: number) =>
    sumUp((profile.snapshots.at(index) as Snapshot).liveRows, metric, keyOf, new Map());
  const first = atIndex(span.first);
  const last = atIndex(span.last);
  // The first snapshot's allocations come before it.
  const since = sumAllocated(profile, span.first + 1, span.last, metric, keyOf);
  const folded = since.get(foldedKey)?.variance ?? 0;
  return (key) => {
    if (key === foldedKey) return 0;
    const varianceIn = (sums: ReadonlyMap<string, Sum>) => sums.get(key)?.variance ?? 0;
    const variances = {
      first: varianceIn(first),
      last: varianceIn(last),
      since: varianceIn(since),
    };
    return lastingVariance(variances, key === TOTAL ? 0 : folded);
  };
}

function withErrors(sums: ReadonlyMap<string, Sum>): Map<string, Estimate> {
  return new Map(
    [...sums].map(([key, { value, variance }]) => [key, { value, error: Math.sqrt(variance) }]),
  );
}

interface Sum {
  value: number;
  variance: number;
}

function sumAllocated(
  profile: Profile,
  first: number,
  last: number,
  metric: CompareMetric,
  keyOf: KeyOf,
): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (let index = first; index <= last; index++) {
    sumUp(profile.snapshots.at(index)!.allocatedRows, metric, keyOf, sums);
  }
  return sums;
}

/** Adds rows to sums by key. */
function sumUp(
  rows: Iterable<UsageRow>,
  metric: CompareMetric,
  keyOf: KeyOf,
  sums: Map<string, Sum>,
): Map<string, Sum> {
  const add = (key: string, value: number, error: number) => {
    const sum = sums.get(key) ?? { value: 0, variance: 0 };
    sum.value += value;
    sum.variance += error ** 2;
    sums.set(key, sum);
  };
  for (const row of rows) {
    const [value, error] =
      metric === 'objects' ? [row.objects, row.objectsError] : [row.bytes, row.bytesError];
    const key = keyOf(row);
    if (key !== undefined) add(key, value, error);
    add(TOTAL, value, error);
  }
  return sums;
}
