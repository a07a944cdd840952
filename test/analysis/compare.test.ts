import { describe, expect, test } from 'vitest';
import { type CompareOptions, compare } from '../../src/analysis/compare.js';
import { checkGrowth, isBeyond, peakLive } from '../../src/analysis/compare-limit.js';
import type { Profile } from '../../src/analysis/profile.js';
import { FACTS, fakeProfile, type RowText, type SnapshotText } from './fake-profile.js';

/** A recording with one snapshot. */
function once(live: readonly RowText[], cwd = '/app'): Profile {
  return fakeProfile([{ seconds: 1, live, allocated: live }], membersIn(cwd));
}

function membersIn(cwd: string): Profile['members'] {
  return [{ suffix: '', facts: { ...FACTS, process: { cwd } } }];
}

function rowsOf(a: Profile, b: Profile, options?: CompareOptions) {
  return compare({ profile: a }, { profile: b }, options).rows.map(
    ({ labels, a, b, difference, differenceError }) =>
      `${labels.join(' > ')}: ${a} ${b} ${difference} ±${Math.round(differenceError * 100) / 100}`,
  );
}

describe('two recordings', () => {
  test('errors add in quadrature; significant differences come first, then the largest', () => {
    const a = once([
      { trace: 'noisy:/app/a.js:1', bytes: 5000, error: 3000 },
      { trace: 'same:/app/a.js:2', bytes: 100, error: 1 },
      { trace: 'gone:/app/a.js:3', bytes: 50, error: 3 },
    ]);
    const b = once([
      { trace: 'noisy:/app/a.js:1', bytes: 9000, error: 4000 },
      { trace: 'same:/app/a.js:2', bytes: 100, error: 1 },
      { trace: 'grown:/app/a.js:4', bytes: 20, error: 4 },
    ]);
    expect(rowsOf(a, b)).toEqual([
      'gone (a.js): 50 0 -50 ±3',
      'grown (a.js): 0 20 20 ±4',
      'noisy (a.js): 5000 9000 4000 ±5000',
      'same (a.js): 100 100 0 ±1.41',
    ]);
    const { total, rows } = compare({ profile: a }, { profile: b });
    expect(total).toMatchObject({ a: 5150, b: 9120, difference: 3970, isSignificant: false });
    expect(rows.map(({ isSignificant }) => isSignificant)).toEqual([true, true, false, false]);
  });

  test('the same program in another folder, with lines that have moved, is the same by function', () => {
    const a = once([{ trace: 'load:/one/src/a.js:10', bytes: 5 }], '/one');
    const b = once([{ trace: 'load:file:///two/src/a.js:12', bytes: 7 }], '/two');
    expect(rowsOf(a, b)).toEqual(['load (src/a.js): 5 7 2 ±0']);
    expect(rowsOf(a, b, { by: 'line' })).toEqual([
      'load (src/a.js:12): 0 7 7 ±0',
      'load (src/a.js:10): 5 0 -5 ±0',
    ]);
  });

  test.each([
    ['function', ['parse (a.js): 0 3 3 ±0', '(other): 0 1 1 ±0']],
    ['line', ['parse (a.js:1): 0 3 3 ±0', '(other): 0 1 1 ±0']],
    ['file', ['a.js: 0 3 3 ±0', '(other): 0 1 1 ±0']],
    ['package', ['(own code): 0 3 3 ±0', '(other): 0 1 1 ±0']],
    ['trace', ['parse (a.js:1) > slice (node:buffer:9): 0 3 3 ±0', '(other): 0 1 1 ±0']],
    ['type', ['(array buffers): 0 3 3 ±0', 'Map: 0 1 1 ±0']],
  ] as const)('by %s', (by, expected) => {
    const b = once([
      { trace: 'parse:/app/a.js:1 > slice:node:buffer:9', bytes: 3, kind: 'arrayBuffer' },
      { trace: '', bytes: 1, type: 'Map' },
    ]);
    expect(rowsOf(once([]), b, { by })).toEqual(expected);
  });

  test('packages are named after their folders in node_modules, the innermost one', () => {
    const at = (file: string) => ({ trace: `f:${file}:1`, bytes: 1 });
    const b = once([
      at('/app/node_modules/lodash/get.js'),
      at('/app/node_modules/x/node_modules/@scope/name/lib/a.js'),
      at('node:fs'),
    ]);
    const labels = compare({ profile: once([]) }, { profile: b }, { by: 'package' }).rows;
    expect(labels.map((row) => row.labels[0])).toEqual(['(node)', '@scope/name', 'lodash']);
  });

  test('objects and allocated bytes can be compared', () => {
    const a = once([{ trace: 'f', bytes: 100, objects: 10, error: 20, objectsError: 3 }]);
    const b = once([{ trace: 'f', bytes: 300, objects: 30, error: 60, objectsError: 4 }]);
    expect(rowsOf(a, b, { metric: 'objects' })).toEqual(['f: 10 30 20 ±5']);
    expect(rowsOf(a, b, { metric: 'allocated' })).toEqual(['f: 100 300 200 ±63.25']);
  });

  test('normalised, B has the total of A, and the error knows that the totals are estimates', () => {
    const a = once([
      { trace: 'f', bytes: 60, error: 6 },
      { trace: 'g', bytes: 40, error: 4 },
    ]);
    const b = once([
      { trace: 'f', bytes: 120, error: 8 },
      { trace: 'g', bytes: 80, error: 3 },
    ]);
    const comparison = compare({ profile: a }, { profile: b }, { normalize: true });
    expect(comparison.scale).toBe(0.5);
    expect(comparison.total).toMatchObject({ a: 100, b: 200, difference: 100 });
    // f has 60 %: its own error counts by 40 %, that of g by 60 %; and B's by half of that.
    const expected = Math.hypot(0.4 * 6, 0.6 * 4, 0.2 * 8, 0.3 * 3);
    expect(comparison.rows[0]).toMatchObject({ b: 60, bError: 4, difference: 0 });
    expect(comparison.rows[0]!.differenceError).toBeCloseTo(expected, 12);
  });

  test('what one side lacks may be folded away there, and is significant only beyond that', () => {
    const a = once([
      { trace: 'f', bytes: 100 },
      { trace: '', bytes: 30 },
    ]);
    const b = (bytes: number) => once([{ trace: 'f', bytes }]);
    const significant = (b: Profile, by: CompareOptions['by'] = 'function') =>
      compare({ profile: a }, { profile: b }, { by }).rows.map((row) => row.isSignificant);
    expect(compare({ profile: a }, { profile: b(1) }).folded).toEqual({ a: 30, b: 0 });
    expect(significant(b(130))).toEqual([false, false]);
    expect(significant(b(131))).toEqual([true, false]);
    expect(significant(b(99))).toEqual([true, false]);
    // Types are kept where traces are folded.
    expect(significant(b(131), 'type')).toEqual([true]);
  });

  test('a subject that there is not is a RangeError', () => {
    const by = 'toString' as 'line';
    expect(() => rowsOf(once([]), once([]), { by })).toThrow(/by function, line, .* or type/);
  });
});

