import type { Kind } from './event.js';
import { probabilityOf, type Sampling, type SizeBand } from './sampling.js';

/** How far the weight of a size is off at most in {@link fineBands}, relative to the right one. */
export const FINE_BAND_ERROR = 0.005;

/**
 * Size bands that say how allocations of a kind were chosen, rising by size. Where sampling was by size bands they are the
 * same; where the probability rises with the size it becomes a staircase: so many bands that the weight of no size
 * is off by more than {@link FINE_BAND_ERROR}, some 1,000 for the usual intervals. Sizes from the last bound on have
 * the weight 1.
 */
export function fineBands(sampling: Sampling, kind: Kind): SizeBand[] {
  const isExact =
    sampling.by === 'bands' && (kind !== 'heap' || sampling.heapIntervalBytes === undefined);
  if (isExact) return [...sampling.bands];
  const probability = (sizeBytes: number) => probabilityOf(sampling, sizeBytes, kind);
  // Within each of these ranges the probability does not fall.
  const bounds = sampling.by === 'bands' ? sampling.bands.map(({ belowBytes }) => belowBytes) : [];
  const bands: SizeBand[] = [];
  for (const belowBytes of bounds) addBands(bands, probability, belowBytes);
  addBands(bands, (size) => roundedUp(probability(size)), Number.MAX_SAFE_INTEGER);
  // The weight above the last bound is 1 anyway.
  while (bands.at(-1)?.probability === 1) bands.pop();
  return bands;
}

/** Goes on from the last band up to `belowBytes`. */
function addBands(
  bands: SizeBand[],
  probability: (sizeBytes: number) => number,
  belowBytes: number,
): void {
  for (let from = bands.at(-1)?.belowBytes ?? 0; from < belowBytes; ) {
    const lowest = probability(from);
    const most = lowest * (1 + FINE_BAND_ERROR) ** 2;
    // What is always logged keeps the weight 1.
    const isAbove = (size: number) => {
      const here = probability(size);
      return here > most || (here === 1 && lowest < 1);
    };
    const end = firstOf(isAbove, from + 1, belowBytes);
    const highest = probability(end - 1);
    // In the middle of the two, both are off by the same factor.
    const middle = lowest === highest ? lowest : Math.sqrt(lowest * highest);
    bands.push({ belowBytes: end, probability: middle });
    from = end;
  }
}

/** The first size from `from` on of which `is` holds, as it then does of all larger ones; `below` if there is none before that. */
function firstOf(is: (sizeBytes: number) => boolean, from: number, below: number): number {
  let low = from;
  let high = below;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A probability that is so near to 1 that the weight 1 is right enough. */
function roundedUp(probability: number): number {
  return probability * (1 + FINE_BAND_ERROR) >= 1 ? 1 : probability;
}
