/** A whole number with separators, `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A fraction as a percentage with one decimal, `23.1 %`. */
export function formatShare(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
