import type { Kind } from './event.js';

/**
 * Upper bounds of size bands in bytes (exclusive) and the probability with which an allocation of the band is logged.
 * `{128: 1e-4, 8192: 0.1}`: below 128 bytes one in 10,000, from 128 to 8,191 bytes one in 10, larger ones always.
 */
export type SamplingRate =
  | Readonly<Record<number, number>>
  | ReadonlyMap<number, number>
  | Iterable<readonly [number, number]>;

/** The rates that `start()` uses when it is given none. */
export const DEFAULT_SAMPLING_RATE: Readonly<Record<number, number>> = Object.freeze({
  128: 1e-4,
  8192: 0.1,
});

/** One size band: sizes below `belowBytes` (and not below the band before) are logged with `probability`. */
export interface SizeBand {
  readonly belowBytes: number;
  readonly probability: number;
}

/** How allocations were chosen: by size bands, or by bytes at a mean interval. */
export type Sampling =
  | {
      readonly by: 'bands';
      readonly bands: readonly SizeBand[];
      /**
       * If present, objects of the kind `heap` have at most the probability that sampling by bytes at this mean interval would
       * give them: the engine `polling` cannot have more. Array buffers have that of their band.
       */
      readonly heapIntervalBytes?: number;
    }
  | { readonly by: 'interval'; readonly intervalBytes: number };

/**
 * The bands of a {@link SamplingRate}, rising by size.
 * @throws TypeError if the rate is not an object, a Map or pairs of numbers.
 * @throws RangeError if a size is repeated, negative or not an integer, or a probability is outside [0, 1].
 */
export function parseSamplingRate(rate: SamplingRate): SizeBand[] {
  const bands: SizeBand[] = [];
  const seen = new Set<number>();
  for (const [key, probability] of pairsOf(rate)) {
    const belowBytes = typeof key === 'string' && key.trim() !== '' ? Number(key) : key;
    if (typeof belowBytes !== 'number' || typeof probability !== 'number') {
      throw typeError();
    }
    if (!Number.isSafeInteger(belowBytes) || belowBytes < 0) {
      throw rangeError(`the size ${String(key)} must be a whole number of bytes, 0 or more`);
    }
    if (!(probability >= 0 && probability <= 1)) {
      throw rangeError(`the probability ${probability} of size ${belowBytes} must be from 0 to 1`);
    }
    if (seen.has(belowBytes)) {
      throw rangeError(`the size ${belowBytes} is given twice`);
    }
    seen.add(belowBytes);
    bands.push({ belowBytes, probability });
  }
  return bands.sort((a, b) => a.belowBytes - b.belowBytes);
}

/** The probability, from 0 to 1, with which an allocation of `sizeBytes` is logged. */
export function probabilityOf(sampling: Sampling, sizeBytes: number, kind: Kind = 'heap'): number {
  if (sampling.by === 'interval') return intervalProbability(sizeBytes, sampling.intervalBytes);
  const { bands, heapIntervalBytes } = sampling;
  const inBand = bands.find(({ belowBytes }) => sizeBytes < belowBytes)?.probability ?? 1;
  return heapIntervalBytes !== undefined && kind === 'heap'
    ? Math.min(inBand, intervalProbability(sizeBytes, heapIntervalBytes))
    : inBand;
}

function intervalProbability(sizeBytes: number, intervalBytes: number): number {
  return -Math.expm1(-sizeBytes / intervalBytes);
}

/**
 * How many allocations an event of `sizeBytes` stands for: 1 / probability; 0 where the probability is 0
 * (nothing of that band can be told from the log) and for an object of no bytes that was sampled by bytes.
 */
export function weightOf(sampling: Sampling, sizeBytes: number, kind: Kind = 'heap'): number {
  const probability = probabilityOf(sampling, sizeBytes, kind);
  return probability > 0 ? 1 / probability : 0;
}

function pairsOf(rate: unknown): Iterable<readonly [unknown, unknown]> {
  if (typeof rate !== 'object' || rate === null) throw typeError();
  if (!(Symbol.iterator in rate)) return Object.entries(rate);
  const pairs: [unknown, unknown][] = [];
  for (const pair of rate as Iterable<unknown>) {
    if (!Array.isArray(pair) || pair.length !== 2) throw typeError();
    pairs.push([pair[0], pair[1]]);
  }
  return pairs;
}

function typeError(): TypeError {
  return new TypeError(
    'The sampling rate must map sizes in bytes to probabilities, for example {128: 1e-4, 8192: 0.1}.',
  );
}

function rangeError(problem: string): RangeError {
  return new RangeError(`In the sampling rate, ${problem}.`);
}
