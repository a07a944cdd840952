import { expect, test } from 'vitest';
import { eventsIn, recordFixture } from '../support/record.js';

const COUNT = 200_000;

// Lines of test/fixtures/lines.cjs, the function that allocates there, and how often.
const LINES = [
  { line: 10, functionName: 'make', count: COUNT },
  { line: 12, functionName: 'make', count: COUNT },
  { line: 17, functionName: 'make', count: COUNT / 2 },
  { line: 20, functionName: 'make', count: COUNT },
  { line: 22, functionName: 'make', count: COUNT },
  { line: 26, functionName: 'inlined', count: COUNT },
];

test.each([
  ['in all tiers of the compilers', []],
  ['compiled without optimisation', ['--always-sparkplug', '--no-opt']],
  ['optimised early', ['--no-lazy-feedback-allocation']],
])('allocations have the line that made them, %s', (_, nodeArgs) => {
  const { filebase } = recordFixture('lines.cjs', {
    args: [String(COUNT)],
    nodeArgs,
    sample: { 1: 1 },
  });
  const counts = new Map<string, number>();
  for (const { operation, frame } of eventsIn(filebase, 'lines.cjs')) {
    if (operation !== 'allocation') continue;
    const key = `${frame?.functionName}:${frame?.line}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const { line, functionName, count } of LINES) {
    const key = `${functionName}:${line}`;
    expect(counts.get(key) ?? 0, key).toBeGreaterThan(0.98 * count);
    counts.delete(key);
  }
  // What is left is a program's start, and feedback for the compilers.
  const elsewhere = [...counts].filter(([, count]) => count > 0.02 * COUNT);
  expect(elsewhere).toEqual([]);
});
