import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { frameLabel } from '../analysis/frame-label.js';

/**
 * A call tree as a value for `jsonPieces`: its columns become one object per node, which has its number in the list as `parent` of others
 * (-1 for the root), its frame's label, and its share of all memory (from 0 to 1).
 * @param threshold nodes with a smaller share are counted (`unlisted`), not listed; from 0 to 1
 */
export function callTreeJson(tree: CallTree, threshold: number): Record<string, unknown> {
  const { nodes, frames, unit, total, ...facts } = tree;
  const shares = nodes[unit].map((amount) => (total[unit] > 0 ? amount / total[unit] : 0));
  const isListed = (node: number) => node === 0 || shares[node]! >= threshold;
  const unlisted = shares.reduce((count, _, node) => (isListed(node) ? count : count + 1), 0);
  return { ...facts, unit, total, threshold, nodes: listedNodes(), unlisted };

  function* listedNodes(): Generator<Record<string, unknown>> {
    const labels = frames.map(frameLabel);
    /** Numbers in the list; a listed node's parent has a larger share and is listed too. */
    const numbers = new Int32Array(nodes.count);
    let number = 0;
    for (let node = 0; node < nodes.count; node++) {
      if (!isListed(node)) continue;
      numbers[node] = number++;
      yield {
        parent: node === 0 ? -1 : numbers[nodes.parents[node]!]!,
        depth: nodes.depths[node]!,
        frame: labels[nodes.frames[node]!]!,
        share: shares[node]!,
        bytes: nodes.bytes[node]!,
        bytesError: nodes.bytesErrors[node]!,
        objects: nodes.objects[node]!,
        objectsError: nodes.objectsErrors[node]!,
        localBytes: nodes.localBytes[node]!,
        localBytesError: nodes.localBytesErrors[node]!,
        localObjects: nodes.localObjects[node]!,
        localObjectsError: nodes.localObjectsErrors[node]!,
      };
    }
  }
}
