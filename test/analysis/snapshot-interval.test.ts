import fc from 'fast-check';
import { expect, test } from 'vitest';
import { suitableInterval } from '../../src/analysis/snapshot-interval.js';

test.each([
  [0, 0.001],
  [0.5, 0.001],
  [0.501, 0.002],
  [12, 0.05],
  [60, 0.2],
  [3600, 10],
  [86_400, 200],
])('a recording of %d s has a snapshot every %d s', (elapsed, interval) => {
  expect(suitableInterval(elapsed)).toBe(interval);
});

test('from half a second on there are about 200 to 500 snapshots', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.51, max: 1e9, noNaN: true }), (elapsed) => {
      const count = elapsed / suitableInterval(elapsed);
      expect(count).toBeGreaterThanOrEqual(199.9);
      expect(count).toBeLessThanOrEqual(500);
    }),
  );
});
