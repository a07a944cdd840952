import { linearError, type Pair } from './compare-pairs.js';

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

/** For one question among many that are asked at once. */
const SIGNIFICANT_ROW = 3;

/** Above what sums and products of figures are rounded by, as a fraction of them; below any difference that matters. */
const ROUNDING = 1e-12;

/** What B has to be multiplied with for its total to be that of A; 1 where it has none. */
export function normalizingScale({ a, b }: Pair): number {
  return b.value > 0 ? a.value / b.value : 1;
}

/** `b - a`. */
export function plainDifference(pair: Pair): Difference {
  return difference(pair, 1, linearError(pair, 1));
}

/**
 * The difference of shares, in the units of A. That the scale is an estimate too, of the same samples, is in the error: with
 * the row's share of A and of B about q, a sample of the row moves the difference by 1 - q of itself, and one of another row by q.
 */
export function scaledDifference(pair: Pair, total: Pair, scale: number): Difference {
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
  const rounding = ROUNDING * Math.max(a.value, scaled);
  const found = {
    a: a.value,
    aError: a.error,
    b: scaled,
    bError: scale * b.error,
    // Of equal shares only what numbers are rounded by is left, which would be significant where the error is 0.
    difference: Math.abs(scaled - a.value) > rounding ? scaled - a.value : 0,
    differenceError,
  };
  return { ...found, isSignificant: isSignificant(found, 0) };
}

/** Whether a difference of which so much may be hidden on the smaller side is more than chance. */
export function isSignificant(
  { difference, differenceError }: Pick<Difference, 'difference' | 'differenceError'>,
  hidden: number,
): boolean {
  return Math.abs(difference) - hidden > SIGNIFICANT_ROW * differenceError;
}
