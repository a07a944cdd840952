import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from '../../src/render/json-pieces.js';
import { safeJson } from '../../src/render/sanitize.js';

test('pieces are together what the whole is', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ depthSize: 'large' }),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(0, 2),
      (value, text, indent) => {
        const whole = { value, [text]: [text, { left: undefined, value }], none: undefined };
        expect([...jsonPieces(whole, indent)].join('')).toBe(safeJson(whole, indent));
      },
    ),
    { seed: 11 },
  );
});

test('a generator is an array, whose values are made one after the other', () => {
  const made: number[] = [];
  function* rows() {
    for (let row = 1; row <= 2; row++) {
      made.push(row);
      yield { row };
    }
  }
  const pieces = jsonPieces({ rows: rows(), none: [].values(), last: 1 });
  expect(made).toEqual([]);
  expect([pieces.next().value, pieces.next().value, pieces.next().value]).toEqual([
    ...['{"rows":', '[', '{"row":1}'],
  ]);
  expect(made).toEqual([1]);
  expect([...pieces].join('')).toBe(',{"row":2}],"none":[],"last":1}');
});
