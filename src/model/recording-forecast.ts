import {
  type AllocationStatistics,
  byPowersOfTwo,
  type SizeClass,
  totalOf,
} from './allocation-statistics.js';
import { expectNewStacks, type NewStackCount } from './new-stacks.js';
import { probabilityOf, type Sampling } from './sampling.js';
import { stepProbability } from './sampling-steps.js';

/** What a recording of a program would cost, and how well it would know a site: a line, or a trace. */
export interface RecordingForecast {
  readonly sampling: Sampling;
  /** CPU time that recording adds, as a fraction of what the program takes without. */
  readonly overhead: number;
  /** Allocations and frees in the log. */
  readonly eventsPerSecond: number;
  /** Of both files, in an hour like the time that was counted. */
  readonly fileBytesPerHour: number;
  /**
   * Relative standard error of the estimate for a site of 1,000,000 bytes, and of ten times that, if its objects have the sizes
   * that the program's JavaScript objects have on the whole. Infinity where some sizes are never logged.
   */
  readonly error1MB: number;
  readonly error10MB: number;
}

/**
 * What a recorder's work costs, in microseconds of CPU time, on a machine that walks stacks in {@link usualWalkMicros}. On
 * another machine all of it takes as much longer or shorter as walking does. docs/benchmarks.md says how these were found and how
 * well they hold.
 */
const COST = {
  /** A call of the observer. */
  step: 0.08,
  /** A sample, beside the walk of its stack: the weak handle's life, two events. */
  sample: 2,
  /** A stack that comes for the first time: V8's profiler takes, symbolises and stores it. In walks of that stack. */
  newStackWalks: 4.5,
  /** Each second, without any sample: V8's profiler wakes, the writer wakes, profiles are rotated. */
  second: 4_000,
} as const;

/** What the counting itself costs, likewise. */
const COUNTING_COST = { allocation: 0.05, survey: 1 } as const;

/** What things take in the files. */
const FILE_BYTES = {
  heapRecord: 34,
  /** A trace that comes for the first time, with its callers and their frames as far as they are new. */
  newTrace: 40,
} as const;

/** The recorder makes a heap record for each garbage collection, and else about so many a second. */
const HEAP_RECORDS_PER_SECOND = 1.4;

const MB = 1e6;
const HOUR_SECONDS = 3600;

/** Forecasts of recordings of a program, from the statistics of its allocations. */
export class RecordingForecaster {
  readonly #statistics: AllocationStatistics;
  readonly #heap: readonly SizeClass[];
  readonly #arrayBuffers: readonly SizeClass[];
  readonly #seconds: number;
  /** CPU time of the program itself. */
  readonly #programMicros: number;
  readonly #walkMicros: number;
  /** How many times longer everything takes than COST says. */
  readonly #slowness: number;
  /** Frees for each allocation. */
  readonly #freeShare: number;

