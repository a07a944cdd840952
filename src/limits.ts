import { AssertionError } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isBeyond, peakLive } from './analysis/compare-limit.js';
import {
  type Estimate,
  type Estimates,
  FIRST_KEY,
  type KeyOf,
  measure,
  TOTAL,
} from './analysis/compare-measure.js';
import { growthOver } from './analysis/growth.js';
import { suitableInterval } from './analysis/snapshot-interval.js';
import { topLines } from './analysis/top-lines.js';
import { parseBytes } from './base/parse-bytes.js';
import { collectGarbage } from './capture/collect-garbage.js';
import { start, stop } from './capture/index.js';
import { type Reader, read } from './read.js';
import { exceededText } from './render/limit-text.js';

/** Bytes, as a number or as a text: `24_000_000`, `'24MB'`, `'24MiB'`. */
export type Size = number | string;

/** What a test's function may take; at least one of the two. */
export interface MemoryLimits {
  /** The most that may be live at any time, of what the function allocated; garbage that has not been collected yet is part of it. */
  readonly peakLive?: Size;
  /** The most that it may allocate altogether. */
  readonly allocated?: Size;
}

/** What a function took, in bytes, with standard errors from sampling. */
export interface MemoryUse {
  readonly peakLive: Estimate;
  readonly allocated: Estimate;
}

/** How a function is tested for leaks. */
export interface LeakOptions {
  /** How often it is called and watched, after 5 calls in which it may fill its caches and before one more; from 5 on, by default 20. */
  readonly calls?: number;
  /** How much live memory may grow with every call; by default not at all. */
  readonly growthPerCall?: Size;
}

/** How live memory grew. */
export interface LeakUse {
  /** Bytes that a call leaves behind, on average; the standard error is from how the calls differ. */
  readonly growthPerCall: Estimate;
}

/**
 * Bytes from sample to sample: so small that a megabyte is known to some percent, so large that a function that allocates a gigabyte takes a second
 * longer.
 */
const MEMORY_INTERVAL = 4096;

/** Less, since leaks of a call are small. */
const LEAK_INTERVAL = 1024;

/** Calls that a function has to warm up: caches, and code that V8 compiles. */
const WARM_UP_CALLS = 5;

const DEFAULT_CALLS = 20;
const LEAST_CALLS = 5;

/** Standard errors: with an error that is known from 20 calls, chance does that in 1 of 2,000 tests. */
const SIGNIFICANT_GROWTH = 4;

/** Lines of code in a message. */
const TOP_LINES = 5;

/**
 * Calls a function once, awaits it, and records what is allocated meanwhile. For tests, with node:test, vitest and jest alike.
 * @returns what it took.
 * @throws AssertionError with the largest lines of code if that is above a limit by more than 2 standard errors; what the function
 *   itself throws; TypeError for limits that there cannot be; HeapprofError as `start()`.
 */
export async function limitMemory(fn: () => unknown, limits: MemoryLimits): Promise<MemoryUse> {
  const most = {
    peakLive: optionalBytes('peakLive', limits.peakLive),
    allocated: optionalBytes('allocated', limits.allocated),
  };
  if (most.peakLive === undefined && most.allocated === undefined) {
    throw new TypeError('limitMemory() needs a limit: peakLive, allocated, or both.');
  }
  const startMs = performance.now();
  return withRecording(fn, MEMORY_INTERVAL, (filebase) => {
    const timeInterval = suitableInterval((performance.now() - startMs) / 1000);
    using reader = read(filebase, { timeInterval, precision: 0 });
    const whole = { first: 0, last: reader.totals.length - 1 };
    const keys = new TraceKeys();
    const allocated = measure(reader, whole, 'allocated', keys.keyOf);
    const use: MemoryUse = {
      peakLive: peakLive(reader),
      allocated: allocated.of(TOTAL),
    };
    if (most.peakLive !== undefined && isBeyond(use.peakLive, most.peakLive)) {
      const atPeak = measure(reader, peakRange(reader), 'live', keys.keyOf);
      fail(
        'The peak of live memory',
        use.peakLive,
        most.peakLive,
        keys.byTrace(atPeak),
        reader,
        limitMemory,
      );
    }
    if (most.allocated !== undefined && isBeyond(use.allocated, most.allocated)) {
      fail(
        'Allocated memory',
        use.allocated,
        most.allocated,
        keys.byTrace(allocated),
        reader,
        limitMemory,
      );
    }
    return use;
  });
}

