import { probabilityOf, type Sampling, type SizeBand } from './sampling.js';

/** V8 counts in units of so many bytes, and no object is smaller. */
const UNIT_BYTES = 8;

/** With a shorter mean distance between calls, the recorder has itself called for every object. */
const WORTHWHILE_MEAN_BYTES = 48;

/**
 * A function of an object's size in bytes: the probability, from 0 to 1, with which V8 calls the recorder for it. For an interval it
 * is that with which the object is logged, for bands more: a call comes by bytes and is then accepted or rejected by size.
 * native/sampler.h explains it, and decides.
 */
export function stepProbability(sampling: Sampling): (sizeBytes: number) => number {
  if (sampling.by === 'interval') return (sizeBytes) => probabilityOf(sampling, sizeBytes);
  const { meanBytes, reachBytes } = distances(sampling.bands);
  if (meanBytes < WORTHWHILE_MEAN_BYTES) return () => 1;
  // From one call to the next, it is the random distance or the reach, whichever is shorter.
  const distance =
    meanBytes === Number.POSITIVE_INFINITY
      ? reachBytes
      : -meanBytes * Math.expm1(-reachBytes / meanBytes);
  return (sizeBytes) => (sizeBytes >= reachBytes ? 1 : -Math.expm1(-sizeBytes / distance));
}

/** The mean of the random distance from call to call, and the distance at which a call is forced. */
function distances(bands: readonly SizeBand[]): { meanBytes: number; reachBytes: number } {
  let meanBytes = Number.POSITIVE_INFINITY;
  let reachBytes: number | undefined;
  let fromBytes = 0;
  for (const { belowBytes, probability } of bands) {
    const smallest = smallestObject(fromBytes);
    if (fromBytes < belowBytes) {
      if (probability >= 1) {
        reachBytes ??= smallest;
      } else if (probability > 0) {
        meanBytes = Math.min(meanBytes, -smallest / Math.log1p(-probability));
      }
    }
    fromBytes = belowBytes;
  }
  return { meanBytes, reachBytes: reachBytes ?? smallestObject(fromBytes) };
}

function smallestObject(fromBytes: number): number {
  return Math.max(UNIT_BYTES, Math.ceil(fromBytes / UNIT_BYTES) * UNIT_BYTES);
}