describe('two ranges of one recording', () => {
  const f = (bytes: number, error: number) => ({ trace: 'f', bytes, error });

  test('the errors of objects that live through both cancel', () => {
    // 3² of the variance at the end is from new objects at most; the rest was there at the start.
    const profile = fakeProfile([
      { seconds: 0, live: [f(100, 4)], allocated: [f(100, 4)] },
      { seconds: 1, live: [f(150, 5)], allocated: [f(50, 3)] },
    ]);
    const { rows } = compare({ profile, from: 0, to: 0 }, { profile, from: 1, to: 1 });
    expect(rows[0]).toMatchObject({ difference: 50, differenceError: 3, isSignificant: true });
    const other = fakeProfile([{ seconds: 1, live: [f(150, 5)] }]);
    const independent = compare({ profile, from: 0, to: 0 }, { profile: other });
    expect(independent.rows[0]!.differenceError).toBeCloseTo(Math.hypot(4, 5), 12);
  });

  test('what may have been replaced, or folded away, is taken for independent', () => {
    const snapshots = (allocated: readonly RowText[]): SnapshotText[] => [
      { seconds: 0, live: [f(100, 4)] },
      { seconds: 1, live: [f(150, 5)], allocated },
    ];
    for (const allocated of [[f(150, 5)], [{ ...f(150, 5), trace: '' }]]) {
      const profile = fakeProfile(snapshots(allocated));
      const { rows } = compare({ profile, to: 0 }, { profile, from: 1 });
      expect(rows.find(({ labels }) => labels[0] === 'f')!.differenceError).toBeCloseTo(6.403, 3);
    }
  });

  test('what is folded together at one time is not the same memory as at another', () => {
    const other = (bytes: number, error: number) => ({ trace: '', bytes, error });
    const profile = fakeProfile([
      { seconds: 0, live: [other(100, 4)] },
      { seconds: 1, live: [other(150, 5)] },
    ]);
    const { rows } = compare({ profile, to: 0 }, { profile, from: 1 });
    expect(rows[0]!.differenceError).toBeCloseTo(Math.hypot(4, 5), 12);
  });

  test('an average counts each snapshot by its time, and what a range allocated begins after its first snapshot', () => {
    const profile = fakeProfile([
      { seconds: 0, live: [f(0, 0)], allocated: [f(1, 0)] },
      { seconds: 1, live: [f(10, 0)], allocated: [f(20, 0)] },
      { seconds: 3, live: [f(30, 0)], allocated: [f(300, 0)] },
    ]);
    const live = compare({ profile, to: 1 }, { profile, from: 1 });
    expect(live.rows[0]).toMatchObject({ a: 5, b: 20 });
    expect([live.a, live.b]).toEqual([
      { fromSeconds: 0, toSeconds: 1 },
      { fromSeconds: 1, toSeconds: 3 },
    ]);
    const allocated = compare({ profile, to: 1 }, { profile, from: 1 }, { metric: 'allocated' });
    expect(allocated.rows[0]).toMatchObject({ a: 21, b: 300 });
  });

  test('the error is that of the differences that sampling really gives', () => {
    const differences: number[] = [];
    const errors: number[] = [];
    const quadrature: number[] = [];
    const random = randomNumbers(7);
    for (let run = 0; run < 1000; run++) {
      const { profile } = sampledGrowth(random);
      const { total } = compare({ profile, to: 0 }, { profile, from: 1 });
      differences.push(total.difference);
      errors.push(total.differenceError ** 2);
      quadrature.push(total.aError ** 2 + total.bError ** 2);
    }
    const mean = (values: number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const average = mean(differences);
    const variance = mean(differences.map((difference) => (difference - average) ** 2));
    expect(average).toBeGreaterThan(4800);
    expect(average).toBeLessThan(5200);
    // Never too small, and not much too large; without the objects in common it would be many times as large.
    expect(mean(errors) / variance).toBeGreaterThan(0.9);
    expect(mean(errors) / variance).toBeLessThan(1.2);
    expect(mean(quadrature) / variance).toBeGreaterThan(8);
  });
});

/** Numbers from 0 to 1, the same for each seed: xorshift32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** 300 objects of 100 bytes, to which 50 come, all kept and sampled at 1 in 10. */
function sampledGrowth(random: () => number): { profile: Profile } {
  const sampled = (count: number) => Array.from({ length: count }, random).filter((x) => x < 0.1);
  const row = (samples: number) => ({
    trace: 'f',
    bytes: samples * 1000,
    error: Math.sqrt(samples * 100 ** 2 * 10 * 9),
  });
  const old = sampled(300).length;
  const fresh = sampled(50).length;
  return {
    profile: fakeProfile([
      { seconds: 0, live: [row(old)], allocated: [row(old)] },
      { seconds: 1, live: [row(old + fresh)], allocated: [row(fresh)] },
    ]),
  };
}

describe('limits', () => {
  const growth = (b: number, error: number, limit: object) =>
    checkGrowth(
      { profile: once([{ trace: 'f', bytes: 100, error: 0 }]) },
      { profile: once([{ trace: 'f', bytes: b, error }]) },
      { metric: 'live', ...limit },
    );

  test('a limit is exceeded where the excess is more than two standard errors', () => {
    expect(growth(111, 2, { growthFraction: 0.05 })).toMatchObject({
      excess: { value: 6, error: 2 },
      isExceeded: true,
    });
    expect(growth(109, 2, { growthFraction: 0.05 })).toMatchObject({ isExceeded: false });
    expect(growth(111, 2, { growth: 6 }).isExceeded).toBe(true);
    expect(growth(111, 2, { growth: 7 }).isExceeded).toBe(false);
    expect(growth(100, 0, { growth: 0 }).isExceeded).toBe(false);
  });

  test('a percentage counts the error of A by as much', () => {
    const profile = once([{ trace: 'f', bytes: 100, error: 10 }]);
    const outcome = checkGrowth(
      { profile },
      { profile: once([]) },
      { metric: 'live', growthFraction: 1 },
    );
    expect(outcome.excess).toEqual({ value: -200, error: 20 });
  });

  test('a limit can be about the traces that contain a line or a function', () => {
    const a = once([]);
    const b = once([
      { trace: 'main:/app/m.js:1 > load:/app/a.js:7 > f:/app/b.js:1', bytes: 10 },
      { trace: 'main:/app/m.js:1 > f:/app/b.js:1', bytes: 5 },
    ]);
    const of = (part: string) =>
      checkGrowth({ profile: a }, { profile: b }, { metric: 'live', of: part }).b.value;
    expect(['a.js:7', 'load', 'f', 'main', 'b.js:2', 'loa'].map(of)).toEqual([
      10, 10, 15, 15, 0, 0,
    ]);
  });

  test('a part of A may be folded away, and counts as far as it can', () => {
    const a = once([{ trace: '', bytes: 10 }]);
    const exceeds = (bytes: number) =>
      checkGrowth(
        { profile: a },
        { profile: once([{ trace: 'f', bytes }]) },
        { metric: 'live', of: 'f' },
      ).isExceeded;
    expect([10, 11].map(exceeds)).toEqual([false, true]);
  });

  test('the peak is that of the snapshot with the most, with its error', () => {
    const profile = fakeProfile([
      { seconds: 0, live: [{ trace: 'f', bytes: 5, error: 4 }] },
      {
        seconds: 1,
        live: [
          { trace: 'f', bytes: 6, error: 3 },
          { trace: 'f', bytes: 2, error: 4, kind: 'arrayBuffer' },
        ],
      },
      { seconds: 2, live: [] },
    ]);
    expect(peakLive(profile)).toEqual({ value: 8, error: 5 });
    expect(isBeyond({ value: 8, error: 5 }, -2)).toBe(false);
    expect(isBeyond({ value: 8, error: 5 }, -2.1)).toBe(true);
  });
});
