/** How something grows or shrinks over time. */
export interface Trend {
  /** Theil and Sen's estimator: the median of the slopes between all pairs of points; units of the values per unit of time. */
  readonly slope: number;
  /**
   * Its standard error: half the width of the interval that holds the true slope in two of three cases, after Sen
   * (Estimates of the regression coefficient based on Kendall's tau, 1968); 0 for fewer than three points.
   */
  readonly slopeError: number;
  /**
   * How likely values that only vary at random would rise in at least so many of all pairs (Mann and Kendall's test, one-sided):
   * small where they do grow. It supposes that the points do not depend on each other.
   */
  readonly pValue: number;
}

/**
 * The trend of values over time. It is not disturbed by up to 29 % of outliers.
 * @param times rise
 * @param values as many as there are times; of fewer than two the slope is 0
 */
export function trendOf(times: readonly number[], values: readonly number[]): Trend {
  const count = times.length;
  const slopes: number[] = [];
  let concordance = 0;
  for (let later = 1; later < count; later++) {
    for (let earlier = 0; earlier < later; earlier++) {
      const rise = values[later]! - values[earlier]!;
      concordance += Math.sign(rise);
      slopes.push(rise / (times[later]! - times[earlier]!));
    }
  }
  if (slopes.length === 0) return { slope: 0, slopeError: 0, pValue: 1 };
  slopes.sort((a, b) => a - b);
  // The standard deviation of the concordance where there is no trend.
  const spread = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const half = Math.min(spread, slopes.length) / 2;
  const middle = slopes.length / 2;
  const error = (quantile(slopes, middle + half) - quantile(slopes, middle - half)) / 2;
  return {
    slope: quantile(slopes, middle),
    slopeError: count < 3 ? 0 : error,
    pValue: chanceOfConcordance(count, concordance),
  };
}

/** The value below which `rank` of the sorted values lie; between two of them, by interpolation. */
function quantile(sorted: readonly number[], rank: number): number {
  const position = Math.min(Math.max(rank - 0.5, 0), sorted.length - 1);
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * The chance that `count` different values in random order have at least so many more rising pairs than falling ones. Exact:
 * the orders with k falling pairs are counted by placing one value after the other (Mahonian numbers).
 */
function chanceOfConcordance(count: number, concordance: number): number {
  const pairs = (count * (count - 1)) / 2;
  const mostFalling = Math.floor((pairs - concordance) / 2);
  let chances = [1];
  for (let placed = 2; placed <= count; placed++) {
    const next = new Array<number>(chances.length + placed - 1).fill(0);
    for (const [falling, chance] of chances.entries()) {
      for (let more = 0; more < placed; more++) next[falling + more]! += chance / placed;
    }
    chances = next;
  }
  const sum = chances.slice(0, mostFalling + 1).reduce((total, chance) => total + chance, 0);
  return Math.min(sum, 1);
}
