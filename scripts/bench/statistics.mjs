/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  return quantile(values, 0.5);
}

/** The value below which a fraction of the others lie, from 0 to 1; between two of them in proportion. */
export function quantile(values, fraction) {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}
