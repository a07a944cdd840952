import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  childrenOf,
  type FlameNodes,
  layOutFlame,
  nodeAt,
  nodeInDirection,
  pathTo,
  rowsBelow,
} from '../../src/page/flame/flame-layout.js';

/** 16 units: a (8: b 4, c 2), d (4); and a caller e (8). */
const nodes: FlameNodes = {
  count: 6,
  parents: Int32Array.of(-1, 0, 1, 1, 0, 0),
  depths: Int32Array.of(0, 1, 2, 2, 1, -1),
};
const amounts = Float64Array.of(16, 8, 4, 2, 4, 8);

test('children lie side by side below their parent, callers above the root', () => {
  const layout = layOutFlame(nodes, amounts);
  expect([...layout.rows]).toEqual([1, 2, 3, 3, 2, 0]);
  expect(layout.rootRow).toBe(1);
  expect([...layout.starts]).toEqual([0, 0, 0, 0.25, 0.5, 0]);
  expect([...layout.widths]).toEqual([1, 0.5, 0.25, 0.125, 0.25, 0.5]);
  expect([...layout.ends]).toEqual([6, 4, 3, 4, 5, 6]);
  expect([...layout.rowNodes]).toEqual([5, 0, 1, 4, 2, 3]);
  expect([...layout.rowStarts]).toEqual([0, 1, 2, 4, 6]);
});

test('a tree of callers hangs from its root', () => {
  const callers = { ...nodes, depths: nodes.depths.map((depth) => -Math.abs(depth)) };
  expect([...layOutFlame(callers, amounts, 'up').rows]).toEqual([0, 1, 2, 2, 1, 1]);
});

test('a point is in the box that lies there, or in none', () => {
  const layout = layOutFlame(nodes, amounts);
  expect(nodeAt(layout, 3, 0.24)).toBe(2);
  expect(nodeAt(layout, 3, 0.25)).toBe(3);
  expect(nodeAt(layout, 3, 0.38)).toBe(undefined);
  expect(nodeAt(layout, 2, 0.95)).toBe(undefined);
  expect(nodeAt(layout, 0, 0.49)).toBe(5);
  expect(nodeAt(layout, 9, 0.1)).toBe(undefined);
});

test('arrow keys lead to parents, first children and siblings, and end where there are none', () => {
  const layout = layOutFlame(nodes, amounts);
  expect(nodeInDirection(layout, 0, 'down')).toBe(1);
  expect(nodeInDirection(layout, 0, 'up')).toBe(5);
  expect(nodeInDirection(layout, 5, 'down')).toBe(0);
  expect(nodeInDirection(layout, 5, 'up')).toBe(5);
  expect(nodeInDirection(layout, 1, 'right')).toBe(4);
  // The caller is a child of the root too, but on the other side.
  expect(nodeInDirection(layout, 4, 'right')).toBe(4);
  expect(nodeInDirection(layout, 5, 'left')).toBe(5);
  expect(nodeInDirection(layout, 3, 'left')).toBe(2);
  expect(nodeInDirection(layout, 3, 'up')).toBe(1);
  expect(pathTo(layout, 3)).toEqual([0, 1, 3]);
});

test('rows end where boxes are too narrow to be seen', () => {
  const layout = layOutFlame(nodes, amounts);
  expect(rowsBelow(layout, 0, 0.2)).toEqual({ first: 0, last: 3 });
  expect(rowsBelow(layout, 0, 0.3)).toEqual({ first: 0, last: 2 });
  expect(rowsBelow(layout, 4, 0)).toEqual({ first: 1, last: 2 });
});

/** Trees of up to 60 nodes, each with its own amount from 0 on: the node before, or one of those that lead to it, is the parent. */
const trees = fc
  .array(fc.record({ up: fc.nat(5), own: fc.nat(9) }), { maxLength: 60 })
  .map((steps) => {
    const parents = [-1];
    const depths = [0];
    const own = [1];
    for (const step of steps) {
      let parent = parents.length - 1;
      for (let k = 0; k < step.up && parent > 0; k++) parent = parents[parent]!;
      depths.push(depths[parent]! + 1);
      parents.push(parent);
      own.push(step.own);
    }
    const sums = Float64Array.from(own);
    for (let node = sums.length - 1; node > 0; node--) sums[parents[node]!]! += sums[node]!;
    const tree = { count: parents.length, parents: Int32Array.from(parents) };
    return { nodes: { ...tree, depths: Int32Array.from(depths) }, sums };
  });

test('every box is found in its middle, lies within its parent, and is one of its children', () => {
  fc.assert(
    fc.property(trees, ({ nodes: tree, sums }) => {
      const layout = layOutFlame(tree, sums);
      for (let node = 0; node < tree.count; node++) {
        const [start, width] = [layout.starts[node]!, layout.widths[node]!];
        if (width > 0) expect(nodeAt(layout, layout.rows[node]!, start + width / 2)).toBe(node);
        const parent = tree.parents[node]!;
        if (parent < 0) continue;
        expect(childrenOf(layout, parent)).toContain(node);
        expect(start).toBeGreaterThanOrEqual(layout.starts[parent]! - 1e-12);
        const end = layout.starts[parent]! + layout.widths[parent]!;
        expect(start + width).toBeLessThanOrEqual(end + 1e-12);
      }
    }),
    { seed: 6 },
  );
});

test('a million nodes are laid out', () => {
  const count = 1_000_000;
  const deep = Int32Array.from({ length: count }, (_, node) => node);
  const chain = { count, parents: deep.map((node) => node - 1), depths: deep };
  const layout = layOutFlame(chain, new Float64Array(count).fill(1));
  expect(layout.rows.at(-1)).toBe(count - 1);
  expect(nodeAt(layout, count - 1, 0.5)).toBe(count - 1);
});