/**
 * Calls a function again and again, collects all garbage after each call, and looks what each call leaves behind that the later ones do not free. It must be much the same each time, so that
 * a cache that is filled once is no leak. For tests, with node:test, vitest and jest alike. Only the calling thread is looked at.
 * @returns the growth.
 * @throws AssertionError with the lines of code that grow the most if the growth a call is above the limit by more than 4 standard
 *   errors; what the function itself throws; TypeError or RangeError for options that there cannot be; HeapprofError as `start()`.
 */
export async function limitLeaks(fn: () => unknown, options: LeakOptions = {}): Promise<LeakUse> {
  const { calls = DEFAULT_CALLS } = options;
  const allowed = optionalBytes('growthPerCall', options.growthPerCall) ?? 0;
  if (!(Number.isSafeInteger(calls) && calls >= LEAST_CALLS)) {
    throw new RangeError(`calls must be a whole number from ${LEAST_CALLS} on, but is ${calls}.`);
  }
  const ends: number[] = [];
  const callAll = async () => {
    for (let call = 0; call <= WARM_UP_CALLS + calls; call++) {
      await fn();
      await collectGarbage();
      if (call >= WARM_UP_CALLS - 1) ends.push(Number(process.hrtime.bigint() / 1000n));
    }
  };
  return withRecording(callAll, LEAK_INTERVAL, (filebase) => {
    using reader = read(filebase, { precision: 0 });
    const { sampling, startMonotonicMicros = 0 } = reader.hpm.facts;
    const times = ends.map((end) => end - startMonotonicMicros);
    const { perStep, byTrace } = growthOver(reader.hpd.events(), sampling, times);
    if (perStep.value - allowed > SIGNIFICANT_GROWTH * perStep.error) {
      const perCall = [...byTrace].map(
        ([trace, { value, error }]) =>
          [trace, { value: value / calls, error: error / calls }] as const,
      );
      fail(
        'The growth of live memory with each call',
        perStep,
        allowed,
        perCall,
        reader,
        limitLeaks,
      );
    }
    return { growthPerCall: perStep };
  });
}

/** Records a function into files that are there only for `use`. */
async function withRecording<T>(
  fn: () => unknown,
  samplingInterval: number,
  use: (filebase: string) => T,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-limit-'));
  const filebase = path.join(folder, 'recording');
  try {
    start(filebase, undefined, { samplingInterval });
    try {
      await fn();
    } finally {
      stop();
    }
    return use(filebase);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The snapshot with the most live bytes. */
function peakRange({ totals }: Reader): { first: number; last: number } {
  const live = totals.map(({ live: { heap, arrayBuffer } }) => heap.bytes + arrayBuffer.bytes);
  const index = live.indexOf(Math.max(...live));
  return { first: index, last: index };
}

/** Estimates by trace. */
class TraceKeys {
  readonly #keys = new Map<number, number>();

  readonly keyOf: KeyOf = ({ trace }) => {
    const key = this.#keys.get(trace) ?? FIRST_KEY + this.#keys.size;
    this.#keys.set(trace, key);
    return key;
  };

  byTrace(estimates: Estimates): [number, Estimate][] {
    return [...this.#keys].map(([trace, key]) => [trace, estimates.of(key)]);
  }
}

function fail(
  what: string,
  actual: Estimate,
  allowedBytes: number,
  bytesByTrace: Iterable<readonly [number, Estimate]>,
  reader: Reader,
  helper: (...args: never[]) => unknown,
): never {
  const lines = topLines(bytesByTrace, reader, TOP_LINES);
  throw new AssertionError({
    message: exceededText(what, actual, allowedBytes, lines),
    actual: actual.value,
    expected: allowedBytes,
    operator: helper.name,
    stackStartFn: helper,
  });
}

function optionalBytes(name: string, size: Size | undefined): number | undefined {
  if (size === undefined) return undefined;
  const bytes = typeof size === 'string' ? parseBytes(size) : size;
  if (typeof bytes !== 'number' || !(bytes >= 0)) {
    throw new TypeError(
      `${name} must be a number of bytes or a text such as '24MB', but is ${String(size)}.`,
    );
  }
  return bytes;
}
