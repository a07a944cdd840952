import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FINE_BAND_ERROR, fineBands } from '../../src/model/fine-bands.js';
import { type Sampling, weightOf } from '../../src/model/sampling.js';

const BANDS = [
  { belowBytes: 128, probability: 1e-4 },
  { belowBytes: 8192, probability: 0.1 },
];

test('size bands stay what they are', () => {
  expect(fineBands({ by: 'bands', bands: BANDS }, 'heap')).toEqual(BANDS);
  expect(fineBands({ by: 'bands', bands: [] }, 'arrayBuffer')).toEqual([]);
  const polled: Sampling = { by: 'bands', bands: BANDS, heapIntervalBytes: 65_536 };
  expect(fineBands(polled, 'arrayBuffer')).toEqual(BANDS);
});

test('an interval of a byte is a band for objects of no bytes and one for each size below 6', () => {
  // 1 − exp(−5) = 0.9933 is not within half a percent of 1; 1 − exp(−6) = 0.9975 is.
  const bands = fineBands({ by: 'interval', intervalBytes: 1 }, 'heap');
  expect(bands.map(({ belowBytes }) => belowBytes)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(bands[0]!.probability).toBe(0);
  expect(bands[5]!.probability).toBeCloseTo(1 - Math.exp(-5), 12);
});

test('the usual intervals make about a thousand bands', () => {
  for (const intervalBytes of [65_536, 524_288, 4_194_304]) {
    const { length } = fineBands({ by: 'interval', intervalBytes }, 'heap');
    expect(length).toBeGreaterThan(600);
    expect(length).toBeLessThan(1300);
  }
});

test('no weight is off by more than half a percent, and bands rise', () => {
  const samplings: fc.Arbitrary<Sampling> = fc.oneof(
    fc
      .double({ min: 1, max: 1e8, noNaN: true })
      .map((intervalBytes) => ({ by: 'interval' as const, intervalBytes })),
    fc
      .double({ min: 1, max: 1e6, noNaN: true })
      .map((heapIntervalBytes) => ({ by: 'bands' as const, bands: BANDS, heapIntervalBytes })),
  );
  const sizes = fc.oneof(fc.nat(300), fc.nat(10_000), fc.nat(2 ** 31), fc.maxSafeNat());
  fc.assert(
    fc.property(samplings, fc.array(sizes, { minLength: 20 }), (sampling, some) => {
      const bands = fineBands(sampling, 'heap');
      expect(bands.every(({ belowBytes }, k) => belowBytes > (bands[k - 1]?.belowBytes ?? 0))).toBe(
        true,
      );
      const bounds = bands.map(({ belowBytes }) => belowBytes);
      for (const size of [...some, ...bounds, ...bounds.map((bound) => bound - 1)]) {
        const right = weightOf(sampling, size);
        const ours = weightOf({ by: 'bands', bands }, size);
        if (right === 0) expect(ours).toBe(0);
        else expect(Math.abs(ours / right - 1)).toBeLessThan(FINE_BAND_ERROR + 1e-9);
      }
    }),
    { numRuns: 20, seed: 1 },
  );
});
