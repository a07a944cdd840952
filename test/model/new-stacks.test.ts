import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectNewStacks } from '../../src/model/new-stacks.js';

describe('expectNewStacks', () => {
  // Four times the samples have twice the new stacks: the power is a half.
  const halfPower = [
    { samples: 1600, newStacks: 800 },
    { samples: 400, newStacks: 400 },
  ];

  test.each([
    [1600, 800],
    [400, 400],
    [900, 600],
    [6400, 1600],
    [100, 100], // The line says 200, but no more can be new than there are.
    [0, 0],
  ])('of %d samples, %d are new', (samples, newStacks) => {
    expect(expectNewStacks(halfPower, samples)).toBeCloseTo(newStacks, 9);
  });

  test('each pair of counts has its own line', () => {
    const counts = [
      { samples: 1600, newStacks: 150 },
      { samples: 400, newStacks: 150 },
      { samples: 100, newStacks: 75 },
    ];
    expect(expectNewStacks(counts, 10_000)).toBeCloseTo(150, 9); // all are known
    expect(expectNewStacks(counts, 200)).toBeCloseTo(75 * Math.SQRT2, 9);
  });

  test('where nothing is known, all may be new', () => {
    expect(expectNewStacks([], 70)).toBe(70);
    expect(expectNewStacks([{ samples: 0, newStacks: 0 }], 70)).toBe(70);
  });

  test('more samples never have fewer new stacks, and never more than there are samples', () => {
    const anyCounts = fc
      .tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 0, max: 1e6 }))
      .map(([few, more]) => [
        { samples: 4e6, newStacks: few + more },
        { samples: 1e6, newStacks: few },
      ]);
    const anySamples = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(anyCounts, anySamples, anySamples, (counts, a, b) => {
        const fewer = expectNewStacks(counts, Math.min(a, b));
        const more = expectNewStacks(counts, Math.max(a, b));
        expect(more).toBeGreaterThanOrEqual(fewer);
        expect(more).toBeLessThanOrEqual(Math.max(a, b));
      }),
    );
  });
});
