import { expect, test } from 'vitest';
import { callTree } from '../../src/analysis/call-tree/call-tree.js';
import { nodeOfKey, pathKey } from '../../src/page/flame/path-key.js';
import { fakeProfile } from '../analysis/fake-profile.js';

const treeAt = (bytes: number) => {
  const rows = ['main:a.js:1 > load:b.js:2', 'main:a.js:1 > parse:b.js:9', 'load:b.js:2'];
  return callTree(
    fakeProfile([
      { seconds: 1, live: rows.map((trace, k) => ({ trace, bytes: bytes + (k - 1) * 10 })) },
    ]) as never,
  );
};

test('the key of a path leads to its node, in its own tree and in that of another time', () => {
  const [tree, other] = [treeAt(100), treeAt(7)];
  expect(tree.nodes.count).toBe(5);
  for (let node = 0; node < tree.nodes.count; node++) {
    const key = pathKey(tree, node);
    expect(nodeOfKey(tree, key)).toBe(node);
    const found = nodeOfKey(other, key);
    expect(other.nodes.depths[found]).toBe(tree.nodes.depths[node]);
    expect(pathKey(other, found)).toBe(key);
  }
  // Of several frames the latest key is not that of all.
  expect(nodeOfKey(tree, pathKey(tree, 2))).toBe(2);
  expect(nodeOfKey(treeAt(100), pathKey(tree, 1))).toBe(1);
});

test('a key that means no path leads to the root', () => {
  const tree = treeAt(100);
  for (const key of ['', 'x', '1.', '.abc', '1.abc', '-1.0', '9999999999.zzzzzzz', '1.ABC', '1']) {
    expect(nodeOfKey(tree, key)).toBe(0);
  }
});
