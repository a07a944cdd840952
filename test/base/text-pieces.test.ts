import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inPieces } from '../../src/base/text-pieces.js';

test('pieces are the same text, none of them small but the last', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50_000)), (lengths) => {
      const texts = lengths.map((length, k) => String(k % 10).repeat(length));
      const pieces = [...inPieces(texts)];
      expect(pieces.join('') === texts.join('')).toBe(true);
      for (const piece of pieces.slice(0, -1)) {
        expect(piece.length).toBeGreaterThanOrEqual(65_536);
        expect(piece.length).toBeLessThan(65_536 + 50_000);
      }
    }),
    { seed: 5 },
  );
});
