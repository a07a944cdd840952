import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compileNative } from '../support/native-program.js';

const COUNT = 4_000_000;

interface Drawn {
  readonly mean: number;
  readonly meanSquare: number;
  readonly intervals: readonly number[];
  readonly lastInParts: readonly number[];
}

/** Expects a count that has a probability in each of COUNT draws, within four standard deviations. */
function expectCount(count: number, probability: number, what: string): void {
  const expected = COUNT * probability;
  const deviation = Math.sqrt(expected * (1 - probability));
  expect(Math.abs(count - expected), what).toBeLessThan(4 * deviation);
}

test('numbers are drawn from the exponential distribution, far out as well', () => {
  const program = compileNative('random_check', ['random.cc']);
  for (const seed of ['1', '2', '3']) {
    const drawn: Drawn = JSON.parse(
      execFileSync(program, [seed, String(COUNT)], { encoding: 'utf8' }),
    );
    // The variance of x is 1, that of x² 24 − 4.
    expect(Math.abs(drawn.mean - 1), seed).toBeLessThan(4 * Math.sqrt(1 / COUNT));
    expect(Math.abs(drawn.meanSquare - 2), seed).toBeLessThan(4 * Math.sqrt(20 / COUNT));
    drawn.intervals.forEach((count, k) => {
      expectCount(count, 1 / 16, `seed ${seed}, interval ${k}`);
    });
    drawn.lastInParts.forEach((count, k) => {
      expectCount(count, 1 / 256, `seed ${seed}, part ${k} of the last interval`);
    });
  }
});
