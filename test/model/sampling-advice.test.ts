import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecordingForecaster } from '../../src/model/recording-forecast.js';
import { adviseSampling } from '../../src/model/sampling-advice.js';
import { anyStatistics, objects, statisticsOf } from '../support/statistics.js';

const WAYS = ['bands', 'interval'] as const;
const anyBudget = fc.double({ min: 0.02, max: 0.5, noNaN: true });
// A piece of advice looks at 80,000 ways to sample.
const FEW = { numRuns: 10, seed: 1 };

describe('advised sampling', () => {
  test('never costs more than the budget', () => {
    fc.assert(
      fc.property(anyStatistics, anyBudget, (statistics, budget) => {
        const advice = adviseSampling(statistics, budget);
        for (const way of WAYS) expect(advice[way]!.overhead).toBeLessThanOrEqual(budget);
      }),
      FEW,
    );
  });

  test('with a larger budget never has a larger error', () => {
    fc.assert(
      fc.property(anyStatistics, anyBudget, anyBudget, (statistics, a, b) => {
        const tight = adviseSampling(statistics, Math.min(a, b));
        const generous = adviseSampling(statistics, Math.max(a, b));
        for (const way of WAYS) {
          expect(generous[way]!.error1MB).toBeLessThanOrEqual(tight[way]!.error1MB);
        }
      }),
      FEW,
    );
  });

  test('has no larger error than any other bands of that kind that fit the budget', () => {
    const anyBands = fc
      .tuple(
        fc.constantFrom(5, 6, 7, 8),
        fc.constantFrom(9, 12, 16, 18),
        fc.constantFrom(1e-5, 1e-4, 1e-3),
        fc.constantFrom(0.002, 0.02, 0.2),
      )
      .map(([low, high, rare, often]) => [
        { belowBytes: 2 ** low, probability: rare },
        { belowBytes: 2 ** high, probability: often },
      ]);
    fc.assert(
      fc.property(
        anyStatistics,
        fc.array(anyBands, { minLength: 50, maxLength: 50 }),
        (statistics, choices) => {
          const forecaster = new RecordingForecaster(statistics);
          const best = adviseSampling(statistics, 0.05).bands!;
          for (const bands of choices) {
            const other = forecaster.of({ by: 'bands', bands });
            if (other.overhead > 0.05) continue;
            expect(best.error1MB).toBeLessThanOrEqual(other.error1MB);
          }
        },
      ),
      FEW,
    );
  });

  test('is everything where that costs little', () => {
    const idle = statisticsOf([objects(64, 1000)], { elapsedMicros: 1e8, cpuMicros: 1e8 });
    const { bands, interval } = adviseSampling(idle, 0.05);
    expect(bands!.sampling).toEqual({ by: 'bands', bands: [] });
    expect(interval!.sampling).toEqual({ by: 'interval', intervalBytes: 1 });
    expect(bands!.error1MB).toBe(0);
  });

  test('logs large objects always where there are few', () => {
    const statistics = statisticsOf([objects(64, 10_000_000), objects(65_536, 100)]);
    const { sampling } = adviseSampling(statistics, 0.05).bands!;
    if (sampling.by !== 'bands') throw new Error('asked for bands');
    expect(sampling.bands.at(-1)!.belowBytes).toBeLessThanOrEqual(65_536);
    expect(sampling.bands[0]!.probability).toBeLessThan(0.01);
  });

  test('is none where no recording is so cheap', () => {
    const statistics = statisticsOf([objects(64, 1000)]);
    expect(adviseSampling(statistics, 1e-6)).toEqual({ bands: undefined, interval: undefined });
  });
});
