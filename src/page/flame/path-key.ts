import { frameLabel } from '../../analysis/frame-label.js';
import type { FramesOfNodes } from './frame-texts.js';

/** The latest key of each tree: who zooms by a click knows the node already, and a large tree takes long to be searched for it. */
const latest = new WeakMap<
  FramesOfNodes['nodes'],
  { readonly key: string; readonly node: number }
>();

/**
 * A short text that stands for a node's path: its depth and a hash of the labels from the root to it. The same path has the same
 * text in the trees of other times. Empty for the root.
 */
export function pathKey({ nodes, frames }: FramesOfNodes, node: number): string {
  if (node === 0) return '';
  const path: number[] = [];
  for (let at = node; at > 0; at = nodes.parents[at]!) path.push(at);
  const hash = path.reduceRight(
    (before, each) => mix(before, hashOf(frameLabel(frames[nodes.frames[each]!]!))),
    0,
  );
  const key = `${nodes.depths[node]!}.${hash.toString(36)}`;
  latest.set(nodes, { key, node });
  return key;
}

/** The node that a text of {@link pathKey} stands for; 0, the root, where there is none. */
export function nodeOfKey({ nodes, frames }: FramesOfNodes, key: string): number {
  const known = latest.get(nodes);
  if (known?.key === key) return known.node;
  const [, depth, wanted] = /^(-?\d+)\.([0-9a-z]+)$/.exec(key) ?? [];
  if (depth === undefined || wanted === undefined) return 0;
  // Numbers are compared: there may be millions of nodes.
  const [wantedDepth, wantedHash] = [Number(depth), Number.parseInt(wanted, 36)];
  const hashes = frames.map((frame) => hashOf(frameLabel(frame)));
  const ofNodes = new Uint32Array(nodes.count);
  for (let node = 1; node < nodes.count; node++) {
    const hash = mix(ofNodes[nodes.parents[node]!]!, hashes[nodes.frames[node]!]!);
    ofNodes[node] = hash;
    if (hash === wantedHash && nodes.depths[node] === wantedDepth) return node;
  }
  return 0;
}

function mix(before: number, next: number): number {
  let mixed = Math.imul(before ^ (before >>> 15), 0x2c1b3c6d) + next;
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x297a2d39);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** FNV-1a of the UTF-16 units: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return hash >>> 0;
}
