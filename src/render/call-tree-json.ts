import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { frameLabel } from '../analysis/frame-label.js';

/**
 * A call tree as a plain value for JSON: its columns become one object per node, which has its number in the list as `parent` of others
 * (-1 for the root), its frame's label, and its share of all memory (from 0 to 1).
 */
export function callTreeJson(tree: CallTree): Record<string, unknown> {
  const { nodes, frames, unit, total, ...facts } = tree;
  const labels = frames.map(frameLabel);
  return {
    ...facts,
    unit,
    total,
    nodes: Array.from({ length: nodes.count }, (_, node) => ({
      parent: nodes.parents[node]!,
      depth: nodes.depths[node]!,
      frame: labels[nodes.frames[node]!]!,
      share: total[unit] > 0 ? nodes[unit][node]! / total[unit] : 0,
      bytes: nodes.bytes[node]!,
      bytesError: nodes.bytesErrors[node]!,
      objects: nodes.objects[node]!,
      localBytes: nodes.localBytes[node]!,
      localBytesError: nodes.localBytesErrors[node]!,
      localObjects: nodes.localObjects[node]!,
    })),
  };
}
