import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { LeakReport } from '../../src/analysis/leaks.js';
import { read } from '../../src/read.js';
import { recordFixture } from '../support/record.js';

const SEEDS = [21, 22, 23];

/**
 * A part of what a line allocates; more of it stays with a leak. What V8 itself keeps for the code of a line that is new grows for a while, now and then enough to be
 * a candidate: some thousandths of what the line allocates.
 */
const LEAKING_SHARE = 0.05;

/** What is found in an HTTP server that answers 600 requests, and which functions of its own code leak. */
function searched(
  seed: number,
  way: 'leak' | 'steady',
): { report: LeakReport; leaking: (string | undefined)[] } {
  const { filebase, stderr } = recordFixture('leaky-server.mjs', {
    args: ['600', way],
    nodeArgs: ['--expose-gc'],
    sample: { 128: 0.05, 8192: 0.3 },
    seed,
  });
  expect(stderr).toBe('');
  expect(statSync(`${filebase}.hpd`).size).toBeLessThan(1e6);
  using reader = read(filebase, { timeInterval: 0.1 });
  const report = reader.findLeaks();
  const leaking = report.candidates
    .filter(({ survivingShare }) => survivingShare > LEAKING_SHARE)
    .map(({ subject }) => (subject.by === 'line' ? subject.frame : undefined))
    .filter((frame) => frame?.file.endsWith('leaky-server.mjs'))
    .map((frame) => frame?.functionName);
  return { report, leaking };
}

describe('an HTTP server that remembers each order', () => {
  test.each(SEEDS)(
    'has the line that remembers as its first candidate, and no other leak of its own (seed %i)',
    (seed) => {
      const { report, leaking } = searched(seed, 'leak');
      expect(leaking).toEqual(['remember']);
      const [first] = report.candidates;
      expect(first!.subject).toMatchObject({
        frame: { functionName: 'remember' },
        callers: [{ frame: { functionName: 'answer' } }],
      });
      expect(first!.survivingShare).toBeGreaterThan(0.9);
      // An order has an array of 64 numbers and itself: from 560 bytes on, and all but the last 40 of 600 orders are counted at the end.
      expect(first!.endBytes).toBeGreaterThan(0.5 * 560 * 560);
      expect(first!.endBytes).toBeLessThan(2 * 620 * 600);
    },
  );

  test.each(SEEDS)('has nothing that stays where it forgets them (seed %i)', (seed) => {
    const { report, leaking } = searched(seed, 'steady');
    expect(report.threads[0]!.fullCollections).toBeGreaterThanOrEqual(15);
    expect(leaking).toEqual([]);
  });
});
