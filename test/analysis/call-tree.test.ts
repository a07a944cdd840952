import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CallTree,
  type CallTreeOptions,
  callTree,
  treeOf,
} from '../../src/analysis/call-tree/call-tree.js';
import type { StackUsage } from '../../src/analysis/call-tree/stack-usage.js';
import { frameLabel } from '../../src/analysis/frame-label.js';
import { fakeProfile, type SnapshotText } from './fake-profile.js';

/** A tree as a person writes it: a line for each node, indented by its depth; callers have an arrow. */
function drawn({ nodes, frames }: CallTree): string[] {
  return Array.from({ length: nodes.count }, (_, node) => {
    const depth = nodes.depths[node]!;
    const label = frameLabel(frames[nodes.frames[node]!]!);
    const own = nodes.localBytes[node]! > 0 ? `, ${nodes.localBytes[node]} local` : '';
    const arrow = depth < 0 ? '<' : '';
    return `${'  '.repeat(Math.abs(depth))}${arrow}${label} ${nodes.bytes[node]}${own}`;
  });
}

function tree(texts: readonly SnapshotText[], options?: CallTreeOptions): CallTree {
  const profile = fakeProfile(texts);
  return callTree({ ...profile, members: [], hpc: {} }, options);
}

/** Six traces with the local and cumulative bytes of the original's example: A 0/73, B 0/10, C 24/67, D 40/40, E 19/19. */
const SIX: SnapshotText = {
  seconds: 1,
  live: [
    { trace: 'A > C', bytes: 10, error: 3 },
    { trace: 'A > C > D', bytes: 24, error: 4 },
    { trace: 'A > C > E', bytes: 19 },
    { trace: 'B > C', bytes: 10, objects: 5 },
    { trace: 'A > D', bytes: 16 },
    { trace: 'A > C > C', bytes: 4 },
  ],
};

test('the overview goes from callers to what they call, the largest first', () => {
  expect(drawn(tree([SIX]))).toEqual([
    '(all) 83',
    '  A 73',
    '    C 57, 10 local',
    '      D 24, 24 local',
    '      E 19, 19 local',
    '      C 4, 4 local',
    '    D 16, 16 local',
    '  B 10',
    '    C 10, 10 local',
  ]);
});

test('hotspots go from what allocated to its callers', () => {
  expect(drawn(tree([SIX], { view: 'hotspots' }))).toEqual([
    '(all) 83',
    '  <D 40',
    '    <C 24',
    '      <A 24, 24 local',
    '    <A 16, 16 local',
    '  <C 24',
    '    <A 10, 10 local',
    '    <B 10, 10 local',
    '    <C 4',
    '      <A 4, 4 local',
    '  <E 19',
    '    <C 19',
    '      <A 19, 19 local',
  ]);
});

test('an inspected function has what it calls on one side and its callers on the other; a recursion counts once', () => {
  expect(drawn(tree([SIX], { inspect: 'C' }))).toEqual([
    'C 67, 20 local',
    '  D 24, 24 local',
    '  E 19, 19 local',
    '  C 4, 4 local',
    '  <A 57, 57 local',
    '  <B 10, 10 local',
  ]);
});

test('errors of independent stacks add in quadrature, and are those of what comes through a node', () => {
  const { nodes, total } = tree([SIX]);
  expect(total).toEqual({ bytes: 83, bytesError: 5, objects: 10, objectsError: 0 });
  // (all), A, C, D
  expect([...nodes.bytesErrors.slice(0, 4)]).toEqual([5, 5, 5, 4]);
  expect(nodes.localBytesErrors[2]).toBe(3);
});

test('measured by objects, the node with the most objects is first', () => {
  const { nodes, frames } = tree([SIX], { metric: 'live-objects' });
  const first = frames[nodes.frames[1]!]!;
  expect([first.functionName, nodes.objects[1], nodes.localObjects[2]]).toEqual(['A', 5, 1]);
  expect(tree([SIX], { metric: 'live-objects', view: 'hotspots' }).nodes.objects[1]).toBe(7);
});

const GROWING: SnapshotText[] = [
  { seconds: 0, allocated: [{ trace: 'A', bytes: 1, error: 3 }] },
  {
    seconds: 2,
    live: [{ trace: 'A', bytes: 100, error: 10 }],
    allocated: [{ trace: 'A', bytes: 200, error: 4 }],
  },
  {
    seconds: 4,
    live: [
      { trace: 'A', bytes: 40, error: 20 },
      { trace: 'B', bytes: 20, kind: 'arrayBuffer' },
    ],
    allocated: [{ trace: 'B', bytes: 20, kind: 'arrayBuffer' }],
  },
];

