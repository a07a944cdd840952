import type { MemoryEvent } from '../model/event.js';
import { type Sampling, weightOf } from '../model/sampling.js';
import type { Estimate } from './compare-measure.js';

/** What steps that are alike leave behind. */
export interface Growth {
  /**
   * Bytes that a step allocated and that are still live at the end, on average over the steps. The standard error comes from how the steps
   * differ, and so has in it both what sampling adds and what the program does now and then: one step that leaves much
   * is no growth, many that leave a little are.
   */
  readonly perStep: Estimate;
  /** What all steps together leave of each trace, with its standard error from sampling. */
  readonly byTrace: ReadonlyMap<number, Estimate>;
}

/**
 * Growth of the live memory of a log. Only what survives to the end counts: garbage that a collection has left for the next adds no
 * noise.
 * @param timesMicros since the start of the recording, rising: the beginning of the first step, the ends of all steps (two or more), and
 *   the end at which is seen what is still live. What is allocated in the last stretch is not counted
 */
export function growthOver(
  events: Iterable<MemoryEvent>,
  sampling: Sampling,
  timesMicros: readonly number[],
): Growth {
  const end = timesMicros.at(-1)!;
  const borders = timesMicros.slice(0, -1);
  const left = new Array<number>(borders.length + 1).fill(0);
  const byTrace = new Map<number, { value: number; variance: number }>();
  for (const { timeMicros, operation, trace, sizeBytes, kind, ageMicros = 0 } of events) {
    if (timeMicros > end) break;
    // Ages in a log are rounded down: garbage is taken for younger than it is, but not for that of an earlier step.
    const born = operation === 'allocation' ? timeMicros : timeMicros - ageMicros;
    const step = stepAt(born, borders);
    const weight = weightOf(sampling, sizeBytes, kind);
    const sign = operation === 'allocation' ? 1 : -1;
    left[step]! += sign * sizeBytes * weight;
    if (step === 0 || step === borders.length) continue;
    const sum = byTrace.get(trace) ?? { value: 0, variance: 0 };
    sum.value += sign * sizeBytes * weight;
    sum.variance += sign * sizeBytes ** 2 * weight * (weight - 1);
    byTrace.set(trace, sum);
  }
  return {
    perStep: meanOf(left.slice(1, -1)),
    byTrace: new Map(
      [...byTrace].map(([trace, { value, variance }]) => [
        trace,
        // Of an object whose age was rounded over the beginning or the end, one half is missing.
        { value, error: Math.sqrt(Math.max(0, variance)) },
      ]),
    ),
  };
}

/** How many borders are before a time: 0 before the first step, 1 in the first. A border belongs to the step that it ends. */
function stepAt(timeMicros: number, borders: readonly number[]): number {
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (borders[middle]! < timeMicros) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The mean of independent values, with its standard error. */
function meanOf(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { value: mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
