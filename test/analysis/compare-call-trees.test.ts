import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CallTreeOptions, callTree } from '../../src/analysis/call-tree/call-tree.js';
import {
  type CallTreeComparison,
  type CallTreeSide,
  type CompareCallTreesOptions,
  compareCallTrees,
} from '../../src/analysis/call-tree/compare-call-trees.js';
import { compare } from '../../src/analysis/compare.js';
import { frameLabel } from '../../src/analysis/frame-label.js';
import type { Member } from '../../src/format/family.js';
import { FACTS, fakeProfile, type RowText, type SnapshotText } from './fake-profile.js';

type Profile = CallTreeSide['profile'];

function profileOf(texts: readonly SnapshotText[], cwd = '/app'): Profile {
  const profile = fakeProfile(texts);
  const facts = { ...FACTS, process: { cwd } };
  const member = { suffix: '', facts } as Member;
  return { ...profile, members: [member], hpc: {} };
}

function once(live: readonly RowText[], cwd?: string): Profile {
  return profileOf([{ seconds: 1, live, allocated: live }], cwd);
}

/** A tree as a person writes it: `frame A B difference ±error`, a star where that is significant, indented by depth. */
function drawn({ nodes, frames, unit }: CallTreeComparison): string[] {
  const { a, b, differences, differenceErrors, areSignificant } = nodes[unit];
  const round = (value: number) => Math.round(value * 100) / 100;
  return Array.from({ length: nodes.count }, (_, node) => {
    const depth = nodes.depths[node]!;
    const label = `${'  '.repeat(Math.abs(depth))}${depth < 0 ? '<' : ''}${frameLabel(frames[nodes.frames[node]!]!)}`;
    const star = areSignificant[node] ? ' *' : '';
    return `${label} ${a[node]} ${b[node]} ${round(differences[node]!)} ±${round(differenceErrors[node]!)}${star}`;
  });
}

function compared(a: Profile, b: Profile, options?: CompareCallTreesOptions): string[] {
  return drawn(compareCallTrees({ profile: a }, { profile: b }, options));
}

describe('two recordings', () => {
  const a = once([
    { trace: 'main > load', bytes: 50, error: 3, objects: 5, objectsError: 0.3 },
    { trace: 'main > gone', bytes: 40, error: 4, objects: 1 },
  ]);
  const b = once([
    { trace: 'main > load', bytes: 60, error: 4, objects: 9, objectsError: 0.4 },
    { trace: 'main > fresh', bytes: 100, error: 12, objects: 2 },
  ]);

  test('have the paths of both in one tree, the largest sum first; errors add in quadrature', () => {
    expect(compared(a, b)).toEqual([
      // √(3² + 4² + 4² + 12²)
      '(all) 90 160 70 ±13.6 *',
      '  main 90 160 70 ±13.6 *',
      '    load 50 60 10 ±5',
      '    fresh 0 100 100 ±12 *',
      '    gone 40 0 -40 ±4 *',
    ]);
  });

  test('have the same differences of objects, which are the measure where it is asked for', () => {
    const tree = compareCallTrees({ profile: a }, { profile: b }, { metric: 'live-objects' });
    expect(drawn(tree).slice(2)).toEqual([
      '    load 5 9 4 ±0.5 *',
      '    fresh 0 2 2 ±0 *',
      '    gone 1 0 -1 ±0 *',
    ]);
    expect(tree.nodes.bytes.differences[2]).toBe(10);
    expect(tree.total.objects).toMatchObject({ a: 6, b: 11, differenceError: 0.5 });
  });

  test('are looked at from the side that is asked for, with the same shape', () => {
    expect(compared(a, b, { view: 'hotspots', hide: ['gone'] })).toEqual([
      '(all) 90 160 70 ±13.6 *',
      '  <load 50 60 10 ±5',
      '    <main 50 60 10 ±5',
      '  <fresh 0 100 100 ±12 *',
      '    <main 0 100 100 ±12 *',
      '  <main 40 0 -40 ±4 *',
    ]);
    expect(compared(a, b, { inspect: 'fresh' })).toEqual([
      'fresh 0 100 100 ±12 *',
      '  <main 0 100 100 ±12 *',
    ]);
  });

  test('mean one function by a name that only one of them has', () => {
    const other = once([{ trace: 'main > preload', bytes: 7 }]);
    expect(compared(other, a, { inspect: 'load' })[0]).toBe('load 0 50 50 ±3 *');
  });

  test('in other folders, with lines that have moved, have the same functions; anonymous ones have their lines', () => {
    const before = once([{ trace: 'f:/one/a.js:1 > :/one/a.js:7', bytes: 5 }], '/one');
    const after = once([{ trace: 'f:file:///two/a.js:3 > :/two/a.js:7', bytes: 7 }], '/two');
    expect(compared(before, after)).toEqual([
      '(all) 5 7 2 ±0 *',
      '  f (a.js) 5 7 2 ±0 *',
      '    a.js:7 5 7 2 ±0 *',
    ]);
  });

  test('normalised, shares are compared, and the error is that of shares', () => {
    const half = once([
      { trace: 'f', bytes: 60, error: 6 },
      { trace: 'g', bytes: 40, error: 4 },
    ]);
    const whole = once([
      { trace: 'f', bytes: 120, error: 8 },
      { trace: 'g', bytes: 80, error: 3 },
    ]);
    const sides = [{ profile: half }, { profile: whole }] as const;
    const tree = compareCallTrees(...sides, { normalize: true });
    expect(tree.scale.bytes).toBe(0.5);
    expect(tree.total.bytes).toMatchObject({ a: 100, b: 200, difference: 100 });
    const rows = compare(...sides, { normalize: true }).rows;
    expect(drawn(tree)).toEqual([
      '(all) 100 100 0 ±0',
      `  f 60 60 0 ±${Math.round(rows[0]!.differenceError * 100) / 100}`,
      expect.stringMatching(/^ {2}g 40 40 0 ±/),
    ]);
  });

  test('normalised, all of a side is not more than all of the other by what numbers are rounded by', () => {
    const of = (bytes: number) => once([{ trace: 'f', bytes, error: 1 }]);
    for (let bytes = 1; bytes < 100; bytes++) {
      const [all] = compared(of(0.1 * bytes), of(bytes / 3), { normalize: true });
      expect(all).toMatch(/ 0 ±0$/);
    }
  });

  test('what one side lacks may be folded away there, and is significant only beyond that; "other" never is', () => {
    const folded = once([
      { trace: 'f', bytes: 100 },
      { trace: '', bytes: 30 },
    ]);
    const grown = (bytes: number) => compared(folded, once([{ trace: 'f', bytes }]));
    expect(grown(130)).toEqual([
      '(all) 130 130 0 ±0',
      '  f 100 130 30 ±0',
      '  (other) 30 0 -30 ±0',
    ]);
    expect(grown(131)).toEqual([
      '(all) 130 131 1 ±0 *',
      '  f 100 131 31 ±0 *',
      '  (other) 30 0 -30 ±0',
    ]);
    const inFocus = (bytes: number) =>
      compared(folded, once([{ trace: 'f', bytes }]), { focus: ['f'] })[0];
    expect([130, 131].map(inFocus)).toEqual(['(all) 100 130 30 ±0', '(all) 100 131 31 ±0 *']);
  });
});