  constructor(statistics: AllocationStatistics) {
    const { stacks, sizes } = statistics;
    this.#statistics = statistics;
    // Bounds of size bands are powers of two, so that a band has whole classes of these.
    this.#heap = byPowersOfTwo(sizes.heap);
    this.#arrayBuffers = byPowersOfTwo(sizes.arrayBuffer);
    this.#seconds = Math.max(statistics.elapsedMicros, 1) / 1e6;
    const usualMicros = usualWalkMicros(stacks.frames);
    this.#walkMicros = stacks.walks > 0 ? stacks.walkMicros : usualMicros;
    this.#slowness = this.#walkMicros / usualMicros;
    this.#programMicros = this.#cpuWithoutCounting();
    const { bytes } = totalOf(this.#heap);
    this.#freeShare = bytes > 0 ? Math.min(1, statistics.collectedBytes / bytes) : 0;
  }

  /** What a recording with this sampling would cost, and how well it would know things. */
  of(sampling: Sampling): RecordingForecast {
    const samples = this.#samples(sampling);
    const eventsPerSecond = (samples * (1 + this.#freeShare)) / this.#seconds;
    const variancePerByte = this.variancePerByte(sampling);
    return {
      sampling,
      overhead: this.overhead(sampling),
      eventsPerSecond,
      fileBytesPerHour: this.#fileBytesPerSecond(samples, eventsPerSecond) * HOUR_SECONDS,
      error1MB: Math.sqrt(variancePerByte / MB),
      error10MB: Math.sqrt(variancePerByte / (10 * MB)),
    };
  }

  /** CPU time that recording adds, as a fraction of what the program takes without. */
  overhead(sampling: Sampling): number {
    const samples = this.#samples(sampling);
    const newStacks = this.#newStacks(samples, 'newToCache');
    const stepProbabilityOf = stepProbability(sampling);
    const steps = this.#heap.reduce(
      (sum, one) => sum + one.count * stepProbabilityOf(meanSize(one)),
      0,
    );
    const recordingMicros =
      this.#slowness * (steps * COST.step + samples * COST.sample + this.#seconds * COST.second) +
      this.#walkMicros * (samples + newStacks * COST.newStackWalks);
    return recordingMicros / this.#programMicros;
  }

  /**
   * Variance of the estimate for a site, divided by the site's bytes. A sampled object of s bytes stands for s/p bytes, so that n
   * objects have the variance n·s²·(1−p)/p; a byte of them, s·(1−p)/p.
   */
  variancePerByte(sampling: Sampling): number {
    let bytes = 0;
    let variance = 0;
    for (const one of this.#heap) {
      const probability = probabilityOf(sampling, meanSize(one));
      bytes += one.bytes;
      variance += (one.bytes * meanSize(one) * (1 - probability)) / probability;
    }
    return bytes > 0 ? variance / bytes : 0;
  }

  #cpuWithoutCounting(): number {
    const { cpuMicros, stacks } = this.#statistics;
    const surveys = stacks.thinnings[0]?.samples ?? 0;
    const counting =
      totalOf(this.#heap).count * COUNTING_COST.allocation * this.#slowness +
      surveys * (COUNTING_COST.survey * this.#slowness + this.#walkMicros);
    // Whatever the estimate of the counting says, something was the program's own.
    return Math.max(cpuMicros - counting, cpuMicros / 4, 1);
  }

  #samples(sampling: Sampling): number {
    return [...this.#heap, ...this.#arrayBuffers].reduce(
      (sum, one) => sum + one.count * probabilityOf(sampling, meanSize(one)),
      0,
    );
  }

  #newStacks(samples: number, which: 'newToCache' | 'newEver'): number {
    const counts: NewStackCount[] = this.#statistics.stacks.thinnings.map((thinning) => ({
      samples: thinning.samples,
      newStacks: thinning[which],
    }));
    return expectNewStacks(counts, samples);
  }

  #fileBytesPerSecond(samples: number, eventsPerSecond: number): number {
    const heapRecords = this.#statistics.collections / this.#seconds + HEAP_RECORDS_PER_SECOND;
    const newTraces = this.#newStacks(samples, 'newEver') / this.#seconds;
    return (
      eventsPerSecond * eventBytes(eventsPerSecond) +
      heapRecords * FILE_BYTES.heapRecord +
      newTraces * FILE_BYTES.newTrace
    );
  }
}

function meanSize({ count, bytes }: SizeClass): number {
  return bytes / count;
}

/** Bytes of an event: the more there are, the smaller the differences of their times. */
function eventBytes(eventsPerSecond: number): number {
  return Math.max(3.5, 7.2 - 0.6 * Math.log10(Math.max(1, eventsPerSecond)));
}

/** How long the machine that COST is of walks a stack of so many frames, where the program has used the caches. */
function usualWalkMicros(frames: number): number {
  return 0.25 + 0.055 * frames;
}
