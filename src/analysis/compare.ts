import { type CompareMetric, type KeyOf, TOTAL } from './compare-measure.js';
import { type ComparedRange, type CompareSide, pairsOf } from './compare-pairs.js';
import { type CompareBy, type SubjectLabels, subjectBy } from './compare-subject.js';
import {
  type Difference,
  isSignificant,
  normalizingScale,
  plainDifference,
  scaledDifference,
} from './difference.js';
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

/** A group of memory, and how it differs. */
export interface DifferenceRow extends Difference {
  /** A text; by trace one for each frame, outermost first. The same memory has the same labels in A and B. */
  readonly labels: SubjectLabels;
}

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
  const scale = normalize ? normalizingScale(total) : 1;
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
