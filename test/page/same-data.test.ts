import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameData } from '../../src/page/data/same-data.js';

test('what was copied between threads is the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.float64Array(), (plain, column) => {
      const value = { plain, column };
      expect(isSameData(value, structuredClone(value))).toBe(true);
    }),
  );
});

test('what differs in any place is not the same', () => {
  const differing = [
    [1, 2],
    [0, -0],
    [null, {}],
    [undefined, null],
    ['a', 'b'],
    [[1, 2], [1]],
    [[1, 2], new Float64Array([1, 2])],
    [new Float64Array([1, 2]), new Float64Array([1, 3])],
    [new Float64Array([1]), new Float32Array([1])],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, {}],
    [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 3 }] } }],
    // Of what is neither, nothing is known.
    [new Map(), new Map()],
  ];
  for (const [a, b] of differing) {
    expect([a, b, isSameData(a, b)]).toEqual([a, b, false]);
    expect(isSameData(b, a)).toBe(false);
  }
});
