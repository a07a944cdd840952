import fc from 'fast-check';
import type { AllocationStatistics, SizeClass } from '../../src/model/allocation-statistics.js';

/** Statistics of a program that ran a second, allocates little else than what is given, and has plain stacks. */
export function statisticsOf(
  heap: readonly SizeClass[],
  rest: Partial<AllocationStatistics> = {},
): AllocationStatistics {
  return {
    elapsedMicros: 1e6,
    cpuMicros: 1e6,
    sizes: { heap, arrayBuffer: [] },
    collections: 0,
    collectedBytes: 0,
    stacks: {
      walks: 1000,
      walkMicros: 1.35, // as long as 20 frames usually take
      frames: 20,
      thinnings: [
        { samples: 1000, newToCache: 100, newEver: 100 },
        { samples: 250, newToCache: 50, newEver: 50 },
      ],
    },
    ...rest,
  };
}

/** `count` objects of one size. */
export function objects(sizeBytes: number, count: number): SizeClass {
  return { fromBytes: sizeBytes, count, bytes: sizeBytes * count };
}

/** Statistics of any program: up to 100 MB of each of some sizes, in a second or more. */
export const anyStatistics: fc.Arbitrary<AllocationStatistics> = fc
  .record({
    sizes: fc.uniqueArray(fc.integer({ min: 2, max: 40_000 }), { minLength: 1, maxLength: 8 }),
    bytes: fc.array(fc.integer({ min: 1, max: 100_000_000 }), { minLength: 8, maxLength: 8 }),
    cpuMicros: fc.integer({ min: 1_000_000, max: 20_000_000 }),
    freed: fc.double({ min: 0, max: 1, noNaN: true }),
    frames: fc.integer({ min: 1, max: 100 }),
    newShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
  .map(({ sizes, bytes, cpuMicros, freed, frames, newShare }) => {
    const heap = sizes
      .sort((a, b) => a - b)
      .map((size, i) => objects(size * 8, Math.ceil(bytes[i]! / (size * 8))));
    const newStacks = (samples: number) => Math.ceil(samples * newShare);
    return statisticsOf(heap, {
      elapsedMicros: cpuMicros,
      cpuMicros,
      collectedBytes: freed * heap.reduce((sum, one) => sum + one.bytes, 0),
      stacks: {
        walks: 1600,
        walkMicros: 0.3 + frames * 0.06,
        frames,
        thinnings: [1600, 400, 100].map((samples) => ({
          samples,
          newToCache: newStacks(samples),
          newEver: newStacks(samples),
        })),
      },
    });
  });
