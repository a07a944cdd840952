import type { TraceTable } from '../format/log.js';
import type { Snapshot } from '../model/snapshot.js';
import { type CallTree, treeOf } from './call-tree/call-tree.js';
import { usageOfRows } from './call-tree/stack-usage.js';
import { frameLabel } from './frame-label.js';

/** Live memory at one time, by stack. */
export interface FlameGraph {
  /** Since the start of the recording. */
  readonly timeSeconds: number;
  /** Largest first; at equal bytes in the order of their labels. No two have the same labels. */
  readonly stacks: readonly FlameStack[];
}

/** A stack and what was allocated at its innermost frame. */
export interface FlameStack {
  /** `function (file:line)`, outermost first. */
  readonly labels: readonly string[];
  readonly bytes: number;
  /** Standard error of `bytes` from sampling. */
  readonly bytesError: number;
  readonly objects: number;
}

/**
 * The live memory of a snapshot by stack. Traces whose labels are equal (they differ in columns, or
 * one is a `file:` URL and the other a path) are one stack; bytes without a trace are `(other)`.
 */
export function flameGraph(snapshot: Snapshot, traces: TraceTable): FlameGraph {
  const timeSeconds = snapshot.timeMicros / 1e6;
  const time = { fromSeconds: 0, toSeconds: timeSeconds, isInstant: true };
  return {
    timeSeconds,
    stacks: [...stacksOf(treeOf(usageOfRows(snapshot.liveRows, traces), time))],
  };
}

/**
 * The stacks that a tree was made of, as it shows them: from the outermost frame where callers are at the root, from the innermost in
 * `hotspots`, and from the inspected frame inwards in `inspect`. The largest by the tree's unit is first; those without any are left out.
 * There can be more than fit into memory together, so that each is made when it is its turn.
 */
export function* stacksOf(tree: CallTree): Generator<FlameStack> {
  const { view, nodes, frames, unit } = tree;
  const names = frames.map(frameLabel);
  const amounts = unit === 'bytes' ? nodes.localBytes : nodes.localObjects;
  const isStack = (node: number) => {
    const isOtherSide = view === 'inspect' && nodes.depths[node]! < 0;
    return !isOtherSide && amounts[node] !== 0;
  };
  const inLabelOrder = labelOrder(tree, names);
  const stacks = Uint32Array.from({ length: nodes.count }, (_, node) => node)
    .filter(isStack)
    .sort((a, b) => amounts[b]! - amounts[a]! || inLabelOrder(a, b));
  // The root of the other views holds all, and is no frame.
  const rootNodes = view === 'inspect' ? 0 : 1;
  for (const stack of stacks) {
    const labels = new Array<string>(Math.abs(nodes.depths[stack]!) + 1 - rootNodes);
    for (let k = labels.length - 1, node = stack; k >= 0; k--, node = nodes.parents[node]!) {
      labels[k] = names[nodes.frames[node]!]!;
    }
    yield {
      labels,
      bytes: nodes.localBytes[stack]!,
      bytesError: nodes.localBytesErrors[stack]!,
      objects: nodes.localObjects[stack]!,
    };
  }
}

/** Compares nodes of a side by their labels from the root on; the first that differ decide, and a path comes before those that go on from it. */
function labelOrder(
  { nodes: { parents, depths, frames } }: CallTree,
  names: readonly string[],
): (a: number, b: number) => number {
  return (first, second) => {
    let [a, b] = [first, second];
    const stepsDown = Math.abs(depths[a]!) - Math.abs(depths[b]!);
    for (let k = 0; k < stepsDown; k++) a = parents[a]!;
    for (let k = 0; k < -stepsDown; k++) b = parents[b]!;
    if (a === b) return stepsDown;
    while (parents[a] !== parents[b]) {
      a = parents[a]!;
      b = parents[b]!;
    }
    return names[frames[a]!]! < names[frames[b]!]! ? -1 : 1;
  };
}