test.each<[string, CallTreeOptions, string[]]>([
  ['the end, if nothing is said', {}, ['(all) 60', '  A 40, 40 local', '  B 20, 20 local']],
  ['an instant, rounded down', { at: 3.9 }, ['(all) 100', '  A 100, 100 local']],
  ['the peak', { at: 'peak' }, ['(all) 100', '  A 100, 100 local']],
  ['the peak of a kind', { at: 'peak', kind: 'arrayBuffer' }, ['(all) 20', '  B 20, 20 local']],
  // (0 · 1 + 100 · 2 + 40 · 1) / 4, and (20 · 1) / 4
  ['a range: the average', { from: 0 }, ['(all) 65', '  A 60, 60 local', '  B 5, 5 local']],
])('live memory of %s', (_, options, expected) => {
  expect(drawn(tree(GROWING, options))).toEqual(expected);
});

test('the error of an average is the average of the errors', () => {
  // (0 · 1 + 10 · 2 + 20 · 1) / 4
  expect(tree(GROWING, { from: 0 }).nodes.bytesErrors[1]).toBe(10);
  const live = (objectsError: number) => [{ trace: 'A', bytes: 1, objectsError }];
  const texts = [1, 2, 6].map((error, k) => ({ seconds: 2 * k, live: live(error) }));
  // (1 · 1 + 2 · 2 + 6 · 1) / 4
  expect(tree(texts, { from: 0 }).nodes.objectsErrors[1]).toBe(2.75);
});

test.each<[string, CallTreeOptions, string[]]>([
  ['the start up to an instant', { at: 2 }, ['(all) 201', '  A 201, 201 local']],
  ['a range, without its first snapshot', { from: 2, to: 4 }, ['(all) 20', '  B 20, 20 local']],
  ['no time', { from: 2, to: 3 }, ['(all) 0']],
])('what was allocated in %s', (_, options, expected) => {
  expect(drawn(tree(GROWING, { ...options, metric: 'allocated' }))).toEqual(expected);
});

test('errors of what was allocated in different stretches of time add in quadrature', () => {
  expect(tree(GROWING, { metric: 'allocated', at: 2 }).total.bytesError).toBe(5);
});

const APP: SnapshotText = {
  seconds: 1,
  live: [
    {
      trace:
        'main:/app/main.js:3 > use:/app/node_modules/@x/lib/a.js:1 > get:/app/node_modules/@x/lib/b.js:2 > from:node:buffer:9 > alloc',
      bytes: 8,
    },
    {
      trace: 'main:/app/main.js:3 > use:/app/node_modules/@x/lib/a.js:1 > cb:/app/main.js:9',
      bytes: 4,
    },
    { trace: 'tick:node:timers:5', bytes: 2 },
    { trace: '', bytes: 1 },
  ],
};

test('dependencies collapse into one frame for each run of a package, and Node into one as well', () => {
  expect(drawn(tree([APP], { collapseDependencies: true }))).toEqual([
    '(all) 15',
    '  main (/app/main.js:3) 12',
    '    /app/node_modules/@x/lib 12',
    '      (node) 8, 8 local',
    '      cb (/app/main.js:9) 4, 4 local',
    '  (node) 2, 2 local',
    '  (other) 1, 1 local',
  ]);
});

test('a hidden frame gives what it used to its caller, and a stack of hidden frames is not lost', () => {
  expect(drawn(tree([APP], { hide: ['node:', /^alloc$/, '/lib/'] }))).toEqual([
    '(all) 15',
    '  main (/app/main.js:3) 12, 8 local',
    '    cb (/app/main.js:9) 4, 4 local',
    '  (hidden) 2, 2 local',
    '  (other) 1, 1 local',
  ]);
});

