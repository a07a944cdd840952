import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sampling } from '../../src/model/sampling.js';
import { digestOf } from '../support/digest.js';
import { type RecordingBuilder, recording } from '../support/recording.js';
import { type Log, replay } from '../support/replay.js';

const TRACES = ['', 'main', 'main > load', 'main > load > parse', 'main > save', 'idle'];
const TYPES = ['', 'Array', 'Map'];

// Weights that are whole numbers: sums in any order are exact, so that both sides round the same.
const sampling: fc.Arbitrary<Sampling> = fc.constantFrom<Sampling>(
  { by: 'bands', bands: [] },
  {
    by: 'bands',
    bands: [
      { belowBytes: 16, probability: 0 },
      { belowBytes: 64, probability: 2 ** -10 },
      { belowBytes: 4096, probability: 0.25 },
    ],
  },
);

interface Step {
  readonly do: 'alloc' | 'free' | 'heap' | 'mark' | 'flush';
  readonly afterMicros: number;
  /** Decides trace, size, type and kind of an allocation, the object of a free, the GC of a heap record. */
  readonly pick: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('alloc', 'alloc', 'alloc', 'free', 'free', 'heap', 'mark', 'flush'),
  // Often none, often a multiple of the intervals below: borders, and events that fall on them.
  afterMicros: fc.oneof(
    fc.constant(0),
    fc.nat(30),
    fc.nat(5).map((n) => n * 100),
  ),
  pick: fc.nat(1e6),
});

/** A log in which nothing is freed that was not allocated; returns what it holds. */
function write(builder: RecordingBuilder, steps: readonly Step[], sampling: Sampling): Log {
  const live: [string, number, { type: string; kind: 'heap' | 'arrayBuffer' }][] = [];
  let now = 0;
  for (const { do: action, afterMicros, pick } of steps) {
    now += afterMicros;
    builder.at(now);
    const random = (n: number, salt: number) => Math.floor(pick / salt) % n;
    if (action === 'alloc') {
      const size = [0, 8, 15, 40, 40, 1000, 4096, 2 ** 31][random(8, 1)]!;
      const type = TYPES[random(TYPES.length, 7)]!;
      const kind = random(4, 31) === 0 ? 'arrayBuffer' : 'heap';
      const trace = TRACES[random(TRACES.length, 131)]!;
      live.push([trace, size, { type, kind }]);
      builder.alloc(trace, size, { type, kind });
    } else if (action === 'free' && live.length > 0) {
      const [[trace, size, options]] = live.splice(pick % live.length, 1) as [(typeof live)[0]];
      builder.free(trace, size, options);
    } else if (action === 'heap') {
      builder.heap({ gcKind: [0, 1, 4][pick % 3]!, pauseMicros: pick, usedAfterBytes: pick });
    } else if (action === 'mark') {
      builder.mark('here');
    } else if (action === 'flush') {
      builder.flush();
    }
  }
  const { events, heapRecords, marks } = builder;
  const last = [events, heapRecords, marks].map((items) => items.at(-1)?.timeMicros ?? 0);
  // Strings have their indexes in the order in which they were first named.
  const types = ['', ...new Set(events.map(({ type }) => type).filter((type) => type !== ''))];
  return {
    sampling,
    events,
    heapRecords,
    endMicros: Math.max(...last),
    typeIndex: (type) => types.indexOf(type),
  };
}

const logs = fc.record({
  sampling,
  steps: fc.array(step, { maxLength: 80 }),
  timeIntervalMicros: fc.constantFrom(7, 50, 100, 200, 1000, 1e6),
});

test('a digest is what a replay of the log gives at every snapshot', () => {
  fc.assert(
    fc.property(
      logs,
      fc.constantFrom(0, 0.01, 0.1, 0.5, 0.99),
      ({ sampling, steps, timeIntervalMicros }, precision) => {
        const builder = recording({ sampling });
        const log = write(builder, steps, sampling);
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
          write(builder, withTrace, sampling);
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
