import type { CallTree } from './call-tree.js';

/** What of a tree is found. Shares are of all memory, from 0 to 1. */
export interface TreeMatches {
  /** How many of the tree's frames match and are in it. */
  readonly frames: number;
  /** Of stacks with a match, by the tree's unit; each counts once. With `inspect`, of those that match in the middle or in what it calls. */
  readonly share: number;
  /** With `inspect`: of stacks that match in the middle or among its callers. */
  readonly callersShare: number;
}

/**
 * How much memory came through some frames.
 * @param isMatch whether the tree's frame with this index is looked for; element 0, the root, is a frame with `inspect` only
 */
export function matchesOf(
  { view, nodes, unit, total }: CallTree,
  isMatch: Uint8Array,
): TreeMatches {
  const { count, parents, depths, frames } = nodes;
  const amounts = nodes[unit];
  const found = new Set<number>();
  /** Whether a node, or one between it and the root, matches. */
  const isWithin = new Uint8Array(count);
  let [called, callers] = [0, 0];
  for (let node = 0; node < count; node++) {
    const frame = frames[node]!;
    const matches = isMatch[frame] === 1 && (node > 0 || view === 'inspect');
    if (matches) found.add(frame);
    const isParentWithin = node > 0 && isWithin[parents[node]!] === 1;
    if (matches || isParentWithin) isWithin[node] = 1;
    if (!matches || isParentWithin) continue;
    if (depths[node]! >= 0) called += amounts[node]!;
    if (depths[node]! <= 0) callers += amounts[node]!;
  }
  const share = (amount: number) => (total[unit] > 0 ? amount / total[unit] : 0);
  const isOfCallers = view === 'hotspots';
  return {
    frames: found.size,
    share: share(isOfCallers ? callers : called),
    callersShare: share(callers),
  };
}