test.each([
  ['a part of a label', 'cb'],
  ['a label as a table prints it', 'cb (main.js:9)'],
  ['a line', 'main.js:9'],
  ['a regular expression', /^C[B] \(/i],
])('only stacks with a focused frame are in the tree, and the total is of all: %s', (_, focus) => {
  const focused = tree([APP], { focus: [focus] });
  expect([focused.nodes.bytes[0], focused.total.bytes]).toEqual([4, 15]);
});

test('a printed label does not mean another file with the same ending', () => {
  expect(tree([APP], { focus: ['cb (ain.js:9)'] }).nodes.bytes[0]).toBe(0);
});

test('a function is inspected by its exact name before frames that contain the text', () => {
  const live = [
    { trace: 'get:/a.js:1 > getAll:/a.js:2', bytes: 1 },
    { trace: 'get:/b.js:7', bytes: 2 },
    { trace: 'getAll:/a.js:2', bytes: 4 },
  ];
  const snapshot = { seconds: 1, live };
  expect(drawn(tree([snapshot], { inspect: 'get' }))).toEqual([
    'get 3, 2 local',
    '  getAll (/a.js:2) 1, 1 local',
  ]);
  expect(drawn(tree([snapshot], { inspect: 'a.js' }))[0]).toBe('a.js (/a.js) 5, 4 local');
  expect(drawn(tree([snapshot], { inspect: 'nothing' }))).toEqual(['nothing 0']);
});

test('sides of an inspected frame are collapsed, the frame itself is not', () => {
  expect(drawn(tree([APP], { inspect: 'b.js:2', collapseDependencies: true }))).toEqual([
    'get (/app/node_modules/@x/lib/b.js:2) 8',
    '  (node) 8, 8 local',
    '  </app/node_modules/@x/lib 8',
    '    <main (/app/main.js:3) 8, 8 local',
  ]);
});

test('what is deeper than the greatest depth counts where the tree is cut', () => {
  expect(drawn(tree([SIX], { maxDepth: 2 })).slice(0, 3)).toEqual([
    '(all) 83',
    '  A 73',
    '    C 57, 57 local',
  ]);
});

test.each<[CallTreeOptions, string]>([
  [{ maxDepth: 0 }, 'The greatest depth must be 1 frame or more, but is 0.'],
  [{ at: -1 }, "The time must be in seconds from 0 on, or 'peak', but is -1."],
  [{ at: 1, to: 2 }, 'Ask for one instant or for a range of time, not for both.'],
  [
    { metric: 'size' as 'live' },
    "A metric is one of live, live-objects, allocated, allocated-objects, temporary, temporary-objects, but 'size' was asked for.",
  ],
  [{ view: 'top' as 'overview' }, "A view is overview or hotspots, but is 'top'."],
])('%j is refused', (options, message) => {
  expect(() => tree([SIX], options)).toThrow(new RangeError(message));
});

test('in any tree, a node has what its children and its own stacks have', () => {
  const stack = fc.array(fc.constantFrom('a', 'b', 'c', 'node:x'), { maxLength: 6 });
  const usage = fc.record({ stack, bytes: fc.nat(1000), error: fc.nat(9), objects: fc.nat(9) });
  fc.assert(
    fc.property(
      fc.array(usage, { maxLength: 30 }),
      fc.constantFrom('overview', 'hotspots', 'c'),
      fc.integer({ min: 1, max: 7 }),
      (rows, view, maxDepth) => {
        const usages = rows.map(
          ({ stack, bytes, error, objects }): StackUsage => ({
            member: 0,
            frames: stack.map((name) => ({ functionName: name, file: '', line: 0, column: 0 })),
            type: '',
            kind: 'heap',
            bytes,
            bytesError: error,
            objects,
            objectsError: 0,
          }),
        );
        const options = view === 'c' ? { inspect: 'c' } : { view: view as 'overview' };
        const { nodes, total } = treeOf(
          usages,
          { fromSeconds: 0, toSeconds: 1, isInstant: true },
          { ...options, maxDepth },
        );
        for (let node = 0; node < nodes.count; node++) {
          for (const side of node === 0 ? [1, -1] : [Math.sign(nodes.depths[node]!)]) {
            const below = [...nodes.parents.keys()].filter(
              (child) => nodes.parents[child] === node && Math.sign(nodes.depths[child]!) === side,
            );
            if (node === 0 && (view === 'overview') !== side > 0 && view !== 'c') continue;
            // Stacks whose outermost frame is inspected have no callers: there the root's own are only on the one side.
            if (node === 0 && view === 'c' && side < 0) continue;
            const bytes = below.reduce(
              (sum, child) => sum + nodes.bytes[child]!,
              nodes.localBytes[node]!,
            );
            expect(bytes).toBe(nodes.bytes[node]);
            const objects = below.reduce(
              (sum, child) => sum + nodes.objects[child]!,
              nodes.localObjects[node]!,
            );
            expect(objects).toBe(nodes.objects[node]);
          }
        }
        const inspected = usages.filter(({ frames }) =>
          frames.some(({ functionName }) => functionName === 'c'),
        );
        const expected = (view === 'c' ? inspected : usages).reduce(
          (sum, { bytes }) => sum + bytes,
          0,
        );
        expect(nodes.bytes[0]).toBe(expected);
        expect(total.bytes).toBe(usages.reduce((sum, { bytes }) => sum + bytes, 0));
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});
