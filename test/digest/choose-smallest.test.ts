import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseSmallest } from '../../src/digest/choose-smallest.js';

test('the smallest values are those that sorting gives', () => {
  const value = fc.oneof(fc.nat(5), fc.nat(1000), fc.constantFrom(0, 2 ** 40));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), fc.nat(3000), (values, room) => {
      const rising = values.toSorted((a, b) => a - b);
      const sumTo = (k: number) => rising.slice(0, k + 1).reduce((sum, value) => sum + value, 0);
      const chosen = rising.filter((_, k) => sumTo(k) <= room);
      const largest = chosen.at(-1);
      expect(chooseSmallest(Float64Array.from(values), room)).toEqual(
        largest === undefined
          ? undefined
          : { largest, largestCount: chosen.filter((value) => value === largest).length },
      );
    }),
    { numRuns: 2000 },
  );
});

test('of equal values only as many are chosen as find room', () => {
  expect(chooseSmallest(Float64Array.of(7, 3, 3, 3, 1), 8)).toEqual({
    largest: 3,
    largestCount: 2,
  });
  expect(chooseSmallest(Float64Array.of(7, 3), 2)).toBeUndefined();
});
