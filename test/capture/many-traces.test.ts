import { expect, test } from 'vitest';
import { eventsIn, recordFixture } from '../support/record.js';

test('where a program has more traces than are remembered, those that come later are found as well', () => {
  const run = recordFixture('many-traces.cjs', { sample: { 64: 1 } });
  expect(run.stderr).toBe('');
  const allocations = eventsIn(run.filebase, 'many-traces.cjs').filter(
    ({ operation }) => operation === 'allocation',
  );
  const tracesAt = (line: number) =>
    new Set(allocations.filter(({ frame }) => frame!.line === line).map(({ trace }) => trace)).size;
  expect(tracesAt(6)).toBeGreaterThan(500_000);
  expect(tracesAt(15)).toBeGreaterThanOrEqual(2 ** 10);
});
