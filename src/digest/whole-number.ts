/**
 * A figure as files hold it: rounded, and 0 where it is negative. What is above 2^53 − 1, which only
 * damaged sizes reach, becomes 2^53 − 1.
 */
export function wholeNumber(figure: number): number {
  return Math.min(Math.max(Math.round(figure), 0), Number.MAX_SAFE_INTEGER);
}
