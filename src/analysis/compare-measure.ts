import { longer } from '../base/longer.js';
import type { Snapshot, UsageRow } from '../model/snapshot.js';
import type { Profile } from './profile.js';
import { errorOfAverage, RowSums } from './row-sums.js';
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

/** Where the figures of a row go, besides {@link TOTAL}: a whole number that stands for a group; undefined for nowhere else. Numbers are given without gaps, or nearly. */
export type KeyOf = (row: UsageRow) => number | undefined;

/** The key of all rows together. */
export const TOTAL = 0;

/** The key of what the digest has folded away. */
export const FOLDED = 1;

/** The lowest key of all others. */
export const FIRST_KEY = 2;

/** What each key has of a metric. */
export interface Estimates {
  /** Nothing, 0 ± 0, for a key of which there was no row. */
  of(key: number): Estimate;
}

/**
 * What each key has of a metric in a range. Rows are sampled independently, so their variances add up; the error of an average is that of
 * {@link errorOfAverage}.
 */
export function measure(
  profile: Profile,
  range: SnapshotRange,
  metric: CompareMetric,
  keyOf: KeyOf,
): Estimates {
  if (metric === 'allocated') {
    // What the first snapshot of a later range allocated came before the range.
    const first = range.first === 0 ? 0 : range.first + 1;
    return estimates(sumAllocated(profile, first, range.last, metric, keyOf));
  }
  const weights = timeWeights(profile.totals, range);
  const totalWeight = weights.reduce((sum, weight) => sum + weight, 0);
  const averages = new RowSums();
  for (let index = range.first; index <= range.last; index++) {
    const weight = weights[index - range.first]! / totalWeight;
    for (const row of profile.snapshots.at(index)!.liveRows) averages.add(row, weight);
  }
  return estimates(sumUp(averages.rows(errorOfAverage), metric, keyOf, noSums()));
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
 * {@link lastingVariance}. What the digest has folded away may hide allocations of any other.
 */
export function sharedVariance(
  profile: Profile,
  span: SnapshotRange,
  metric: CompareMetric,
  keyOf: KeyOf,
): (key: number) => number {
  // What is allocated in one range is not allocated in the other.
  if (metric === 'allocated') return () => 0;
  const atIndex = (index: number) =>
    sumUp((profile.snapshots.at(index) as Snapshot).liveRows, metric, keyOf, noSums());
  const first = atIndex(span.first);
  const last = atIndex(span.last);
  // The first snapshot's allocations come before it.
  const since = sumAllocated(profile, span.first + 1, span.last, metric, keyOf);
  const folded = since.variances.of(FOLDED);
  return (key) => {
    if (key === FOLDED) return 0;
    const variances = {
      first: first.variances.of(key),
      last: last.variances.of(key),
      since: since.variances.of(key),
    };
    return lastingVariance(variances, key === TOTAL ? 0 : folded);
  };
}

function estimates({ values, variances }: Sums): Estimates {
  return { of: (key) => ({ value: values.of(key), error: Math.sqrt(variances.of(key)) }) };
}

/** A sum for each key, in a column: by trace there are hundreds of thousands. */
class KeySums {
  /** Above the highest key that there is a sum of. */
  end = 0;
  #sums = new Float64Array(64);

  add(key: number, amount: number): void {
    while (key >= this.#sums.length) this.#sums = longer(this.#sums);
    this.#sums[key]! += amount;
    if (key >= this.end) this.end = key + 1;
  }

  of(key: number): number {
    return this.#sums[key] ?? 0;
  }

  clear(): void {
    this.#sums.fill(0);
    this.end = 0;
  }
}

/** What keys have. */
interface Sums {
  readonly values: KeySums;
  readonly variances: KeySums;
}

function noSums(): Sums {
  return { values: new KeySums(), variances: new KeySums() };
}

function sumAllocated(
  profile: Profile,
  first: number,
  last: number,
  metric: CompareMetric,
  keyOf: KeyOf,
): Sums {
  const sums = noSums();
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
  { values, variances }: Sums,
): Sums {
  for (const row of rows) {
    const value = metric === 'objects' ? row.objects : row.bytes;
    const variance = (metric === 'objects' ? row.objectsError : row.bytesError) ** 2;
    const key = keyOf(row);
    if (key !== undefined) {
      values.add(key, value);
      variances.add(key, variance);
    }
    values.add(TOTAL, value);
    variances.add(TOTAL, variance);
  }
  return { values, variances };
}
