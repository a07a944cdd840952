import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trendOf } from '../../src/analysis/trend.js';
import { randomNumbers } from '../support/simulated.js';

test('the slope is the median of the slopes between all pairs of points', () => {
  // 0–1: 1, 0–2: 1, 1–2: 1, 0–3: 7/3, 1–3: 3, 2–3: 5; the middle of 1, 1, 1, 7/3, 3, 5 is between 1 and 7/3.
  expect(trendOf([0, 1, 2, 3], [0, 1, 2, 7]).slope).toBeCloseTo((1 + 7 / 3) / 2, 12);
});

test('an outlier does not move the slope of a line', () => {
  const times = Array.from({ length: 11 }, (_, k) => k);
  const values = times.map((time) => 3 * time);
  values[4] = 1e9;
  expect(trendOf(times, values).slope).toBe(3);
});

test('a line without scatter has a slope without an error', () => {
  expect(trendOf([0, 1, 2, 5], [1, 3, 5, 11])).toMatchObject({ slope: 2, slopeError: 0 });
});

test('what rises each time does so by chance in one of n! orders', () => {
  expect(trendOf([1, 2, 3, 4], [1, 2, 3, 4]).pValue).toBeCloseTo(1 / 24, 12);
  expect(trendOf([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]).pValue).toBeCloseTo(1 / 120, 12);
});

test('what falls, or stays, is no growth', () => {
  expect(trendOf([1, 2, 3], [3, 2, 1]).pValue).toBeCloseTo(1, 12);
  expect(trendOf([1, 2, 3], [7, 7, 7]).pValue).toBeGreaterThanOrEqual(0.5);
  expect(trendOf([1, 2, 3], [7, 7, 7]).slope).toBe(0);
});

test('a point by itself, or none, has no trend', () => {
  expect(trendOf([1], [5])).toEqual({ slope: 0, slopeError: 0, pValue: 1 });
  expect(trendOf([], [])).toEqual({ slope: 0, slopeError: 0, pValue: 1 });
});

test('the chance is the part of all orders that rise in as many pairs', () => {
  const orders = permutations([1, 2, 3, 4, 5]);
  const times = [1, 2, 3, 4, 5];
  const rising = (values: number[]) =>
    values.flatMap((a, i) => values.slice(i + 1).filter((b) => b > a)).length;
  fc.assert(
    fc.property(fc.constantFrom(...orders), (values) => {
      const asMany = orders.filter((order) => rising(order) >= rising(values)).length;
      expect(trendOf(times, values).pValue).toBeCloseTo(asMany / orders.length, 12);
    }),
  );
});

test('two of three intervals of one standard error hold the slope of a line with scatter', () => {
  const random = randomNumbers(3);
  const times = Array.from({ length: 20 }, (_, k) => k);
  let held = 0;
  for (let run = 0; run < 1000; run++) {
    const values = times.map((time) => time + 6 * random());
    const { slope, slopeError } = trendOf(times, values);
    if (Math.abs(slope - 1) <= slopeError) held += 1;
  }
  expect(held).toBeGreaterThan(600);
  expect(held).toBeLessThan(760);
});

function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]];
  return values.flatMap((value) =>
    permutations(values.filter((other) => other !== value)).map((rest) => [value, ...rest]),
  );
}
