import type { AllocationStatistics } from './allocation-statistics.js';
import { type RecordingForecast, RecordingForecaster } from './recording-forecast.js';
import type { Sampling, SizeBand } from './sampling.js';

/** The best that a budget allows of each way to sample; undefined where even the rarest samples would cost more. */
export interface SamplingAdvice {
  readonly bands: RecordingForecast | undefined;
  readonly interval: RecordingForecast | undefined;
}

/** Upper bounds of size bands to choose from: powers of two, nearer to each other where most objects are. */
const BOUNDS = [5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20].map((power) => 2 ** power);

/** Probabilities to choose from: 1, 2 and 5 times the powers of ten from 1 in 100,000 to a half. */
const PROBABILITIES = [-5, -4, -3, -2, -1].flatMap((power) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
);

/** Bands below the one of which everything is logged. */
const MOST_BANDS = 3;

/** Intervals to choose from: 1 byte, and from 64 bytes to 64 MiB powers of two and half as much again. */
const INTERVALS = [1, ...Array.from({ length: 21 }, (_, i) => [64 * 2 ** i, 96 * 2 ** i]).flat()];

/**
 * Of all size bands and of all intervals to choose from, those which know a site best while recording costs no more
 * than `budget`, a fraction of the program's own CPU time.
 */
export function adviseSampling(statistics: AllocationStatistics, budget: number): SamplingAdvice {
  const forecaster = new RecordingForecaster(statistics);
  return {
    bands: best(forecaster, bandChoices(), budget),
    interval: best(forecaster, intervalChoices(), budget),
  };
}

function best(
  forecaster: RecordingForecaster,
  choices: Iterable<Sampling>,
  budget: number,
): RecordingForecast | undefined {
  let found: Sampling | undefined;
  let foundVariance = Number.POSITIVE_INFINITY;
  let foundOverhead = Number.POSITIVE_INFINITY;
  for (const sampling of choices) {
    // The cheaper question first: most choices are out by it.
    const variance = forecaster.variancePerByte(sampling);
    if (variance > foundVariance) continue;
    const overhead = forecaster.overhead(sampling);
    if (overhead > budget) continue;
    if (variance === foundVariance && overhead >= foundOverhead) continue;
    found = sampling;
    foundVariance = variance;
    foundOverhead = overhead;
  }
  return found && forecaster.of(found);
}

/** Fewer bands come first. The larger its objects, the more often a band is logged: they have more of the bytes. */
function* bandChoices(): Generator<Sampling> {
  for (let count = 0; count <= MOST_BANDS; count++) {
    for (const bounds of combinations(BOUNDS, count)) {
      for (const probabilities of combinations(PROBABILITIES, count)) {
        const bands = bounds.map(
          (belowBytes, i): SizeBand => ({ belowBytes, probability: probabilities[i]! }),
        );
        yield { by: 'bands', bands };
      }
    }
  }
}

function* intervalChoices(): Generator<Sampling> {
  for (const intervalBytes of INTERVALS) yield { by: 'interval', intervalBytes };
}

/** All choices of `count` items in their order. */
function* combinations<T>(items: readonly T[], count: number): Generator<T[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (let i = 0; i + count <= items.length; i++) {
    for (const rest of combinations(items.slice(i + 1), count - 1)) yield [items[i]!, ...rest];
  }
}
