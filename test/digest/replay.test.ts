import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../support/digest.js';
import { samplings, steps, TRACES, writeSteps } from '../support/random-log.js';
import { recording } from '../support/recording.js';
import { replay } from '../support/replay.js';

const logs = fc.record({
  sampling: samplings,
  steps: steps(100, 80),
  timeIntervalMicros: fc.constantFrom(7, 50, 100, 200, 1000, 1e6),
});

test('a digest is what a replay of the log gives at every snapshot', () => {
  fc.assert(
    fc.property(
      logs,
      fc.constantFrom(0, 0.01, 0.1, 0.5, 0.99),
      ({ sampling, steps, timeIntervalMicros }, precision) => {
        const builder = recording({ sampling });
        const log = writeSteps(builder, steps, sampling);
        const options = { timeIntervalMicros, precision };
        const { facts, snapshots } = digestOf(builder, options);
        expect(snapshots).toEqual(replay(log, options));
        expect(facts).toMatchObject({ complete: true, elapsedMicros: log.endMicros });
      },
    ),
    { numRuns: 300 },
  );
});

test('totals are the same for every precision, and at most that fraction is in other', () => {
  fc.assert(
    fc.property(
      logs,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      ({ sampling, steps, timeIntervalMicros }, precision) => {
        // Trace 0 of the log is "other" whatever the precision.
        const withTrace = steps.filter((step) => TRACES[Math.floor(step.pick / 131) % 6] !== '');
        const digest = (precision: number) => {
          const builder = recording({ sampling });
          writeSteps(builder, withTrace, sampling);
          return digestOf(builder, { timeIntervalMicros, precision }).snapshots;
        };
        const exact = digest(0);
        const folded = digest(precision);
        expect(folded.length).toBe(exact.length);
        folded.forEach((snapshot, k) => {
          for (const side of ['live', 'allocated'] as const) {
            expect(snapshot[side]).toEqual(exact[k]![side]);
            const rows = snapshot[`${side}Rows`];
            const sum = (rows: readonly { bytes: number }[]) =>
              rows.reduce((sum, row) => sum + row.bytes, 0);
            const total = snapshot[side].heap.bytes + snapshot[side].arrayBuffer.bytes;
            expect(sum(rows)).toBe(total);
            expect(sum(rows.filter((row) => row.trace === 0))).toBeLessThanOrEqual(
              precision * total,
            );
          }
        });
      },
    ),
    { numRuns: 100 },
  );
});
