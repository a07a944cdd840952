import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_SAMPLING_RATE,
  parseSamplingRate,
  probabilityOf,
  type Sampling,
  type SamplingRate,
} from '../../src/model/sampling.js';
import { stepProbability } from '../../src/model/sampling-steps.js';

const byBands = (rate: SamplingRate): Sampling => ({ by: 'bands', bands: parseSamplingRate(rate) });

test('with the default rates, calls come 1,213 bytes apart, and for each object of 8,192 bytes', () => {
  // One in ten of 128 bytes needs a mean distance of 128 / −ln 0.9 = 1,214.9 bytes, cut short at 8,192 bytes:
  // 1,214.9 · (1 − e^(−8192/1214.9)) = 1,213.4.
  const step = stepProbability(byBands(DEFAULT_SAMPLING_RATE));
  expect(step(16)).toBeCloseTo(1 - Math.exp(-16 / 1213.4), 5);
  expect(step(1024)).toBeCloseTo(1 - Math.exp(-1024 / 1213.4), 4);
  expect(step(8192)).toBe(1);
});

test('by interval, each call is a sample', () => {
  const step = stepProbability({ by: 'interval', intervalBytes: 65_536 });
  expect(step(65_536)).toBeCloseTo(1 - 1 / Math.E, 12);
});

test('where everything is logged, each object is a call', () => {
  expect(stepProbability(byBands({}))(16)).toBe(1);
  expect(stepProbability(byBands({ 1: 1 }))(16)).toBe(1);
});

test('where small objects are never logged, calls come for the large ones', () => {
  const step = stepProbability(byBands({ 1024: 0 }));
  expect(step(1024)).toBe(1);
  expect(step(16)).toBeCloseTo(1 - Math.exp(-16 / 1024), 12);
});

test('there are at least as many calls as samples', () => {
  const anyBands = fc
    .uniqueArray(
      fc.record({
        belowBytes: fc.integer({ min: 0, max: 65_536 }),
        probability: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { selector: ({ belowBytes }) => belowBytes, maxLength: 4 },
    )
    .map((bands) => byBands(bands.map((band) => [band.belowBytes, band.probability] as const)));
  fc.assert(
    fc.property(anyBands, fc.integer({ min: 1, max: 10_000 }), (sampling, units) => {
      const calls = stepProbability(sampling)(units * 8);
      expect(calls).toBeGreaterThanOrEqual(probabilityOf(sampling, units * 8) - 1e-12);
      expect(calls).toBeLessThanOrEqual(1);
    }),
  );
});
