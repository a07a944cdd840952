import type { Difference } from '../../../analysis/difference.js';

/** Standard errors; see `Difference`. */
const SIGNIFICANT_ERRORS = 3;

/** How many of its standard errors a difference is; undefined where there is no error. */
export function errorsOf({ difference, differenceError }: Difference): number | undefined {
  return differenceError > 0 ? Math.abs(difference) / differenceError : undefined;
}

/** Whether a difference is more than chance does, but may be what was put together as “other”, and so is not called significant. */
export function mayBeFolded(of: Difference): boolean {
  const errors = errorsOf(of) ?? Number.POSITIVE_INFINITY;
  return !of.isSignificant && of.difference !== 0 && errors > SIGNIFICANT_ERRORS;
}
