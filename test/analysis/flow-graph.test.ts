import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FlowGraph,
  type FlowGraphOptions,
  type FlowNode,
  flowGraph,
} from '../../src/analysis/flow-graph.js';
import { fakeProfile, type RowText } from './fake-profile.js';

/** Nothing is left out, nothing put together. */
const WHOLE = { minNodeFraction: 0, minEdgeFraction: 0, collapseNodes: false };

/** The flow graph of snapshots with these rows, a second apart. */
function graphOf(snapshots: readonly (readonly RowText[])[], options?: FlowGraphOptions) {
  const profile = fakeProfile(snapshots.map((live, seconds) => ({ seconds, live })));
  return flowGraph([...profile.snapshots], profile.hpm.traces, options);
}

/** Rows of `A > B` to bytes. */
function rows(bytesByTrace: Readonly<Record<string, number>>): RowText[] {
  return Object.entries(bytesByTrace).map(([trace, bytes]) => ({ trace, bytes }));
}

const nameOf = ({ frames }: FlowNode) =>
  frames.map(({ functionName }) => functionName).join('+') || '(other)';

/** `local/cumulative` at each instant, by node. */
function boxes({ nodes }: FlowGraph) {
  return Object.fromEntries(
    nodes.map((node) => [
      nameOf(node),
      node.usage
        .map(({ localBytes, cumulativeBytes }) => `${localBytes}/${cumulativeBytes}`)
        .join(' '),
    ]),
  );
}

/** Bytes at each instant, by edge; `*` is where traces begin, and `~>` leads over frames that are left out. */
function arrows({ nodes, edges }: FlowGraph) {
  return Object.fromEntries(
    edges.map(({ from, to, isIndirect, flow }) => [
      `${from === undefined ? '*' : nameOf(nodes[from]!)} ${isIndirect ? '~>' : '->'} ${nameOf(nodes[to]!)}`,
      flow.map(({ bytes }) => bytes).join(' '),
    ]),
  );
}

/** The example of the original's documentation, `heapprof/flow_graph.py`. */
const SIX_TRACES = rows({
  'A > D': 16,
  'A > C > D': 17,
  'A > C > E': 19,
  'A > C': 21,
  'B > C': 3,
  'B > C > D': 7,
});

test("the six traces of the original's documentation give its graph", () => {
  const graph = graphOf([SIX_TRACES]);
  expect(boxes(graph)).toEqual({ A: '0/73', B: '0/10', C: '24/67', D: '40/40', E: '19/19' });
  expect(arrows(graph)).toEqual({
    '* -> A': '73',
    '* -> B': '10',
    'A -> D': '16',
    'A -> C': '57',
    'B -> C': '10',
    'C -> D': '24',
    'C -> E': '19',
  });
});

test('what enters a frame, by a call or by starting a trace, is what it allocates plus what leaves it', () => {
  const trace = fc.shuffledSubarray(['A', 'B', 'C', 'D', 'E', 'F'], { minLength: 1 });
  fc.assert(
    fc.property(fc.array(fc.tuple(trace, fc.nat(1000)), { minLength: 1 }), (traces) => {
      const live = traces.map(([frames, bytes]) => ({ trace: frames.join(' > '), bytes }));
      const { nodes, edges } = graphOf([live], WHOLE);
      const sum = (those: typeof edges) => those.reduce((all, { flow }) => all + flow[0]!.bytes, 0);
      for (const [node, { usage }] of nodes.entries()) {
        const { localBytes, cumulativeBytes } = usage[0]!;
        expect(sum(edges.filter(({ to }) => to === node))).toBe(cumulativeBytes);
        expect(localBytes + sum(edges.filter(({ from }) => from === node))).toBe(cumulativeBytes);
      }
    }),
  );
});

test('a recursion counts a trace once for each frame and each edge, and none calls itself', () => {
  const graph = graphOf([rows({ 'A > B > B > A > B': 5 })], WHOLE);
  expect(boxes(graph)).toEqual({ A: '0/5', B: '5/5' });
  expect(arrows(graph)).toEqual({ '* -> A': '5', 'A -> B': '5', 'B -> A': '5' });
});

test('variances of the traces add up, each counted once', () => {
  const live = [
    { trace: 'A > B > A', bytes: 10, error: 3 },
    { trace: 'A > B', bytes: 10, error: 4 },
    { trace: 'A', bytes: 10, error: 12 },
  ];
  const { nodes, edges, instants } = graphOf([live], WHOLE);
  expect(instants[0]!.liveBytesError).toBe(13);
  const a = nodes.find((node) => nameOf(node) === 'A')!.usage[0]!;
  expect(a.cumulativeBytesError).toBe(13);
  expect(a.localBytesError).toBeCloseTo(Math.hypot(3, 12), 12);
  expect(edges.find(({ from }) => from !== undefined)!.flow[0]!.bytesError).toBe(5);
});

test('frames that differ in the column only are one; bytes without a stack are (other)', () => {
  const live = [
    { trace: 'main:/app/a.mjs:1', bytes: 1 },
    { trace: 'main:file:///app/a.mjs:1', bytes: 2 },
    { trace: '', bytes: 4 },
  ];
  expect(boxes(graphOf([live], WHOLE))).toEqual({ main: '3/3', '(other)': '4/4' });
});

test('several instants stand side by side, and what none of them has is left out', () => {
  const graph = graphOf([
    rows({ 'main > parse': 10 }),
    rows({ 'main > parse': 10, 'main > check': 90, 'main > gone': 0 }),
  ]);
  expect(graph.instants.map(({ timeSeconds, liveBytes }) => [timeSeconds, liveBytes])).toEqual([
    [0, 10],
    [1, 100],
  ]);
  expect(boxes(graph)).toEqual({ main: '0/10 0/100', parse: '10/10 10/10', check: '0/0 90/90' });
  expect(arrows(graph)).toMatchObject({ 'main -> check': '0 90', 'main -> parse': '10 10' });
});

