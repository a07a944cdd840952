import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { frameLabel } from '../analysis/frame-label.js';

/**
 * A call tree as a plain value for JSON: its columns become one object per node, which has its number in the list as `parent` of others
 * (-1 for the root), its frame's label, and its share of all memory (from 0 to 1).
 * @param threshold nodes with a smaller share are counted (`unlisted`), not listed; from 0 to 1
 */
export function callTreeJson(tree: CallTree, threshold: number): Record<string, unknown> {
  const { nodes, frames, unit, total, ...facts } = tree;
  const labels = frames.map(frameLabel);
  /** Numbers in the list; a listed node's parent has a larger share and is listed too. */
  const numbers = new Map<number, number>([[-1, -1]]);
  const listed: Record<string, unknown>[] = [];
  for (let node = 0; node < nodes.count; node++) {
    const share = total[unit] > 0 ? nodes[unit][node]! / total[unit] : 0;
    if (node > 0 && share < threshold) continue;
    numbers.set(node, listed.length);
    listed.push({
      parent: numbers.get(nodes.parents[node]!)!,
      depth: nodes.depths[node]!,
      frame: labels[nodes.frames[node]!]!,
      share,
      bytes: nodes.bytes[node]!,
      bytesError: nodes.bytesErrors[node]!,
      objects: nodes.objects[node]!,
      objectsError: nodes.objectsErrors[node]!,
      localBytes: nodes.localBytes[node]!,
      localBytesError: nodes.localBytesErrors[node]!,
      localObjects: nodes.localObjects[node]!,
      localObjectsError: nodes.localObjectsErrors[node]!,
    });
  }
  return { ...facts, unit, total, threshold, nodes: listed, unlisted: nodes.count - listed.length };
}
