import { describe, expect, test } from 'vitest';
import { probabilityOf, type Sampling } from '../../src/model/sampling.js';
import { eventsIn, recordFixture } from '../support/record.js';

// Sizes that test/fixtures/sizes.cjs makes, by line.
const SIZES = [
  { line: 8, sizeBytes: 120 },
  { line: 9, sizeBytes: 128 },
  { line: 10, sizeBytes: 136 },
  { line: 11, sizeBytes: 8184 },
  { line: 12, sizeBytes: 8192 },
  { line: 13, sizeBytes: 8200 },
];
const COUNT = 40_000;

/** How many allocations of each size were logged at its line. */
function logged(options: Parameters<typeof recordFixture>[1]): number[] {
  const run = recordFixture('sizes.cjs', {
    // When V8 replaces a running loop by an optimised one, one allocation passes its observers by, V8's own sampler included
    // (docs/accuracy.md).
    nodeArgs: ['--no-use-osr'],
    args: [String(COUNT)],
    ...options,
  });
  expect(run.stderr).toBe('');
  const events = eventsIn(run.filebase, 'sizes.cjs');
  return SIZES.map(
    ({ line, sizeBytes }) =>
      events.filter(
        (event) =>
          event.operation === 'allocation' &&
          event.frame?.line === line &&
          event.sizeBytes === sizeBytes,
      ).length,
  );
}

function expectWithinFourSigma(counts: number[], sampling: Sampling): void {
  SIZES.forEach(({ sizeBytes }, i) => {
    const p = probabilityOf(sampling, sizeBytes);
    const sigma = Math.sqrt(COUNT * p * (1 - p));
    expect(
      Math.abs(counts[i]! - COUNT * p),
      `${counts[i]} of ${COUNT} objects of ${sizeBytes} bytes, p = ${p}`,
    ).toBeLessThanOrEqual(4 * sigma);
  });
}

describe('an allocation is logged with exactly the probability of its band', () => {
  test.each([
    { 128: 0.01, 8192: 0.1 },
    { 128: 0.1, 8192: 0.01 },
    { 128: 0.5, 136: 0, 8192: 0.9 },
    { 128: 1, 8192: 0.25 },
    { 121: 0, 8192: 0.05 },
  ])('with the rates %j', (sample: Record<number, number>) => {
    const bands = Object.entries(sample).map(([size, probability]) => ({
      belowBytes: Number(size),
      probability,
    }));
    for (const seed of [1, 2, 3]) {
      expectWithinFourSigma(logged({ sample, seed }), { by: 'bands', bands });
    }
  });

  test.each([512, 65_536])('with a sampling interval of %d bytes', (intervalBytes) => {
    for (const seed of [1, 2, 3]) {
      expectWithinFourSigma(logged({ intervalBytes, seed }), { by: 'interval', intervalBytes });
    }
  });
});

test.each([{ 1: 1 }, {}])(
  'with the rates %j every allocation of a counted loop is logged',
  (sample) => {
    expect(logged({ sample })).toEqual(SIZES.map(() => COUNT));
  },
);