describe('what is left out', () => {
  test('frames with a small cumulative share at every instant; their own bytes stay with their callers', () => {
    const live = rows({ 'main > small > big': 9, 'main > small': 1, 'main > big': 90 });
    const graph = graphOf([live], { ...WHOLE, minNodeFraction: 0.5 });
    expect(boxes(graph)).toEqual({ main: '0/100', big: '99/99' });
    expect(graph.omittedFrames).toBe(1);
    const later = rows({ 'main > small': 1 });
    expect(boxes(graphOf([live, later], { ...WHOLE, minNodeFraction: 0.5 }))).toMatchObject({
      small: '1/10 1/1',
    });
  });

  test('an arrow that only leads over them is indirect', () => {
    const arrowsOf = (traces: Readonly<Record<string, number>>) =>
      arrows(graphOf([rows(traces)], { ...WHOLE, minNodeFraction: 0.6 }));
    const indirect = { 'main > small1 > big': 50, 'main > small2 > big': 50 };
    expect(arrowsOf(indirect)).toEqual({ '* -> main': '100', 'main ~> big': '100' });
    const inPart = { 'main > big': 60, 'main > small > big': 40 };
    expect(arrowsOf(inPart)).toEqual({ '* -> main': '100', 'main -> big': '100' });
    const inOneTrace = { 'main > big > main > small > big': 40, 'big > main': 60 };
    expect(arrowsOf(inOneTrace)).toMatchObject({ 'main -> big': '40' });
  });

  test('an edge with a small share of its caller goes, unless it is the way to its callee', () => {
    const live = rows({ 'main > a > hub': 50, 'main > b > hub': 2, 'main > b': 45, 'main > c': 3 });
    const graph = graphOf([live], { ...WHOLE, minEdgeFraction: 0.05 });
    expect(arrows(graph)).toEqual({
      '* -> main': '100',
      'main -> a': '50',
      'main -> b': '47',
      'a -> hub': '50',
      'main -> c': '3',
    });
  });

  test('the largest edge into a frame stays, however small a part of its caller it is', () => {
    const live = rows({
      'main > a > hub': 10,
      'main > a': 60,
      'main > b > hub': 30,
      'main > b': 900,
    });
    expect(arrows(graphOf([live], { ...WHOLE, minEdgeFraction: 0.05 }))).toMatchObject({
      'a -> hub': '10',
      'b -> hub': '30',
    });
  });

  test('every node can be reached from where traces begin', () => {
    const trace = fc.array(fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F', 'G'), { minLength: 1 });
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(trace, fc.nat(1000)), { minLength: 1, maxLength: 12 }),
        fraction,
        fraction,
        fc.boolean(),
        (traces, minNodeFraction, minEdgeFraction, collapseNodes) => {
          const live = traces.map(([frames, bytes]) => ({ trace: frames.join(' > '), bytes }));
          const options = { minNodeFraction, minEdgeFraction, collapseNodes };
          const { nodes, edges } = graphOf([live], options);
          const reached = new Set<number>();
          for (let before = -1; before < reached.size; ) {
            before = reached.size;
            for (const { from, to } of edges) {
              if (from === undefined || reached.has(from)) reached.add(to);
            }
          }
          expect(reached.size).toBe(nodes.length);
        },
      ),
    );
  });

  test('by default 30 nodes are left, and among them what allocates most', () => {
    const live = [
      // A hundred lines that call and allocate little, of which each has much in all that it calls.
      {
        trace: Array.from({ length: 100 }, (_, k) => `call${k} > leaf${k}`).join(' > '),
        bytes: 300,
      },
      ...Array.from({ length: 40 }, (_, k) => ({
        trace: `call${k} > allocator${k}`,
        bytes: 40 - k,
      })),
    ];
    const graph = graphOf([live], { collapseNodes: false });
    const names = graph.nodes.map(nameOf);
    for (let k = 0; k < 9; k++) expect(names).toContain(`allocator${k}`);
    expect(names).toContain('leaf99');
    expect(graph.minNodeFraction).toBe(0.3);
    expect(graph.omittedFrames + names.length).toBe(240);
  });

  test('a node that only passes memory on is one with the next, if that has no other caller', () => {
    const live = rows({
      'main > run > load > parse': 60,
      'main > run > load > read': 38,
      'main > log': 2,
    });
    const graph = graphOf([live], { minNodeFraction: 0 });
    // main gives 98 % to run: as good as all. But it calls log, and is by itself for that.
    expect(boxes(graph)).toEqual({
      main: '0/100',
      'run+load': '0/98',
      parse: '60/60',
      read: '38/38',
      log: '2/2',
    });
    expect(arrows(graph)).toMatchObject({ 'main -> run+load': '98', 'run+load -> parse': '60' });
    const own = [...live, { trace: 'main > run', bytes: 2 }];
    expect(Object.keys(boxes(graphOf([own], { minNodeFraction: 0 })))).toContain('run');
  });
});

test.each([
  [[], {}],
  [[[]], { minNodeFraction: 1.5 }],
  [[[]], { minEdgeFraction: -1 }],
  [[[]], { minNodeFraction: Number.NaN }],
])('a RangeError for what there cannot be (%#)', (snapshots, options) => {
  expect(() => graphOf(snapshots as RowText[][], options)).toThrow(RangeError);
});

test('a snapshot without live memory gives an empty graph', () => {
  const { nodes, edges } = graphOf([[]]);
  expect({ nodes, edges }).toEqual({ nodes: [], edges: [] });
});
