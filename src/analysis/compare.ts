import { type CompareMetric, type KeyOf, TOTAL } from './compare-measure.js';
import {
  type ComparedRange,
  type CompareSide,
  linearError,
  type Pair,
  pairsOf,
} from './compare-pairs.js';
import { type CompareBy, type SubjectLabels, subjectBy } from './compare-subject.js';
import { OTHER_LABEL } from './frame-label.js';
import type { Profile } from './profile.js';

/** What {@link compare} is asked for. */
export interface CompareOptions {
  /** What a row is about; by default `function`. */
  readonly by?: CompareBy;
  /** What is compared; by default `live`. */
  readonly metric?: CompareMetric;
  /** Whether the figures of B are scaled so that its total is that of A: then shares are compared. Default: false. */
  readonly normalize?: boolean;
}

/** How B differs from A. Units are bytes, or objects where these are compared. */
export interface Comparison {
  readonly by: CompareBy;
  readonly metric: CompareMetric;
  readonly a: ComparedRange;
  readonly b: ComparedRange;
  /** What the figures of B in `rows` were multiplied with; 1 if they are not normalised. */
  readonly scale: number;
  /** Never scaled. */
  readonly total: Difference;
  /** What stands as "other", scaled: memory that the digests have folded away, and of which any row may lack some. By type there is none. */
  readonly folded: { readonly a: number; readonly b: number };
  /** Significant ones first, and among those and among the others the largest difference first. */
  readonly rows: readonly DifferenceRow[];
}

/** Two estimates and their difference, with standard errors from sampling. */
export interface Difference {
  readonly a: number;
  readonly aError: number;
  readonly b: number;
  readonly bError: number;
  /** `b - a`. */
  readonly difference: number;
  readonly differenceError: number;
  /**
   * Whether the difference, less what the smaller side may have folded away, is more than 3 standard errors: chance does that in 3
   * of 1,000 rows.
   */
  readonly isSignificant: boolean;
}

/** A group of memory, and how it differs. */
export interface DifferenceRow extends Difference {
  /** A text; by trace one for each frame, outermost first. The same memory has the same labels in A and B. */
  readonly labels: SubjectLabels;
}

/** For one question among many that are asked at once. */
const SIGNIFICANT_ROW = 3;

/** Labels have no such character but by malice, which would only put rows together. */
const SEPARATOR = '\0';

/**
 * How B differs from A, by function, line, file, package, trace or type. Bytes belong to the innermost frame of the program's own, see
 * `answerableFrame`.
 *
 * Errors are those of sampling; how much a program differs from run to run is not in them. Two recordings are sampled
 * independently, so their errors add in quadrature. Two ranges of one recording share the objects that live through
 * both, whose errors cancel; as much of that is taken into account as certain, see `sharedVariance`, so that a
 * difference is called significant too rarely rather than too often. That is not done where B is scaled.
 * @throws RangeError for a range or an option that there cannot be.
 */
export function compare(a: CompareSide, b: CompareSide, options: CompareOptions = {}): Comparison {
  const { by = 'function', metric = 'live', normalize = false } = options;
  const labelsByKey = new Map<string, SubjectLabels>();
  const keyIn = (profile: Profile): KeyOf => {
    const subjectOf = subjectBy(by, profile);
    const keys = new Map<SubjectLabels, string>();
    return (row) => {
      const labels = subjectOf(row);
      let key = keys.get(labels);
      if (key === undefined) {
        key = labels.join(SEPARATOR);
        keys.set(labels, key);
        labelsByKey.set(key, labels);
      }
      return key;
    };
  };
  const pairs = pairsOf(a, b, metric, keyIn, OTHER_LABEL);
  const total = pairs.of(TOTAL);
  const scale = normalize && total.b.value > 0 ? total.a.value / total.b.value : 1;
  const folded = pairs.of(OTHER_LABEL);
  const differenceOf = (key: string): Difference => {
    const pair = pairs.of(key);
    const found = normalize ? scaledDifference(pair, total, scale) : plainDifference(pair);
    // What one side lacks may be there, but folded away.
    const hidden = found.difference > 0 ? folded.a.value : scale * folded.b.value;
    return { ...found, isSignificant: key !== OTHER_LABEL && isSignificant(found, hidden) };
  };
  return {
    by,
    metric,
    a: pairs.a,
    b: pairs.b,
    scale,
    total: plainDifference(total),
    folded: { a: folded.a.value, b: scale * folded.b.value },
    rows: [...labelsByKey]
      .map(([key, labels]) => ({ labels, ...differenceOf(key) }))
      .filter((row) => row.a !== 0 || row.b !== 0)
      .sort(
        (first, second) =>
          Number(second.isSignificant) - Number(first.isSignificant) ||
          Math.abs(second.difference) - Math.abs(first.difference) ||
          (first.labels.join(SEPARATOR) < second.labels.join(SEPARATOR) ? -1 : 1),
      ),
  };
}

function plainDifference(pair: Pair): Difference {
  return difference(pair, 1, linearError(pair, 1));
}

/**
 * The difference of shares, in the units of A. That the scale is an estimate too, of the same samples, is in the error: with
 * the row's share of A and of B about q, a sample of the row moves the difference by 1 - q of itself, and one of another row by q.
 */
function scaledDifference(pair: Pair, total: Pair, scale: number): Difference {
  const share = total.b.value > 0 ? pair.b.value / total.b.value : 0;
  const variance = (own: number, all: number) =>
    ((1 - share) * own) ** 2 + share ** 2 * Math.max(0, all ** 2 - own ** 2);
  const error = Math.sqrt(
    variance(pair.a.error, total.a.error) + scale ** 2 * variance(pair.b.error, total.b.error),
  );
  return difference(pair, scale, error);
}

function difference({ a, b }: Pair, scale: number, differenceError: number): Difference {
  const scaled = scale * b.value;
  const found = {
    a: a.value,
    aError: a.error,
    b: scaled,
    bError: scale * b.error,
    difference: scaled - a.value,
    differenceError,
  };
  return { ...found, isSignificant: isSignificant(found, 0) };
}

function isSignificant(
  { difference, differenceError }: Pick<Difference, 'difference' | 'differenceError'>,
  hidden: number,
): boolean {
  return Math.abs(difference) - hidden > SIGNIFICANT_ROW * differenceError;
}
