import { type CompareMetric, FOLDED, TOTAL } from './compare-measure.js';
import { type ComparedRange, type CompareSide, pairsOf } from './compare-pairs.js';
import { type CompareBy, subjectBy } from './compare-subject.js';
import {
  type Difference,
  isSignificant,
  normalizingScale,
  plainDifference,
  scaledDifference,
} from './difference.js';
import { compareLabels, SubjectKeys, type SubjectLabels } from './subject-keys.js';

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

/** A group of memory, and how it differs. */
export interface DifferenceRow extends Difference {
  /** A text; by trace one for each frame, outermost first. The same memory has the same labels in A and B. */
  readonly labels: SubjectLabels;
}

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
  const keys = new SubjectKeys();
  const pairs = pairsOf(a, b, metric, (profile) => subjectBy(by, profile, keys));
  const total = pairs.of(TOTAL);
  const scale = normalize ? normalizingScale(total) : 1;
  const folded = pairs.of(FOLDED);
  const differenceOf = (key: number): Difference => {
    const pair = pairs.of(key);
    const found = normalize ? scaledDifference(pair, total, scale) : plainDifference(pair);
    // What one side lacks may be there, but folded away.
    const hidden = found.difference > 0 ? folded.a.value : scale * folded.b.value;
    return { ...found, isSignificant: key !== FOLDED && isSignificant(found, hidden) };
  };
  return {
    by,
    metric,
    a: pairs.a,
    b: pairs.b,
    scale,
    total: plainDifference(total),
    folded: { a: folded.a.value, b: scale * folded.b.value },
    rows: Array.from({ length: keys.end - FOLDED }, (_, k) => FOLDED + k)
      .map((key) => ({ labels: keys.labelsOf(key), ...differenceOf(key) }))
      .filter((row) => row.a !== 0 || row.b !== 0)
      .sort(
        (first, second) =>
          Number(second.isSignificant) - Number(first.isSignificant) ||
          Math.abs(second.difference) - Math.abs(first.difference) ||
          compareLabels(first.labels, second.labels),
      ),
  };
}
