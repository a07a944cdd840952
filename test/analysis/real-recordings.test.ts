import { describe, expect, test } from 'vitest';
import { COMPARE_BY } from '../../src/analysis/compare-subject.js';
import { SUMMARY_BY } from '../../src/analysis/grouping.js';
import type { SnapshotTotals } from '../../src/model/snapshot.js';
import { REAL_RECORDINGS, readReal } from '../support/real-recordings.js';

/** What a part of a sum may differ from it by rounding. */
const ROUNDING = 1e-6;

/** Live bytes of both kinds at a snapshot. */
function liveBytes({ live }: SnapshotTotals): number {
  return sum(Object.values(live).map(({ bytes }) => bytes));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

describe.each(REAL_RECORDINGS)('of %s', (name) => {
  test.each(SUMMARY_BY)('the rows of a summary by %s are all of the memory', (by) => {
    const { rows, total } = readReal(name).heapSummary({ by, threshold: 0 });
    expect(sum(rows.map(({ averageBytes }) => averageBytes)) / total.averageBytes).toBeCloseTo(
      1,
      6,
    );
    expect(sum(rows.map(({ allocatedBytes }) => allocatedBytes))).toBeCloseTo(
      total.allocatedBytes,
      0,
    );
  });

  test('the error of all memory is the same in every view of a range', () => {
    const reader = readReal(name);
    const { averageBytesError, averageObjectsError } = reader.heapSummary().total;
    for (const by of SUMMARY_BY) {
      const { rows } = reader.heapSummary({ by, threshold: 0 });
      const variance = sum(rows.map((row) => row.averageBytesError ** 2));
      expect(Math.sqrt(variance) / averageBytesError).toBeCloseTo(1, 6);
    }
    const { total } = reader.callTree({ from: 0, to: reader.elapsedTime });
    expect(total.bytesError / averageBytesError).toBeCloseTo(1, 6);
    expect(total.objectsError / averageObjectsError).toBeCloseTo(1, 6);
    for (const by of COMPARE_BY) {
      const { aError } = reader.compare(reader, { by }).total;
      expect(aError / averageBytesError).toBeCloseTo(1, 6);
    }
  });

  test('call trees of the peak have its memory, from both sides', () => {
    const reader = readReal(name);
    const peak = Math.max(...reader.totals.map(liveBytes));
    for (const view of ['overview', 'hotspots'] as const) {
      const { total, nodes } = reader.callTree({ at: 'peak', view });
      expect(total.bytes).toBe(peak);
      expect(nodes.bytes[0]).toBeCloseTo(peak, 0);
      expect(Math.abs(sum(nodes.localBytes) / peak - 1)).toBeLessThan(ROUNDING);
    }
  });

  test('the flow graph and the flame graph of the end have its memory', () => {
    const reader = readReal(name);
    const atEnd = liveBytes(reader.totals.at(-1)!);
    expect(sum(reader.flameGraphAt(reader.elapsedTime).stacks.map(({ bytes }) => bytes))).toBe(
      atEnd,
    );
    expect(reader.flowGraphAt(reader.elapsedTime).instants[0]!.liveBytes).toBe(atEnd);
  });

  test('a range compared with itself has no difference', () => {
    const reader = readReal(name);
    const { rows } = reader.compare(reader, { by: 'function' });
    expect(rows.filter(({ isSignificant }) => isSignificant)).toEqual([]);
  });
});

test('most of what the compiler keeps is its own', () => {
  const { rows } = readReal('typescript').heapSummary({ by: 'package', from: 1 });
  expect(rows[0]!.subject).toMatchObject({ package: 'typescript' });
});

test('what terser allocates comes from its package', () => {
  const { rows, total } = readReal('terser').heapSummary({ by: 'package' });
  const terser = rows.find(({ subject }) => JSON.stringify(subject).includes('terser'))!;
  expect(terser.allocatedBytes / total.allocatedBytes).toBeGreaterThan(0.5);
});

test('the first leak of the server is where it remembers sessions', () => {
  const { candidates } = readReal('server').findLeaks();
  // The first is what its array is made of, the second the session itself.
  for (const { subject } of candidates.slice(0, 2)) {
    expect(JSON.stringify(subject)).toContain('openSession');
  }
  expect(candidates.length).toBeGreaterThanOrEqual(2);
});

test('what packing files keeps are Buffers, of the lines that make them', () => {
  const reader = readReal('zip');
  const { rows, total } = reader.heapSummary({ by: 'line', kind: 'arrayBuffer', threshold: 0 });
  const large = rows.filter(({ share }) => share > 0.1).map(({ subject }) => subject);
  expect(large).toMatchObject([
    { by: 'line', frame: { functionName: 'readFile', line: 8 } },
    { by: 'line', frame: { functionName: 'pack', line: 12 } },
  ]);
  expect(total.averageBytes).toBeGreaterThan(0.5 * reader.heapSummary().total.averageBytes);
});
