import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairNumbers } from '../../src/base/pair-numbers.js';

test('pairs are numbered from 1 in the order in which they first come, and are found by their numbers', () => {
  const word = fc.oneof(fc.nat(40), fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1));
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word), { maxLength: 300 }), (pairs) => {
      const numbers = new PairNumbers();
      const expected = new Map<string, number>();
      for (const [first, second] of pairs) {
        const key = `${first} ${second}`;
        if (!expected.has(key)) expected.set(key, expected.size + 1);
        const number = numbers.numberOf(first, second);
        expect(number).toBe(expected.get(key));
        expect([numbers.first(number), numbers.second(number)]).toEqual([first, second]);
      }
      expect(numbers.size).toBe(expected.size);
    }),
    { seed: 5, numRuns: 100 },
  );
});

test('tens of thousands of pairs keep their numbers while more come', () => {
  const numbers = new PairNumbers();
  const numberOf = (k: number) => numbers.numberOf(k % 250, k >>> 3);
  const expected = Array.from({ length: 50_000 }, (_, k) => k + 1);
  expect(Array.from({ length: 50_000 }, (_, k) => numberOf(k))).toEqual(expected);
  expect(Array.from({ length: 50_000 }, (_, k) => numberOf(k))).toEqual(expected);
  expect(numbers.size).toBe(50_000);
});
