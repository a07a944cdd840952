/** Of so many samples of a program's stacks, so many had not been seen before. */
export interface NewStackCount {
  readonly samples: number;
  readonly newStacks: number;
}

/**
 * How many of `samples` stacks would be new, as the counts for other numbers of samples suggest. The more samples, the fewer of
 * them are new, by a power of their number that falls slowly: a straight line in logarithms between two counts, and beyond the
 * largest the line through the last two.
 *
 * @param counts falling by samples; those without samples tell nothing
 */
export function expectNewStacks(counts: readonly NewStackCount[], samples: number): number {
  const known = counts.filter((count) => count.samples > 0 && count.newStacks > 0);
  const most = known[0];
  if (most === undefined || samples <= 0) return samples;
  if (known.length === 1) return Math.min(samples, most.newStacks);
  // The pair of neighbours that `samples` lies between, or the nearest.
  let i = 0;
  while (i + 2 < known.length && samples < known[i + 1]!.samples) i++;
  const more = known[i]!;
  const fewer = known[i + 1]!;
  const power = Math.log(more.newStacks / fewer.newStacks) / Math.log(more.samples / fewer.samples);
  return Math.min(samples, more.newStacks * (samples / more.samples) ** Math.min(1, power));
}
