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
  /**
   * CPU time that the samples cost, as a fraction of what the program takes without; and what a recording costs anyway, even that of
   * a program that waits, as a fraction of the time that passes.
   */
  readonly overhead: number;
  /** Allocations and frees in the log. */
  readonly eventsPerSecond: number;
  /** Of both files of a recording of one hour, if the program goes on as in the time that was counted. */
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
 * another machine all times are as much longer or shorter as walking is. docs/benchmarks.md says how these were found and how
 * well they hold.
 */
const COST = {
  /** A call of the observer. */
  step: 0.08,
  /** A sample, beside the walk of its stack: the weak handle's life, two events. */
  sample: 2,
  /** A stack that comes for the first time: it is put together from its addresses, of which V8 has to tell few. In walks of that stack. */
  newStackWalks: 2.5,
  /** Each second, without any sample: V8's profiler wakes, the writer wakes, profiles are rotated. */
  second: 2_500,
  /** Of a program's own CPU time, the part that V8 takes to keep up its profiler's knowledge of code. */
  profilingShare: 0.015,
} as const;

/** What the counting itself costs, likewise. */
const COUNTING_COST = { allocation: 0.05, survey: 1 } as const;

/** The recorder makes a heap record of so many bytes for each garbage collection, and else about so many a second. */
const HEAP_RECORD_BYTES = 34;
const HEAP_RECORDS_PER_SECOND = 1.4;

/** As many walks of a stack as are believed as much as the usual duration of one. */
const FEW_WALKS = 100;

const MB = 1e6;
const HOUR_SECONDS = 3600;

/** Forecasts of recordings of a program, from the statistics of its allocations. */
export class RecordingForecaster {
  /** How long the program would have taken without the counting. */
  readonly seconds: number;
  readonly #statistics: AllocationStatistics;
  readonly #heap: readonly SizeClass[];
  /** Those of the heap and of array buffers. */
  readonly #all: readonly SizeClass[];
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
    this.#all = [...this.#heap, ...byPowersOfTwo(sizes.arrayBuffer)];
    const usualMicros = usualWalkMicros(stacks.frames);
    // The mean of a few walks, the first of all, says nothing of the machine.
    this.#walkMicros =
      (stacks.walkMicros * stacks.walks + usualMicros * FEW_WALKS) / (stacks.walks + FEW_WALKS);
    this.#slowness = this.#walkMicros / usualMicros;
    const countingMicros = this.#countingMicros();
    this.#programMicros = withoutPart(statistics.cpuMicros, countingMicros);
    this.seconds = withoutPart(statistics.elapsedMicros, countingMicros) / 1e6;
    const { bytes } = totalOf(this.#heap);
    this.#freeShare = bytes > 0 ? Math.min(1, statistics.collectedBytes / bytes) : 0;
  }

  /** What a recording with this sampling would cost, and how well it would know things. */
  of(sampling: Sampling): RecordingForecast {
    const variancePerByte = this.variancePerByte(sampling);
    return {
      sampling,
      overhead: this.overhead(sampling),
      eventsPerSecond: this.#eventsPerSecond(sampling),
      fileBytesPerHour: this.fileBytes(sampling, HOUR_SECONDS),
      error1MB: Math.sqrt(variancePerByte / MB),
      error10MB: Math.sqrt(variancePerByte / (10 * MB)),
    };
  }

  /** See {@link RecordingForecast.overhead}. */
  overhead(sampling: Sampling): number {
    const samples = this.#samples(sampling);
    const newStacks = this.#newStacks(samples, 'newToCache');
    const stepProbabilityOf = stepProbability(sampling);
    const steps = this.#heap.reduce(
      (sum, one) => sum + one.count * stepProbabilityOf(meanSize(one)),
      0,
    );
    const samplingMicros =
      this.#slowness * (steps * COST.step + samples * COST.sample) +
      this.#walkMicros * (samples + newStacks * COST.newStackWalks);
    return (
      samplingMicros / this.#programMicros +
      COST.profilingShare +
      (this.#slowness * COST.second) / 1e6
    );
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

  /** Size of both files of a recording of so many seconds. */
  fileBytes(sampling: Sampling, seconds: number): number {
    const eventsPerSecond = this.#eventsPerSecond(sampling);
    const heapRecordsPerSecond =
      this.#statistics.collections / this.seconds + HEAP_RECORDS_PER_SECOND;
    const samples = this.#samples(sampling) * (seconds / this.seconds);
    return (
      seconds * eventsPerSecond * eventBytes(eventsPerSecond) +
      seconds * heapRecordsPerSecond * HEAP_RECORD_BYTES +
      traceBytes(this.#newStacks(samples, 'newEver'))
    );
  }

  #countingMicros(): number {
    const { stacks } = this.#statistics;
    const surveys = stacks.thinnings[0]?.samples ?? 0;
    return (
      totalOf(this.#heap).count * COUNTING_COST.allocation * this.#slowness +
      surveys * (COUNTING_COST.survey * this.#slowness + this.#walkMicros)
    );
  }

  #eventsPerSecond(sampling: Sampling): number {
    return (this.#samples(sampling) * (1 + this.#freeShare)) / this.seconds;
  }

  #samples(sampling: Sampling): number {
    return this.#all.reduce(
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
}

function meanSize({ count, bytes }: SizeClass): number {
  return bytes / count;
}

/** What is left of a time without the part that is an estimate: something certainly was the program's own. */
function withoutPart(micros: number, partMicros: number): number {
  return Math.max(micros - partMicros, micros / 4, 1);
}

/** Bytes of so many traces: the more there are, the more of its callers a new one shares with others. */
function traceBytes(traces: number): number {
  return 280 * traces ** 0.72;
}

/** Bytes of an event: the more there are, the smaller the differences of their times. */
function eventBytes(eventsPerSecond: number): number {
  return Math.max(3.5, 7.2 - 0.6 * Math.log10(Math.max(1, eventsPerSecond)));
}

/** How long the machine that COST is of walks a stack of so many frames, where the program has used the caches. */
function usualWalkMicros(frames: number): number {
  return 0.25 + 0.055 * frames;
}