describe('two times of one recording', () => {
  const f = (bytes: number, error: number) => ({ trace: 'm > f', bytes, error });
  const g = (bytes: number, error: number) => ({ trace: 'm > g', bytes, error });

  test('the errors of objects that live through both cancel, at every node', () => {
    // Of f, 5² - 3² of the variance at the end was there at the start; all of g has been replaced.
    const profile = profileOf([
      { seconds: 0, live: [f(100, 4), g(100, 10)] },
      { seconds: 1, live: [f(150, 5), g(100, 10)], allocated: [f(50, 3), g(100, 10)] },
    ]);
    const tree = compareCallTrees({ profile, at: 0 }, { profile, at: 1 });
    // m: 4² + 10² + 5² + 10² - 2 (5² + 10² - 3² - 10²)
    expect(drawn(tree)).toEqual([
      '(all) 200 250 50 ±14.46 *',
      '  m 200 250 50 ±14.46 *',
      '    f 100 150 50 ±3 *',
      '    g 100 100 0 ±14.14',
    ]);
    expect([tree.a, tree.b]).toEqual([
      { fromSeconds: 0, toSeconds: 0, isInstant: true },
      { fromSeconds: 0, toSeconds: 1, isInstant: true },
    ]);
  });

  test('what has been folded away since may be of any node, but is in the total', () => {
    const other = { trace: '', bytes: 20, error: 3 };
    const profile = profileOf([
      { seconds: 0, live: [f(100, 4)] },
      { seconds: 1, live: [f(150, 5)], allocated: [f(50, 1), other] },
    ]);
    // In common are 5² - 1² - 3²: at the root since the 3² were allocated there, at f since they may have been.
    expect(drawn(compareCallTrees({ profile, at: 0 }, { profile, at: 1 }))).toEqual([
      '(all) 100 150 50 ±3.32 *',
      '  m 100 150 50 ±3.32 *',
      '    f 100 150 50 ±3.32 *',
    ]);
  });

  test('what is folded together at one time is not the same memory as at another', () => {
    const other = (bytes: number, error: number) => ({ trace: '', bytes, error });
    const profile = profileOf([
      { seconds: 0, live: [other(100, 3)] },
      { seconds: 1, live: [other(150, 4)] },
    ]);
    const [, row] = drawn(compareCallTrees({ profile, at: 0 }, { profile, at: 1 }));
    expect(row).toBe('  (other) 100 150 50 ±5');
  });

  test('normalised, the total still knows what both have in common', () => {
    const profile = profileOf([
      { seconds: 0, live: [f(100, 4)] },
      { seconds: 1, live: [f(150, 5)], allocated: [f(50, 3)] },
    ]);
    const sides = [
      { profile, at: 0 },
      { profile, at: 1 },
    ] as const;
    const { total } = compareCallTrees(...sides, { normalize: true });
    expect(total.bytes).toMatchObject({ difference: 50, differenceError: 3 });
  });

  test('what is live only in between is no node', () => {
    const profile = profileOf([
      { seconds: 0, live: [f(1, 0)] },
      { seconds: 1, live: [g(9, 0)], allocated: [g(9, 0)] },
      { seconds: 2, live: [f(1, 0)] },
    ]);
    const tree = compareCallTrees({ profile, at: 0 }, { profile, at: 2 });
    expect(drawn(tree)).toEqual(['(all) 1 1 0 ±0', '  m 1 1 0 ±0', '    f 1 1 0 ±0']);
  });

  test('a time differs from itself by nothing, certainly', () => {
    const profile = profileOf([{ seconds: 0, live: [f(100, 4)], allocated: [f(100, 4)] }]);
    for (const metric of ['live', 'allocated'] as const) {
      const tree = compareCallTrees({ profile }, { profile }, { metric });
      expect(drawn(tree)).toEqual(['(all) 100 100 0 ±0', '  m 100 100 0 ±0', '    f 100 100 0 ±0']);
    }
  });

  test('what had been allocated by the earlier of two instants is in both, and counts once', () => {
    const profile = profileOf([
      { seconds: 0, allocated: [f(1000, 300)] },
      { seconds: 1, allocated: [f(20, 4)] },
      { seconds: 2, allocated: [f(30, 3)] },
    ]);
    const by = (a: CallTreeOptions, b: CallTreeOptions) =>
      drawn(compareCallTrees({ profile, ...a }, { profile, ...b }, { metric: 'allocated' }))[2];
    expect(by({ at: 0 }, { at: 2 })).toBe('    f 1000 1050 50 ±5 *');
    // Ranges that have no snapshot in common are of other allocations.
    expect(by({ from: 0, to: 1 }, { from: 1, to: 2 })).toBe('    f 1020 30 -990 ±300.04 *');
  });

  test('lines are told apart, and frames are those of the call tree', () => {
    const live = [
      { trace: 'f:/app/a.js:1', bytes: 1 },
      { trace: 'f:/app/a.js:2', bytes: 2 },
    ];
    const profile = profileOf([{ seconds: 0 }, { seconds: 1, live }]);
    expect(drawn(compareCallTrees({ profile, at: 0 }, { profile }))).toEqual([
      '(all) 0 3 3 ±0 *',
      '  f (/app/a.js:2) 0 2 2 ±0 *',
      '  f (/app/a.js:1) 0 1 1 ±0 *',
    ]);
  });
});

