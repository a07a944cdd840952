import { expect, test } from 'vitest';
import { type LifetimeRow, lifetimesBy } from '../../src/analysis/lifetimes.js';
import { read } from '../../src/read.js';
import { REAL_RECORDINGS, readReal } from '../support/real-recordings.js';
import { recording } from '../support/recording.js';

const A = 'main:app.js:1 > a:app.js:10';
const B = 'main:app.js:1 > b:app.js:20';

function written() {
  return recording()
    .alloc(A, 100, { type: 'Array', times: 3 })
    .alloc(B, 10, { type: 'Map' })
    .heap({ timeMicros: 5000, gcKind: 1 })
    .free(A, 100, { at: 5000, type: 'Array', age: 1 })
    .free(A, 100, { at: 5000, type: 'Array', age: 5000 })
    .free(B, 10, { at: 6000, type: 'Map', age: 6000 })
    .at(10_000)
    .stop()
    .write();
}

test('bytes are counted by the power of two that the age begins with', () => {
  const { filebase, cleanup } = written();
  using reader = read(filebase, { timeInterval: 1 });
  const { total, tables } = lifetimesBy(reader, ['type'], { withAges: true });
  // 1 µs is of class 0; 5,000 and 6,000 µs are from 2^12 = 4,096 on.
  expect(total.ages).toEqual([100, ...Array(11).fill(0), 110]);
  expect(tables[0]!.rows.map(({ ages }) => ages?.at(-1))).toEqual([100, 10]);
  cleanup();
});

test('several groupings at once have what each has by itself, and the total is that of all rows', () => {
  const { filebase, cleanup } = written();
  using reader = read(filebase, { timeInterval: 1 });
  const groupings = ['line', 'function', 'trace', 'type'] as const;
  const { total, tables } = lifetimesBy(reader, groupings);
  expect(tables.map(({ by, rows }) => ({ by, rows }))).toEqual(
    groupings.map((by) => reader.lifetimes({ by })),
  );
  expect(tables.map(({ groupCount }) => groupCount)).toEqual([2, 2, 2, 2]);
  expect(total).toMatchObject({ allocatedObjects: 4, allocatedBytes: 310, survivorBytes: 100 });
  expect(total).not.toHaveProperty('ages');
  cleanup();
});

test.each(REAL_RECORDINGS)(
  'of %s, the largest rows alone are those that are first among all',
  (name) => {
    const reader = readReal(name);
    const groupings = ['line', 'trace', 'type'] as const;
    const all = lifetimesBy(reader, groupings, { withAges: true });
    const largest = lifetimesBy(reader, groupings, { withAges: true, mostRows: 5 });
    expect(largest.total).toEqual(all.total);
    for (const [number, { rows, groupCount }] of all.tables.entries()) {
      expect(groupCount).toBe(rows.length);
      expect(largest.tables[number]!.groupCount).toBe(rows.length);
      // Of rows that allocated the same, others may be among them.
      const bytes = (of: readonly LifetimeRow[]) => of.map(({ allocatedBytes }) => allocatedBytes);
      expect(bytes(largest.tables[number]!.rows)).toEqual(bytes(rows).slice(0, 5));
      for (const { subject: _, ...figures } of largest.tables[number]!.rows) {
        expect(rows).toContainEqual(expect.objectContaining(figures));
      }
    }
  },
);