test('both sides have the figures that their own call trees have, in every view', () => {
  const row = fc.record({
    trace: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 }).map((f) => f.join(' > ')),
    bytes: fc.integer({ min: 1, max: 1000 }),
    objects: fc.integer({ min: 1, max: 10 }),
    error: fc.integer({ min: 0, max: 50 }),
    objectsError: fc.integer({ min: 0, max: 5 }),
  });
  const rows = fc.array(row, { maxLength: 8 });
  const options = fc.constantFrom<CompareCallTreesOptions>(
    {},
    { view: 'hotspots', maxDepth: 2 },
    { inspect: 'b' },
    { focus: ['a'], metric: 'live-objects' },
  );
  fc.assert(
    fc.property(rows, rows, options, (rowsA, rowsB, options) => {
      const profiles = [once(rowsA), once(rowsB)] as const;
      const tree = compareCallTrees({ profile: profiles[0] }, { profile: profiles[1] }, options);
      profiles.forEach((profile, side) => {
        const own = callTree(profile, options);
        const pathsOf = ({ nodes, frames }: Pick<typeof own, 'frames'> & { nodes: Structure }) => {
          const paths: string[] = [];
          for (let node = 0; node < nodes.count; node++) {
            const label = frameLabel(frames[nodes.frames[node]!]!);
            paths.push(
              node === 0
                ? ''
                : `${paths[nodes.parents[node]!]} ${nodes.depths[node]! < 0 ? '<' : '>'}${label}`,
            );
          }
          return paths;
        };
        const ours = pathsOf(tree);
        const theirs = pathsOf(own);
        for (const unit of ['bytes', 'objects'] as const) {
          const columns = tree.nodes[unit];
          const values = side === 0 ? columns.a : columns.b;
          const errors = side === 0 ? columns.aErrors : columns.bErrors;
          ours.forEach((path, node) => {
            const at = theirs.indexOf(path);
            expect(values[node]).toBe(at < 0 ? 0 : own.nodes[unit][at]);
            expect(errors[node]).toBeCloseTo(at < 0 ? 0 : own.nodes[`${unit}Errors`][at]!, 9);
          });
        }
        expect(theirs.every((path) => ours.includes(path))).toBe(true);
      });
    }),
    { seed: 5, numRuns: 200 },
  );
});

type Structure = Pick<CallTreeComparison['nodes'], 'count' | 'parents' | 'depths' | 'frames'>;
